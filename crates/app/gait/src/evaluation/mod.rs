//! Scoring verdicts against a truth file: which clients count as what, and how sure the figures are.
//!
//! Reads text and verdict lines, returns a [`Report`]; leaves files and exit codes to the command.

mod auc;
mod delimited;
mod detectors;
mod families;
mod interval;
mod kinds;
mod operating;
mod pairing;
mod print;
mod report;
mod role;
mod takeovers;
#[cfg(test)]
mod tests;
mod truth;
mod verdicts;

use std::io::BufRead;

use anyhow::Result;

use pairing::{Coverage, Pair};

pub(crate) use print::{markdown, text};
pub(crate) use report::Report;

/// Clients of one or more logs with their truths and verdicts, to be scored as one.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pairs: Vec<Pair>,
    logs: usize,
    coverage: Coverage,
}

impl Pool {
    /// Adds `verdicts` (JSON lines) of one log and its `truth` (comma- or tab-separated with a header).
    /// Clients are joined within a log: the same address in another log is another client, and so are
    /// its fleets and families.
    ///
    /// # Errors
    /// When either file is not what it should be; the line is named.
    pub(crate) fn add(&mut self, truth: &str, verdicts: impl BufRead) -> Result<()> {
        let truth = truth::read(truth)?;
        let (pairs, coverage) = pairing::pair(truth, verdicts::read(verdicts)?);
        self.pairs.extend(pairs.into_iter().map(|pair| pair.of_log(self.logs)));
        self.logs += 1;
        self.coverage.add(coverage);
        Ok(())
    }

    /// Leaves out the clients that took fewer decision steps; they are counted.
    pub(crate) fn leave_out_below(&mut self, steps_min: u32) {
        let before = self.pairs.len();
        self.pairs.retain(|pair| pair.verdict.decision_steps >= steps_min);
        self.coverage.too_few_steps += before - self.pairs.len();
        self.coverage.paired = self.pairs.len();
    }

    /// Scores them all.
    pub(crate) fn report(self) -> Report {
        Report::new(&self.pairs, self.coverage)
    }
}
