//! `gait run` against a real Kafka: results, dead letters, committed offsets, restart.
//!
//! Needs a broker: `make kafka-up` starts one, `GAIT_KAFKA_BOOTSTRAP` names it. Skips with a message
//! without it.

mod binary;
mod broker;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
};

use binary::{data, json_lines, run_with};
use broker::Broker;
use flate2::read::GzDecoder;
use gait_tests::built_gait;
use serde_json::Value;
use tempfile::TempDir;

/// Partitions of the access topic: clients are spread over several engines.
const PARTITIONS: i32 = 3;

/// The topics, the group and the configuration of one test.
struct Bench {
    broker: Broker,
    name: String,
    folder: TempDir,
}

impl Bench {
    /// Fresh topics and a configuration that uses them; `None` without a broker.
    fn new(test: &str) -> Option<Self> {
        let broker = Broker::from_environment()?;
        let name = format!("{test}.{}", std::process::id());
        broker.create_topic(&format!("{name}.access"), PARTITIONS);
        for sink in ["verdicts", "alerts", "rejects"] {
            broker.create_topic(&format!("{name}.{sink}"), 1);
        }
        let folder = tempfile::tempdir().unwrap();
        let mut config = format!(
            "[source]\nkind = \"kafka\"\n[source.kafka]\nbootstrap_servers = \"{}\"\n\
             topics = [\"{name}.access\"]\ngroup_id = \"{name}\"\n",
            broker.bootstrap
        );
        for sink in ["verdicts", "alerts", "rejects"] {
            let topic = format!("{name}.{sink}");
            config.extend(["[sinks.", sink, "]\nkind = \"kafka\"\ntopic = \"", &topic, "\"\n"]);
        }
        fs::write(folder.path().join("gait.toml"), config).unwrap();
        Some(Self { broker, name, folder })
    }

    fn topic(&self, sink: &str) -> String {
        format!("{}.{sink}", self.name)
    }

