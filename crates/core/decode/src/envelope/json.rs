//! JSON envelopes: the line stands under one key. Text is unescaped; an object under the key is the
//! record itself (a shipper that parsed the line already).

use std::borrow::Cow;

use sonic_rs::JsonValueTrait;

use crate::{arena::Arena, nesting::too_deep};

/// Where shippers put the line: Filebeat, Elastic Agent and Vector; Docker and Fluent Bit; journald;
/// Loki exports; Google Cloud Logging.
pub(crate) const KNOWN_FIELDS: [&str; 6] =
    ["message", "log", "MESSAGE", "line", "textPayload", "jsonPayload"];

/// The line under a path of keys separated by dots. `None` when it is not there or is neither text
/// nor an object.
pub(crate) fn field<'a>(record: &'a str, path: &str, arena: &'a Arena) -> Option<&'a str> {
    if too_deep(record).is_some() {
        return None;
    }
    let value = sonic_rs::get_from_str(record, path.split('.')).ok()?;
    let raw = match value.as_raw_cow() {
        Cow::Borrowed(raw) => raw,
        Cow::Owned(raw) => arena.keep(&raw),
    };
    if value.is_object() {
        return Some(raw);
    }
    if !raw.contains('\\') {
        return raw.strip_prefix('"')?.strip_suffix('"');
    }
    serde_json::from_str::<String>(raw).ok().map(|text| arena.keep(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_as_text_or_object() {
        let record = r#"{"a":{"b":"x \"y\""},"log":"plain","o":{"k":1},"n":3}"#;
        let arena = Arena::new();
        let field = |record, path| field(record, path, &arena);
        assert_eq!(field(record, "a.b"), Some(r#"x "y""#));
        assert_eq!(field(record, "log"), Some("plain"));
        assert_eq!(field(record, "o"), Some(r#"{"k":1}"#));
        for path in ["n", "missing", "a.c", "log.x"] {
            assert_eq!(field(record, path), None, "{path}");
        }
        assert_eq!(field("not json", "log"), None);
    }
}
