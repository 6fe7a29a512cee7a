//! From a key's hash to slots. A hash only proposes: whoever asks confirms by the whole key.

use hashbrown::HashTable;

/// Spreads 32 bits over the 64 that the table takes its place and its tag from (2^64 / golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash stands beside the slot number, so that neither growing nor probing visits the slots.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    slot: u32,
}

/// The index.
#[derive(Debug, Default)]
pub(crate) struct Index {
    table: HashTable<Entry>,
}

fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(SPREAD)
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// The slot with this hash that `confirm` recognises.
    pub(crate) fn find(&self, hash: u32, mut confirm: impl FnMut(u32) -> bool) -> Option<u32> {
        let found = self.table.find(spread(hash), |e| e.hash == hash && confirm(e.slot));
        found.map(|entry| entry.slot)
    }

    /// Adds a slot. The caller has made sure that its key is not there yet.
    pub(crate) fn insert(&mut self, hash: u32, slot: u32) {
        self.table.insert_unique(spread(hash), Entry { hash, slot }, |entry| spread(entry.hash));
    }

    /// Takes a slot out.
    pub(crate) fn remove(&mut self, hash: u32, slot: u32) {
        if let Ok(entry) = self.table.find_entry(spread(hash), |entry| entry.slot == slot) {
            entry.remove();
        }
    }

    /// Bytes of the entries and their control bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.table.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_with_one_hash_are_told_apart_by_the_one_who_asks() {
        let mut index = Index::default();
        for slot in 0..1000 {
            index.insert(7, slot);
        }
        assert_eq!(index.len(), 1000);
        assert_eq!(index.find(7, |slot| slot == 613), Some(613));
        assert_eq!(index.find(8, |_| true), None);
        index.remove(7, 613);
        assert_eq!(index.find(7, |slot| slot == 613), None);
        assert_eq!(index.find(7, |slot| slot == 614), Some(614));
    }
}
