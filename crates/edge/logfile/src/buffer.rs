//! The bytes between a source and the cutter: filled at the back, consumed at the front.

use std::io::{self, Read};

/// Bytes asked of a source at once: large enough that a read costs little per record, small enough to stay
/// in the second-level cache.
const READ_BYTES: usize = 256 * 1024;

/// A growable window over a stream. It grows with a record that does not fit, and the cutter bounds that.
#[derive(Debug)]
pub(crate) struct Buffer {
    storage: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    pub(crate) fn new() -> Self {
        Self { storage: vec![0; 2 * READ_BYTES], start: 0, end: 0 }
    }

    /// What was read and not yet consumed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.storage[self.start..self.end]
    }

    /// Drops `count` bytes from the front.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Reads once behind the bytes that are there. Returns how many bytes came, 0 at the end of the source.
    pub(crate) fn fill(&mut self, source: &mut dyn Read) -> io::Result<usize> {
        if self.storage.len() - self.end < READ_BYTES {
            self.storage.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.storage.len() - self.end < READ_BYTES {
                self.storage.resize(self.end + READ_BYTES, 0);
            }
        }
        loop {
            let room = &mut self.storage[self.end..self.end + READ_BYTES];
            match source.read(room) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_consumed_stays_in_front_of_what_is_read_next() {
        let text: Vec<u8> =
            (0..3 * READ_BYTES).map(|i| b'a' + u8::try_from(i % 23).unwrap()).collect();
        let mut source = &text[..];
        let mut buffer = Buffer::new();
        let mut consumed = 0;
        while buffer.fill(&mut source).unwrap() > 0 {
            assert!(text[consumed..].starts_with(buffer.bytes()));
            let step = buffer.bytes().len() / 3;
            buffer.consume(step);
            consumed += step;
        }
        assert_eq!(buffer.bytes(), &text[consumed..]);
    }
}
