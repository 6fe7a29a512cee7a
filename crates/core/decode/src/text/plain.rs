//! The short way for the combined and common lines that servers nearly always write: no virtual host, no
//! user, no escape, no quote inside of quotes, nothing behind the user agent. Where it ends it has read what
//! `combined` would have read; whatever else it meets, a broken line too, it leaves to that.

use gait_event::{Event, FieldSet, TimeKind};

use crate::{
    address,
    raw::{Value, is_absent},
    request_line, scan,
    time::{Calendar, STAMP_BYTES, TimeUnit, instant},
};

/// More digits may not fit.
const MAX_DIGITS: usize = 18;

/// The event of one line, without its origin; `None` when the line is left to the general way.
#[inline]
pub(crate) fn read<'a>(line: &'a str, calendar: &Calendar) -> Option<Event<'a>> {
    if scan::any(line.as_bytes(), |byte| byte == b'\\' || byte.is_ascii_control()) {
        return None;
    }
    let (ip, rest) = address::leading(line)?;
    let (stamp, rest) = rest.strip_prefix("- - [")?.split_at_checked(STAMP_BYTES)?;
    let (time, resolution) = calendar.stamp(*stamp.as_bytes().first_chunk()?, || {
        instant(&Value::Text(stamp), TimeUnit::Auto, calendar)
    })?;
    let (request, rest) = until_quote(rest.strip_prefix("] \"")?)?;
    let request = request_line::parse(present(request)?);
    let (status, rest) = status(rest)?;
    let (response_bytes, rest) = size(rest)?;
    let mut event = Event {
        time,
        time_kind: TimeKind::End,
        resolution,
        ip,
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        status,
        response_bytes,
        ..Event::default()
    };
    event.logged.insert(FieldSet::PROTOCOL);
    event.logged.insert(FieldSet::BYTES);
    // A common line ends here.
    if !rest.is_empty() {
        let (referer, rest) = until_quote(rest.strip_prefix(" \"")?)?;
        let (user_agent, rest) = until_quote(rest.strip_prefix(" \"")?)?;
        if !rest.is_empty() {
            return None;
        }
        event.referer = present(referer);
        event.user_agent = present(user_agent);
        event.logged.insert(FieldSet::REFERER);
        event.logged.insert(FieldSet::USER_AGENT);
    }
    Some(event)
}

/// The text before the next quote and what follows the quote.
#[inline]
fn until_quote(text: &str) -> Option<(&str, &str)> {
    let quote = scan::find(text.as_bytes(), b'"')?;
    text.get(..quote).zip(text.get(quote + 1..))
}

#[inline]
fn present(text: &str) -> Option<&str> {
    (!is_absent(text)).then_some(text)
}

/// Reads ` 200 ` up to the second space.
#[inline]
fn status(text: &str) -> Option<(u16, &str)> {
    let [b' ', digits @ .., b' '] = text.as_bytes().first_chunk::<5>()? else { return None };
    let number = digits.iter().try_fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u16::from(digit))
    })?;
    Some((number, text.get(4..)?))
}

