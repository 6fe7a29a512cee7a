//! The built command on broken and on real input: exit codes, messages, files.

mod binary;

use std::{fs, io::Write, path::Path};

use binary::{Ran, data, json_lines, run_with};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use tempfile::TempDir;

/// Runs `gait` with the words of `line` as arguments; `{}` stands for `path`.
fn run(line: &str, path: &Path) -> Ran {
    let path = path.display().to_string();
    let arguments: Vec<String> = line.split(' ').map(|word| word.replace("{}", &path)).collect();
    run_with(&arguments, b"")
}

/// What the tests look at besides the exit code.
trait Said {
    /// Fails unless standard error holds `text`.
    fn says(self, text: &str) -> Self;
    /// The lines of standard output as JSON.
    fn json(&self) -> Vec<Value>;
}

impl Said for Ran {
    fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "`{text}` is not in standard error:\n{}", self.err);
        self
    }

    fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}

/// A combined log line of second `second` of a minute.
fn combined(second: u32) -> String {
    format!(
        "192.0.2.{} - - [22/Nov/2026:13:38:{:02} +0000] \"GET /page/{second} HTTP/1.1\" 200 512 \"-\" \"curl/8.5.0\"",
        second % 5,
        second % 60
    )
}

/// The same request as an NGINX JSON line.
fn nginx_json(second: u32) -> String {
    format!(
        r#"{{"time":"2026-11-22T13:38:{:02}.000+00:00","remote_addr":"192.0.2.{}","request_method":"GET","request_uri":"/page/{second}","status":200,"body_bytes_sent":512,"request_time":0.010,"http_referer":"-","http_user_agent":"curl/8.5.0"}}"#,
        second % 60,
        second % 5
    )
}

fn lines(count: u32, line: impl Fn(u32) -> String, end: &str) -> Vec<u8> {
    (0..count).map(|second| line(second) + end).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder with one file in it.
fn file(name: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    folder
}

/// What a replay of broken input must give.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    code: i32,
    events: u64,
    rejects: u64,
    says: &'static [&'static str],
}

fn broken_inputs() -> Vec<Case> {
    let good = || lines(40, combined, "\n");
    let with = |middle: &[u8]| [&good()[..], middle, b"\n", &good()[..]].concat();
    let case = |name, bytes, code, events, rejects, says| Case {
        name,
        bytes,
        code,
        events,
        rejects,
        says,
    };
    vec![
        case("plain.log", good(), 0, 40, 0, &["combined"]),
        case("empty.log", Vec::new(), 0, 0, 0, &[]),
        case("crlf.log", lines(40, combined, "\r\n"), 0, 40, 0, &[]),
        case("bom.log", [b"\xef\xbb\xbf", &good()[..]].concat(), 0, 40, 0, &[]),
        case("json.log", lines(40, nginx_json, "\n"), 0, 40, 0, &["nginx-json"]),
        case("plain.log.gz", gzip(&good()), 0, 40, 0, &[]),
        case(
            "latin1.log",
            with(b"192.0.2.1 - - \xff\xfe"),
            0,
            80,
            1,
            &["latin1.log:41: ", "not UTF-8"],
        ),
        case(
            "long.log",
            with(&[b'x'; 1_200_000]),
            0,
            80,
            1,
            &["long.log:41: ", "longer than 1 MiB"],
        ),
        case(
            "cut.log",
            with(b"192.0.2.1 - - [22/Nov/2026:13:38:44 +0000] \"GE"),
            0,
            80,
            1,
            &["cut.log:41: "],
        ),
        case("mixed.log", with(nginx_json(3).as_bytes()), 0, 80, 1, &["mixed.log:41: "]),
        case("binary.log", with(b"\x00\x01\x02\x03"), 0, 80, 1, &["binary.log:41: ", "binary"]),
    ]
}

