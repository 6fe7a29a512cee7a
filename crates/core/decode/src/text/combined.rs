//! Combined, common (CLF) and vhost-combined lines of NGINX and Apache.
//!
//! `[host[:port] ]ip ident user [time] "request" status bytes[ "referer" "user agent"[ "xff"] …]`
//!
//! The time has whole seconds. NGINX stamps the end of the request and Apache its start; the line
//! does not say which, so the time is given as an end: no duration is logged that could move it.

use memchr::{memchr, memrchr};

use super::{
    cursor::{Cursor, ends_field},
    escape::unescape,
};
use crate::{
    field::Field,
    raw::RawFields,
    reject::{Fault, RejectReason},
};

/// The fields a line can carry.
pub(super) const FIELDS: &[Field] = &[
    Field::EndTime,
    Field::Host,
    Field::Ip,
    Field::ForwardedFor,
    Field::Request,
    Field::Status,
    Field::ResponseBytes,
    Field::UserAgent,
    Field::Referer,
    Field::Authenticated,
];

/// Finds the fields of one line.
pub(crate) fn read<'a>(line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    // Nothing before the request can hold a quote: servers escape it in the user name.
    let wrong = || Fault::new(RejectReason::WrongFormat);
    let Some(quote) = memchr(b'"', line.as_bytes()) else {
        let dated = line.contains(" [") && line.split(' ').count() > 3;
        return Err(if dated { Fault::at(RejectReason::Truncated, line.len()) } else { wrong() });
    };
    let head = line.get(..quote).unwrap_or_default();
    let dated = head.strip_suffix("] ").ok_or_else(wrong)?;
    let bracket = memrchr(b'[', dated.as_bytes()).ok_or_else(wrong)?;
    raw.text(Field::EndTime, dated.get(bracket + 1..).unwrap_or_default());
    client(raw, dated.get(..bracket).and_then(|head| head.strip_suffix(' ')).ok_or_else(wrong)?)?;

    let escapes = memchr(b'\\', line.as_bytes()).is_some();
    let arena = raw.arena;
    let plain = |text| if escapes { unescape(text, arena) } else { text };
    let mut cursor = Cursor::new(line, quote);
    let request = cursor.quoted(ends_request)?;
    raw.text(Field::Request, plain(request));
    cursor.expect(" ")?;
    raw.text(Field::Status, cursor.word()?);
    raw.text(Field::ResponseBytes, cursor.word()?);
    if cursor.is_at_end() {
        return Ok(());
    }
    if cursor.rest().starts_with('"') {
        raw.text(Field::Referer, plain(cursor.quoted(ends_referer)?));
        cursor.expect(" ")?;
        raw.text(Field::UserAgent, plain(cursor.quoted(ends_field)?));
        // The `main` format of NGINX packages goes on with X-Forwarded-For; other formats differ.
        if cursor.eat(" ")
            && let Ok(forwarded) = cursor.quoted(ends_field)
        {
            raw.text(Field::ForwardedFor, forwarded);
        }
    }
    Ok(())
}

/// Reads `[vhost ]ip ident user`. A user name may hold spaces.
fn client<'a>(raw: &mut RawFields<'a>, head: &'a str) -> Result<(), Fault> {
    let wrong = Fault::new(RejectReason::WrongFormat);
    // Nearly every line: no virtual host, no user.
    if let Some(ip) = head.strip_suffix(" - -")
        && !ip.bytes().any(|byte| byte == b' ')
    {
        raw.text(Field::Ip, ip);
        return Ok(());
    }
    let (first, rest) = head.split_once(' ').ok_or(wrong)?;
    let (ip, rest) = match rest.split_once(' ') {
        Some((second, tail)) if tail.contains(' ') && is_vhost(first, second, tail) => {
            raw.text(Field::Host, first);
            (second, tail)
        }
        _ => (first, rest),
    };
    let (ident, user) = rest.split_once(' ').ok_or(wrong)?;
    // Without this, the prefix of a shipper would pass for an address and a long user name.
    if ident != "-" && user.contains(' ') {
        return Err(wrong);
    }
    raw.text(Field::Ip, ip);
    // `-` says that no user name came, not that no credential did: tokens are not logged here.
    if user != "-" {
        raw.text(Field::Authenticated, user);
    }
    Ok(())
}

/// `host:port` before the address, or a host before an address whose ident is `-`.
fn is_vhost(first: &str, second: &str, tail: &str) -> bool {
    let has_port = first.split_once(':').is_some_and(|(name, port)| {
        !name.is_empty() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    });
    second != "-" && (has_port || tail.starts_with("- "))
}

/// The request closes before ` 200 ` and its like.
fn ends_request(after: &[u8]) -> bool {
    matches!(after, [] | [b' ', b'0'..=b'9' | b'-', ..])
}

/// The referer closes before the next quoted field.
fn ends_referer(after: &[u8]) -> bool {
    matches!(after, [] | [b' ', b'"', ..])
}
