//! Decoding whole records: envelopes, framing, limits.

use super::*;
use crate::format::FormatChoice;

const COMBINED: &str =
    r#"203.0.113.9 - - [22/Nov/2026:12:00:00 +0000] "GET /x HTTP/1.1" 200 612 "-" "curl/8""#;
const JSON: &str =
    r#"{"ts":1795348800.5,"ip":"203.0.113.9","method":"GET","uri":"/x","status":200}"#;

fn config(format: FormatId, unwrap: Unwrap) -> DecodeConfig {
    DecodeConfig { format: FormatChoice::Named(format), unwrap, ..DecodeConfig::default() }
}

/// What the records become: the target of an event, the label of a reject.
fn outcomes(config: &DecodeConfig, records: &[&[u8]]) -> Vec<String> {
    let arena = Arena::new();
    let mut found = Vec::new();
    let mut sink = |decoded: Decoded<'_, '_>| match decoded {
        Decoded::Event(event, _) => found.push(event.target.to_owned()),
        Decoded::Reject(reject) => {
            let field = reject.field.map(|field| format!(" {field}")).unwrap_or_default();
            found.push(format!("{}{field}", reject.reason.label()));
        }
    };
    let decoder = Decoder::new(config);
    let mut decoder = decoder.unwrap_or_else(|error| unreachable!("{error}"));
    for (record, offset) in records.iter().zip(1..) {
        decoder.decode(record, Origin { partition: 3, offset }, &arena, &mut sink);
    }
    decoder.finish(&arena, &mut sink);
    found
}

fn one(format: FormatId, unwrap: Unwrap, record: &str) -> Vec<String> {
    outcomes(&config(format, unwrap), &[record.as_bytes()])
}

#[test]
fn blank_lines_and_comments_are_nothing_and_line_ends_are_tolerated() {
    let with_ends = format!("\u{feff}{COMBINED}\r\n");
    let records: [&[u8]; 5] =
        [b"", b" \t\r\n", b"# comment", with_ends.as_bytes(), b"\xef\xbb\xbf"];
    assert_eq!(outcomes(&config(FormatId::Combined, Unwrap::Auto), &records), ["/x"]);
}