/// Reads ` 612` or ` -`, which is no byte.
#[inline]
fn size(text: &str) -> Option<(u64, &str)> {
    let text = text.strip_prefix(' ')?;
    if let Some(rest) = text.strip_prefix('-') {
        return Some((0, rest));
    }
    let (mut number, mut count) = (0, 0);
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + u64::from(digit);
        count += 1;
        if count > MAX_DIGITS {
            return None;
        }
    }
    if count == 0 { None } else { Some((number, text.get(count..)?)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::combined, *};
    use crate::{
        arena::Arena,
        assemble::{Rules, assemble},
        raw::RawFields,
    };

    /// Reads a line in the short way; `None` when it is left to the general one. What is read must be
    /// what the general way reads.
    fn read_alike(line: &str) -> Option<()> {
        let (rules, arena) = (Rules::default(), Arena::new());
        let event = read(line, &rules.calendar)?;
        let mut raw = RawFields::new(&arena);
        assert_eq!(combined::read(line, &mut raw), Ok(()), "{line}");
        assert_eq!(assemble(&mut raw, &rules, line), Ok(()), "{line}");
        assert_eq!(event, raw.event, "{line}");
        Some(())
    }

    const HEAD: &str = "203.0.113.9 - - [22/Nov/2026:12:00:00 +0000]";

    #[test]
    fn usual_lines_are_read_and_all_others_are_left() {
        for (line, is_read) in [
            (r#"HEAD "GET /x HTTP/1.1" 200 612 "-" "curl/8""#, true),
            (r#"HEAD "GET /x HTTP/1.1" 304 - "https://h/" "-""#, true),
            (r#"HEAD "GET /x?a=b c HTTP/2.0" 000 0 "" "Größe""#, true),
            (r#"HEAD "GET /x" 200 612"#, true),
            (r#"HEAD "quit" 400 0 "-" "-""#, true),
            (r#"HEAD "-" 408 0 "-" "-""#, false),
            (r#"HEAD "" 400 0 "-" "-""#, false),
            (r#"HEAD "GET /\x22 HTTP/1.1" 200 612 "-" "curl/8""#, false),
            (r#"HEAD "GET /"x" HTTP/1.1" 200 612 "-" "curl/8""#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 612 "-" "a "b" c""#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 612 "-" "curl/8" "198.51.100.7""#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 612 "-" "curl/8" 0.001"#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 612 x"#, false),
            (r#"HEAD "GET /x HTTP/1.1" 20 612 "-" "curl/8""#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 9999999999999999999 "-" "curl/8""#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200 612 "-" "curl/8"#, false),
            (r#"HEAD "GET /x HTTP/1.1" 200"#, false),
            ("", false),
        ] {
            assert_eq!(read_alike(&line.replace("HEAD", HEAD)).is_some(), is_read, "{line}");
        }
        for (head, is_read) in [
            ("2001:db8::9 - - [22/Nov/2026:12:00:00 +0000]", true),
            ("203.0.113.9:80 - - [22/Nov/2026:12:00:60 -0430]", true),
            ("pppa006.compuserve.com - - [01/Aug/1995:02:00:00 -0400]", true),
            ("- - - [22/Nov/2026:12:00:00 +0000]", false),
            ("[::1] - - [22/Nov/2026:12:00:00 +0000]", false),
            (":80 - - [22/Nov/2026:12:00:00 +0000]", false),
            ("203.0.113.9 - ada [22/Nov/2026:12:00:00 +0000]", false),
            ("h.example 203.0.113.9 - - [22/Nov/2026:12:00:00 +0000]", false),
            ("203.0.113.9 - - [22/Nov/2026:12:00:61 +0000]", false),
            ("203.0.113.9 - - [22/Foo/2026:12:00:00 +0000]", false),
            ("203.0.113.9 - - [22/Nov/2026:12:00:00.5 +0000]", false),
            ("203.0.113.9 - - [22/Nov/1926:12:00:00 +0000]", false),
        ] {
            let line = format!(r#"{head} "GET /x HTTP/1.1" 200 612 "-" "curl/8""#);
            assert_eq!(read_alike(&line).is_some(), is_read, "{line}");
        }
    }

    /// One line of usual and unusual parts.
    fn line() -> impl Strategy<Value = String> {
        let client = prop_oneof![
            4 => any::<[u8; 4]>().prop_map(|ip| std::net::Ipv4Addr::from(ip).to_string()),
            1 => any::<[u8; 16]>().prop_map(|ip| std::net::Ipv6Addr::from(ip).to_string()),
            1 => "[a-zA-Z0-9.:_\\[-]{0,12}",
        ];
        let user = prop_oneof![6 => Just(" - -".to_owned()), 1 => " [a-z-]{1,3} [a-z -]{0,5}"];
        let time = (0..3_u8, 0..62_u8, prop_oneof!["\\+0000", "-0430", "[0-9+]{4}", ""]).prop_map(
            |(hour, second, zone)| format!("22/Nov/2026:{hour:02}:00:{second:02} {zone}"),
        );
        let request = prop_oneof![
            4 => "(GET|POST|HEAD|X) /[a-z?=&%./ -]{0,20} HTTP/(1.1|1.0|2.0|9)",
            1 => "[ -~\u{e4}]{0,20}",
        ];
        let tail = prop_oneof![
            6 => "( [0-9]{3}| -| [0-9]{1,4}) ([0-9]{1,20}|-) \"[ -~\u{e4}]{0,12}\" \"[ -~\u{4e16}]{0,12}\"",
            1 => " [0-9]{3} [0-9]{1,5}",
            1 => " [0-9]{3} [0-9]{1,5} \"-\" \"[ -~]{0,8}\" \"[0-9., ]{0,9}\"",
        ];
        (client, user, time, request, tail).prop_map(|(client, user, time, request, tail)| {
            format!("{client}{user} [{time}] \"{request}\"{tail}")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_read_is_what_the_general_way_reads(line in line()) {
            let _left_to_the_general_way = read_alike(&line);
        }

        #[test]
        fn a_damaged_line_is_read_alike(line in line(), at in 0_usize..150, byte in "[ -~\t]") {
            let at = at % line.len();
            if let (Some(head), Some(tail)) = (line.get(..at), line.get(at + 1..)) {
                let _left_to_the_general_way = read_alike(&format!("{head}{byte}{tail}"));
                let _left_to_the_general_way = read_alike(&format!("{head}{tail}"));
                let _left_to_the_general_way = read_alike(head);
            }
        }
    }
}
