//! Published ids: 128 bits of BLAKE3, written as 32 hexadecimal digits.
//!
//! What goes into an id is said where the id is; here is how all of them are made and written.

use std::fmt;

/// Hexadecimal digits of 128 bits.
const DIGITS: usize = 32;

/// The first 128 bits of BLAKE3 over `bytes`.
#[must_use]
pub fn hash128(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    hash.as_bytes().first_chunk().map_or(0, |first| u128::from_be_bytes(*first))
}

/// Writes `id` as 32 lower-case digits, whatever width the formatter asks for. A verdict carries four of
/// them, and general formatting takes ten times the work.
///
/// # Errors
/// The formatter takes no more text.
pub fn write_hex(id: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(id.to_be_bytes()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
    }
    f.write_str(std::str::from_utf8(&digits).unwrap_or_default())
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClientId;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for id in [0, 1, 0xf, 0x9a, u128::MAX, 0x0123_4567_89ab_cdef << 60, u128::MAX / 7] {
            assert_eq!(ClientId(id).to_string(), format!("{id:032x}"));
        }
    }

    #[test]
    fn a_hash_is_the_beginning_of_blake3() {
        // The first test vector of the BLAKE3 paper: no input.
        assert_eq!(hash128(b""), 0xaf13_49b9_f5f9_a1a6_a040_4dea_36dc_c949);
    }
}
