//! Scoring verdicts against a truth file: which clients count as what, and how sure the figures are.
//!
//! Reads text and verdict lines, returns a [`Report`]; leaves files and exit codes to the command.

mod auc;
mod delimited;
mod interval;
mod operating;
mod pairing;
mod print;
mod report;
mod role;
#[cfg(test)]
mod tests;
mod truth;
mod verdicts;

use std::io::BufRead;

use anyhow::Result;

pub(crate) use print::{markdown, text};
pub(crate) use report::Report;

/// Scores `verdicts` (JSON lines) against `truth` (comma- or tab-separated with a header).
///
/// # Errors
/// When either file is not what it should be; the line is named.
pub(crate) fn evaluate(truth: &str, verdicts: impl BufRead) -> Result<Report> {
    let truth = truth::read(truth)?;
    let (pairs, coverage) = pairing::pair(truth, verdicts::read(verdicts)?);
    Ok(Report::new(&pairs, coverage))
}
