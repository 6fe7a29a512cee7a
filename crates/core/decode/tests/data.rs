//! Real captures: found through `GAIT_DATA`, skipped with a message without it.
#![expect(
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files and fails by panic"
)]

use std::{fs, io::Read as _, path::PathBuf};

use gait_decode::{
    Arena, ArraySplitter, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId, RejectReason,
    Unwrap, recognise,
};
use gait_event::{Event, FieldSet, Origin, Resolution, TimeKind};

/// The bytes of a capture, decompressed; `None` when there are none to test with.
fn capture(name: &str) -> Option<Vec<u8>> {
    let Ok(folder) = std::env::var("GAIT_DATA") else {
        eprintln!("skipped: set GAIT_DATA to the folder of captures to test with {name}");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(bytes);
    }
    let mut plain = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain);
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(plain)
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|byte| *byte == b'\n').collect()
}

/// Decodes every line; returns the number of events and the rejects as `line label`.
fn decode(
    config: &DecodeConfig,
    bytes: &[u8],
    mut look: impl FnMut(&Event<'_>),
) -> (usize, Vec<String>) {
    let mut decoder = Decoder::new(config).unwrap_or_else(|error| panic!("{error}"));
    let mut arena = Arena::new();
    let (mut events, mut rejects) = (0, Vec::new());
    for (line, number) in lines(bytes).into_iter().zip(1..) {
        arena.reset();
        let origin = Origin { partition: 0, offset: number };
        decoder.decode(line, origin, &arena, &mut |decoded| match decoded {
            Decoded::Event(event, _) => {
                events += 1;
                look(event);
            }
            Decoded::Reject(reject) => rejects.push(format!("{number} {}", reject.reason.label())),
        });
    }
    (events, rejects)
}

fn recognised(bytes: &[u8]) -> DecodeConfig {
    let sample = lines(bytes);
    let sample = sample.get(..100).unwrap_or(&sample);
    let found = recognise(sample).unwrap_or_else(|error| panic!("{error}"));
    println!("{}", found.why);
    DecodeConfig {
        format: FormatChoice::Named(found.format),
        unwrap: found.unwrap,
        ..DecodeConfig::default()
    }
}

#[test]
fn captures_decode_without_a_reject() {
    let table = [
        ("alpha/access.jsonl.gz", FormatId::NginxJson, 38_735, Resolution::Millisecond),
        ("alpha_mcp/access.jsonl.gz", FormatId::NginxJson, 4298, Resolution::Millisecond),
        ("alpha_mcp/gateway.jsonl.gz", FormatId::McpGateway, 3689, Resolution::Millisecond),
        ("nasa/access.log.gz", FormatId::Combined, 30_969, Resolution::Second),
    ];
    for (name, format, count, resolution) in table {
        let Some(bytes) = capture(name) else { return };
        let config = recognised(&bytes);
        assert_eq!(config.format, FormatChoice::Named(format), "{name}");
        assert_eq!(config.unwrap, Unwrap::None, "{name}");
        let (events, rejects) = decode(&config, &bytes, |event| {
            assert_eq!(event.resolution, resolution, "{name}");
            assert!(!event.ip.is_empty() && event.status >= 100, "{name}");
        });
        assert_eq!((events, rejects), (count, vec![]), "{name}");
    }
}

#[test]
fn the_one_truncated_line_is_named() {
    let Some(bytes) = capture("semicomplete/access.log.gz") else { return };
    let (events, rejects) = decode(&recognised(&bytes), &bytes, |event| {
        assert_eq!(event.time_kind, TimeKind::End);
    });
    let cut = lines(&bytes).iter().position(|line| line.ends_with(b"bot.html")).map(|at| at + 1);
    let named = cut.map(|line| format!("{line} {}", RejectReason::Truncated.label()));
    assert_eq!((events, rejects), (9999, named.into_iter().collect()));
}

#[test]
fn starts_follow_from_ends_and_durations() {
    let Some(bytes) = capture("alpha/access.jsonl.gz") else { return };
    let some = bytes.get(..1 << 20).unwrap_or(&bytes);
    let mut first = None;
    decode(&recognised(some), some, |event| {
        let all =
            [FieldSet::SEC_FETCH, FieldSet::MCP, FieldSet::CONNECTION, FieldSet::AUTHENTICATED];
        assert!(all.iter().all(|field| event.logged.contains(*field)));
        assert_eq!(event.time_kind, TimeKind::Start);
        first.get_or_insert((event.time.to_string(), event.duration_us, event.connection));
    });
    let expected = ("2026-11-22T13:38:44.415000Z".to_owned(), Some(6000), Some(417));
    assert_eq!(first, Some(expected));
}

#[test]
fn a_field_map_reads_a_client_side_capture() {
    let Some(bytes) = capture("browsetrace/access.jsonl.gz") else { return };
    let config: DecodeConfig = toml::from_str(
        "
        format = \"json\"
        [field_map]
        time = \"timestamp\"
        duration = \"latency_ms\"
        duration_unit = \"ms\"
        ip = \"session_id\"
        method = \"method\"
        url = \"path\"
        status = \"status\"
        response_bytes = \"response_size\"
        user_agent = \"user_agent\"
        ",
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let mut hosts = std::collections::BTreeSet::new();
    let (events, rejects) = decode(&config, &bytes, |event| {
        assert!(event.target.starts_with(['/', '?']), "{}", event.target);
        hosts.extend(event.host.map(str::to_owned));
    });
    assert_eq!((events, rejects), (14_833, vec![]));
    assert!(hosts.contains("techcrunch.com"));
}

#[test]
fn other_logs_are_described_with_their_keys_and_a_map() {
    let table: [(&str, &[&str]); 3] = [
        (
            "browsetrace/access.jsonl.gz",
            &["`session_id`", "`latency_ms`", "url = \"path\"", "ip = \"ip\""],
        ),
        (
            "cloudtrail_stratus/aws.credential-access.ec2-get-password-data.json",
            &[
                "`eventName`",
                "`userIdentity.type`",
                "time = \"eventTime\"",
                "ip = \"sourceIPAddress\"",
            ],
        ),
        (
            "tau_bench/gpt-4o-airline.json.gz",
            &["`task_id`", "`reward`", "time = \"?\"", "fill in time"],
        ),
    ];
    for (name, parts) in table {
        let Some(bytes) = capture(name) else { return };
        let error =
            recognise(&lines(&bytes)).err().unwrap_or_else(|| panic!("{name} is recognised"));
        let text = error.to_string();
        println!("{name}: {text}\n");
        for part in parts {
            assert!(text.contains(part), "{name}: no {part} in {text}");
        }
    }
}

#[test]
fn a_printed_array_splits_into_its_elements() {
    let name = "cloudtrail_stratus/aws.credential-access.ec2-get-password-data.json";
    let Some(bytes) = capture(name) else { return };
    let (mut splitter, mut elements) = (ArraySplitter::new(), 0);
    let mut sink = |element: &[u8]| {
        elements += 1;
        assert!(element.starts_with(b"{") && element.ends_with(b"}"));
    };
    for chunk in bytes.chunks(1000) {
        splitter.push(chunk, &mut sink);
    }
    assert_eq!(splitter.finish(&mut sink), Ok(()));
    assert!(elements > 10, "{elements}");
}
