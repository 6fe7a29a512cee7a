//! Escapes in logged header values: NGINX writes `\xHH`, Apache `\"`, `\\` and `\xhh`.
//!
//! Control characters stay escaped: no text of an event holds one, so keys can be built with them.

use memchr::memchr;

use crate::arena::Arena;

/// Undoes the escapes of printable characters. A text whose bytes are then no UTF-8 stays as it was
/// logged.
pub(super) fn unescape<'a>(text: &'a str, arena: &'a Arena) -> &'a str {
    if memchr(b'\\', text.as_bytes()).is_none() {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'\\', b'x', high, low, tail @ ..] if let Some(byte) = hex(*high, *low) => {
                bytes.push(byte);
                tail
            }
            [b'\\', escaped @ (b'"' | b'\\'), tail @ ..] => {
                bytes.push(*escaped);
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
    std::str::from_utf8(&bytes).map_or(text, |text| arena.keep(text))
}

/// Undoes `%HH`, twice: CloudFront encodes what the client sent encoded already.
pub(super) fn percent_decode<'a>(text: &'a str, arena: &'a Arena) -> &'a str {
    decode_once(decode_once(text, arena), arena)
}

/// Undoes `%HH` once. A text whose bytes are then no UTF-8 stays as it was.
fn decode_once<'a>(text: &'a str, arena: &'a Arena) -> &'a str {
    if memchr(b'%', text.as_bytes()).is_none() {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'%', high, low, tail @ ..] if let Some(byte) = hex(*high, *low) => {
                bytes.push(byte);
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
    std::str::from_utf8(&bytes).map_or(text, |text| arena.keep(text))
}

/// The byte that two digits spell, unless it is a control character.
fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = digit(high)? << 4 | digit(low)?;
    (!byte.is_ascii_control()).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_both_servers_are_undone() {
        let arena = Arena::new();
        for (logged, sent) in [
            ("plain", "plain"),
            (r"a\x22b\x5Cc", r#"a"b\c"#),
            (r#"a \"quoted\" name"#, r#"a "quoted" name"#),
            (r"tab\there", r"tab\there"),
            (r"a\x1Fb\x22", "a\\x1Fb\""),
            (r"\xE4\xB8\x96", "世"),
            (r"\x16\x03\xff", r"\x16\x03\xff"),
            (r"\xZZ\", r"\xZZ\"),
        ] {
            assert_eq!(unescape(logged, &arena), sent);
        }
    }

    #[test]
    fn percent_encoding_is_undone_twice_and_never_breaks() {
        let arena = Arena::new();
        for (logged, sent) in [
            ("curl/8.5.0", "curl/8.5.0"),
            ("Mozilla/5.0%20(X11)", "Mozilla/5.0 (X11)"),
            ("Mozilla/5.0%2520(X11)", "Mozilla/5.0 (X11)"),
            ("100%", "100%"),
            ("%ff", "%ff"),
        ] {
            assert_eq!(percent_decode(logged, &arena), sent);
        }
    }
}
