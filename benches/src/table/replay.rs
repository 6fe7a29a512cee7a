//! `gait replay` as a process: file to verdicts, start-up and exit included. Its floor is the naive loop over
//! the same file.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

use gait_benches::{
    cpu, naive,
    report::{Row, Unit},
};

use crate::{
    Outcome, Part,
    logs::{Log, Logs},
    size::Size,
};

pub(crate) fn rows(size: &Size, logs: &Logs) -> Outcome<Part> {
    let Some(program) = env::var_os("GAIT_BIN") else {
        return Ok(Part::left_out("gait replay", "GAIT_BIN names no built `gait`"));
    };
    let mut rows = Vec::new();
    for log in &logs.json {
        rows.extend(beside_naive(size, &program, log, logs.folder())?);
    }
    for log in &logs.combined {
        let ran = replay(&program, log, logs.folder())?;
        rows.push(row(log, ns_per_line(log, ran.cpu_ns), &ran));
    }
    Ok(Part::Measured(rows))
}

/// A replay and the naive loop over the same file, in turns, so that both meet the same neighbours.
fn beside_naive(size: &Size, program: &OsStr, log: &Log, folder: &Path) -> Outcome<[Row; 2]> {
    let (mut replays, mut loops, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..size.rounds {
        let ran = replay(program, log, folder)?;
        let before_ns = cpu::own_ns()?;
        naive::aggregate(&log.path)?;
        let (replay_ns, loop_ns) =
            (ns_per_line(log, ran.cpu_ns), ns_per_line(log, cpu::own_ns()? - before_ns));
        replays.push(replay_ns);
        loops.push(loop_ns);
        ratios.push(replay_ns / loop_ns);
        last = Some(ran);
    }
    let ran = last.ok_or("no round was measured")?;
    let (replay_ns, loop_ns) = (cpu::median(replays), cpu::median(loops));
    let naive = Row::new(format!("naive loop, {}", log.name), Unit::NsPerEvent, loop_ns)
        .note("parses with serde_json and counts per client; decides nothing".to_owned());
    // The median of the turns' ratios: the two medians may be of different turns.
    Ok([row(log, replay_ns, &ran).floor(replay_ns / cpu::median(ratios)), naive])
}

fn replay(program: &OsStr, log: &Log, folder: &Path) -> Outcome<cpu::Ran> {
    let mut command = Command::new(program);
    command.arg("replay").arg("--verdicts").arg(folder.join("verdicts.jsonl"));
    command.arg(&log.path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ran = cpu::run(&mut command)?;
    if ran.status.success() {
        Ok(ran)
    } else {
        Err(format!("`gait replay` of {} ended with {}", log.name, ran.status).into())
    }
}

fn ns_per_line(log: &Log, cpu_ns: u64) -> f64 {
    cpu_ns as f64 / log.lines.max(1) as f64
}

fn row(log: &Log, cost_ns: f64, ran: &cpu::Ran) -> Row {
    let peak = ran.peak_bytes.map_or("unknown".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
    Row::new(format!("gait replay, {}", log.name), Unit::NsPerEvent, cost_ns)
        .budget_per_second(1e6)
        .note(format!("{}, verdicts written, peak memory {peak}", log.conditions()))
}
