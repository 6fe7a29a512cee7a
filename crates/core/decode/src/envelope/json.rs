//! JSON envelopes: the line stands under one key. Text is unescaped; an object under the key is the
//! record itself (a shipper that parsed the line already).

use std::borrow::Cow;

use sonic_rs::JsonValueTrait;

use crate::nesting::too_deep;

/// Where shippers put the line: Filebeat, Elastic Agent and Vector; Docker and Fluent Bit; journald;
/// Loki exports; Google Cloud Logging.
pub(crate) const KNOWN_FIELDS: [&str; 6] =
    ["message", "log", "MESSAGE", "line", "textPayload", "jsonPayload"];

/// The line under a path of keys separated by dots. `None` when it is not there or is neither text
/// nor an object.
pub(crate) fn field<'a>(record: &'a str, path: &str) -> Option<Cow<'a, str>> {
    if too_deep(record).is_some() {
        return None;
    }
    let value = sonic_rs::get_from_str(record, path.split('.')).ok()?;
    let raw = value.as_raw_cow();
    if value.is_object() {
        return Some(raw);
    }
    match raw {
        Cow::Borrowed(raw) if !raw.contains('\\') => {
            raw.strip_prefix('"')?.strip_suffix('"').map(Cow::Borrowed)
        }
        raw => serde_json::from_str(&raw).ok().map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_as_text_or_object() {
        let record = r#"{"a":{"b":"x \"y\""},"log":"plain","o":{"k":1},"n":3}"#;
        assert_eq!(field(record, "a.b").as_deref(), Some(r#"x "y""#));
        assert!(matches!(field(record, "log"), Some(Cow::Borrowed("plain"))));
        assert_eq!(field(record, "o").as_deref(), Some(r#"{"k":1}"#));
        for path in ["n", "missing", "a.c", "log.x"] {
            assert_eq!(field(record, path), None, "{path}");
        }
        assert_eq!(field("not json", "log"), None);
    }
}
