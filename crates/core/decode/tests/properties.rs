//! Properties of every decoder: no input panics, nothing is lost, and what was written is read.

use gait_decode::{
    Arena, ArraySplitter, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId, recognise,
};
use gait_event::{Origin, TimeKind};
use proptest::prelude::*;

macro_rules! samples {
    ($($name:literal),+ $(,)?) => {
        [$(include_str!(concat!("../../../../datasets/golden/formats/", $name, ".log"))),+]
    };
}

/// The golden samples, in the order of [`FormatId::ALL`].
const SAMPLES: [&str; 14] = samples!(
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
    "mcp-gateway",
    "json",
);
const MAP: &str = include_str!("../../../../datasets/golden/formats/json.toml");

fn decoder(format: FormatId) -> Option<Decoder> {
    let config = DecodeConfig {
        format: FormatChoice::Named(format),
        field_map: if format == FormatId::Json { toml::from_str(MAP).ok() } else { None },
        trusted_proxies: "10.0.0.0/8".parse().into_iter().collect(),
        ..DecodeConfig::default()
    };
    Decoder::new(&config).ok()
}

/// Decodes records with one decoder; how many outcomes there were of each.
fn outcomes(format: FormatId, records: &[&[u8]]) -> Vec<usize> {
    let Some(mut decoder) = decoder(format) else { return Vec::new() };
    let arena = Arena::new();
    let mut counts = Vec::new();
    for record in records {
        let mut count = 0;
        decoder.decode(record, Origin::default(), &arena, &mut |decoded| {
            count += 1;
            if let Decoded::Event(event, _) = decoded {
                assert!(!event.ip.is_empty() && event.time.0 >= -1_000_000_000_000_000);
                let texts = [Some(event.target), event.user_agent, event.host];
                let mut texts = texts.into_iter().flatten();
                assert!(!texts.any(|text| text.bytes().any(|byte| byte < b' ' && byte != b'\t')));
            }
        });
        counts.push(count);
    }
    decoder.finish(&arena, &mut |_| {});
    counts
}

/// True for records that are nothing by design.
fn is_nothing(record: &[u8]) -> bool {
    let record = record.strip_prefix(b"\xef\xbb\xbf").unwrap_or(record).trim_ascii();
    record.is_empty() || record.starts_with(b"#")
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..4)) {
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        for format in FormatId::ALL {
            outcomes(*format, &records);
        }
        let _either = recognise(&records);
    }

    #[test]
    fn text_that_looks_like_a_log_never_panics(text in r#"[\[\]{}",:<> \\x0-9TZPFa-z./%=-]{0,120}"#) {
        for format in FormatId::ALL {
            outcomes(*format, &[text.as_bytes()]);
        }
        let _either = recognise(&[text.as_bytes()]);
    }

    #[test]
    fn a_mutilated_line_is_an_event_or_a_reject(
        pick in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in 0x20_u8..0x7f,
        cut in any::<bool>(),
    ) {
        for (format, sample) in FormatId::ALL.iter().zip(SAMPLES) {
            let lines: Vec<&str> = sample.lines().collect();
            let mut line = lines[pick.index(lines.len())].as_bytes().to_vec();
            let at = at.index(line.len());
            if cut { line.truncate(at) } else { line[at] = byte }
            let expected = usize::from(!is_nothing(&line));
            // An array in a mutilated line may be empty, and several commas make no element.
            if !line.starts_with(b"[") {
                let counts = outcomes(*format, &[&line]);
                prop_assert!(counts == [expected], "{format}: {}", String::from_utf8_lossy(&line));
            }
        }
    }

    #[test]
    fn combined_lines_are_read_as_they_were_written(
        ip in (any::<[u8; 4]>()).prop_map(|ip| std::net::Ipv4Addr::from(ip).to_string()),
        seconds in 0_i64..4_000_000_000,
        target in "/[a-zA-Z0-9/?=&%._~\u{e4}\u{4e16} -]{0,60}[a-z]",
        status in 100_u16..600,
        bytes in 0_u64..1_000_000_000,
        agent in "[a-zA-Z0-9/;(): .,+\u{e4}-]{1,60}[a-z]",
    ) {
        let time = clf(seconds);
        let line = format!("{ip} - - [{time}] \"GET {target} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\"");
        let arena = Arena::new();
        let mut read = None;
        if let Some(mut decoder) = decoder(FormatId::Combined) {
            decoder.decode(line.as_bytes(), Origin::default(), &arena, &mut |decoded| {
                if let Decoded::Event(event, _) = decoded {
                    let agent = event.user_agent.map(str::to_owned);
                    read = Some((
                        event.ip.to_owned(), event.time.0, event.target.to_owned(), event.status,
                        event.response_bytes, agent, event.time_kind,
                    ));
                }
            });
        }
        let expected =
            (ip, seconds * 1_000_000, target, status, bytes, Some(agent), TimeKind::End);
        prop_assert_eq!(read, Some(expected));
    }

    #[test]
    fn json_lines_are_read_as_they_were_written(
        millis in 200_000_000_000_i64..4_000_000_000_000,
        duration_ms in 0_i64..100_000,
        target in "/\\PC{0,60}",
        agent in "[a-z]\\PC{0,60}",
        status in 100_u16..600,
    ) {
        let line = serde_json::json!({
            "msec": format!("{}.{:03}", millis / 1000, millis % 1000),
            "request_time": duration_ms as f64 / 1000.0,
            "remote_addr": "2001:db8::1",
            "request_method": "GET",
            "request_uri": target,
            "http_user_agent": agent,
            "status": status,
        });
        let arena = Arena::new();
        let mut read = None;
        if let Some(mut decoder) = decoder(FormatId::NginxJson) {
            decoder.decode(line.to_string().as_bytes(), Origin::default(), &arena, &mut |decoded| {
                if let Decoded::Event(event, _) = decoded {
                    let agent = event.user_agent.map(str::to_owned);
                    read = Some((event.time.0, event.target.to_owned(), event.status, agent));
                }
            });
        }
        let start = (millis - duration_ms) * 1000;
        prop_assert_eq!(read, Some((start, target, status, Some(agent))));
    }

    #[test]
    fn the_splitter_does_not_depend_on_its_chunks(
        text in r#"\[[\[\]{}",:\\a \n]{0,80}"#,
        cuts in prop::collection::vec(1_usize..20, 1..10),
    ) {
        let split = |cuts: &mut dyn Iterator<Item = usize>| {
            let mut elements = Vec::new();
            let mut sink = |element: &[u8]| elements.push(element.to_vec());
            let mut splitter = ArraySplitter::new();
            let mut rest = text.as_bytes();
            while !rest.is_empty() {
                let (chunk, tail) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
                splitter.push(chunk, &mut sink);
                rest = tail;
            }
            let end = splitter.finish(&mut sink);
            (elements, end)
        };
        prop_assert_eq!(split(&mut cuts.iter().copied().cycle()), split(&mut std::iter::empty()));
    }
}

/// A time as a combined log has it, by a method of its own.
fn clf(seconds: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (mut days, of_day) = (seconds / 86_400, seconds % 86_400);
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let mut month = 0;
    let lengths = [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{:02}/{}/{year}:{hour:02}:{minute:02}:{second:02} +0000", days + 1, MONTHS[month])
}
