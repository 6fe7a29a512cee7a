//! Whether a path segment is a word of the site or the name of one object among many.
//!
//! Without knowing the site this is a guess from the spelling; it only has to be the same guess every
//! time.

use super::tally::Tally;

/// Longer segments are never words.
const WORD_LEN_MAX: usize = 40;
/// Hexadecimal names are at least this long.
const HEX_LEN_MIN: usize = 8;
/// Random-looking names of letters and digits are at least this long.
const TOKEN_LEN_MIN: usize = 16;
/// Hyphens of a title: `how-to-descale`.
const SLUG_HYPHENS_MIN: usize = 2;

/// What a segment is, with the number in it when it names an object by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A word of the site: kept in the template as it is.
    Word,
    /// A number: `1082`.
    Number(u32),
    /// A title with a number at its end: `oak-mug-1082`.
    NumberedSlug(u32),
    /// A title, a hexadecimal name, a UUID or a random token.
    Name,
}

/// Reads one segment without its extension, in lower case, with its counts.
pub(crate) fn classify(stem: &[u8], tally: Tally) -> Segment {
    let (len, digits, hyphens) = (stem.len(), tally.digits(), tally.hyphens());
    if digits == 0 {
        let word = len <= WORD_LEN_MAX && hyphens < SLUG_HYPHENS_MIN;
        return if word { Segment::Word } else { Segment::Name };
    }
    if digits == len {
        return Segment::Number(number(stem));
    }
    // UUIDs and digests: nothing but hexadecimal digits and hyphens.
    if len >= HEX_LEN_MIN && digits + tally.hex_letters() + hyphens == len && hyphens != 1 {
        return Segment::Name;
    }
    let tail = stem.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, tail) = stem.split_at(len - tail);
    if !tail.is_empty() && matches!(head.last(), Some(b'-' | b'_' | b'.' | b',')) {
        return Segment::NumberedSlug(number(tail));
    }
    let token = len >= TOKEN_LEN_MIN && digits * 8 >= len;
    if token || len > WORD_LEN_MAX || hyphens >= SLUG_HYPHENS_MIN {
        return Segment::Name;
    }
    Segment::Word
}

/// The value of a run of digits, the lowest ten when there are more.
fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0_u32, |value, digit| {
        value.wrapping_mul(10).wrapping_add(u32::from(digit.wrapping_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_names_fold() {
        for (stem, expected) in [
            ("products", Segment::Word),
            ("v2", Segment::Word),
            ("web-archive", Segment::Word),
            ("oauth2", Segment::Word),
            ("1082", Segment::Number(1082)),
            ("oak-willow-mug-1082", Segment::NumberedSlug(1082)),
            ("item_7", Segment::NumberedSlug(7)),
            ("how-to-descale", Segment::Name),
            ("3579ba56", Segment::Name),
            ("3fa85f64-5717-4562-b3fc-2c963f66afa6", Segment::Name),
            ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Segment::Name),
            ("zlr2mxk9c0qp81tw", Segment::Name),
            ("a-word-that-is-rather-a-sentence", Segment::Name),
        ] {
            assert_eq!(classify(stem.as_bytes(), Tally::of(stem.as_bytes())), expected, "{stem}");
        }
    }
}
