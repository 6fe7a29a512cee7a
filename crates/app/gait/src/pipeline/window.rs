//! Records that wait to be taken together. Many decoded and then many judged keep code and data of each in the
//! caches, and the engine can look clients up ahead. A record is copied here because what brought it may not
//! keep it; that costs a tenth of what it gains.

use gait_engine::LOOKAHEAD;
use gait_event::Origin;

/// A window that holds more bytes is full: with what decoding makes of it, it would not stay in the caches.
const MAX_BYTES: usize = 64 * 1024;

/// Some records of one log, in order.
#[derive(Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    /// Where each stood, and where its bytes end.
    records: Vec<(Origin, usize)>,
}

impl Window {
    /// Adds a record.
    pub(super) fn push(&mut self, record: &[u8], origin: Origin) {
        self.bytes.extend_from_slice(record);
        self.records.push((origin, self.bytes.len()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= LOOKAHEAD || self.bytes.len() > MAX_BYTES
    }

    /// Forgets the records and keeps the room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.records.clear();
    }

    /// The records, in order.
    pub(super) fn records(&self) -> impl Iterator<Item = (&[u8], Origin)> {
        let starts = std::iter::once(0).chain(self.records.iter().map(|(_, end)| *end));
        starts.zip(&self.records).map(|(start, (origin, end))| (&self.bytes[start..*end], *origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_came_until_the_window_is_cleared() {
        let mut window = Window::default();
        let records: [(&[u8], u64); 4] = [(b"first", 1), (b"", 2), (b"\xff", 5), (b"last", 6)];
        for _ in 0..2 {
            for (record, offset) in records {
                window.push(record, Origin { partition: 3, offset });
            }
            let expected =
                records.map(|(record, offset)| (record, Origin { partition: 3, offset }));
            assert!(window.records().eq(expected));
            window.clear();
            assert!(window.is_empty() && window.records().next().is_none());
        }
    }

    #[test]
    fn a_window_is_full_with_enough_records_or_bytes() {
        let (mut many, mut long) = (Window::default(), Window::default());
        for offset in 1..=LOOKAHEAD as u64 {
            assert!(!many.is_full());
            many.push(b"{}", Origin { partition: 0, offset });
        }
        assert!(many.is_full());
        long.push(&vec![b'x'; MAX_BYTES + 1], Origin::default());
        assert!(long.is_full());
    }
}
