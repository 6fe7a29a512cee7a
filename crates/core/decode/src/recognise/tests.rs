//! What is recognised from a sample, and what is said when nothing is.

use super::*;

fn sample(text: &str) -> Result<(FormatId, Unwrap), String> {
    let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    recognise(&lines).map(|found| (found.format, found.unwrap)).map_err(|error| error.to_string())
}

const COMBINED: &str =
    r#"203.0.113.9 - - [22/Nov/2026:12:00:00 +0000] "GET /x HTTP/1.1" 200 612 "-" "curl/8""#;

#[test]
fn every_golden_sample_is_recognised_for_what_it_is() {
    macro_rules! golden {
        ($($name:literal),+ $(,)?) => {
            [$(($name, include_str!(concat!("../../../../../datasets/golden/formats/", $name, ".log")))),+]
        };
    }
    let samples = golden!(
        "nginx-json",
        "combined",
        "envoy-text",
        "envoy-json",
        "istio-json",
        "kong",
        "traefik-json",
        "caddy",
        "haproxy",
        "aws-alb",
        "cloudfront",
        "cloudflare",
    );
    for (name, text) in samples {
        let found = sample(text).map(|(format, _)| format.name());
        assert_eq!(found.as_deref(), Ok(name));
    }
}

#[test]
fn envelopes_are_named() {
    let quoted = COMBINED.replace('"', "\\\"");
    let table = [
        (COMBINED.to_owned(), Unwrap::None),
        (format!("2026-11-22T12:00:00.0Z stdout F {COMBINED}"), Unwrap::Cri),
        (format!("<190>Nov 22 12:00:00 lb1 nginx: {COMBINED}"), Unwrap::Syslog),
        (
            format!(r#"{{"message":"{quoted}","@timestamp":"2026-11-22T12:00:00Z"}}"#),
            Unwrap::Field("message".into()),
        ),
        (format!(r#"{{"date":1.5,"log":"{quoted}"}}"#), Unwrap::Field("log".into())),
        (format!(r#"{{"log":"{quoted}\n","stream":"stdout","time":"x"}}"#), Unwrap::Docker),
        (format!(r#"{{"log":"2026-11-22T12:00:00.0Z stdout F {quoted}"}}"#), Unwrap::Auto),
    ];
    for (line, unwrap) in table {
        assert_eq!(sample(&line), Ok((FormatId::Combined, unwrap)), "{line}");
    }
}

#[test]
fn the_timestamp_is_what_the_records_show() {
    let line = r#"{"time_iso8601":"2026-11-22T12:00:00Z","remote_addr":"::1","request":"GET / HTTP/1.1","status":200}"#;
    let found = recognise(&[line.as_bytes()]).map(|found| (found.timestamp, found.why));
    let facts = TimestampFacts { kind: TimeKind::End, resolution: Resolution::Second };
    assert_eq!(found, Ok((facts, "1 of 1 records read as nginx-json".to_owned())));
}

#[test]
fn a_minority_is_not_enough_but_is_named() {
    let error = sample(&format!("{COMBINED}\nsomething else\nand more")).err().unwrap_or_default();
    assert!(error.contains("lines such as `203.0.113.9"), "{error}");
    assert!(error.contains("nearest: 1 of 3 records read as combined"), "{error}");
}

#[test]
fn what_is_no_log_is_described() {
    let describe = |records: &[&[u8]]| recognise(records).err().map(|error| error.to_string());
    let saw = |records: &[&[u8]], part: &str| {
        let text = describe(records).unwrap_or_default();
        assert!(text.contains(part), "{text}");
    };
    saw(&[], "no records");
    saw(&[b"", b"# comment"], "lines such as `# comment`");
    saw(&[b"\x7fELF\x02\x01"], "bytes that are no text, beginning with 7f 45 4c 46");
    saw(&[b"key=value"], "name the format when it is one of nginx-json");
    saw(&[br#"{"a":{"b":1},"c":2}"#], "JSON objects with the keys `a.b`, `c`");
    saw(
        &[br#"{"ts":1,"ip":"x","verb":"GET","url":"http://h/","code":200}"#],
        "url = \"url\", status = \"code\" }`; check it",
    );
}
