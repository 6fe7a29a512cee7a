//! The text formats, one sample and its odd relatives each.

use super::*;
use crate::{
    arena::Arena,
    raw::{RawFields, Value},
    reject::RejectReason,
};

const TAIL: &str = r#"[22/Nov/2026:12:00:00 +0000] "GET /x HTTP/1.1" 200 612 "-" "curl/8""#;

/// Host, peer and whether a user is named.
fn client(head: &str) -> Result<(Option<String>, Option<String>, bool), RejectReason> {
    let line = format!("{head} {TAIL}");
    let arena = Arena::new();
    let mut raw = RawFields::new(&arena);
    read_combined(&line, &mut raw).map_err(|fault| fault.reason)?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    Ok((text(raw.event.host), text(raw.peer), raw.authenticated != Value::Absent))
}

#[test]
fn heads_of_combined_lines() {
    let found = |host: Option<&str>, peer: &str, user| {
        Ok((host.map(str::to_owned), Some(peer.to_owned()), user))
    };
    let table = [
        ("203.0.113.9 - -", found(None, "203.0.113.9", false)),
        ("2001:db8::9 - ada", found(None, "2001:db8::9", true)),
        ("203.0.113.9 - ada lovelace", found(None, "203.0.113.9", true)),
        ("203.0.113.9 ident ada", found(None, "203.0.113.9", true)),
        ("h.example:443 203.0.113.9 - -", found(Some("h.example:443"), "203.0.113.9", false)),
        ("h.example 2001:db8::9 - ada", found(Some("h.example"), "2001:db8::9", true)),
        // An IPv6 address that ends like a port is no virtual host.
        ("2001:db8::443 - ada b", found(None, "2001:db8::443", true)),
        ("Nov 22 12:00:00 lb1 nginx: 203.0.113.9 - -", Err(RejectReason::WrongFormat)),
        ("203.0.113.9", Err(RejectReason::WrongFormat)),
    ];
    for (head, expected) in table {
        assert_eq!(client(head), expected, "{head}");
    }
}

#[test]
fn a_user_name_cannot_forge_the_time() {
    let forged = "203.0.113.9 - x [01/Jan/2000:00:00:00 +0000]";
    let line = format!("{forged} {TAIL}");
    let arena = Arena::new();
    let mut raw = RawFields::new(&arena);
    assert_eq!(read_combined(&line, &mut raw), Ok(()));
    assert_eq!(raw.end, Value::Text("22/Nov/2026:12:00:00 +0000"));
}

#[test]
fn every_cut_of_a_line_is_wrong_truncated_or_a_shorter_line() {
    let line = format!("203.0.113.9 - - {TAIL}");
    for length in 0..line.len() {
        let cut = line.get(..length).unwrap_or_default();
        let arena = Arena::new();
        let mut raw = RawFields::new(&arena);
        match read_combined(cut, &mut raw) {
            // A common log line is what remains when the last two fields are cut off.
            Ok(()) => assert!(cut.ends_with(['6', '1', '2', ' ']), "{cut}"),
            Err(fault) => {
                let inside = cut.contains(" [");
                let reason =
                    if inside { RejectReason::Truncated } else { RejectReason::WrongFormat };
                assert_eq!(fault.reason, reason, "{cut}");
            }
        }
    }
}

#[test]
fn the_packaged_main_format_names_the_forwarded_address() {
    let line = format!("10.0.0.1 - - {TAIL} \"198.51.100.7, 10.0.0.2\" 0.001");
    let arena = Arena::new();
    let mut raw = RawFields::new(&arena);
    assert_eq!(read_combined(&line, &mut raw), Ok(()));
    assert_eq!(raw.forwarded_for, Some("198.51.100.7, 10.0.0.2"));
}

#[test]
fn cloudfront_columns_follow_the_last_fields_line() {
    let mut columns = Cloudfront::default();
    let status = |columns: &Cloudfront, line: &str| {
        let arena = Arena::new();
        let mut raw = RawFields::new(&arena);
        columns.read(line, &mut raw).map(|()| raw.status == Value::Text("200"))
    };
    columns.comment("#Fields: date time sc-status c-ip");
    assert_eq!(status(&columns, "2026-11-22\t12:00:00\t200\t::1"), Ok(true));
    columns.comment("#Fields: c-ip sc-status time date");
    columns.comment("# another comment");
    assert_eq!(status(&columns, "::1\t200\t12:00:00\t2026-11-22"), Ok(true));
    let short = status(&columns, "::1\t200").map_err(|fault| fault.reason);
    assert_eq!(short, Err(RejectReason::Truncated));
    let other = status(&columns, "no tabs").map_err(|fault| fault.reason);
    assert_eq!(other, Err(RejectReason::WrongFormat));
}

#[test]
fn layouts_exist_for_text_formats_alone() {
    for format in FormatId::ALL {
        let is_json = crate::json::Preset::of(*format).is_some() || *format == FormatId::Json;
        assert_eq!(Layout::of(*format).is_none(), is_json, "{format}");
    }
}
