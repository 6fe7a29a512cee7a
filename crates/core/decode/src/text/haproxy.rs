//! HAProxy `option httplog` and `httpslog`. A syslog prefix is taken off before this.
//!
//! `ip:port [accept date] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cc cs state counts
//! queues ({request captures})? ({response captures})? "request"`
//!
//! The date is the start, in milliseconds and in local time without a zone: it is read as UTC. Captures have
//! no names in the log, so they are not read.

use super::{cursor::Cursor, escape::unescape};
use crate::{
    field::Field,
    raw::RawFields,
    reject::{Fault, RejectReason},
};

/// The fields a line can carry.
pub(super) const FIELDS: &[Field] = &[
    Field::StartTime,
    Field::Duration,
    Field::Ip,
    Field::Request,
    Field::Status,
    Field::ResponseBytes,
];

/// Finds the fields of one line.
pub(crate) fn read<'a>(line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    let mut cursor = Cursor::new(line, 0);
    raw.text(Field::Ip, cursor.word()?);
    if !cursor.eat("[") {
        return Err(Fault::new(RejectReason::WrongFormat));
    }
    raw.text(Field::StartTime, cursor.until(b']')?);
    cursor.expect(" ")?;
    let _frontend = cursor.word()?;
    let _backend_and_server = cursor.word()?;
    // `Ta`, the last timer, is the whole active time; `+` marks a log written before the end.
    let timers = cursor.word()?;
    let active = timers.rsplit('/').next().unwrap_or_default();
    raw.text(Field::Duration, active.strip_prefix('+').unwrap_or(active));
    raw.text(Field::Status, cursor.word()?);
    let bytes = cursor.word()?;
    raw.text(Field::ResponseBytes, bytes.strip_prefix('+').unwrap_or(bytes));
    for _cookies_state_counts_queues in 0..5 {
        cursor.word()?;
    }
    // Captures may hold quotes; the request is what follows the last ` "` that a closing quote ends.
    let rest = cursor.rest();
    let open = if rest.starts_with('"') { Some(0) } else { rest.find("} \"").map(|at| at + 2) };
    let open = open.ok_or_else(|| cursor.truncated())?;
    let mut request = Cursor::new(line, line.len() - rest.len() + open);
    let request = request.quoted(|after| matches!(after.first(), None | Some(b' ')))?;
    raw.text(Field::Request, unescape(request, raw.arena));
    Ok(())
}
