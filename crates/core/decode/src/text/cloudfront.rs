//! AWS CloudFront standard logs: tab-separated, with the columns named by a `#Fields:` line.
//!
//! `date` and `time` are the end, in whole seconds. Values are percent-encoded, some twice. Before a `#Fields:`
//! line has been seen, the columns are those of the standard log as AWS documents it.

use super::escape::percent_decode;
use crate::{
    arena::Arena,
    field::Field,
    raw::RawFields,
    reject::{Fault, RejectReason},
};

/// The fields a line can carry.
pub(super) const FIELDS: &[Field] = &[
    Field::EndTime,
    Field::Duration,
    Field::Host,
    Field::Ip,
    Field::ForwardedFor,
    Field::Method,
    Field::Target,
    Field::Query,
    Field::Protocol,
    Field::Status,
    Field::ResponseBytes,
    Field::RequestBytes,
    Field::UserAgent,
    Field::Referer,
];

/// The columns that are read.
const COLUMNS: &[(&str, Field)] = &[
    ("time-taken", Field::Duration),
    ("x-host-header", Field::Host),
    ("cs(Host)", Field::Host),
    ("c-ip", Field::Ip),
    ("x-forwarded-for", Field::ForwardedFor),
    ("cs-method", Field::Method),
    ("cs-uri-stem", Field::Target),
    ("cs-uri-query", Field::Query),
    ("cs-protocol-version", Field::Protocol),
    ("sc-status", Field::Status),
    ("sc-bytes", Field::ResponseBytes),
    ("cs-bytes", Field::RequestBytes),
    ("cs(User-Agent)", Field::UserAgent),
    ("cs(Referer)", Field::Referer),
];

/// The columns of a standard log, in order.
const STANDARD: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem \
     sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type \
     x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol \
     ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields \
     c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
     sc-range-start sc-range-end";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Date,
    Time,
    Field(Field, u8),
    Other,
}

/// The columns in force.
#[derive(Clone, Debug)]
pub(crate) struct Cloudfront {
    columns: Vec<Column>,
}

impl Default for Cloudfront {
    fn default() -> Self {
        Self { columns: columns(STANDARD) }
    }
}

fn columns(names: &str) -> Vec<Column> {
    names.split_ascii_whitespace().map(column).collect()
}

fn column(name: &str) -> Column {
    match name {
        "date" => Column::Date,
        "time" => Column::Time,
        _ => COLUMNS
            .iter()
            .zip(0..)
            .find(|((known, _), _)| known.eq_ignore_ascii_case(name))
            .map_or(Column::Other, |((_, field), rank)| Column::Field(*field, rank)),
    }
}

impl Cloudfront {
    /// Takes the columns from a comment line, when it is the one that names them.
    pub(crate) fn comment(&mut self, line: &str) {
        if let Some(names) = line.strip_prefix("#Fields:") {
            self.columns = columns(names);
        }
    }

    /// Finds the fields of one line.
    pub(crate) fn read<'a>(&self, line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
        let (mut date, mut time) = (None, None);
        let mut values = line.split('\t');
        let mut read = 0;
        for (column, value) in self.columns.iter().zip(&mut values) {
            read += 1;
            match column {
                Column::Date => date = Some(value),
                Column::Time => time = Some(value),
                Column::Field(field, rank) => {
                    raw.see(field.bit(), field.logged());
                    raw.fill_text(*field, *rank, decoded(*field, value, raw.arena));
                }
                Column::Other => {}
            }
        }
        if read < 2 {
            return Err(Fault::new(RejectReason::WrongFormat));
        }
        if read < self.columns.len() {
            return Err(Fault::at(RejectReason::Truncated, line.len()));
        }
        let (date, time) = date.zip(time).ok_or(Fault::of(RejectReason::MissingField, "time"))?;
        raw.text(Field::EndTime, raw.arena.keep(&format!("{date}T{time}Z")));
        Ok(())
    }
}

/// Headers and addresses are decoded; the target stays as the client sent it.
fn decoded<'a>(field: Field, value: &'a str, arena: &'a Arena) -> &'a str {
    match field {
        Field::UserAgent | Field::Referer | Field::ForwardedFor => percent_decode(value, arena),
        _ => value,
    }
}
