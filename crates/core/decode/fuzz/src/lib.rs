//! What every fuzz target does: the bytes are records, a line each, and then one whole record.

use gait_decode::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};
use gait_event::Origin;

const MAP: &str = include_str!("../../../../../datasets/golden/formats/json.toml");

/// Decodes the bytes as a format. Panics when an event breaks what its fields promise.
pub fn decode(format: FormatId, bytes: &[u8]) {
    let config = DecodeConfig {
        format: FormatChoice::Named(format),
        field_map: (format == FormatId::Json).then(|| toml::from_str(MAP).expect("the map is sound")),
        trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
        ..DecodeConfig::default()
    };
    let mut decoder = Decoder::new(&config).expect("the configuration is sound");
    let arena = Arena::new();
    let lines = bytes.split(|byte| *byte == b'\n').chain(std::iter::once(bytes));
    for (record, offset) in lines.zip(1..) {
        decoder.decode(record, Origin { partition: 0, offset }, &arena, &mut check);
    }
    decoder.finish(&arena, &mut check);
}

fn check(decoded: Decoded<'_, '_>) {
    match decoded {
        Decoded::Event(event, _) => {
            assert!(!event.ip.is_empty());
            assert!(event.status <= 999);
            let texts = [Some(event.target), event.host, event.user_agent];
            let mut texts = texts.into_iter().flatten();
            assert!(!texts.any(|text| text.bytes().any(|byte| byte < b' ' && byte != b'\t')));
        }
        Decoded::Reject(reject) => assert!(reject.column.is_none_or(|column| column > 0)),
    }
}

/// Looks for the format of the bytes, a record per line.
pub fn recognise(bytes: &[u8]) {
    let records: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if let Err(unknown) = gait_decode::recognise(&records) {
        assert!(!unknown.to_string().is_empty());
    }
}
