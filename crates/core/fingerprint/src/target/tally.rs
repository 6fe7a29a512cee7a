//! One pass over bytes that counts what the readers of a target ask for: digits, hexadecimal letters,
//! hyphens, and bytes that make it odd. One table look-up and one addition per byte.

/// Counts are eight bits wide: longer texts are counted in pieces.
const PIECE: usize = 255;

/// Counts of one piece of text, side by side in eight-bit lanes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally(u64);

const DIGIT: u32 = 0;
const HEX: u32 = 8;
const HYPHEN: u32 = 16;
const UPPER: u32 = 24;
/// Quotes, brackets and their like.
const ODD: u32 = 32;
/// Dots, hyphens and underscores, which are odd when doubled.
const DOUBLE: u32 = 40;
const PERCENT: u32 = 48;
const DOT: u32 = 56;

const LANES: [u64; 256] = {
    let mut lanes = [0_u64; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, clippy::indexing_slicing, reason = "below 256")]
        {
            lanes[at] = match at as u8 {
                b'0'..=b'9' => 1 << DIGIT,
                b'a'..=b'f' => 1 << HEX,
                b'A'..=b'F' => 1 << HEX | 1 << UPPER,
                b'G'..=b'Z' => 1 << UPPER,
                b'-' => 1 << HYPHEN | 1 << DOUBLE,
                b'.' => 1 << DOUBLE | 1 << DOT,
                b'_' => 1 << DOUBLE,
                b'%' => 1 << PERCENT,
                b'\'' | b'"' | b'<' | b'>' | b'`' | b'|' | b'\\' | b'{' | b'(' | b'*' => 1 << ODD,
                _ => 0,
            };
        }
        at += 1;
    }
    lanes
};

impl Tally {
    /// Counts the first 255 bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let lane = |byte: &u8| LANES.get(usize::from(*byte)).copied().unwrap_or(0);
        Self(bytes.iter().take(PIECE).map(lane).sum())
    }

    fn lane(self, at: u32) -> usize {
        usize::try_from((self.0 >> at) & 0xff).unwrap_or(0)
    }

    pub(crate) fn digits(self) -> usize {
        self.lane(DIGIT)
    }

    pub(crate) fn hex_letters(self) -> usize {
        self.lane(HEX)
    }

    pub(crate) fn hyphens(self) -> usize {
        self.lane(HYPHEN)
    }

    pub(crate) fn has_dot(self) -> bool {
        self.lane(DOT) > 0
    }

    pub(crate) fn has_upper(self) -> bool {
        self.lane(UPPER) > 0
    }
}

/// True when a target holds bytes that people's targets rarely hold, plain or percent-encoded.
pub(crate) fn is_odd(target: &[u8]) -> bool {
    target.chunks(PIECE).any(|piece| {
        let tally = Tally::of(piece);
        tally.lane(ODD) > 0
            || (tally.lane(DOUBLE) > 1 && has_double(piece))
            || (tally.lane(PERCENT) > 0 && has_odd_code(piece))
    })
}

fn has_double(piece: &[u8]) -> bool {
    piece.iter().zip(piece.get(1..).unwrap_or_default()).any(|(a, b)| a == b && b"-._".contains(a))
}

/// True when the two digits after some percent sign stand for an odd byte.
fn has_odd_code(piece: &[u8]) -> bool {
    piece.split(|byte| *byte == b'%').skip(1).any(|digits| {
        matches!(
            digits,
            [b'2', b'7' | b'2' | b'8' | b'e' | b'E', ..]
                | [b'3', b'c' | b'C' | b'e' | b'E' | b'b' | b'B', ..]
                | [b'5', b'c' | b'C', ..]
                | [b'6', b'0', ..]
                | [b'7', b'b' | b'B' | b'c' | b'C', ..]
                | [b'0', ..]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_count_side_by_side() {
        let tally = Tally::of(b"3fa8-Bc.x_7%20");
        assert_eq!((tally.digits(), tally.hex_letters(), tally.hyphens()), (5, 4, 1));
        assert!(tally.has_upper() && tally.has_dot() && !Tally::of(b"a-b").has_dot());
        let full = Tally::of(&[b'-'; 600]);
        assert_eq!((full.hyphens(), full.digits(), full.lane(DOUBLE)), (255, 0, 255));
    }

    #[test]
    fn odd_bytes_are_found_wherever_they_stand() {
        let plain = format!("/{}", "a-b.c_d/".repeat(60));
        assert!(!is_odd(plain.as_bytes()));
        for odd in ["'", "..", "--", "{", "%27", "%2E", "%00", "<"] {
            assert!(is_odd(odd.as_bytes()) && is_odd(format!("{plain}{odd}x").as_bytes()), "{odd}");
        }
        for even in ["%20", "%C3%A9", "a.b.c", "a-b", "%", "%2"] {
            assert!(!is_odd(even.as_bytes()), "{even}");
        }
    }
}
