//! Kafka to verdict: `gait run` as a process over a topic of one partition, which is one core's work.

use std::{
    env, fs,
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use gait_benches::{
    cpu, input,
    report::{Row, Unit},
};
use gait_kafka::{Admin, Outgoing, Partition, SendError, Sink, SinkConfig};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    Outcome, Part,
    logs::{Log, Logs},
    size::Size,
};

/// How long a request to the cluster may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long all records may take from the first to the last commit.
const DEADLINE: Duration = Duration::from_mins(5);
/// How often the committed offset is looked at.
const POLL: Duration = Duration::from_millis(100);

pub(crate) fn rows(size: &Size, logs: &Logs) -> Outcome<Part> {
    let path = "Kafka record to verdict";
    let Ok(bootstrap) = env::var("GAIT_KAFKA_BOOTSTRAP") else {
        return Ok(Part::left_out(path, "GAIT_KAFKA_BOOTSTRAP names no broker"));
    };
    let Some(program) = env::var_os("GAIT_BIN") else {
        return Ok(Part::left_out(path, "GAIT_BIN names no built `gait`"));
    };
    let Some(log) = logs.json.first() else {
        return Ok(Part::left_out(path, "there is no log to send"));
    };
    // Another name for each run: a topic's records outlive it.
    let topic = format!("gait-bench-{}", process::id());
    let cluster: SinkConfig = toml::from_str(&format!("bootstrap_servers = {bootstrap:?}"))?;
    let admin = Admin::connect(cluster.connection(), &|_| None)?;
    admin.create_topic(&topic, 1, PATIENCE)?;
    fill(&cluster, &topic, log)?;

    let config = logs.folder().join("kafka.toml");
    fs::write(&config, configuration(&bootstrap, &topic, size, logs))?;
    let before_ns = cpu::children_so_far_ns()?;
    let mut command = Command::new(program);
    command.arg("run").arg("--config").arg(&config);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let drained = drain(&admin, &mut child, &topic, log.lines);
    if child.try_wait()?.is_none() {
        kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM)?;
    }
    let ran = cpu::watch(child, before_ns)?;
    drained?;
    let cost_ns = ran.cpu_ns as f64 / log.lines.max(1) as f64;
    let row = Row::new(path, Unit::NsPerEvent, cost_ns)
        .budget_per_second(5e5)
        .note(format!("{}, `gait run`, one partition", log.conditions()));
    Ok(Part::Measured(vec![row]))
}

/// The configuration of `gait run`: verdicts go to a file, as they do on replay.
fn configuration(bootstrap: &str, topic: &str, size: &Size, logs: &Logs) -> String {
    let verdicts = logs.folder().join("kafka-verdicts.jsonl").display().to_string();
    format!(
        r#"[source]
kind = "kafka"
[source.kafka]
bootstrap_servers = {bootstrap:?}
topics = [{topic:?}]
group_id = {topic:?}
[decode]
format = "nginx-json"
[engine]
clients_max = {}
[sinks.verdicts]
kind = "file"
path = {verdicts:?}
"#,
        size.clients_many
    )
}

/// Sends every line to the topic and waits until the brokers have them.
fn fill(cluster: &SinkConfig, topic: &str, log: &Log) -> Outcome<()> {
    let sink = Sink::connect(cluster, &|_| None)?;
    for line in input::lines(&log.text) {
        let record = Outgoing { topic, payload: line, ..Outgoing::default() };
        loop {
            match sink.send(&record) {
                Ok(_) => break,
                Err(SendError::Full) => thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(sink.flush(DEADLINE)?)
}

/// Waits until the group has committed `count` records.
fn drain(admin: &Admin, child: &mut Child, group: &str, count: u64) -> Outcome<()> {
    let partition = Partition::new(group, 0);
    let begun = Instant::now();
    while admin.committed(group, &partition, PATIENCE)?.unwrap_or(0) < count {
        if let Some(status) = child.try_wait()? {
            return Err(format!("`gait run` ended early with {status}").into());
        }
        if begun.elapsed() > DEADLINE {
            return Err(format!("`gait run` did not take {count} records in time").into());
        }
        thread::sleep(POLL);
    }
    Ok(())
}
