//! Syslog prefixes: RFC 5424 `<134>1 time host app pid msgid sd msg` and RFC 3164
//! `<134>Nov 22 12:00:00 host tag[pid]: msg`, the latter also without priority as files hold it.

use memchr::{memchr, memchr_iter, memmem};

use crate::time::month;

/// The message behind the prefix; `None` when there is no prefix.
pub(crate) fn strip(record: &[u8]) -> Option<&[u8]> {
    let (rest, has_priority) = match priority(record) {
        Some(rest) => (rest, true),
        None => (record, false),
    };
    match rest {
        [b'1', b' ', rest @ ..] if has_priority => rfc5424(rest),
        _ => rfc3164(rest),
    }
}

/// `<0>` to `<191>`.
fn priority(record: &[u8]) -> Option<&[u8]> {
    let rest = record.strip_prefix(b"<")?;
    let end = memchr(b'>', rest.get(..rest.len().min(4))?)?;
    let (digits, rest) = rest.split_at_checked(end)?;
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    if is_number { rest.get(1..) } else { None }
}

/// Five words, then structured data: `-` or `[id k="v"]…`.
fn rfc5424(mut rest: &[u8]) -> Option<&[u8]> {
    for _time_host_app_pid_msgid in 0..5 {
        rest = rest.get(memchr(b' ', rest)? + 1..)?;
    }
    let message = match rest {
        [b'-', b' ', message @ ..] => message,
        [b'[', ..] => rest.get(memmem::find(rest, b"] ")? + 2..)?,
        _ => return None,
    };
    Some(message.strip_prefix("\u{feff}".as_bytes()).unwrap_or(message))
}

/// `Mmm dd hh:mm:ss host tag[pid]: `; the host may be missing.
fn rfc3164(rest: &[u8]) -> Option<&[u8]> {
    let (stamp, rest) = rest.split_first_chunk::<16>()?;
    let [m0, m1, m2, b' ', _, _, b' ', _, _, b':', _, _, b':', _, _, b' '] = *stamp else {
        return None;
    };
    month([m0, m1, m2])?;
    let colon = memmem::find(rest, b": ")?;
    let (tag, message) = rest.split_at_checked(colon)?;
    if memchr_iter(b' ', tag).count() <= 1 { message.get(2..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_both_kinds_are_taken_off() {
        for (record, message) in [
            ("<134>Nov 22 12:00:00 lb1 haproxy[123]: 203.0.113.9:1 [x]", Some("203.0.113.9:1 [x]")),
            ("Nov  2 12:00:00 lb1 nginx: {\"a\":\"b: c\"}", Some("{\"a\":\"b: c\"}")),
            ("<190>Nov 22 12:00:00 nginx: line", Some("line")),
            ("<134>1 2026-11-22T12:00:00Z lb1 haproxy 123 - - line", Some("line")),
            ("<134>1 2026-11-22T12:00:00Z lb1 nginx - - [a@1 b=\"c\"] \u{feff}line", Some("line")),
            ("<x>Nov 22 12:00:00 a b: line", None),
            ("Foo 22 12:00:00 lb1 nginx: line", None),
            ("Nov 22 12:00:00 three words here: line", None),
            ("203.0.113.9 - - [22/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 1", None),
            ("<", None),
            ("<1", None),
        ] {
            assert_eq!(strip(record.as_bytes()), message.map(str::as_bytes), "{record}");
        }
    }
}