#[test]
fn broken_lines_are_named_and_the_rest_is_processed() {
    for case in broken_inputs() {
        let folder = file(case.name, &case.bytes);
        let path = folder.path().join(case.name);
        let rejects = folder.path().join("rejects.jsonl");
        let line = format!("replay --output json --rejects {} {{}}", rejects.display());
        let mut ran = run(&line, &path).ended(case.code);
        for text in case.says {
            ran = ran.says(text);
        }
        let summary = &ran.json()[0];
        assert_eq!(summary["events"], case.events, "{}: {}", case.name, ran.err);
        assert_eq!(summary["rejects"], case.rejects, "{}: {}", case.name, ran.err);
        let kept = json_lines(&rejects);
        assert_eq!(kept.len() as u64, case.rejects, "{}", case.name);
        let strict = if case.rejects > 0 { 3 } else { case.code };
        run("replay --strict {}", &path).ended(strict);
    }
}

/// Three requests of one client, the second of them an hour older than the first.
fn late_second() -> (Vec<u8>, String) {
    let [first, late, last] =
        ["13:38", "12:38", "13:39"].map(|at| nginx_json(0).replace("13:38", at));
    (format!("{first}\n{late}\n{last}\n").into_bytes(), late)
}

#[test]
fn a_late_event_is_counted_and_its_line_kept_and_it_is_no_reject() {
    let (bytes, late) = late_second();
    let folder = file("a.log", &bytes);
    let line = "replay --strict --output json --rejects {}/kept.jsonl {}/a.log";
    let summary = run(line, folder.path()).ended(0).json().remove(0);
    assert_eq!(
        (&summary["events"], &summary["events_late"], &summary["rejects"]),
        (&3.into(), &1.into(), &0.into())
    );
    let kept = json_lines(&folder.path().join("kept.jsonl"));
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0]["reason"], &kept[0]["line"]), (&"late".into(), &2.into()));
    assert_eq!(kept[0]["record"], late.as_str());
    assert!(kept[0]["file"].as_str().unwrap().ends_with("a.log"));
}

#[test]
fn a_stream_keeps_late_records_too() {
    let (bytes, late) = late_second();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.jsonl");
    let config = format!(
        "[source]\nkind = \"stdin\"\n[sinks.rejects]\nkind = \"file\"\npath = \"{}\"\n",
        kept.display()
    );
    let path = folder.path().join("gait.toml");
    fs::write(&path, config).unwrap();
    run_with(&["run", "--config", &path.display().to_string()], &bytes).ended(0);
    let kept = json_lines(&kept);
    let told: Vec<_> = kept.iter().map(|letter| (&letter["reason"], &letter["record"])).collect();
    assert_eq!(told, [(&"late".into(), &late.as_str().into())]);
}

#[test]
fn a_truncated_gzip_is_named_and_what_came_before_is_judged() {
    let whole = gzip(&lines(4000, combined, "\n"));
    let folder = file("a.log.gz", &whole[..whole.len() / 2]);
    fs::write(folder.path().join("b.log"), lines(40, combined, "\n")).unwrap();
    let verdicts = folder.path().join("verdicts.jsonl");
    let line =
        format!("replay --output json --verdicts {} {{}}/a.log.gz {{}}/b.log", verdicts.display());
    let ran = run(&line, folder.path()).ended(1).says("a.log.gz").says("truncated");
    assert!(ran.json()[0]["events"].as_u64().unwrap() > 40, "{}", ran.out);
    assert_eq!(json_lines(&verdicts).len(), 5);
}

#[test]
fn a_file_that_auto_cannot_place_says_how_to_map_it_and_the_others_are_processed() {
    let folder = file("odd.log", b"one;two;three\nfour;five;six\n");
    fs::write(folder.path().join("shape.log"), b"{\"when\":\"now\",\"who\":\"me\"}\n").unwrap();
    fs::write(folder.path().join("good.log"), lines(40, combined, "\n")).unwrap();
    let ran = run("replay --output json {}", folder.path()).ended(1);
    assert_eq!(ran.json()[0]["events"], 40);
    ran.says("odd.log").says("--format").says("shape.log").says("--field-map").says("when");
}

#[test]
fn a_missing_file_does_not_keep_the_others_from_being_read() {
    let folder = file("good.log", &lines(40, combined, "\n"));
    let ran = run("replay --output json {}/none.log {}/good.log", folder.path()).ended(1);
    assert_eq!(ran.json()[0]["events"], 40);
    ran.says("none.log");
}

