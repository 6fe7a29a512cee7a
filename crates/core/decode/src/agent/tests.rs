//! Identity parts of lines: read whole, in every spelling, and refused by name.

use gait_event::{AgentCall, Argument, Event, Origin};
use proptest::prelude::*;

use crate::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};

/// A line with these entries behind what every line has.
fn line(entries: &str) -> String {
    format!(r#"{{"ts":1795356425.56,"event":"tools/call","code":200,{entries}}}"#)
}

/// Hands the event of a record to `look`; the label and field of the reject when there is none.
fn decoded(record: &str, mut look: impl FnMut(&Event<'_>)) -> Option<String> {
    let format = FormatChoice::Named(FormatId::McpGateway);
    let mut decoder = Decoder::new(&DecodeConfig { format, ..DecodeConfig::default() }).ok()?;
    let mut rejected = None;
    decoder.decode(
        record.as_bytes(),
        Origin::default(),
        &Arena::new(),
        &mut |decoded| match decoded {
            Decoded::Event(event, _) => look(event),
            Decoded::Reject(reject) => {
                let field = reject.field.unwrap_or_default();
                rejected = Some(format!("{} {field}", reject.reason.label()));
            }
        },
    );
    rejected
}

/// The identified call of a record is `expected`.
fn calls(record: &str, expected: &AgentCall<'_>) {
    let mut seen = 0;
    let rejected = decoded(record, |event| {
        seen += 1;
        assert_eq!(event.call, Some(expected), "{record}");
    });
    assert_eq!((rejected, seen), (None, 1), "{record}");
}

#[test]
fn a_call_is_read_whole() {
    let record = line(
        r#""request_id":42,"client_id":"a","subject":"s","act":[{"sub":"a"},{"sub":"o"}],
        "grant_id":"g","token_exp":1795357361,"jti":"secret","tool":"list","resource_type":"cal",
        "resource_ids":["c1"],"args":{"resource_id":"c2","start":"2026-11-16","limit":10,
        "filter":{"tags":["x","y"],"deep":true,"none":null}},"client_ip":"192.0.2.1""#,
    );
    let (text, number) = (Argument::Text, Argument::Number);
    let expected = AgentCall {
        request_id: Some("42"),
        actor: "a",
        subject: "s",
        grant: Some("g"),
        chain: &["a", "o"],
        action: Some("list"),
        resource_type: Some("cal"),
        resources: &["c1", "c2"],
        arguments: &[
            ("resource_id", text("c2")),
            ("start", text("2026-11-16")),
            ("limit", number(10.0)),
            ("filter.tags", text("x")),
            ("filter.tags", text("y")),
            ("filter.deep", Argument::Bool(true)),
            ("filter.none", Argument::Empty),
        ],
        credential: Some(gait_event::published::hash128(b"secret")),
        credential_expires: Some(gait_event::EventTime(1_795_357_361_000_000)),
    };
    calls(&record, &expected);
}

#[test]
fn a_chain_is_a_list_or_nested_claims() {
    let base = AgentCall { actor: "a", action: Some("t"), ..AgentCall::default() };
    for (act, chain) in [
        ("null", &[] as &[&str]),
        (r#"["a","o"]"#, &["a", "o"]),
        (r#"[{"sub":"a","iss":"i"},{"sub":"o"}]"#, &["a", "o"]),
        (r#"{"sub":"a","act":{"sub":"o","act":{"sub":"a"}}}"#, &["a", "o", "a"]),
        (r#""a""#, &["a"]),
    ] {
        let record = line(&format!(r#""client_id":"a","tool":"t","act":{act}"#));
        calls(&record, &AgentCall { chain, ..base });
    }
}

#[test]
fn discovery_is_no_action_and_everything_else_is() {
    let base = AgentCall { actor: "a", ..AgentCall::default() };
    for (event, tool, action) in [
        (r#""tools/call""#, r#""t""#, Some("t")),
        (r#""tools/call""#, "null", Some("tools/call")),
        (r#""resources/read""#, "null", Some("resources/read")),
        (r#""tools/list""#, "null", None),
        (r#""notifications/cancelled""#, "null", None),
        ("null", "null", Some("")),
    ] {
        let record =
            format!(r#"{{"ts":1795356425,"client_id":"a","event":{event},"tool":{tool}}}"#);
        calls(&record, &AgentCall { action, ..base });
    }
}

#[test]
fn a_line_that_names_nobody_is_an_ordinary_event() {
    for entries in [r#""client_ip":"192.0.2.1""#, r#""client_id":null,"client_ip":"192.0.2.1""#] {
        let mut seen = 0;
        let rejected = decoded(&line(entries), |event| {
            assert_eq!(event.call, None);
            seen += 1;
        });
        assert_eq!((rejected, seen), (None, 1));
    }
}

#[test]
fn malformed_claims_are_rejects_by_name() {
    let deep = format!(r#""client_id":"a","act":{}{}"#, r#"{"sub":"a","act":"#.repeat(10_000), "1");
    let brackets =
        format!(r#""client_id":"a","args":{}{}"#, "[".repeat(10_000), "]".repeat(10_000));
    for (entries, expected) in [
        (r#""client_id":{"id":"a"}"#, "bad_field client_id"),
        (r#""client_id":["a"]"#, "bad_field client_id"),
        (r#""client_id":"a","subject":true"#, "bad_field subject"),
        (r#""client_id":"a","act":7"#, "bad_field act"),
        (r#""client_id":"a","act":[{"name":"a"}]"#, "bad_field act"),
        (r#""client_id":"a","act":{"sub":"a","act":{"iss":"x"}}"#, "bad_field act"),
        (r#""client_id":"a","token_exp":"soon""#, "bad_field token_exp"),
        (r#""client_id":"a","resource_ids":[{}]"#, "bad_field resource_ids"),
        (&deep, "wrong_format "),
        (&brackets, "wrong_format "),
    ] {
        let rejected = decoded(&line(entries), |event| assert!(event.call.is_none(), "{entries}"));
        assert_eq!(rejected.as_deref(), Some(expected));
    }
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f32>().prop_filter("finite", |x| x.is_finite()).prop_map(|x| format!("{x:?}")),
        "[a-z]{0,4}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::vec(("(sub|act|start|[a-z]{0,3})", inner), 0..4).prop_map(
                |map| {
                    let entries: Vec<_> = map.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                    format!("{{{}}}", entries.join(","))
                }
            ),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_the_claims_are_there_is_one_event_or_one_reject(
        claims in proptest::collection::vec(
            ("client_id|subject|grant_id|act|token_exp|jti|tool|event|args|resource_ids|request_id", json()),
            0..8,
        )
    ) {
        let entries: Vec<_> = claims.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let record = format!("{{\"ts\":1795356425.5,{}\"end\":0}}", entries.join(",") + ",");
        let mut events = 0;
        let rejected = decoded(&record, |_| events += 1);
        prop_assert_eq!(events + usize::from(rejected.is_some()), 1);
    }
}
