//! The JSON formats, one sample and its odd relatives each.

use gait_event::FieldSet;

use super::*;
use crate::{
    arena::Arena,
    raw::{RawFields, Value},
    reject::RejectReason,
};

fn with<T>(format: FormatId, record: &str, look: impl FnOnce(&RawFields<'_>) -> T) -> Option<T> {
    let trie = Preset::of(format)?.trie();
    let arena = Arena::new();
    let mut raw = RawFields::new(&arena);
    read(&trie, record, &mut raw).ok()?;
    Some(look(&raw))
}

#[test]
fn no_key_stands_twice_in_a_table() {
    for format in FormatId::ALL {
        let Some(preset) = Preset::of(*format) else { continue };
        let mut paths: Vec<&str> = preset.keys.iter().map(|(path, _)| *path).collect();
        paths.sort_unstable();
        let count = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), count, "{format}");
    }
}

#[test]
fn every_key_of_every_table_fills_its_field() {
    for format in FormatId::ALL {
        let Some(preset) = Preset::of(*format) else { continue };
        for field in Field::ALL {
            for path in preset.paths(*field) {
                let nested = path
                    .rsplit('.')
                    .fold(String::from("\"7\""), |inner, key| format!("{{\"{key}\":{inner}}}"));
                let flat = format!("{{\"{path}\":\"7\"}}");
                for record in [nested, flat] {
                    let saw = with(*format, &record, |raw| raw.saw(*field));
                    assert_eq!(saw, Some(true), "{format} {path}");
                }
            }
        }
    }
}

#[test]
fn values_keep_their_type_and_absent_ones_are_logged() {
    let record = r#"{"msec":1.5,"status":"200","bytes":18446744073709551615,"auth":true,"ua":null,
        "unknown":{"deep":[1,{"status":9}]},"conn":[7,8],"conn_reqs":[]}"#;
    let fields = with(FormatId::NginxJson, record, |raw| {
        assert_eq!(raw.end, Value::Float(1.5));
        assert_eq!(raw.status, Value::Text("200"));
        assert!(matches!(raw.response_bytes, Value::Float(bytes) if bytes > 1.8e19));
        assert_eq!(raw.authenticated, Value::Bool(true));
        assert_eq!(raw.connection, Value::Int(7));
        assert_eq!(raw.connection_requests, Value::Absent);
        assert_eq!(raw.event.user_agent, None);
        raw.event.logged
    });
    let expected = [FieldSet::USER_AGENT, FieldSet::CONNECTION, FieldSet::BYTES];
    assert!(fields.is_some_and(|fields| expected.iter().all(|field| fields.contains(*field))));
}

#[test]
fn the_preferred_alias_wins_wherever_it_stands() {
    for record in [
        r#"{"time":"2026-11-22T12:00:00Z","msec":1795348800.5}"#,
        r#"{"msec":1795348800.5,"time":"2026-11-22T12:00:00Z"}"#,
    ] {
        let end = with(FormatId::NginxJson, record, |raw| raw.end == Value::Float(1_795_348_800.5));
        assert_eq!(end, Some(true), "{record}");
    }
    let empty = r#"{"msec":"-","time":"2026-11-22T12:00:00Z"}"#;
    let end = with(FormatId::NginxJson, empty, |raw| raw.end != Value::Absent);
    assert_eq!(end, Some(true));
}

#[test]
fn complete_headers_say_what_was_not_sent_and_others_do_not() {
    let caddy = r#"{"request":{"headers":{"USER-AGENT":["a","b"]}}}"#;
    let logged = with(FormatId::Caddy, caddy, |raw| {
        assert_eq!(raw.event.user_agent, Some("a"));
        raw.event.logged
    });
    assert!(logged.is_some_and(|logged| logged.contains(FieldSet::ACCEPT_LANGUAGE)));
    let cloudflare = r#"{"RequestHeaders":{"mcp-method":"x"}}"#;
    let logged = with(FormatId::Cloudflare, cloudflare, |raw| raw.event.logged);
    assert!(logged.is_some_and(|logged| {
        logged.contains(FieldSet::MCP) && !logged.contains(FieldSet::ACCEPT_LANGUAGE)
    }));
}

#[test]
fn several_forwarded_for_headers_are_one_list() {
    let record =
        r#"{"request":{"headers":{"X-Forwarded-For":["6.6.6.6","198.51.100.7, 10.0.0.2",3]}}}"#;
    let list = with(FormatId::Caddy, record, |raw| raw.forwarded_for.map(str::to_owned));
    assert_eq!(list, Some(Some("6.6.6.6,198.51.100.7, 10.0.0.2".into())));
}

#[test]
fn faults_tell_truncated_from_broken_from_other_json() {
    let trie = Trie::new([("a.b", Field::Host)], None);
    let fault = |record: &str| {
        let arena = Arena::new();
        let mut raw = RawFields::new(&arena);
        read(&trie, record, &mut raw).err().map(|fault| fault.reason)
    };
    let deep = format!("{}1{}", "{\"a\":".repeat(31), "}".repeat(31));
    for (record, reason) in [
        ("{\"a\":{\"b\":\"x", Some(RejectReason::Truncated)),
        ("{\"a\"", Some(RejectReason::Truncated)),
        ("{\"a\":x}", Some(RejectReason::NotJson)),
        ("{\"a\":1,}", Some(RejectReason::NotJson)),
        ("{\"a\":1}x", Some(RejectReason::NotJson)),
        ("[1]", Some(RejectReason::WrongFormat)),
        ("\"a\"", Some(RejectReason::WrongFormat)),
        ("{\"a\":[{\"b\":\"x\"}]}", None),
        (&deep, None),
        (&"{\"a\":".repeat(100_000), Some(RejectReason::WrongFormat)),
        (&"[".repeat(1_000_000), Some(RejectReason::WrongFormat)),
    ] {
        assert_eq!(fault(record), reason, "{record:.20}");
    }
}
