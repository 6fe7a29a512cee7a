//! AWS Application Load Balancer access logs. `time` is the end, `request_creation_time` the start, both
//! in microseconds. AWS appends fields now and then: what follows the known ones is not read.

use super::{cursor::Cursor, escape::unescape};
use crate::{
    field::Field,
    raw::{RawFields, Value},
    reject::{Fault, RejectReason},
    time::{DurationUnit, duration_us},
};

/// The fields a line can carry.
pub(super) const FIELDS: &[Field] = &[
    Field::StartTime,
    Field::EndTime,
    Field::Duration,
    Field::Host,
    Field::Ip,
    Field::Request,
    Field::Status,
    Field::ResponseBytes,
    Field::RequestBytes,
    Field::UserAgent,
];

/// Finds the fields of one line.
pub(crate) fn read<'a>(line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    let mut cursor = Cursor::new(line, 0);
    let kind = cursor.word()?;
    if !matches!(kind, "http" | "https" | "h2" | "grpcs" | "ws" | "wss") {
        return Err(Fault::new(RejectReason::WrongFormat));
    }
    raw.text(Field::EndTime, cursor.word()?);
    let _load_balancer = cursor.word()?;
    raw.text(Field::Ip, cursor.word()?);
    let _target = cursor.word()?;
    let times = [cursor.word()?, cursor.word()?, cursor.word()?];
    raw.text(Field::Status, cursor.word()?);
    let _target_status = cursor.word()?;
    raw.text(Field::RequestBytes, cursor.word()?);
    raw.text(Field::ResponseBytes, cursor.word()?);
    // The request holds a whole URL, with the port: the host and the target are parts of it.
    let (method, url, protocol) = request(cursor.value()?);
    raw.text(Field::Method, method);
    raw.text(Field::Url, unescape(url, raw.arena));
    raw.text(Field::Protocol, protocol);
    raw.text(Field::UserAgent, unescape(cursor.value()?, raw.arena));
    for _cipher_protocol_group_trace_domain_certificate_priority in 0..7 {
        if cursor.is_at_end() {
            break;
        }
        cursor.value()?;
    }
    if let Ok(created) = cursor.value() {
        raw.text(Field::StartTime, created);
    } else if let Some(micros) = sum(times) {
        raw.see(Field::Duration.bit(), Field::Duration.logged());
        raw.duration = Value::Int(micros);
    }
    Ok(())
}

/// Method, URL and protocol of `GET https://h:443/x HTTP/1.1`; a broken request is `- http://h:80- -`.
fn request(line: &str) -> (&str, &str, &str) {
    let (method, rest) = line.split_once(' ').unwrap_or(("-", line));
    let (url, protocol) = rest.rsplit_once(' ').unwrap_or((rest, "-"));
    (method, url, protocol)
}

/// The three processing times as one duration, µs; none when a stage was not reached.
fn sum(times: [&str; 3]) -> Option<i64> {
    times.into_iter().try_fold(0_i64, |sum, seconds| {
        let value = Value::Text(seconds);
        let micros = duration_us(&value, DurationUnit::S).ok().flatten()?;
        sum.checked_add(i64::try_from(micros).ok()?)
    })
}
