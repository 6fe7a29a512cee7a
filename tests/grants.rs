//! Grants and findings through the built command: imports, hard limits with each clause, and broken input.

mod binary;
mod scenarios;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::Read as _,
    path::Path,
};

use binary::{Ran, data, json_lines, run_with};
use gait_event::{AgentCall, EventTime};
use gait_scope::{Grant, Habit, Permission, Profile};
use serde_json::{Value, json};
use tempfile::TempDir;

fn gait(folder: &Path, line: &str) -> Ran {
    let inside = |word: &str| word.replace("{}", &folder.display().to_string());
    run_with(&line.split(' ').map(inside).collect::<Vec<_>>(), b"")
}

/// A folder in which `files` stand.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const GRANT: &str = r#"{
    "id": "g-1", "agent": "clerk", "subject": "ada", "expires_at": "2026-11-22T15:00:00Z",
    "permissions": [{"actions": ["peek"], "resources": {"ledger": ["l-1"]},
                     "data_window": {"from": "2026-10-01", "to": "2026-11-30"}}]
}"#;

/// A line with `changes` to a call that the grant allows.
fn call(id: u64, changes: &Value) -> String {
    let mut line = json!({
        "ts": 1_795_356_000.5 + id as f64, "event": "tools/call", "request_id": format!("r{id}"),
        "client_id": "clerk", "subject": "ada", "act": [{"sub": "clerk"}], "grant_id": "g-1",
        "tool": "peek", "args": {"resource_id": "l-1", "start": "2026-10-01", "end": "2026-11-30"},
        "resource_type": "ledger", "resource_ids": ["l-1"], "code": 200, "client_ip": "192.0.2.1",
    });
    let changes = changes.as_object().expect("changes are an object").clone();
    line.as_object_mut().expect("a line is an object").extend(changes);
    line.to_string() + "\n"
}

/// The findings on these lines under the grant.
fn findings(log: &str) -> Vec<Value> {
    let folder = folder(&[("g/g-1.json", GRANT), ("log", log)]);
    gait(folder.path(), "replay --grants {}/g --format mcp-gateway --findings {}/out {}/log")
        .ended(0);
    json_lines(&folder.path().join("out"))
}

/// Requests with the clauses they broke; one violation for a request.
fn violations(findings: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding["kind"] == "violation") {
        let id = finding["request_id"].as_str().expect("a request id is text").to_owned();
        let clauses = finding["clauses"].as_array().expect("clauses are a list");
        let words = clauses.iter().map(|clause| clause.as_str().unwrap_or_default().to_owned());
        assert!(found.insert(id, words.collect()).is_none(), "told twice: {finding}");
    }
    found
}

