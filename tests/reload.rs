//! A site model that changes while `gait run` judges: taken up, written down and repeated by a replay with the same
//! verdicts; a broken one is refused and the last good one stays.

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
use serde_json::Value;

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
