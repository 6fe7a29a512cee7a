//! `gait replay` as a process: file to verdicts, start-up and exit included.

use std::{
    env,
    process::{Command, Stdio},
};

use gait_benches::{
    cpu,
    report::{Row, Unit},
};

use crate::{
    Outcome, Part,
    logs::{Log, Logs},
};

/// What the cheapest program that reads the same lines and aggregates them costs, ns per line.
const FLOOR_NS: f64 = 584.0;

pub(crate) fn rows(logs: &Logs) -> Outcome<Part> {
    let Some(program) = env::var_os("GAIT_BIN") else {
        return Ok(Part::left_out("gait replay", "GAIT_BIN names no built `gait`"));
    };
    let mut rows = Vec::new();
    for log in logs.json.iter().chain(&logs.combined) {
        let mut command = Command::new(&program);
        command.arg("replay").arg("--verdicts").arg(logs.folder().join("verdicts.jsonl"));
        command.arg(&log.path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let ran = cpu::run(&mut command)?;
        if !ran.status.success() {
            return Err(format!("`gait replay` of {} ended with {}", log.name, ran.status).into());
        }
        rows.push(row(log, &ran));
    }
    Ok(Part::Measured(rows))
}

fn row(log: &Log, ran: &cpu::Ran) -> Row {
    let peak = ran.peak_bytes.map_or("unknown".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
    let cost_ns = ran.cpu_ns as f64 / log.lines.max(1) as f64;
    Row::new(format!("gait replay, {}", log.name), Unit::NsPerEvent, cost_ns)
        .budget_per_second(1e6)
        .floor(FLOOR_NS)
        .note(format!("{}, verdicts written, peak memory {peak}", log.conditions()))
}