#[test]
fn files_of_different_formats_are_read_side_by_side() {
    let folder = file("a.log", &lines(40, combined, "\n"));
    fs::write(folder.path().join("b.log"), lines(40, nginx_json, "\n")).unwrap();
    fs::write(folder.path().join("c.log.gz"), gzip(&lines(40, nginx_json, "\n"))).unwrap();
    let ran = run("replay --output json {}", folder.path()).ended(0);
    assert_eq!(ran.json()[0]["events"], 120);
    ran.says("combined").says("nginx-json");
}

#[test]
fn standard_output_holds_verdicts_sorted_by_client_and_nothing_else() {
    let input = lines(40, combined, "\n");
    let ran = run_with(&["replay", "--verdicts", "-", "--alerts", "-", "-"], &input).ended(0);
    let verdicts = ran.json();
    let ids: Vec<&str> = verdicts
        .iter()
        .filter(|line| line.get("state").is_none())
        .map(|verdict| verdict["client"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 5);
    assert!(ids.is_sorted(), "{ids:?}");
    let again = run_with(&["replay", "--verdicts", "-", "--alerts", "-", "-"], &input).ended(0);
    assert_eq!(ran.out, again.out);
}

#[test]
fn output_files_are_overwritten() {
    let folder = file("a.log", &lines(40, combined, "\n"));
    let verdicts = folder.path().join("out.jsonl");
    fs::write(&verdicts, "left over\n".repeat(1000)).unwrap();
    run("replay --verdicts {}/out.jsonl {}/a.log", folder.path()).ended(0);
    assert_eq!(json_lines(&verdicts).len(), 5);
}

#[test]
fn usage_and_configuration_have_their_own_exit_codes() {
    let folder = file("a.log", &lines(4, combined, "\n"));
    let broken = "[source]\nknd = \"file\"\n[engine]\nmask = \"tls\"\n";
    fs::write(folder.path().join("gait.toml"), broken).unwrap();
    fs::write(folder.path().join("map.toml"), "tme = \"ts\"\n").unwrap();
    let bad_detector = folder.path().join("detectors/timing/x");
    fs::create_dir_all(&bad_detector).unwrap();
    fs::write(bad_detector.join("detector.toml"), "operator = \"none such\"\n").unwrap();
    let cases = [
        ("replay", 2, "FILE"),
        ("replay --mask tls {}/a.log", 2, "tls"),
        ("replay --format nginx-jsn {}/a.log", 2, "did you mean `nginx-json`"),
        ("replay --trusted-proxy nowhere {}/a.log", 2, "nowhere"),
        ("replay --format json --field-map {}/map.toml {}/a.log", 78, "tme"),
        ("replay --detectors {}/detectors {}/a.log", 78, "detector.toml"),
        ("replay --detectors {}/none {}/a.log", 78, "none"),
        ("check --detectors {}/detectors", 78, "detector.toml"),
        (
            "check --config {}/gait.toml",
            78,
            "gait.toml:2: `source.knd` is not known; did you mean `kind`?",
        ),
        ("check --config {}/gait.toml", 78, "gait.toml:4: `engine.mask`"),
        ("run --config {}/gait.toml", 78, "`source.kind`"),
        ("run --config {}/none.toml", 78, "none.toml"),
        ("evaluate --truth {}/none --verdicts {}/none", 1, "none"),
        ("evaluate --truth x", 2, "--verdicts"),
        ("evaluate --truth x --truth y --verdicts v", 2, "one of each per log"),
    ];
    for (line, code, says) in cases {
        run(line, folder.path()).ended(code).says(says);
    }
}

/// Replays a log of the shared data; returns the summary and the verdicts.
fn replay(log: &Path, flags: &str) -> (Value, Vec<Value>, String) {
    let folder = tempfile::tempdir().unwrap();
    let verdicts = folder.path().join("verdicts.jsonl");
    let line = format!("replay --output json {flags} --verdicts {} {{}}", verdicts.display());
    let ran = run(line.replace("  ", " ").as_str(), log).ended(0);
    (ran.json().remove(0), json_lines(&verdicts), ran.err)
}

#[test]
fn real_logs_are_read_without_configuration() {
    let Some(root) = data("") else { return };
    // (log, lines that are events, lines rejected, format that auto must name)
    let cases = [
        ("alpha/access.jsonl.gz", 38_735, 0, "nginx-json"),
        ("alpha_mcp/access.jsonl.gz", 4298, 0, "nginx-json"),
        ("nasa/access.log.gz", 30_969, 0, "combined"),
        ("semicomplete/access.log.gz", 9999, 1, "combined"),
    ];
    for (log, events, rejects, format) in cases {
        let (summary, verdicts, err) = replay(&root.join(log), "");
        assert_eq!(summary["events"], events, "{log}: {err}");
        assert_eq!(summary["rejects"], rejects, "{log}: {err}");
        assert!(err.contains(format), "{log}: {err}");
        assert_eq!(summary["clients"], verdicts.len() as u64, "{log}");
        if rejects == 1 {
            assert!(err.contains("access.log.gz:8899: "), "{log}: {err}");
        }
    }
}

#[test]
fn the_evaluation_of_the_capture_joins_every_client_and_no_person_is_enforceable() {
    let Some(root) = data("alpha") else { return };
    let folder = tempfile::tempdir().unwrap();
    let verdicts = folder.path().join("verdicts.jsonl").display().to_string();
    let log = root.join("access.jsonl.gz").display().to_string();
    run_with(&["replay", "--verdicts", &verdicts, &log], b"").ended(0);
    let truth = root.join("truth.csv").display().to_string();
    let ran = run_with(&["evaluate", "--truth", &truth, "--verdicts", &verdicts, "--json"], b"");
    let report: Value = serde_json::from_str(&ran.ended(0).out).unwrap();
    assert_eq!(report["coverage"]["paired"], 296);
    assert_eq!(report["people_enforceable"]["count"], 0);
    assert_eq!(report["unscored_enforceable"]["count"], 0);
    assert!(report["auc"]["area"].as_f64().unwrap() > 0.9, "{}", report["auc"]);
}

#[test]
fn a_mask_is_named_by_the_verdicts_and_keeps_the_clients() {
    let Some(root) = data("alpha") else { return };
    let log = root.join("access.jsonl.gz");
    let (_, plain, _) = replay(&log, "");
    let (_, masked, _) = replay(&log, "--mask ua,protocol,sec_fetch");
    let ids = |verdicts: &[Value]| -> Vec<String> {
        verdicts.iter().map(|verdict| verdict["client"]["id"].to_string()).collect()
    };
    assert_eq!(ids(&plain), ids(&masked));
    assert!(masked.iter().all(|v| v["mask"].to_string().contains("sec_fetch")));
    assert!(masked.iter().all(|v| v["class"] != "declared_bot"), "a masked claim declares nothing");
}

#[test]
fn explain_says_why_from_a_log_and_from_verdicts() {
    let folder = file("a.log", &lines(40, combined, "\n"));
    run("replay --verdicts {}/v.jsonl {}/a.log", folder.path()).ended(0);
    let id = json_lines(&folder.path().join("v.jsonl"))[0]["client"]["id"].clone();
    let id = id.as_str().unwrap();
    let by_log = run(&format!("explain --client {id} {{}}/a.log"), folder.path()).ended(0).out;
    let by_file = format!("explain --client {id} --verdicts {{}}/v.jsonl");
    let by_file = run(&by_file, folder.path()).ended(0).out;
    let heading = |told: &str| told.split("\nReasons").next().unwrap().to_owned();
    assert_eq!(heading(&by_log), heading(&by_file));
    for told in [&by_log, &by_file] {
        assert!(told.contains("curl/8.5.0") && told.contains("identity.library_client"), "{told}");
        assert!(told.contains("without it the score is"), "{told}");
    }
    run("explain --ip 192.0.2.3 {}/a.log", folder.path()).ended(0);
    run("explain --ip 192.0.2.99 {}/a.log", folder.path()).ended(1).says("192.0.2.99");
}

#[test]
fn the_demo_recognises_its_personas_the_same_way_every_time() {
    let line = "demo --once --seconds 20 --speed 60 --seed 7 --no-color";
    let ran = run(line, Path::new("")).ended(0);
    assert!(ran.out.contains("persona") && ran.out.contains("scanner"), "{}", ran.out);
    assert_eq!(ran.out, run(line, Path::new("")).ended(0).out);
}

#[test]
fn a_simulation_is_read_without_rejects_and_its_truth_knows_every_client() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "simulate --seed 3 --split held-out --clients 72 --scenario takeover --hours 3 \
                --log {}/a.jsonl --truth {}/a.csv";
    let simulated = || {
        run(line, folder.path()).ended(0);
        let read = |name| fs::read_to_string(folder.path().join(name)).expect("it was written");
        (read("a.jsonl"), read("a.csv"))
    };
    let (log, truth) = simulated();
    assert_eq!((&log, &truth), (&simulated().0, &simulated().1));
    assert_eq!(truth.lines().count(), 73);
    // A session that changed hands ends its row with a step and a time.
    let changed = |row: &&str| row.contains(",takeover,") && !row.ends_with(",,,");
    assert!(truth.lines().filter(changed).count() > 5, "{truth}");
    let replay = "replay --strict --verdicts {}/v.jsonl {}/a.jsonl";
    run(replay, folder.path()).ended(0);
    let evaluate = "evaluate --json --truth {}/a.csv --verdicts {}/v.jsonl";
    let report = run(evaluate, folder.path()).ended(0).out;
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["coverage"]["verdicts_without_truth"], 0, "{}", report["coverage"]);
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = run(&format!("completions {shell}"), Path::new("")).ended(0);
        assert!(ran.out.contains("replay"), "{shell}");
    }
}