#[test]
fn every_attempt_is_attributed_to_agent_subject_and_grant() {
    let denied = call(7, &json!({"request_id": 7, "tool": "post", "code": 403}));
    let found = findings(&(call(1, &json!({})) + &denied));
    let [finding] = &found[..] else { panic!("one finding: {found:?}") };
    for (key, value) in [
        ("kind", json!("violation")),
        ("request_id", json!("7")),
        ("ts", json!("2026-11-22T14:00:07.500000Z")),
        ("agent", json!("clerk")),
        ("subject", json!("ada")),
        ("grant", json!("g-1")),
        ("clauses", json!(["tool"])),
        ("action", json!("post")),
        ("chain", json!(["clerk"])),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
}

#[test]
fn an_identified_agent_is_an_alert_once_it_breaks_its_grant() {
    let within = (1..=40).map(|id| call(id, &json!({}))).collect::<String>();
    let beyond = within.clone() + &call(41, &json!({"tool": "post"}));
    for (log, expected) in [(within, None), (beyond, Some("identified_agent"))] {
        let folder = folder(&[("g/g-1.json", GRANT), ("log", &log)]);
        let line = "replay --grants {}/g --format mcp-gateway --verdicts {}/v --alerts {}/a {}/log";
        gait(folder.path(), line).ended(0);
        let alerts = json_lines(&folder.path().join("a"));
        let kinds: Vec<_> = alerts.iter().map(|alert| alert["kind"].as_str()).collect();
        assert_eq!(kinds, expected.map(Some).into_iter().collect::<Vec<_>>());
        let [verdict] = &json_lines(&folder.path().join("v"))[..] else { panic!("one client") };
        assert_eq!(
            (&verdict["class"], &verdict["client"]["agent"]),
            (&json!("agent"), &json!("clerk"))
        );
        assert_eq!(verdict["enforceable"], json!(expected.is_some()));
        let families = verdict["evidence_families"].as_array().expect("families are a list");
        assert_eq!(families.contains(&json!("scope")), expected.is_some());
    }
}

#[test]
fn drift_is_told_with_its_beginning_and_is_nothing_to_act_on() {
    let both = GRANT.replace(r#"["peek"]"#, r#"["peek", "post"]"#);
    let tool = |id| if id > 80 { "post" } else { "peek" };
    let log = (1..=120)
        .map(|id| call(id, &json!({"tool": tool(id), "ts": 1_795_356_000 + id * 9})))
        .collect::<String>();
    let folder = folder(&[("g/g-1.json", &both), ("log", &log)]);
    let flags = "--findings {}/f --verdicts {}/v {}/log";
    gait(folder.path(), &format!("replay --grants {{}}/g --format mcp-gateway {flags}")).ended(0);
    let [finding] = &json_lines(&folder.path().join("f"))[..] else { panic!("one finding") };
    for (key, value) in [
        ("kind", json!("drift")),
        ("agent", json!("clerk")),
        ("subject", json!("ada")),
        ("grant", json!("g-1")),
        ("aspect", json!("mix")),
        ("since", json!("2026-11-22T14:12:09.000000Z")),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
    let calls = finding["calls_until_found"].as_u64().expect("a count");
    assert!((1..=20).contains(&calls), "{finding}");
    assert_eq!(finding["request_id"], json!(format!("r{}", 80 + calls)));
    assert!(finding["statistic"].as_f64().is_some_and(|nats| nats > 9.0), "{finding}");
    let evidence = finding["evidence"][0].as_str().expect("words");
    assert!(evidence.contains("`post` went from 0 % to 100 %"), "{evidence}");
    let [verdict] = &json_lines(&folder.path().join("v"))[..] else { panic!("one client") };
    assert_eq!(verdict["enforceable"], json!(false));
    let families = verdict["evidence_families"].as_array().expect("families are a list");
    assert!(families.contains(&json!("scope")), "{families:?}");
}

#[test]
fn a_run_tells_what_a_replay_tells() {
    let tool = |id| if id % 7 == 0 { "post" } else { "peek" };
    let log = (1..=40).map(|id| call(id, &json!({"tool": tool(id)}))).collect::<String>();
    let folder = folder(&[("g/g-1.json", GRANT), ("log", &log)]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let config = format!(
        "[source]\nkind = \"file\"\npaths = ['{}']\nfollow = false\n[decode]\nformat = \"mcp-gateway\"\n\
         [engine]\ngrants = '{}'\n[sinks.findings]\nkind = \"file\"\npath = '{}'\n",
        at("log"),
        at("g"),
        at("run")
    );
    fs::write(folder.path().join("gait.toml"), config).unwrap();
    gait(folder.path(), "run --config {}/gait.toml").ended(0);
    gait(folder.path(), "replay --grants {}/g --format mcp-gateway --findings {}/replay {}/log")
        .ended(0);
    let told = |name: &str| fs::read_to_string(folder.path().join(name)).expect("findings");
    assert_eq!(told("run"), told("replay"));
    assert_eq!(violations(&json_lines(&folder.path().join("run"))).len(), 5);
}

#[test]
fn a_clock_that_runs_backwards_judges_each_call_by_its_own_time() {
    let hour = 3600.0;
    let log = [0.0, hour, 2.0 * hour, -hour, hour + 0.1, -1e6]
        .iter()
        .zip(1..)
        .map(|(offset, id)| call(id, &json!({"ts": 1_795_359_600.0 - hour + offset})))
        .collect::<String>();
    let found = violations(&findings(&log));
    assert_eq!(found.keys().collect::<Vec<_>>(), ["r2", "r3", "r5"]);
    assert!(found.values().all(|clauses| clauses.iter().eq(["expired"])));
}

#[test]
fn claims_that_say_nobody_are_counted_and_the_rest_is_judged() {
    let deep = format!("{}1{}", r#"{"sub":"a","act":"#.repeat(10_000), "}".repeat(10_000));
    let mut log = call(1, &json!({"client_id": ["clerk"]})) + &call(2, &json!({"act": 7}));
    writeln!(log, r#"{{"ts":1795356003,"client_id":"clerk","act":{deep}}}"#).unwrap();
    log += &call(4, &json!({"act": [{"sub": "clerk"}, {"sub": "x"}, {"sub": "clerk"}]}));
    let folder = folder(&[("g/g-1.json", GRANT), ("log", &log)]);
    let ran = gait(
        folder.path(),
        "replay --grants {}/g --format mcp-gateway --findings - --rejects {}/rejects {}/log",
    )
    .ended(0);
    let found: Vec<Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(violations(&found), [("r4".into(), ["delegation".into()].into())].into());
    let reasons: Vec<_> = json_lines(&folder.path().join("rejects"))
        .iter()
        .map(|reject| reject["reason"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(reasons, ["bad_field", "bad_field", "wrong_format"]);
}

#[test]
fn notices_come_on_the_first_call_of_a_client() {
    let late = json!({"token_exp": 1_795_359_601});
    let nameless = json!({"grant_id": null, "tool": "post"});
    let log = [&late, &late, &json!({}), &nameless, &nameless]
        .iter()
        .zip(1..)
        .map(|(changes, id)| call(id, changes))
        .collect::<String>();
    let told: Vec<(String, String)> = findings(&log)
        .iter()
        .map(|of| {
            let word = if of["kind"] == "notice" { &of["notice"] } else { &of["clauses"][0] };
            assert_eq!(of["grant"], "g-1");
            (of["request_id"].as_str().unwrap().into(), word.as_str().unwrap().into())
        })
        .collect();
    let wanted = [
        ("r1", "credential_outlives_grant"),
        ("r4", "tool"),
        ("r4", "no_grant_named"),
        ("r5", "tool"),
    ];
    assert_eq!(told, wanted.map(|(id, word)| (id.to_owned(), word.to_owned())));
}

#[test]
fn flags_are_independent_and_what_is_missing_is_said() {
    let log = call(1, &json!({"tool": "post"}));
    let folder = folder(&[("g/g-1.json", GRANT), ("log", &log), ("none/x.txt", "")]);
    let ran = gait(folder.path(), "replay --format mcp-gateway --findings {}/out {}/log").ended(0);
    assert!(ran.err.contains("no findings without grants"), "{}", ran.err);
    assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"");
    let ran = gait(folder.path(), "replay --output json --grants {}/g {}/log").ended(0);
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&summary["agent_calls"], &summary["violations"]), (&json!(1), &json!(1)));
    let plain = r#"{"time":"2026-11-22T13:38:01+00:00","remote_addr":"192.0.2.1","request_method":"GET","request_uri":"/","status":200}"#;
    fs::write(folder.path().join("log"), plain).unwrap();
    let ran = gait(folder.path(), "replay --grants {}/g {}/log").ended(0);
    assert!(ran.err.contains("no line names an agent"), "{}", ran.err);
    let ran = gait(folder.path(), "replay --grants {}/none {}/log").ended(78);
    assert!(ran.err.contains("holds no grant"), "{}", ran.err);
}

#[test]
fn grants_that_cannot_be_used_are_named_with_file_and_key() {
    let unknown = GRANT.replace("\"actions\"", "\"tools\"");
    let folder = folder(&[
        ("g/a.json", &unknown),
        ("g/b.json", GRANT),
        ("g/c.json", GRANT),
        ("g/d.toml", "id = 7"),
        ("g/e.yaml", "id: g-5"),
        ("g/f.json", "{"),
        ("log", ""),
    ]);
    let ran = gait(folder.path(), "replay --grants {}/g {}/log").ended(78);
    for part in [
        "a.json`: `permissions[0].tools`: unknown field `tools`",
        "c.json`: grant `g-1` is given twice",
        "d.toml`: `id`: invalid type",
        "e.yaml`: YAML is not read",
        "f.json`: EOF",
    ] {
        assert!(ran.err.contains(part), "`{part}` is not in:\n{}", ran.err);
    }
}

#[test]
fn imports_are_idempotent_and_refuse_what_they_do_not_understand() {
    let capture = r#"{"tools": {}, "resources": {}, "grants": [{"grant_id": "g-1", "client_id": "clerk",
        "subject": "ada", "allowed_tools": ["peek"], "resources": {"ledger": ["l-1"]},
        "data_window": {"from": "2026-10-01", "to": "2026-11-30"}, "expires_at": "2026-11-22T15:00:00Z"}]}"#;
    let claims = r#"{"grant_id": "g-1", "client_id": "clerk", "sub": "ada", "exp": 1795359600,
        "authorization_details": [{"type": "ledger", "actions": ["peek"], "identifier": "l-1",
        "data_window": {"from": "2026-10-01", "to": "2026-11-30"}}]}"#;
    let log = call(1, &json!({})) + &call(2, &json!({"resource_ids": ["l-2"]}));
    for (shape, text) in [("native", GRANT), ("mcp-capture", capture), ("rfc9396", claims)] {
        let folder = folder(&[("in.json", text), ("log", &log)]);
        let import = format!("grants import {shape} {{}}/in.json --out {{}}/g");
        assert!(gait(folder.path(), &import).ended(0).out.contains("1 file written"));
        let written = fs::read(folder.path().join("g/g-1.json")).unwrap();
        assert!(gait(folder.path(), &import).ended(0).out.contains("0 files written"));
        assert_eq!(fs::read(folder.path().join("g/g-1.json")).unwrap(), written);
        assert_eq!(fs::read_dir(folder.path().join("g")).unwrap().count(), 1);
        gait(folder.path(), "replay --grants {}/g --findings {}/out {}/log").ended(0);
        let found = violations(&json_lines(&folder.path().join("out")));
        assert_eq!(found, [("r2".into(), ["resource".into()].into())].into(), "{shape}");
        let broken = text.replacen("\"g-1\",", "\"g-1\", \"unheard_of\": 1,", 1);
        fs::write(folder.path().join("in.json"), broken).unwrap();
        let ran = gait(folder.path(), &import);
        // A token may carry any claim; a grant may not.
        assert_eq!(ran.code, if shape == "rfc9396" { 0 } else { 78 }, "{shape}: {}", ran.err);
        assert!(shape == "rfc9396" || ran.err.contains("unheard_of"), "{}", ran.err);
        gait(folder.path(), &format!("grants import {shape} {{}}/missing --out {{}}/h")).ended(1);
        assert!(!folder.path().join("h").exists());
    }
    let two = folder(&[("in.json", &format!("[{GRANT}, {GRANT}]"))]);
    let ran = gait(two.path(), "grants import native {}/in.json --out {}/g").ended(78);
    assert!(ran.err.contains("in.json`: grant `g-1` is given twice"), "{}", ran.err);
    assert!(!two.path().join("g").exists());
    gait(two.path(), "grants import yaml {}/in.json --out {}/g").ended(2);
}

/// The findings on a capture of an MCP gateway under the grants that lie beside it.
fn findings_of(capture: &Path) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let grants = capture.join("grants.json").display().to_string();
    gait(folder.path(), &format!("grants import mcp-capture {grants} --out {{}}/g")).ended(0);
    let log = capture.join("gateway.jsonl.gz").display().to_string();
    let replay = format!("replay --grants {{}}/g --format mcp-gateway --findings {{}}/out {log}");
    gait(folder.path(), &replay).ended(0);
    json_lines(&folder.path().join("out"))
}

