//! `gait evaluate`: verdicts of one or more logs against truth, as a table or as JSON.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use anyhow::{Context, Result};

use crate::{
    cli::Evaluate,
    evaluation::{self, Pool, Report},
    exit::Exit,
};

/// Scores the verdicts and prints the report.
pub(crate) fn run(args: &Evaluate) -> Result<Exit> {
    if args.truth.len() != args.verdicts.len() {
        let (truth, verdicts) = (args.truth.len(), args.verdicts.len());
        eprintln!(
            "gait: {truth} times `--truth` and {verdicts} times `--verdicts`; give one of each per log"
        );
        return Ok(Exit::Usage);
    }
    let mut pool = Pool::default();
    for (truth, verdicts) in args.truth.iter().zip(&args.verdicts) {
        let text = fs::read_to_string(truth)
            .with_context(|| format!("cannot read `{}`", truth.display()))?;
        pool.add(&text, open(verdicts)?)
            .with_context(|| format!("`{}` against `{}`", verdicts.display(), truth.display()))?;
    }
    pool.leave_out_below(args.steps_min);
    let report = pool.report();
    let text = match (args.json, args.markdown) {
        (true, _) => json(&report)?,
        (_, true) => evaluation::markdown(&report),
        _ => evaluation::text(&report),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

fn json(report: &Report) -> Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}
