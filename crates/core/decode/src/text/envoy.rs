//! Envoy's default text format, and Istio's, which adds three fields in the middle and six at the end.
//!
//! `[start] "METHOD path protocol" code flags (details termination "failure")? received sent duration
//! upstream "xff" "user agent" "request id" "authority" "upstream" (… downstream-remote …)?`
//!
//! Without Istio's fields the client is the rightmost entry of `X-Forwarded-For`: Envoy adds it.

use super::cursor::{Cursor, ends_field};
use crate::{
    field::Field,
    raw::RawFields,
    reject::{Fault, RejectReason},
};

/// The fields a line can carry.
pub(super) const FIELDS: &[Field] = &[
    Field::StartTime,
    Field::Duration,
    Field::Host,
    Field::Ip,
    Field::ForwardedFor,
    Field::Request,
    Field::Status,
    Field::ResponseBytes,
    Field::RequestBytes,
    Field::UserAgent,
];

/// Finds the fields of one line.
pub(crate) fn read<'a>(line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    let mut cursor = Cursor::new(line, 0);
    if !cursor.eat("[") {
        return Err(Fault::new(RejectReason::WrongFormat));
    }
    raw.text(Field::StartTime, cursor.until(b']')?);
    cursor.expect(" ")?;
    raw.text(Field::Request, cursor.quoted(ends_request)?);
    cursor.expect(" ")?;
    raw.text(Field::Status, cursor.word()?);
    let _flags = cursor.word()?;
    let third = cursor.value()?;
    let received = if is_count(third) {
        third
    } else {
        let _termination = cursor.value()?;
        let _failure = cursor.value()?;
        cursor.word()?
    };
    raw.text(Field::RequestBytes, received);
    raw.text(Field::ResponseBytes, cursor.word()?);
    raw.text(Field::Duration, cursor.word()?);
    let _upstream_time = cursor.word()?;
    let mut header = || {
        let value = cursor.quoted(ends_header)?;
        cursor.expect(" ").map(|()| value)
    };
    raw.text(Field::ForwardedFor, header()?);
    raw.text(Field::UserAgent, header()?);
    let _request_id = header()?;
    raw.text(Field::Host, header()?);
    let _upstream_host = cursor.value()?;
    // Istio: cluster, upstream local, downstream local, downstream remote.
    let mut tail = cursor.rest().split(' ').filter(|word| !word.is_empty());
    if let Some(remote) = tail.nth(3) {
        raw.text(Field::Ip, remote);
    }
    Ok(())
}

fn is_count(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// The request closes before ` 200 ` and its like; Envoy escapes nothing in it.
fn ends_request(after: &[u8]) -> bool {
    ends_field(after) && after.get(1).is_none_or(u8::is_ascii_digit)
}

/// A header closes before the next one: what it holds may have quotes of its own.
fn ends_header(after: &[u8]) -> bool {
    after.starts_with(b" \"")
}
