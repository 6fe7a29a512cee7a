//! Base64 into a buffer of known size: both alphabets, padding or none.

/// Decodes `text` into exactly `N` bytes; `None` for another length, another character, or bits left over.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 || digits.len() != (N * 8).div_ceil(6) {
        return None;
    }
    let mut out = [0; N];
    let mut bytes = out.iter_mut();
    let (mut held, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        held = (held << 6) | u32::from(sextet(digit)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *bytes.next()? = u8::try_from((held >> bits) & 0xff).ok()?;
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(out)
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Base64url without padding.
pub(crate) fn encode_url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(6));
    for group in bytes.chunks(3) {
        let held = (0..3)
            .fold(0, |held, at| (held << 8) | group.get(at).map_or(0, |byte| usize::from(*byte)));
        for at in 0..=group.len() {
            let digit = DIGITS.get((held >> (18 - 6 * at)) & 63);
            text.extend(digit.map(|digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        assert_eq!(encode_url(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw");
        assert_eq!(decode::<16>("YW55IGNhcm5hbCBwbGVhcw").as_ref(), Some(b"any carnal pleas"));
        assert_eq!(decode::<16>("YW55IGNhcm5hbCBwbGVhcw==").as_ref(), Some(b"any carnal pleas"));
        assert_eq!(decode::<3>("-_-_"), decode::<3>("+/+/"));
        assert_eq!(encode_url(&[0xfb, 0xff, 0xbf]), "-_-_");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "YWI", "YWJjZA==", "YW j", "YWJj===", "YWJé"] {
            assert_eq!(decode::<3>(text), None, "{text}");
        }
        assert_eq!(decode::<1>("YR=="), None, "bits are left over");
    }
}