    fn start(&self) -> Child {
        Command::new(built_gait())
            .arg("run")
            .arg("--config")
            .arg(self.folder.path().join("gait.toml"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Waits until the group has committed everything that was produced.
    fn wait_committed(&self, running: &mut Child) {
        let topic = self.topic("access");
        self.broker.wait("every offset to be committed", || {
            assert_eq!(running.try_wait().unwrap(), None, "gait run ended by itself");
            self.broker.committed(&self.name, &topic, PARTITIONS)
                == self.broker.ends(&topic, PARTITIONS)
        });
    }

    /// The latest record per key of the verdict topic, from `offset` on, and where the topic ends.
    fn verdicts(&self, offset: i64) -> (BTreeMap<String, Value>, i64) {
        let records = self.broker.read(&self.topic("verdicts"), offset);
        let end = offset + i64::try_from(records.len()).unwrap();
        let latest = records.into_iter().map(|record| {
            let verdict: Value = serde_json::from_slice(&record.value).unwrap();
            let id = verdict["client"]["id"].as_str().unwrap().to_owned();
            assert_eq!(record.key, id.as_bytes(), "verdicts are keyed by client");
            (id, verdict)
        });
        (latest.collect(), end)
    }
}

/// Asks the process to end and waits until it has; it must end well.
fn terminate(mut running: Child) {
    let pid = running.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let status = running.wait().unwrap();
    let mut said = String::new();
    running.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(status.success(), "gait run ended with {status}:\n{said}");
}

/// The lines of the capture, each with its client address, the key of the topic.
fn capture() -> Option<Vec<(String, String)>> {
    let path = data("alpha/access.jsonl.gz")?;
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let keyed = text.lines().map(|line| {
        let value: Value = serde_json::from_str(line).unwrap();
        (value["remote_addr"].as_str().unwrap().to_owned(), line.to_owned())
    });
    Some(keyed.collect())
}

/// What a replay of the same lines from a file says: verdicts by client and alert ids.
fn replayed(
    folder: &Path,
    lines: &[(String, String)],
) -> (BTreeMap<String, Value>, BTreeSet<String>) {
    let path = |name: &str| folder.join(name).display().to_string();
    let text: String = lines.iter().flat_map(|(_, line)| [line, "\n"]).collect();
    fs::write(path("access.jsonl"), text).unwrap();
    let (verdicts, alerts) = (path("verdicts.jsonl"), path("alerts.jsonl"));
    let arguments = ["replay", "--verdicts", &verdicts, "--alerts", &alerts, &path("access.jsonl")];
    run_with(&arguments, b"").ended(0);
    let by_client = json_lines(Path::new(&verdicts))
        .into_iter()
        .map(|verdict| (verdict["client"]["id"].as_str().unwrap().to_owned(), verdict));
    let alerts = json_lines(Path::new(&alerts)).iter().map(alert_step).collect();
    (by_client.collect(), alerts)
}

/// The same request as `line`, an hour earlier.
fn an_hour_before(line: &str) -> String {
    let mut event: Value = serde_json::from_str(line).unwrap();
    event["msec"] = (event["msec"].as_f64().unwrap() - 3600.0).into();
    event.to_string()
}

#[test]
fn a_late_record_is_kept_as_it_came_and_counts() {
    let Some(lines) = capture() else { return };
    let Some(bench) = Bench::new("late") else { return };
    let (key, line) = &lines[0];
    let late = an_hour_before(line);
    // A value of three lines, two of them late: the record is kept once.
    let values = [line.clone(), format!("{late}\n{late}\n{line}")];
    let records = values.map(|value| (key.clone(), value));
    bench.broker.produce(&bench.topic("access"), &records);
    let mut running = bench.start();
    bench.wait_committed(&mut running);
    terminate(running);
    let (verdicts, _) = bench.verdicts(0);
    let events: Vec<_> = verdicts.values().map(|verdict| &verdict["events"]).collect();
    assert_eq!(events, [4]);
    let letters = bench.broker.read(&bench.topic("rejects"), 0);
    let values: Vec<_> = letters.iter().map(|letter| letter.value.as_slice()).collect();
    assert_eq!(values, [records[1].1.as_bytes()]);
    let header = |name: &str| letters[0].headers[&format!("__connect.errors.{name}")].as_str();
    assert_eq!((header("exception.class.name"), header("stage")), ("late", "engine"));
    assert_eq!((header("topic"), header("offset")), (bench.topic("access").as_str(), "1"));
    assert_eq!(letters[0].key, key.as_bytes());
}

/// An alert and its step, as one text.
fn alert_step(alert: &Value) -> String {
    format!("{} {} {}", alert["id"], alert["state"], alert["score"])
}

#[test]
fn a_topic_gives_the_verdicts_and_alerts_of_the_file() {
    let Some(lines) = capture() else { return };
    let Some(bench) = Bench::new("same") else { return };
    let broken = ["{\"time\":\"2026-11-22T13:38:44+00:00\",", "\u{1}\u{2}not a log line"];
    bench.broker.produce(&bench.topic("access"), &lines);
    bench.broker.produce(&bench.topic("access"), &broken.map(|b| ("broken".into(), b.into())));

    let mut running = bench.start();
    bench.wait_committed(&mut running);
    terminate(running);

    let (expected, alerts) = replayed(bench.folder.path(), &lines);
    let (verdicts, _) = bench.verdicts(0);
    assert_eq!(verdicts.len(), expected.len());
    for (id, verdict) in &expected {
        assert_eq!(verdicts.get(id), Some(verdict), "{id}");
    }
    let published: BTreeSet<String> = bench
        .broker
        .read(&bench.topic("alerts"), 0)
        .iter()
        .map(|record| alert_step(&serde_json::from_slice(&record.value).unwrap()))
        .collect();
    assert_eq!(published, alerts);

    let letters = bench.broker.read(&bench.topic("rejects"), 0);
    let values: BTreeSet<&[u8]> = letters.iter().map(|letter| letter.value.as_slice()).collect();
    assert_eq!(values, broken.iter().map(|line| line.as_bytes()).collect());
    for letter in &letters {
        assert_eq!(letter.headers["__connect.errors.topic"], bench.topic("access"));
        assert!(letter.headers.contains_key("__connect.errors.exception.message"));
        assert_eq!(letter.key, b"broken");
    }
}

#[test]
fn a_restart_continues_without_loss_or_repetition() {
    let Some(lines) = capture() else { return };
    let Some(bench) = Bench::new("restart") else { return };
    let (first, second) = lines.split_at(lines.len() / 2);
    let mut seen = 0;
    let mut offset = 0;
    for part in [first, second] {
        bench.broker.produce(&bench.topic("access"), part);
        let mut running = bench.start();
        bench.wait_committed(&mut running);
        terminate(running);
        let (verdicts, end) = bench.verdicts(offset);
        offset = end;
        seen += verdicts.values().map(|v| v["events"].as_u64().unwrap()).sum::<u64>();
    }
    assert_eq!(seen, lines.len() as u64);
}

#[test]
fn after_a_crash_no_record_is_missed() {
    let Some(lines) = capture() else { return };
    let Some(bench) = Bench::new("crash") else { return };
    let (first, second) = lines.split_at(lines.len() / 2);
    bench.broker.produce(&bench.topic("access"), first);
    let mut crashing = bench.start();
    bench.broker.wait("the first verdicts", || !bench.verdicts(0).0.is_empty());
    crashing.kill().unwrap();
    crashing.wait().unwrap();
    // Whatever was not committed is read again: nothing before the committed offsets is missing.
    let committed: i64 =
        bench.broker.committed(&bench.name, &bench.topic("access"), PARTITIONS).iter().sum();
    bench.broker.produce(&bench.topic("access"), second);
    let (_, mark) = bench.verdicts(0);
    let mut running = bench.start();
    bench.wait_committed(&mut running);
    terminate(running);
    let (verdicts, _) = bench.verdicts(mark);
    let seen: u64 = verdicts.values().map(|v| v["events"].as_u64().unwrap()).sum();
    assert_eq!(seen, lines.len() as u64 - u64::try_from(committed).unwrap());
}