#[test]
fn a_site_model_is_learnt_read_and_refused_when_broken() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shop.site");
    let Some(log) = data("alpha") else { return };
    let log = log.join("access.jsonl.gz").display().to_string();
    let model = out.display().to_string();
    let gait =
        |words: &[&str]| run_with(&words.iter().map(ToString::to_string).collect::<Vec<_>>(), b"");
    let learnt = gait(&["calibrate", "--mask", "ua", "--output", "json", "--out", &model, &log]);
    let summary = &learnt.json()[0];
    assert_eq!(summary["sites"][0]["has_people"], true, "{summary}");
    let hashes = |words: &[&str]| -> Vec<String> {
        let ran = gait(words);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.json().iter().map(|verdict| verdict["model"].to_string()).collect()
    };
    let bare = hashes(&["replay", "--mask", "ua", "--verdicts", "-", &log]);
    let on_site = ["replay", "--mask", "ua", "--site-model", &model, "--verdicts", "-", &log];
    let sited = hashes(&on_site);
    assert_eq!(bare.len(), sited.len());
    assert_ne!(bare[0], sited[0], "verdicts name the site model");
    let refused = gait(&["replay", "--site-model", &model, &log]);
    assert_eq!(refused.code, 78);
    refused.says("was learnt with `--mask ua`");
    let mut bytes = fs::read(&out).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&out, bytes).unwrap();
    let broken = gait(&on_site);
    assert_eq!(broken.code, 78);
    broken.says("the site model is damaged");
}

#[test]
fn the_doctor_says_what_a_log_lacks() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("access.log");
    fs::write(&path, lines(60, combined, "\n")).expect("written");
    let ran = run("doctor {}", &path).ended(0);
    for said in ["clock: second", "times are whole seconds", "not logged: duration, accept"] {
        assert!(ran.out.contains(said), "`{said}` is not in:\n{}", ran.out);
    }
    let report = &run("doctor --output json {}", &path).ended(0).json()[0];
    assert_eq!((&report["events"], &report["clients"]), (&60.into(), &5.into()));
    assert_eq!(report["formats"], serde_json::json!(["combined"]));
    let silent = report["silent"].as_array().expect("a list");
    assert!(silent.iter().any(|silent| silent["detector"] == "navigation.surprising_path"));
    fs::write(&path, "no log at all\n").expect("written");
    let ran = run("doctor {}", &path).ended(1);
    assert!(ran.out.contains("* no request was read"), "{}", ran.out);
}
