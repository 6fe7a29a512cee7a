//! Lines that gave no event: counted by reason, the first ones named, all kept where asked. Lines whose event
//! came too late are kept beside them; the engine has counted them.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use anyhow::Result;
use gait_decode::{Reject, RejectReason};
use gait_event::Origin;
use gait_fingerprint::LATENESS_US;
use gait_observe::DeadLetterReason;
use serde::Serialize;

use super::lines::Lines;

/// Rejected lines that are named one by one; the rest is counted.
const NAMED_MAX: u64 = 20;

/// What happened to the rejected lines of a replay.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    by_reason: BTreeMap<RejectReason, Reason>,
    total: u64,
    kept: Option<Lines>,
}

/// The rejects of one reason.
#[derive(Clone, Debug)]
struct Reason {
    count: u64,
    first: String,
}

/// A dead letter: the line and what was wrong with it.
#[derive(Serialize)]
pub(crate) struct DeadLetter<'a> {
    file: &'a str,
    line: u64,
    reason: &'static str,
    field: Option<&'static str>,
    column: Option<usize>,
    /// The line; what is not UTF-8 in it is replaced, and then `record_hex` has it exactly.
    record: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_hex: Option<String>,
}

/// A record that gave an event which came too late for its client's clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Late<'a> {
    /// Where the record stands in its log.
    pub(crate) origin: Origin,
    /// The record, out of its envelope when it had one.
    pub(crate) record: &'a [u8],
}

impl fmt::Display for Late<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound_s = LATENESS_US / 1_000_000;
        write!(f, "the request is more than {bound_s} s older than its client's latest")
    }
}

/// The rejects of one reason, as the summary shows them.
#[derive(Debug, Serialize)]
pub(crate) struct RejectSummary {
    /// The reason, which is also the label of the metric.
    pub(crate) reason: &'static str,
    /// How many lines.
    pub(crate) count: u64,
    /// The first of them: `file:line: reason (field, column)`.
    pub(crate) first: String,
}

impl Rejects {
    /// Rejects that are also written as dead letters.
    pub(crate) fn kept_in(lines: Option<Lines>) -> Self {
        Self { kept: lines, ..Self::default() }
    }

    /// Takes a reject of `file`; returns the message for standard error while there are few.
    ///
    /// # Errors
    /// The dead letter cannot be written.
    pub(crate) fn take(&mut self, file: &str, reject: &Reject<'_>) -> Result<Option<String>> {
        self.total += 1;
        let place = || format!("{file}:{}: {}", reject.origin.offset, described(reject));
        self.by_reason
            .entry(reject.reason)
            .and_modify(|reason| reason.count += 1)
            .or_insert_with(|| Reason { count: 1, first: place() });
        if let Some(lines) = &mut self.kept {
            lines.write(&DeadLetter::new(file, reject).line()?)?;
        }
        Ok((self.total <= NAMED_MAX).then(place))
    }

    /// Keeps the record of a late event of `file`, where records are kept.
    ///
    /// # Errors
    /// The dead letter cannot be written.
    pub(crate) fn keep_late(&mut self, file: &str, late: &Late<'_>) -> Result<()> {
        match &mut self.kept {
            Some(lines) => lines.write(&DeadLetter::late(file, late).line()?),
            None => Ok(()),
        }
    }

    /// How many lines were rejected.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// How many of them were only counted.
    pub(crate) fn unnamed(&self) -> u64 {
        self.total.saturating_sub(NAMED_MAX)
    }

    /// The rejects by reason.
    pub(crate) fn summary(&self) -> Vec<RejectSummary> {
        self.by_reason
            .iter()
            .map(|(reason, Reason { count, first })| RejectSummary {
                reason: reason.label(),
                count: *count,
                first: first.clone(),
            })
            .collect()
    }

    /// Hands the dead letters to the system.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.kept.as_mut().map_or(Ok(()), Lines::flush)
    }
}

/// `a required field is missing (status, column 8)`.
fn described(reject: &Reject<'_>) -> String {
    let field = reject.field.map(str::to_owned);
    let column = reject.column.map(|column| format!("column {column}"));
    let detail: Vec<String> = field.into_iter().chain(column).collect();
    if detail.is_empty() {
        reject.reason.to_string()
    } else {
        format!("{} ({})", reject.reason, detail.join(", "))
    }
}

impl<'a> DeadLetter<'a> {
    /// The dead letter of a record from `file`.
    pub(crate) fn new(file: &'a str, reject: &Reject<'a>) -> Self {
        let reason = DeadLetterReason::Rejected(reject.reason);
        let letter = Self::of(file, reject.origin, reason, reject.record);
        Self { field: reject.field, column: reject.column, ..letter }
    }

    /// The dead letter of a late event from `file`.
    pub(crate) fn late(file: &'a str, late: &Late<'a>) -> Self {
        Self::of(file, late.origin, DeadLetterReason::Late, late.record)
    }

    fn of(file: &'a str, origin: Origin, reason: DeadLetterReason, record: &'a [u8]) -> Self {
        let exact = std::str::from_utf8(record).is_ok();
        Self {
            file,
            line: origin.offset,
            reason: reason.label(),
            field: None,
            column: None,
            record: String::from_utf8_lossy(record),
            record_hex: (!exact).then(|| hex(record)),
        }
    }

    /// One line of JSON, without its end.
    ///
    /// # Errors
    /// None in practice: every field can be written.
    pub(crate) fn line(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(line: u64, record: &[u8]) -> Reject<'_> {
        let origin = Origin { partition: 0, offset: line };
        let (field, column) = (Some("status"), Some(8));
        Reject { origin, reason: RejectReason::BadStatus, field, column, record }
    }

    #[test]
    fn the_first_are_named_and_all_are_counted() {
        let mut rejects = Rejects::default();
        let mut named = 0;
        for line in 1..=30 {
            named += u64::from(rejects.take("a.log", &reject(line, b"x")).unwrap().is_some());
        }
        assert_eq!((named, rejects.total(), rejects.unnamed()), (NAMED_MAX, 30, 10));
        let summary = rejects.summary();
        assert_eq!((summary[0].reason, summary[0].count), ("bad_status", 30));
        assert_eq!(summary[0].first, "a.log:1: the status is not a number (status, column 8)");
    }

    #[test]
    fn a_dead_letter_keeps_every_byte() {
        let letter = DeadLetter::new("a.log", &reject(7, b"a\xffb")).line().unwrap();
        let letter: serde_json::Value = serde_json::from_slice(&letter).unwrap();
        assert_eq!(letter["record"], "a\u{fffd}b");
        assert_eq!(letter["record_hex"], "61ff62");
        assert_eq!((&letter["line"], &letter["reason"]), (&7.into(), &"bad_status".into()));
        let letter = DeadLetter::new("a.log", &reject(7, b"plain")).line().unwrap();
        let letter: serde_json::Value = serde_json::from_slice(&letter).unwrap();
        assert!(letter.get("record_hex").is_none());
        let late = Late { origin: Origin { partition: 0, offset: 9 }, record: b"plain" };
        let letter = DeadLetter::late("a.log", &late).line().unwrap();
        let letter: serde_json::Value = serde_json::from_slice(&letter).unwrap();
        assert_eq!((&letter["line"], &letter["reason"]), (&9.into(), &"late".into()));
        assert_eq!((&letter["file"], &letter["record"]), (&"a.log".into(), &"plain".into()));
    }
}