#[test]
fn broken_records_have_their_reason() {
    let long = vec![b'a'; MAX_RECORD_BYTES + 1];
    let json: [(&[u8], &str); 9] = [
        (&long, "too_long"),
        (b"{\"ts\":1,\"ua\":\"\xff\"}", "not_utf8"),
        (b"\x00\x01\x02\xff", "binary"),
        (b"{\"ts\":1795348800.5,\"ip\":\"203.0", "truncated"),
        (b"{\"ts\":nope}", "not_json"),
        (b"{} {}", "not_json"),
        (b"17", "wrong_format"),
        (br#"{"ts":"soon","ip":"::1","method":"GET","uri":"/","status":200}"#, "bad_time time"),
        (br#"{"ts":1,"ip":"a b","method":"GET","uri":"/","status":200}"#, "bad_address ip"),
    ];
    for (record, expected) in json {
        let found = outcomes(&config(FormatId::NginxJson, Unwrap::Auto), &[record]);
        assert_eq!(
            found,
            [expected],
            "{}",
            String::from_utf8_lossy(record.get(..40).unwrap_or(record))
        );
    }
    let fields = [
        (r#"{"ip":"::1","method":"GET","uri":"/","status":200}"#, "missing_field time"),
        (r#"{"ts":1,"method":"GET","uri":"/","status":200}"#, "missing_field ip"),
        (r#"{"ts":1,"ip":"::1","uri":"/","status":200}"#, "missing_field method"),
        (r#"{"ts":1,"ip":"::1","method":"GET","status":200}"#, "missing_field target"),
        (r#"{"ts":1,"ip":"::1","method":"GET","uri":"/","status":"ok"}"#, "bad_status status"),
        (
            r#"{"ts":1,"ip":"::1","method":"GET","uri":"/","status":200,"bytes":"x"}"#,
            "bad_field response_bytes",
        ),
        (
            r#"{"ts":1,"ip":"::1","method":"GET","uri":"/","status":200,"rt":{}}"#,
            "bad_field duration",
        ),
    ];
    for (record, expected) in fields {
        assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, record), [expected]);
    }
    let nul = COMBINED.replace("curl", "cu\0rl");
    assert_eq!(one(FormatId::Combined, Unwrap::Auto, &nul), ["binary"]);
}

#[test]
fn odd_statuses_are_events() {
    for status in ["0", "-1", "\"-\"", "null", "499", "460", "\"009\""] {
        let record = JSON.replace("200", status);
        assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, &record), ["/x"], "{status}");
    }
    for status in ["1000", "-2", "20.5", "true"] {
        let record = JSON.replace("200", status);
        assert_eq!(
            one(FormatId::NginxJson, Unwrap::Auto, &record),
            ["bad_status status"],
            "{status}"
        );
    }
}

#[test]
fn envelopes_come_off() {
    let quoted = COMBINED.replace('"', "\\\"");
    let field = |name: &str| Unwrap::Field(name.to_owned());
    let table = [
        (format!(r#"{{"message":"{quoted}","host":{{"name":"h"}}}}"#), field("message")),
        (format!(r#"{{"date":1.5,"log":"{quoted}"}}"#), field("log")),
        (format!(r#"{{"log":"{quoted}\n","stream":"stdout","time":"t"}}"#), Unwrap::Docker),
        (format!("2026-11-22T12:00:00.0Z stdout F {COMBINED}"), Unwrap::Cri),
        (format!("<190>1 2026-11-22T12:00:00Z h nginx - - - {COMBINED}"), Unwrap::Syslog),
        (format!(r#"{{"message":"<190>Nov 22 12:00:00 h nginx: {quoted}"}}"#), Unwrap::Auto),
    ];
    for (record, unwrap) in table {
        for unwrap in [unwrap, Unwrap::Auto] {
            assert_eq!(one(FormatId::Combined, unwrap, &record), ["/x"], "{record}");
        }
        assert_ne!(one(FormatId::Combined, Unwrap::None, &record), ["/x"], "{record}");
    }
    for unwrap in [field("message"), Unwrap::Docker, Unwrap::Cri, Unwrap::Syslog] {
        assert_eq!(one(FormatId::Combined, unwrap, COMBINED), ["bad_envelope"]);
    }
}

#[test]
fn json_inside_json_is_found_as_text_and_as_object() {
    let text = format!(r#"{{"message":"{}","x":1}}"#, JSON.replace('"', "\\\""));
    let object = format!(r#"{{"message":{JSON},"x":1}}"#);
    for record in [&text, &object] {
        assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, record), ["/x"]);
        assert_eq!(one(FormatId::NginxJson, Unwrap::Field("message".into()), record), ["/x"]);
    }
    // What is wrong is said of the line, not of the envelope.
    let bad = object.replace("200", "\"x\"");
    assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, &bad), ["bad_status status"]);
    // An event that has a message of its own is not an envelope.
    let own = JSON.replace("\"ts\"", "\"message\":\"hello\",\"ts\"");
    assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, &own), ["/x"]);
    let brackets = format!("{{\"message\":{}", "[".repeat(500_000));
    for format in [FormatId::NginxJson, FormatId::Combined] {
        assert_eq!(one(format, Unwrap::Auto, &brackets), ["wrong_format"]);
    }
    let bottomless = (0..9).fold(String::from("\"x\""), |inner, _| format!("{{\"log\":{inner}}}"));
    assert_eq!(one(FormatId::Combined, Unwrap::Auto, &bottomless).len(), 1);
}

#[test]
fn parts_of_container_lines_are_joined() {
    let (head, tail) = COMBINED.split_at(30);
    let first = format!("2026-11-22T12:00:00.0Z stdout P {head}");
    let last = format!("2026-11-22T12:00:00.1Z stdout F {tail}");
    for unwrap in [Unwrap::Auto, Unwrap::Cri] {
        let config = config(FormatId::Combined, unwrap);
        let found = outcomes(&config, &[first.as_bytes(), last.as_bytes(), last.as_bytes()]);
        assert_eq!(found, ["/x", "wrong_format"]);
        assert_eq!(outcomes(&config, &[first.as_bytes()]), ["truncated"]);
    }
}

#[test]
fn an_event_comes_with_its_whole_line_out_of_its_envelope() {
    let (head, tail) = COMBINED.split_at(40);
    let stamp = "2026-11-22T12:00:00.1Z stdout";
    let array = format!("[{JSON}, {JSON}]");
    let parts = [format!("{stamp} P {head}"), format!("{stamp} F {tail}")];
    for (format, records, expected) in [
        (FormatId::Combined, vec![COMBINED], COMBINED),
        (FormatId::Combined, parts.iter().map(String::as_str).collect(), COMBINED),
        (FormatId::NginxJson, vec![array.as_str()], JSON),
    ] {
        let decoder = Decoder::new(&config(format, Unwrap::Auto));
        let mut decoder = decoder.unwrap_or_else(|error| unreachable!("{error}"));
        let (arena, mut events) = (Arena::new(), 0);
        for record in records {
            decoder.decode(record.as_bytes(), Origin::default(), &arena, &mut |decoded| {
                let Decoded::Event(_, line) = decoded else { unreachable!("{decoded:?}") };
                assert_eq!(line, expected.as_bytes());
                events += 1;
            });
        }
        assert!(events > 0, "{format}");
    }
}

#[test]
fn arrays_and_lines_in_one_value_are_taken_apart() {
    let pretty = JSON.replace(',', ",\n  ");
    let array = format!("[\n{pretty},\n{JSON}, 3 ]");
    let format = FormatId::NginxJson;
    assert_eq!(one(format, Unwrap::Auto, &array), ["/x", "/x", "wrong_format"]);
    assert_eq!(one(format, Unwrap::Auto, &pretty), ["/x"]);
    assert_eq!(one(format, Unwrap::Auto, &format!("{JSON}\n\n{JSON}\n")), ["/x", "/x"]);
    assert_eq!(one(format, Unwrap::Auto, &format!("[{JSON},{{\"ts\":")), ["/x", "truncated"]);
    assert_eq!(
        one(FormatId::Combined, Unwrap::Auto, &format!("{COMBINED}\n{COMBINED}")),
        ["/x", "/x"]
    );
    let whole = DecodeConfig { framing: Framing::None, ..config(format, Unwrap::None) };
    assert_eq!(outcomes(&whole, &[array.as_bytes()]), ["wrong_format"]);
}

#[test]
fn a_trusted_proxy_is_looked_through() {
    let record = JSON.replace("\"203.0.113.9\"", "\"10.0.0.1\",\"xff\":\"6.6.6.6, 198.51.100.7\"");
    let mut decode = config(FormatId::NginxJson, Unwrap::Auto);
    for (trusted, ip) in [(None, "10.0.0.1"), (Some("10.0.0.0/8"), "198.51.100.7")] {
        decode.trusted_proxies = trusted.and_then(|net| net.parse().ok()).into_iter().collect();
        let mut seen = String::new();
        let decoder = Decoder::new(&decode);
        let mut decoder = decoder.unwrap_or_else(|error| unreachable!("{error}"));
        let arena = Arena::new();
        decoder.decode(record.as_bytes(), Origin::default(), &arena, &mut |decoded| {
            if let Decoded::Event(event, _) = decoded {
                seen = event.ip.to_owned();
            }
        });
        assert_eq!(seen, ip);
    }
}

#[test]
fn no_text_of_an_event_holds_a_control_character() {
    let record = JSON.replace("/x", "/a\\u001fb\\u0000");
    assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, &record), ["/a\u{fffd}b\u{fffd}"]);
    let bare = JSON.replace("/x", "/a\u{1f}b");
    assert_eq!(one(FormatId::NginxJson, Unwrap::Auto, &bare), ["binary"]);
    let bare = COMBINED.replace("/x", "/a\u{1f}b");
    assert_eq!(one(FormatId::Combined, Unwrap::Auto, &bare), ["binary"]);
}

#[test]
fn a_site_is_named_by_the_operator_or_by_a_field_or_is_the_host() {
    let map = "time = \"t\"\nip = \"ip\"\nmethod = \"m\"\ntarget = \"p\"\nstatus = \"s\"\nhost = \"h\"\nsite = \"tenant\"\n";
    let record = |tenant: &str| {
        format!(
            r#"{{"t":1795348800,"ip":"192.0.2.7","m":"GET","p":"/","s":200,"h":"a.example"{tenant}}}"#
        )
    };
    let named = r#","tenant":"acme""#;
    for (site, tenant, expected) in
        [(None, "", "a.example"), (None, named, "acme"), (Some("all"), named, "all")]
    {
        let config = DecodeConfig {
            field_map: toml::from_str(map).ok(),
            site: site.map(str::to_owned),
            ..config(FormatId::Json, Unwrap::None)
        };
        let (arena, mut seen) = (Arena::new(), Vec::new());
        let decoder = Decoder::new(&config);
        let mut decoder = decoder.unwrap_or_else(|error| unreachable!("{error}"));
        decoder.decode(record(tenant).as_bytes(), Origin::default(), &arena, &mut |decoded| {
            if let Decoded::Event(event, _) = decoded {
                seen.push((event.site_name().to_owned(), event.host.map(str::to_owned)));
            }
        });
        assert_eq!(seen, [(expected.to_owned(), Some("a.example".to_owned()))]);
    }
}
