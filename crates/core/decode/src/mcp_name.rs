//! `Mcp-Name` carries text that a header cannot as `=?base64?…?=`; names are compared decoded.

use crate::arena::Arena;

/// Decodes the sentinel form; any other text, and a sentinel that holds no base64 of UTF-8, is
/// returned as it is. The sentinel is case-sensitive.
pub(crate) fn decode<'a>(name: &'a str, arena: &'a Arena) -> &'a str {
    let inner = name.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?="));
    match inner.and_then(|inner| String::from_utf8(base64(inner.as_bytes())?).ok()) {
        Some(text) => arena.keep(&text),
        None => name,
    }
}

/// Standard alphabet, padding optional.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            bits = bits << 6 | u32::from(sextet(*digit)?);
        }
        let [_, a, b, c] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        match group.len() {
            4 => bytes.extend([a, b, c]),
            3 => bytes.extend([a, b]),
            2 => bytes.push(a),
            _ => return None,
        }
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentinel_is_decoded_and_everything_else_is_left() {
        let table = [
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", "Hello, 世界"),
            ("=?base64?Zm9v?=", "foo"),
            ("=?base64?Zm8?=", "fo"),
            ("=?base64??=", ""),
            ("files_search", "files_search"),
            ("=?BASE64?Zm9v?=", "=?BASE64?Zm9v?="),
            ("=?base64?Zm9?v?=", "=?base64?Zm9?v?="),
            ("=?base64?/w==?=", "=?base64?/w==?="),
            ("=?base64?Z?=", "=?base64?Z?="),
            ("=?base64?=", "=?base64?="),
        ];
        let arena = Arena::new();
        for (given, name) in table {
            assert_eq!(decode(given, &arena), name, "{given}");
        }
    }
}
