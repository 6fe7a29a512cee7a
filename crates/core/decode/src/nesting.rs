//! How deep JSON may nest. The parser skips values by recursion, so depth is stack: a record of
//! brackets alone would end the process.

/// The deepest nesting that is parsed. Gateway logs stay below ten.
pub(crate) const MAX_NESTING: usize = 32;

/// Where a record nests too deep, bytes from 0.
pub(crate) fn too_deep(record: &str) -> Option<usize> {
    // There are at most as many levels as opening brackets, and few records have many of them.
    if openings(record.as_bytes()) <= MAX_NESTING {
        None
    } else {
        depth_exceeded(record.as_bytes())
    }
}

/// Counts `{` and `[`, which differ in one bit; written so that the compiler makes vector code of it.
fn openings(bytes: &[u8]) -> usize {
    let in_chunk = |chunk: &[u8]| {
        chunk.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(byte | 0x20 == b'{')))
    };
    bytes.chunks(255).map(|chunk| usize::from(in_chunk(chunk))).sum()
}

/// The exact answer: brackets inside strings do not count.
fn depth_exceeded(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_and_number_does_not() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(too_deep(&nested(MAX_NESTING)), None);
        assert_eq!(too_deep(&nested(MAX_NESTING + 1)), Some(MAX_NESTING));
        assert_eq!(too_deep(&"{\"a\":[1]},".repeat(1000)), None);
        assert_eq!(too_deep(&format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(1000))), None);
        assert_eq!(too_deep(&"{".repeat(1_000_000)), Some(MAX_NESTING));
    }
}
