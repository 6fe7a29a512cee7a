//! Looks at the bytes of a line, many at a time.

use memchr::memchr;

/// Bytes per step: two vectors of the smallest machine.
const STEP: usize = 32;

/// A text that ends within so many bytes is looked through without a call.
const SHORT_BYTES: usize = 16;

/// Where a byte first stands. Most texts between two quotes are short: methods, addresses, `-`.
#[inline]
pub(crate) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    match bytes.split_at_checked(SHORT_BYTES) {
        Some((short, long)) => {
            find_near(short, byte).or_else(|| memchr(byte, long).map(|at| SHORT_BYTES + at))
        }
        None => find_near(bytes, byte),
    }
}

/// The same, eight bytes at a time.
#[inline]
fn find_near(bytes: &[u8], byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let wanted = u64::from_ne_bytes([byte; 8]);
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in (0..).step_by(8).zip(words) {
        let differs = u64::from_le_bytes(*word) ^ wanted;
        // The lowest high bit stands in the first byte that does not differ.
        let same = differs.wrapping_sub(ONES) & !differs & HIGHS;
        if same != 0 {
            return Some(at + (same.trailing_zeros() / 8) as usize);
        }
    }
    let start = bytes.len() - rest.len();
    rest.iter().position(|other| *other == byte).map(|at| start + at)
}

/// True when a byte passes the test. There is no early exit and the chunks have a fixed size, so that the
/// compiler makes vector code of it.
#[inline]
pub(crate) fn any(bytes: &[u8], test: impl Fn(u8) -> bool) -> bool {
    let Some(last) = bytes.last_chunk::<STEP>() else {
        return bytes.iter().any(|byte| test(*byte));
    };
    let look = |mut found: [u8; STEP], step: &[u8; STEP]| {
        for (found, byte) in found.iter_mut().zip(step) {
            *found |= u8::from(test(*byte));
        }
        found
    };
    let found = bytes.as_chunks().0.iter().fold([0; STEP], look);
    // Overlaps the step before, so that no loop over single bytes is left.
    look(found, last) != [0; STEP]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_is_found() {
        for length in 0..40 {
            let mut bytes: Vec<u8> = (0..=255).cycle().skip(1).take(length).collect();
            assert_eq!(find(&bytes, b'"'), bytes.iter().position(|byte| *byte == b'"'));
            for at in (0..length).rev() {
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = 0);
                assert_eq!(find(&bytes, 0), Some(at), "{at} of {length}");
            }
        }
    }

    #[test]
    fn every_byte_is_looked_at() {
        for length in 0..3 * STEP {
            let mut bytes = vec![b'a'; length];
            assert!(!any(&bytes, |byte| byte == b'!'));
            for at in 0..length {
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = b'!');
                assert!(any(&bytes, |byte| byte == b'!'), "{at} of {length}");
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = b'a');
            }
        }
    }
}
