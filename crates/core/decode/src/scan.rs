//! One look at every byte of a line. There is no early exit and the chunks have a fixed size, so that the
//! compiler makes vector code of it.

/// Bytes per step: two vectors of the smallest machine.
const STEP: usize = 32;

/// True when a byte passes the test.
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
