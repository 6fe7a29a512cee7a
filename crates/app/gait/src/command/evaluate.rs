//! `gait evaluate`: verdicts against truth, as a table or as JSON.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use anyhow::{Context, Result};

use crate::{
    cli::Evaluate,
    evaluation::{self, Report},
    exit::Exit,
};

/// Scores the verdicts and prints the report.
pub(crate) fn run(args: &Evaluate) -> Result<Exit> {
    let truth = fs::read_to_string(&args.truth)
        .with_context(|| format!("cannot read `{}`", args.truth.display()))?;
    let report = evaluation::evaluate(&truth, open(&args.verdicts)?)?;
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
