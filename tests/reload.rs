//! A site model and grants that change while `gait run` judges: taken up, written down and repeated by a replay with
//! the same results; broken ones are refused and the last good ones stay.

#[expect(dead_code, reason = "the captures are for other tests")]
mod binary;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use binary::{json_lines, run_with};
use gait_tests::built_gait;
use serde_json::{Value, json};

/// How long a process may take to do what is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(50));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

/// The last verdict on each client.
fn last_verdicts(path: &Path) -> BTreeMap<String, Value> {
    let verdicts = json_lines(path).into_iter();
    verdicts.map(|verdict| (verdict["client"]["id"].to_string(), verdict)).collect()
}

/// Follows a log under a site model that is looked at on SIGHUP alone; `path` tells where a file lies.
fn config(path: impl Fn(&str) -> String) -> String {
    format!(
        "[source]\nkind = \"file\"\npaths = [\"{}\"]\n[decode]\nformat = \"nginx-json\"\n\
         [engine]\nsite_model = \"{}\"\ncontrol_journal = \"{}\"\nsite_model_poll_s = 3600\n\
         [sinks.verdicts]\nkind = \"file\"\npath = \"{}\"\n[sinks.rejects]\nkind = \"file\"\npath = \"{}\"\n",
        path("live.jsonl"),
        path("shop.site"),
        path("control.jsonl"),
        path("live-verdicts.jsonl"),
        path("rejects.jsonl"),
    )
}

#[test]
fn a_replay_with_the_journal_repeats_a_run_whose_site_model_changed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).display().to_string();
    let gait = |words: &[&str]| run_with(words, b"").ended(0);
    gait(&[
        "simulate",
        "--clients",
        "120",
        "--seed",
        "3",
        "--full-log",
        "--log",
        &text("all.jsonl"),
    ]);
    gait(&["calibrate", "--out", &text("new.site"), &text("all.jsonl")]);
    let log = fs::read_to_string(at("all.jsonl")).expect("the log is there");
    let lines: Vec<&str> = log.lines().collect();
    let half = lines.len() / 2;
    fs::write(at("half.jsonl"), lines[..half].join("\n") + "\n").expect("half of it is written");
    gait(&["calibrate", "--out", &text("shop.site"), &text("half.jsonl")]);

    fs::write(at("gait.toml"), config(text)).expect("the configuration is written");
    gait(&["check", "--config", &text("gait.toml")]);
    let mut live = File::create(at("live.jsonl")).expect("the log is created");
    let mut child = Command::new(built_gait())
        .args(["run", "--config", &text("gait.toml")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(at("err")).expect("a file for messages"))
        .spawn()
        .expect("gait starts");
    let read = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
    live.write_all((lines[..half].join("\n") + "\nno record\n").as_bytes()).expect("the log grows");
    wait_until("the first half", || read("rejects.jsonl").lines().count() == 1);
    fs::rename(at("new.site"), at("shop.site")).expect("the model changes");
    signal(&child, "-HUP");
    wait_until("the change", || read("control.jsonl").lines().count() == 2);
    fs::write(at("shop.site"), "gaitsite, broken").expect("the model breaks");
    signal(&child, "-HUP");
    wait_until("the refusal", || read("err").contains("site model refused"));
    live.write_all((lines[half..].join("\n") + "\nno record\n").as_bytes()).expect("the log grows");
    wait_until("the second half", || read("rejects.jsonl").lines().count() == 2);
    signal(&child, "-TERM");
    assert!(child.wait().expect("gait ends").success(), "{}", read("err"));

    let journal = json_lines(&at("control.jsonl"));
    assert_eq!(journal.len(), 2, "a refused file is no change");
    assert_eq!(journal[0]["after"], Value::Null);
    assert_eq!(journal[1]["after"]["offset"], half + 1);
    assert_ne!(journal[0]["hash"], journal[1]["hash"]);

    let replayed = |with: &[&str]| {
        let (out, log) = (text("replayed.jsonl"), text("live.jsonl"));
        let words = ["replay", "--format", "nginx-json", "--verdicts", &out];
        gait(&[&words[..], with, &[&log]].concat());
        last_verdicts(&at("replayed.jsonl"))
    };
    let lived = last_verdicts(&at("live-verdicts.jsonl"));
    assert!(lived.len() > 50, "{}", lived.len());
    let again = replayed(&["--control", &text("control.jsonl")]);
    assert_eq!(lived, again);
    let file = journal[0]["file"].as_str().expect("the first model is kept");
    let unchanged = replayed(&["--site-model", &text(file)]);
    let differs = |id: &String| lived[id]["score"] != unchanged[id]["score"];
    assert!(lived.keys().any(differs), "the change matters to somebody");
}

