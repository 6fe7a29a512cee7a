//! Golden samples: every line of `datasets/golden/formats` becomes exactly what stands beside it.
#![expect(
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files and fails by panic"
)]

use std::{fmt::Write as _, fs, path::PathBuf};

use gait_decode::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId, facts};
use gait_event::{Event, FieldSet, Origin};

const LOGGED: [(FieldSet, &str); 16] = [
    (FieldSet::USER_AGENT, "user_agent"),
    (FieldSet::REFERER, "referer"),
    (FieldSet::ACCEPT, "accept"),
    (FieldSet::ACCEPT_LANGUAGE, "accept_language"),
    (FieldSet::ACCEPT_ENCODING, "accept_encoding"),
    (FieldSet::SEC_FETCH, "sec_fetch"),
    (FieldSet::DURATION, "duration"),
    (FieldSet::PROTOCOL, "protocol"),
    (FieldSet::AUTHENTICATED, "authenticated"),
    (FieldSet::MCP, "mcp"),
    (FieldSet::SIGNATURE, "signature"),
    (FieldSet::JA4, "ja4"),
    (FieldSet::CONNECTION, "connection"),
    (FieldSet::CONTENT_TYPE, "content_type"),
    (FieldSet::HOST, "host"),
    (FieldSet::BYTES, "bytes"),
];

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../datasets/golden/formats")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn decoder(format: FormatId) -> Decoder {
    let map = (format == FormatId::Json).then(|| toml::from_str(&read("json.toml")));
    let field_map = map.transpose().unwrap_or_else(|error| panic!("{error}"));
    let config =
        DecodeConfig { format: FormatChoice::Named(format), field_map, ..DecodeConfig::default() };
    Decoder::new(&config).unwrap_or_else(|error| panic!("{error}"))
}

/// What the decoder makes of the sample, as text.
fn outcome(format: FormatId) -> String {
    let arena = Arena::new();
    let mut text = String::new();
    let mut decoder = decoder(format);
    for (line, number) in read(&format!("{format}.log")).lines().zip(1..) {
        let origin = Origin { partition: 0, offset: number };
        decoder.decode(line.as_bytes(), origin, &arena, &mut |decoded| {
            let wrote = match decoded {
                Decoded::Event(event, _) => write_event(&mut text, format, event),
                Decoded::Reject(reject) => {
                    let label = reject.reason.label();
                    write!(text, "[{}] reject {label}: {reject}\n\n", reject.origin.offset)
                }
            };
            wrote.unwrap_or_else(|error| panic!("{error}"));
        });
    }
    text
}

fn write_event(text: &mut String, format: FormatId, event: &Event<'_>) -> std::fmt::Result {
    writeln!(text, "[{}] event", event.origin.offset)?;
    writeln!(text, "time = {} {:?} {:?}", event.time, event.time_kind, event.resolution)?;
    writeln!(text, "request = {:?} {} {:?}", event.method, event.target, event.protocol)?;
    writeln!(text, "ip = {}", event.ip)?;
    writeln!(text, "status = {} bytes = {}", event.status, event.response_bytes)?;
    let numbers = [
        ("duration_us", event.duration_us),
        ("request_bytes", event.request_bytes),
        ("connection", event.connection),
        ("connection_requests", event.connection_requests),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            writeln!(text, "{name} = {value}")?;
        }
    }
    let texts = [
        ("host", &event.host),
        ("user_agent", &event.user_agent),
        ("referer", &event.referer),
        ("accept", &event.accept),
        ("accept_language", &event.accept_language),
        ("accept_encoding", &event.accept_encoding),
        ("sec_fetch_mode", &event.sec_fetch_mode),
        ("sec_fetch_dest", &event.sec_fetch_dest),
        ("sec_fetch_site", &event.sec_fetch_site),
        ("content_type", &event.content_type),
        ("signature_agent", &event.signature_agent),
        ("signature_input", &event.signature_input),
        ("signature", &event.signature),
        ("mcp_method", &event.mcp_method),
        ("mcp_name", &event.mcp_name),
        ("ja4", &event.ja4),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            writeln!(text, "{name} = {value}")?;
        }
    }
    if let Some(call) = event.call {
        writeln!(text, "call = {call:?}")?;
    }
    if let Some(authenticated) = event.authenticated {
        writeln!(text, "authenticated = {authenticated}")?;
    }
    let logged = LOGGED.iter().filter(|(field, _)| event.logged.contains(*field));
    let names: Vec<&str> = logged.map(|(_, name)| *name).collect();
    assert!(facts(format).carries().contains(event.logged), "{format} carries more than it says");
    writeln!(text, "logged = {}\n", names.join(" "))
}

#[test]
fn every_sample_becomes_what_is_expected() {
    let mut wrong = Vec::new();
    for format in FormatId::ALL {
        let outcome = outcome(*format);
        if outcome != read(&format!("{format}.expected")) {
            println!("--- {format}.expected\n{outcome}");
            wrong.push(format.name());
        }
    }
    assert!(
        wrong.is_empty(),
        "these differ from what is expected, see above: {}",
        wrong.join(", ")
    );
}

#[test]
fn no_credential_reaches_an_event() {
    for format in FormatId::ALL {
        assert!(!outcome(*format).contains("never-kept"), "{format}");
    }
}
