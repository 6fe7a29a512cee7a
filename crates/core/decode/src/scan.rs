//! One look at every byte of a line. There is no early exit and the chunks have a fixed size, so that the
//! compiler makes vector code of it.

/// Bytes per step: two vectors of the smallest machine.
const STEP: usize = 32;

/// True when a byte passes the test.
#[inline]
pub(crate) fn any(bytes: &[u8], test: impl Fn(u8) -> bool + Copy) -> bool {
    let in_step =
        |step: &[u8; STEP]| step.iter().fold(0, |found, byte| found | u8::from(test(*byte)));
    match bytes.last_chunk() {
        // The last step may overlap the one before: no loop over single bytes is left.
        Some(last) => {
            let (steps, _) = bytes.as_chunks();
            steps.iter().fold(in_step(last), |found, step| found | in_step(step)) != 0
        }
        None => bytes.iter().any(|byte| test(*byte)),
    }
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