#[test]
fn the_capture_gives_each_violation_its_clauses_and_nobody_else_one() {
    let Some(capture) = data("alpha_mcp") else { return };
    let told = findings_of(&capture);
    let found = violations(&told);
    let truth = fs::read_to_string(capture.join("truth_calls.csv")).unwrap();
    // Per clause: right, missed, too much.
    let mut counts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for row in truth.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let wanted: BTreeSet<String> =
            fields[4].split('+').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let got = found.get(fields[0]).cloned().unwrap_or_default();
        for clause in wanted.union(&got) {
            let place = match (wanted.contains(clause), got.contains(clause)) {
                (true, true) => 0,
                (true, false) => 1,
                _ => 2,
            };
            counts.entry(clause.clone()).or_default()[place] += 1;
        }
    }
    assert!(counts.len() >= 5, "the truth was not read: {counts:?}");
    for (clause, [right, missed, wrong]) in &counts {
        assert_eq!(*missed, 0, "{clause}: recall below 1.00");
        let precision = f64::from(*right) / f64::from(right + wrong);
        assert!(precision >= 0.99, "{clause}: precision {precision}");
    }
    let agents = fs::read_to_string(capture.join("truth.csv")).unwrap();
    let quiet: BTreeSet<&str> = agents
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect::<Vec<_>>())
        .filter(|fields| fields[6] == "0")
        .map(|fields| fields[0])
        .collect();
    assert_eq!(quiet.len(), 26);
    let is_quiet = |of: &&Value| quiet.contains(of["agent"].as_str().unwrap_or_default());
    let loud = told.iter().filter(is_quiet).find(|of| of["kind"] != "drift");
    assert_eq!(loud, None, "an agent inside its grant, or a look-alike of drift");
}

