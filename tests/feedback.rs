//! An analyst's word reaches a running `gait run`, closes the alert for good, and a replay with the journal gives the
//! same alerts.

#[expect(dead_code, reason = "the captures are for other tests")]
mod binary;
mod service;

use std::fs;

use binary::{Ran, json_lines, run_with};
use gait_event::EventTime;
use serde_json::Value;
use service::{Gait, wait_until};

/// When the scans of these tests begin, µs.
const BEGIN_US: i64 = 1_795_348_800_000_000;

/// What a scanner tries.
const PROBES: [&str; 8] = [
    "/.env",
    "/wp-login.php",
    "/.git/config",
    "/phpmyadmin/",
    "/admin.php",
    "/backup.zip",
    "/server-status",
    "/vendor/phpunit/eval-stdin.php",
];

/// Requests `from..to` of a scanner, ten a second.
fn scan(from: usize, to: usize) -> Vec<u8> {
    let line = |n: usize| {
        let offset_us = i64::try_from(n).expect("a small number") * 100_000;
        let (time, probe) = (EventTime(BEGIN_US + offset_us), PROBES[n % PROBES.len()]);
        format!(
            r#"{{"time":"{time}","remote_addr":"192.0.2.7","request_method":"GET","request_uri":"{probe}?{n}","status":404,"body_bytes_sent":12,"request_time":0.0,"http_user_agent":"python-requests/2.32.0"}}"#,
        ) + "\n"
    };
    (from..to).map(line).collect::<String>().into_bytes()
}

fn feedback(gait: &Gait, words: &[&str]) -> Ran {
    let url = format!("http://{}", gait.address);
    run_with(&[&["feedback"], words, &["--url", &url]].concat(), b"")
}

/// The value of a series of `gait_feedback_total`.
fn counted(gait: &Gait, outcome: &str) -> u32 {
    let series = format!("gait_feedback_total{{outcome=\"{outcome}\"}} ");
    let page = gait.get("/metrics");
    let value = page.lines().find_map(|line| line.strip_prefix(&series));
    value.expect("the series is exported from the start").parse().expect("a count")
}

fn alerts(gait: &Gait) -> Vec<Value> {
    json_lines(&gait.path("alerts.jsonl"))
}

#[test]
fn a_false_alarm_closes_for_good_and_a_replay_with_the_journal_repeats_it() {
    let mut gait = Gait::follow_with(|path| {
        format!(
            "[engine]\ncontrol_journal = \"{}\"\n[sinks.alerts]\nkind = \"file\"\npath = \"{}\"\n",
            path("control.jsonl"),
            path("alerts.jsonl")
        )
    });
    gait.append(&scan(0, 200));
    wait_until("an alert", || !alerts(&gait).is_empty());
    wait_until("all of them", || {
        gait.get("/metrics").contains("gait_ingest_records_total{source=\"file\"} 200")
    });
    let id = alerts(&gait)[0]["id"].as_str().expect("an alert has an id").to_owned();

    let words = ["false-alarm", &id, "--by", "ana", "--note", "our own scanner"];
    assert!(feedback(&gait, &words).ended(0).out.contains("is a false alarm"));
    wait_until("the feedback", || counted(&gait, "false_alarm") == 1);
    wait_until("the closing", || {
        alerts(&gait).last().is_some_and(|last| last["closed_because"] == "false_alarm")
    });
    feedback(&gait, &["false-alarm", &id]).ended(0);
    feedback(&gait, &["confirm", &"0".repeat(32)]).ended(0);
    wait_until("what changes nothing", || counted(&gait, "unknown") == 2);
    assert_eq!((counted(&gait, "false_alarm"), counted(&gait, "confirmed")), (1, 0));
    gait.append(&scan(200, 400));
    wait_until("the rest", || {
        gait.get("/metrics").contains("gait_ingest_records_total{source=\"file\"} 400")
    });
    gait.stop();

    let journal = json_lines(&gait.path("control.jsonl"));
    assert_eq!(journal[1]["kind"], "feedback");
    assert_eq!((&journal[1]["alert"], &journal[1]["by"]), (&Value::from(id), &Value::from("ana")));
    assert_eq!(journal[1]["after"]["offset"], 200);
    let replayed = |with: &[&str]| {
        let (out, log) = (gait.path("replayed.jsonl"), gait.path("access.jsonl"));
        let (out, log) = (out.display().to_string(), log.display().to_string());
        let words = ["replay", "--format", "nginx-json", "--alerts", &out];
        run_with(&[&words[..], with, &[&log]].concat(), b"").ended(0);
        fs::read_to_string(&out).expect("the alerts are written")
    };
    let lived = fs::read_to_string(gait.path("alerts.jsonl")).expect("the alerts are there");
    let control = gait.path("control.jsonl").display().to_string();
    assert_eq!(replayed(&["--control", &control]), lived);
    assert_ne!(replayed(&[]), lived, "the word changed something");
}

#[test]
fn feedback_that_cannot_be_sent_says_why() {
    let gait = Gait::follow();
    let id = "0".repeat(32);
    let long = "x".repeat(1025);
    let ran = feedback(&gait, &["confirm", &id, "--note", &long]).ended(2);
    assert!(ran.err.contains("`note` has 1025 characters"), "{}", ran.err);
    let elsewhere = ["feedback", "confirm", &id, "--url", "http://127.0.0.1:9"];
    assert!(
        run_with(&elsewhere, b"")
            .ended(1)
            .err
            .contains("cannot ask http://127.0.0.1:9/v1/feedback")
    );
    let missing = ["confirm", &id, "--token-file", "/nowhere/token"];
    assert!(feedback(&gait, &missing).ended(78).err.contains("/nowhere/token"));
}