/// A grant to do `actions` on the ledger.
fn grant(actions: &[&str]) -> String {
    let permission = json!({ "actions": actions, "resource_prefixes": { "ledger": [""] } });
    json!({ "id": "g-1", "agent": "clerk", "subject": "ada", "permissions": [permission] })
        .to_string()
}

/// Calls `from..to` of an agent, one a second.
fn calls(from: u32, to: u32) -> String {
    let call = |n: u32| {
        json!({
            "ts": 1_795_356_000 + n, "event": "tools/call", "request_id": format!("r{n}"),
            "client_id": "clerk", "subject": "ada", "act": [{"sub": "clerk"}], "grant_id": "g-1",
            "tool": "post", "args": {"resource_id": "l-1"}, "resource_type": "ledger",
            "resource_ids": ["l-1"], "code": 200, "client_ip": "192.0.2.1",
        })
    };
    (from..to).map(|n| call(n).to_string() + "\n").collect()
}

#[test]
fn grants_that_change_hold_from_there_on_and_a_replay_repeats_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).display().to_string();
    let read = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
    fs::create_dir(at("grants")).expect("a directory for grants");
    fs::write(at("grants/g-1.json"), grant(&["post", "peek"])).expect("the grant is written");
    let config = format!(
        "[source]\nkind = \"file\"\npaths = [\"{}\"]\n[decode]\nformat = \"mcp-gateway\"\n\
         [engine]\ngrants = \"{}\"\ncontrol_journal = \"{}\"\ngrants_poll_s = 3600\n\
         [sinks.findings]\nkind = \"file\"\npath = \"{}\"\n[sinks.rejects]\nkind = \"file\"\npath = \"{}\"\n",
        text("live.jsonl"),
        text("grants"),
        text("control.jsonl"),
        text("findings.jsonl"),
        text("rejects.jsonl"),
    );
    fs::write(at("gait.toml"), config).expect("the configuration is written");
    let mut live = File::create(at("live.jsonl")).expect("the log is created");
    let mut child = Command::new(built_gait())
        .args(["run", "--config", &text("gait.toml")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(at("err")).expect("a file for messages"))
        .spawn()
        .expect("gait starts");
    let mut grow = |calls: String, rejects: usize| {
        live.write_all((calls + "no record\n").as_bytes()).expect("the log grows");
        wait_until("the calls", || read("rejects.jsonl").lines().count() == rejects);
    };
    grow(calls(0, 10), 1);
    fs::write(at("grants/g-1.json"), "{\"id\": \"g-1\"}").expect("the grant breaks");
    signal(&child, "-HUP");
    wait_until("the refusal", || read("err").contains("grants refused"));
    assert!(read("err").contains("g-1.json"), "{}", read("err"));
    grow(calls(10, 20), 2);
    fs::write(at("grants/g-1.json"), grant(&["peek"])).expect("the grant changes");
    signal(&child, "-HUP");
    wait_until("the change", || read("control.jsonl").lines().count() == 3);
    grow(calls(20, 30), 3);
    signal(&child, "-TERM");
    assert!(child.wait().expect("gait ends").success(), "{}", read("err"));

    let lived = json_lines(&at("findings.jsonl"));
    let ids: Vec<_> = lived.iter().map(|finding| finding["request_id"].clone()).collect();
    assert_eq!(ids, (20..30).map(|n| json!(format!("r{n}"))).collect::<Vec<_>>());
    assert!(lived.iter().all(|finding| finding["clauses"] == json!(["tool"])), "{lived:?}");
    let journal = json_lines(&at("control.jsonl"));
    let kinds: Vec<_> = journal.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["site_model", "grants", "grants"]);
    let (control, out, log) = (text("control.jsonl"), text("again.jsonl"), text("live.jsonl"));
    let words = ["replay", "--format", "mcp-gateway", "--findings", &out, "--control", &control];
    run_with(&[&words[..], &[&log]].concat(), b"").ended(0);
    assert_eq!(read("again.jsonl"), read("findings.jsonl"));
    let both = run_with(&[&words[..], &["--grants", &text("grants"), &log]].concat(), b"");
    assert!(both.ended(78).err.contains("leave `--grants` out"));
    let kept = journal[1]["file"].as_str().expect("the first grants are kept");
    fs::write(at(kept), read("grants/g-1.json") + "\n").expect("what is kept is changed");
    let changed = run_with(&[&words[..], &[&log]].concat(), b"").ended(78);
    assert!(changed.err.contains("the journal names grants"), "{}", changed.err);
}