#[test]
fn the_capture_shows_drift_where_habits_change_and_nowhere_else() {
    let Some(capture) = data("alpha_mcp") else { return };
    let told = findings_of(&capture);
    let drifting: BTreeSet<&str> = told
        .iter()
        .filter(|finding| finding["kind"] == "drift")
        .map(|finding| finding["agent"].as_str().expect("an agent is named"))
        .collect();
    let truth = fs::read_to_string(capture.join("truth.csv")).unwrap();
    let agents_of = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<&str> {
        let rows = truth.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
        rows.filter(|fields| wanted(fields[2])).map(|fields| fields[0]).collect()
    };
    let within = agents_of(&|behaviour| ["slow_mix", "volume_ramp"].contains(&behaviour));
    let benign = |behaviour: &str| {
        behaviour.starts_with("in_scope") || behaviour == "wrong_subject_never_reached"
    };
    let benign = agents_of(&benign);
    assert_eq!((within.len(), benign.len()), (5, 21));
    assert!(drifting.intersection(&within).count() >= 4, "found {drifting:?}");
    assert_eq!(drifting.intersection(&benign).next(), None);
}

/// Tool calls of the runs of tau-bench's airline agent, run by run.
fn tau_bench_runs() -> Option<Vec<Vec<String>>> {
    let path = data("tau_bench")?.join("gpt-4o-airline.json.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let runs: Vec<Value> = serde_json::from_str(&text).unwrap();
    let names = |run: &Value| {
        let messages = run["traj"].as_array().expect("a run has messages").iter();
        let calls = messages.filter_map(|message| message["tool_calls"].as_array()).flatten();
        calls.map(|call| call["function"]["name"].as_str().unwrap().to_owned()).collect()
    };
    Some(runs.iter().map(names).collect())
}

#[test]
fn the_work_of_a_real_model_is_no_drift() {
    let Some(runs) = tau_bench_runs() else { return };
    let actions: BTreeSet<String> = runs.iter().flatten().cloned().collect();
    let permission = Permission { actions, ..Permission::default() };
    let grant = Grant {
        id: "g".into(),
        actor: "agent".into(),
        subject: "person".into(),
        permissions: vec![permission],
        not_before_us: i64::MIN,
        expires_at_us: i64::MAX,
        consent_ends_us: None,
        subject_ends_us: None,
        chain: Vec::new(),
        chain_max: 1,
    };
    // The log has no times: 5 s between two calls, a minute between two runs.
    let (mut profile, mut at_s, mut calls, mut told) = (Profile::default(), 1_000_000, 0, 0);
    for run in &runs {
        at_s += 60;
        for name in run {
            (at_s, calls) = (at_s + 5, calls + 1);
            let call = AgentCall { action: Some(name), ..AgentCall::default() };
            let habit = Habit::of(&call, &grant, EventTime(at_s * 1_000_000), None).unwrap();
            told += usize::from(profile.observe(&habit).is_some());
        }
    }
    assert!(calls > 1000, "the runs were not read: {calls} calls");
    assert_eq!(told, 0, "findings in {calls} calls");
}
