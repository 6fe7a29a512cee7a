//! `bench-table`: measures every budget of the project, prints the table and writes it as JSON.
//!
//! `--smoke` does all of it at toy size, so that the benches cannot rot; its figures mean nothing.
//! The environment says what else is there: `GAIT_BIN` (the built command), `GAIT_KAFKA_BOOTSTRAP` (a
//! broker), `GAIT_BENCH_JSON` and `GAIT_BENCH_COMBINED` (log files to measure beside the simulated ones),
//! `GAIT_COMMIT` and `GAIT_DATE` (stamps for the JSON).

mod core;
mod endpoint;
mod kafka;
mod logs;
mod memory;
mod replay;
mod size;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use gait_benches::{
    machine::Machine,
    report::{LeftOut, Report, Row},
};

use crate::size::Size;

/// What a measurement gives; a failure ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Measurements of a part that may be missing on this machine.
enum Part {
    Measured(Vec<Row>),
    LeftOut(LeftOut),
}

impl Part {
    fn left_out(path: &str, why: &str) -> Self {
        Self::LeftOut(LeftOut { path: path.to_owned(), why: why.to_owned() })
    }
}

fn main() -> ExitCode {
    let size = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => Size::FULL,
        [flag] if flag == "--smoke" => Size::SMOKE,
        _ => {
            eprintln!("usage: bench-table [--smoke]");
            return ExitCode::from(2);
        }
    };
    match run(&size) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-table: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(size: &Size) -> Outcome<()> {
    let mut report = Report {
        machine: Machine::here(),
        size: size.name,
        rows: Vec::new(),
        left_out: Vec::new(),
    };
    // Memory first, while this process holds nothing else.
    report.rows.push(memory::per_client(size)?);
    let logs = logs::Logs::new(size)?;
    report.rows.extend(core::rows(size, &logs)?);
    for part in [replay::rows(size, &logs)?, endpoint::rows(size)?, kafka::rows(size, &logs)?] {
        match part {
            Part::Measured(rows) => report.rows.extend(rows),
            Part::LeftOut(left_out) => report.left_out.push(left_out),
        }
    }
    print!("{report}");
    println!("written to {}", write(&report)?.display());
    Ok(())
}

/// Writes the report to `target/bench/`, under the commit when it is known.
fn write(report: &Report) -> Outcome<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    let commit = report.machine.commit.as_deref().unwrap_or("working-tree");
    let path = folder.join(Path::new(&format!("{commit}-{}.json", report.size)));
    fs::write(&path, serde_json::to_vec_pretty(report)?)?;
    Ok(path)
}
