//! `gait simulate`: a simulated gateway's log, line by line, and the truth about its clients.

use std::path::Path;

use anyhow::Result;
use gait_event::EventTime;
use gait_sim::{Mix, Scenario, Simulation, TruthRow, truth};

use crate::{
    cli::{Simulate, Visitors},
    exit::Exit,
    pipeline::{Lines, SharedStdout, shared_stdout},
};

/// When every simulated log begins: 2026-11-22T12:00:00Z.
const START: EventTime = EventTime(1_795_348_800_000_000);

/// Plays the scenario to its end. One line is in memory at a time.
pub(crate) fn run(args: &Simulate) -> Result<Exit> {
    let mix = match args.scenario {
        Visitors::Demo => Mix::demo().scaled_to(args.clients),
        Visitors::People => Mix::people_only(args.clients),
    };
    let scenario = Scenario { seed: args.seed, start: START, span_s: args.hours * 3600, mix };
    let stdout = shared_stdout();
    let mut log = Lines::create(&args.log, &stdout)?;
    let mut line = Vec::new();
    for event in Simulation::new(&scenario) {
        line.clear();
        event.write_nginx_json(&mut line);
        log.write(line.trim_ascii_end())?;
    }
    log.flush()?;
    if let Some(path) = &args.truth {
        write_truth(path, &scenario, &stdout)?;
    }
    Ok(Exit::Done)
}

fn write_truth(path: &Path, scenario: &Scenario, stdout: &SharedStdout) -> Result<()> {
    let mut out = Lines::create(path, stdout)?;
    out.write(b"client_ip,user_agent,label,persona")?;
    for row in truth(scenario) {
        out.write(row_of(&row).as_bytes())?;
    }
    out.flush()
}

fn row_of(row: &TruthRow) -> String {
    // User agents hold commas; quotes in them would be doubled.
    let user_agent = row.user_agent.replace('"', "\"\"");
    format!("{},\"{user_agent}\",{},{}", row.ip, row.label, row.persona)
}
