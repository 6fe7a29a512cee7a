//! Why a record is not an event: a closed set of reasons, which are also the labels of the metric.

use std::{fmt, str::FromStr};

use gait_event::Origin;

/// Why a record was rejected. Closed: operators alert on these, dead letters carry them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// Longer than [`crate::MAX_RECORD_BYTES`].
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Holds control bytes that no log line holds.
    Binary,
    /// Ends in the middle.
    Truncated,
    /// JSON was expected and this is none.
    NotJson,
    /// Another shape than the format has.
    WrongFormat,
    /// A field without which there is no event is missing.
    MissingField,
    /// The timestamp cannot be read.
    BadTime,
    /// The status is not a number from -1 to 999.
    BadStatus,
    /// The client address is none.
    BadAddress,
    /// Another field cannot be read.
    BadField,
    /// The envelope of the shipper does not hold a line.
    BadEnvelope,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::TooLong,
        Self::NotUtf8,
        Self::Binary,
        Self::Truncated,
        Self::NotJson,
        Self::WrongFormat,
        Self::MissingField,
        Self::BadTime,
        Self::BadStatus,
        Self::BadAddress,
        Self::BadField,
        Self::BadEnvelope,
    ];

    /// The metric label, snake_case; stable.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotUtf8 => "not_utf8",
            Self::Binary => "binary",
            Self::Truncated => "truncated",
            Self::NotJson => "not_json",
            Self::WrongFormat => "wrong_format",
            Self::MissingField => "missing_field",
            Self::BadTime => "bad_time",
            Self::BadStatus => "bad_status",
            Self::BadAddress => "bad_address",
            Self::BadField => "bad_field",
            Self::BadEnvelope => "bad_envelope",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the record is longer than 1 MiB",
            Self::NotUtf8 => "the record is not UTF-8",
            Self::Binary => "the record is binary",
            Self::Truncated => "the record ends in the middle",
            Self::NotJson => "the record is not JSON",
            Self::WrongFormat => "the record has another shape than the format",
            Self::MissingField => "a required field is missing",
            Self::BadTime => "the timestamp cannot be read",
            Self::BadStatus => "the status is not a number",
            Self::BadAddress => "the client address is none",
            Self::BadField => "a field cannot be read",
            Self::BadEnvelope => "the envelope holds no log line",
        })
    }
}

/// A label that names no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown reject reason `{0}`")]
pub struct RejectReasonError(pub String);

impl FromStr for RejectReason {
    type Err = RejectReasonError;

    /// Reads a label of [`RejectReason::label`].
    fn from_str(text: &str) -> Result<Self, RejectReasonError> {
        let found = Self::ALL.iter().copied().find(|reason| reason.label() == text);
        found.ok_or_else(|| RejectReasonError(text.to_owned()))
    }
}

/// A record that gave no event. It is counted and kept, never dropped in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject<'a> {
    /// Where the record stands in its log.
    pub origin: Origin,
    /// Why it was rejected.
    pub reason: RejectReason,
    /// The field that is missing or cannot be read.
    pub field: Option<&'static str>,
    /// Where in `record` the trouble begins, bytes from 1, when known.
    pub column: Option<usize>,
    /// The record as it came, out of its envelope when it had one.
    pub record: &'a [u8],
}

impl fmt::Display for Reject<'_> {
    /// Plain words, without the record: ``a required field is missing: `status` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(field) = self.field {
            write!(f, ": `{field}`")?;
        }
        if let Some(column) = self.column {
            write!(f, " at column {column}")?;
        }
        Ok(())
    }
}

/// What went wrong inside a reader, before the record and its origin are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: RejectReason,
    pub(crate) field: Option<&'static str>,
    pub(crate) column: Option<usize>,
}

impl Fault {
    pub(crate) fn new(reason: RejectReason) -> Self {
        Self { reason, field: None, column: None }
    }

    /// A fault at byte `offset` (from 0) of the record.
    pub(crate) fn at(reason: RejectReason, offset: usize) -> Self {
        Self { column: Some(offset + 1), ..Self::new(reason) }
    }

    pub(crate) fn of(reason: RejectReason, field: &'static str) -> Self {
        Self { field: Some(field), ..Self::new(reason) }
    }

    /// Adds the column when `value` is a slice of `record`.
    pub(crate) fn within(mut self, record: &str, value: &str) -> Self {
        let offset = value.as_ptr().addr().wrapping_sub(record.as_ptr().addr());
        self.column = (offset < record.len()).then_some(offset + 1);
        self
    }

    /// Adds the record and where it stands.
    pub(crate) fn reject(self, origin: Origin, record: &[u8]) -> Reject<'_> {
        Reject { origin, reason: self.reason, field: self.field, column: self.column, record }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_snake_case_unique_and_read_back() {
        for reason in RejectReason::ALL {
            let label = reason.label();
            assert!(
                label.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'8'),
                "{label}"
            );
            assert_eq!(label.parse(), Ok(*reason));
        }
    }

    #[test]
    fn the_column_is_known_for_slices_of_the_record_alone() {
        let record = "GET /x abc";
        let fault = Fault::of(RejectReason::BadStatus, "status");
        assert_eq!(fault.within(record, record.get(7..).unwrap_or("")).column, Some(8));
        assert_eq!(fault.within(record, &String::from("abc")).column, None);
        let reject = fault.within(record, record.get(7..).unwrap_or(""));
        let text = reject.reject(Origin::default(), record.as_bytes()).to_string();
        assert_eq!(text, "the status is not a number: `status` at column 8");
    }
}
