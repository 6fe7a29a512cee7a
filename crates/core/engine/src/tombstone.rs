//! What remains of evicted clients that were worth remembering, in a bounded ring.
//!
//! A client leaves a tombstone when it was an undeclared program or its alert was open, and it made a few
//! decision steps. The many that were never suspicious, or came for a request or two, leave none, so that
//! a flood of fresh keys does not wash the suspicious ones out.
//! A client that returns takes its tombstone with it. When the ring is full the oldest tombstone is lost,
//! and counted. Clients are told apart by their published id, a cryptographic hash of the whole key.

use bytemuck::{Pod, Zeroable};
use gait_event::ClientId;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::{
    standing::{Past, Standing},
    table::Index,
};

/// Largest ring, tombstones.
const RING_MAX: u32 = 1 << 18;
/// Smallest ring, tombstones.
const RING_MIN: u32 = 16;

/// Most tombstones of an engine that holds at most `clients_max` clients: a quarter of that, within limits.
#[must_use]
pub fn tombstones_max(clients_max: u32) -> u32 {
    (clients_max / 4).clamp(RING_MIN, RING_MAX)
}

/// What is remembered of an evicted client. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Tombstone {
    /// The published id, high half first. A stone that its client took back has id 0.
    id: [u64; 2],
    pub(crate) standing: Standing,
    pub(crate) past: Past,
}

impl Tombstone {
    pub(crate) fn new(id: ClientId, standing: Standing, past: Past) -> Self {
        Self { id: id_halves(id), standing, past }
    }

    fn is_taken(&self) -> bool {
        self.id == [0; 2]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves of 128 bits")]
pub(crate) fn id_halves(id: ClientId) -> [u64; 2] {
    [(id.0 >> 64) as u64, id.0 as u64]
}

pub(crate) fn id_from_halves([high, low]: [u64; 2]) -> ClientId {
    ClientId(u128::from(high) << 64 | u128::from(low))
}

/// The ring.
#[derive(Debug)]
pub(crate) struct Tombstones {
    ring: Vec<Tombstone>,
    /// Where the next stone goes once the ring is full.
    oldest: u32,
    max: u32,
    index: Index,
    hash_seed: u64,
}

impl Tombstones {
    pub(crate) fn new(max: u32, hash_seed: u64) -> Self {
        Self { ring: Vec::new(), oldest: 0, max, index: Index::default(), hash_seed }
    }

    /// Tombstones whose client has not returned.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// Sets a stone. True when an older one was lost for it.
    pub(crate) fn push(&mut self, stone: Tombstone) -> bool {
        let hash = self.hash(stone.id);
        if self.ring.len() < self.max as usize {
            self.index.insert(hash, u32::try_from(self.ring.len()).unwrap_or(u32::MAX));
            self.ring.push(stone);
            return false;
        }
        let at = self.oldest;
        self.oldest = if at + 1 < self.max { at + 1 } else { 0 };
        let Some(slot) = self.ring.get_mut(at as usize) else { return false };
        let lost = std::mem::replace(slot, stone);
        if !lost.is_taken() {
            self.index.remove(self.hash(lost.id), at);
        }
        self.index.insert(hash, at);
        !lost.is_taken()
    }

    /// Takes the stone of a returning client.
    pub(crate) fn take(&mut self, id: ClientId) -> Option<Tombstone> {
        if self.index.len() == 0 {
            return None;
        }
        let (id, ring) = (id_halves(id), &mut self.ring);
        let hash = hash(id, self.hash_seed);
        let same = |at: u32| ring.get(at as usize).is_some_and(|stone| stone.id == id);
        let at = self.index.find(hash, same)?;
        self.index.remove(hash, at);
        ring.get_mut(at as usize).map(std::mem::take)
    }

    /// The ring from the oldest place to the newest, taken ones included, for saved state.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = &Tombstone> {
        let (newer, older) = self.ring.split_at_checked(self.oldest as usize).unwrap_or_default();
        older.iter().chain(newer)
    }

    /// Places in the ring, taken ones included.
    pub(crate) fn places(&self) -> usize {
        self.ring.len()
    }

    /// A ring with these places, the oldest first. `None` when there are more than `max`, or when a client
    /// lies there twice.
    pub(crate) fn restore(ring: Vec<Tombstone>, max: u32, hash_seed: u64) -> Option<Self> {
        if ring.len() > max as usize {
            return None;
        }
        let mut stones = Self { ring, oldest: 0, max, index: Index::default(), hash_seed };
        for (stone, at) in stones.ring.iter().zip(0..).filter(|(stone, _)| !stone.is_taken()) {
            let hash = hash(stone.id, hash_seed);
            let same = |at: u32| stones.ring.get(at as usize).is_some_and(|s| s.id == stone.id);
            if stones.index.find(hash, same).is_some() {
                return None;
            }
            stones.index.insert(hash, at);
        }
        Some(stones)
    }

    /// True when the ring is within its bound.
    pub(crate) fn is_bounded(&self) -> bool {
        self.ring.len() <= self.max as usize && self.oldest < self.max
    }

    /// True when the index finds every stone that is not taken, and nothing else.
    pub(crate) fn is_indexed(&self) -> bool {
        let stones = || self.ring.iter().zip(0..).filter(|(stone, _)| !stone.is_taken());
        stones().count() == self.index.len()
            && stones().all(|(stone, at)| {
                self.index.find(self.hash(stone.id), |found| found == at).is_some()
            })
    }

    /// True when a stone of this client lies in the ring.
    pub(crate) fn holds(&self, id: ClientId) -> bool {
        let id = id_halves(id);
        let same = |at: u32| self.ring.get(at as usize).is_some_and(|stone| stone.id == id);
        self.index.find(self.hash(id), same).is_some()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.ring.capacity() * size_of::<Tombstone>() + self.index.bytes()
    }

    fn hash(&self, id: [u64; 2]) -> u32 {
        hash(id, self.hash_seed)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "32 bits of the hash are enough to propose")]
fn hash(id: [u64; 2], seed: u64) -> u32 {
    xxh3_64_with_seed(bytemuck::bytes_of(&id), seed) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stone(id: u128, lives: u32) -> Tombstone {
        let past = Past { lives, ..Past::default() };
        Tombstone::new(ClientId(id), Standing::default(), past)
    }

    #[test]
    fn a_full_ring_loses_its_oldest() {
        let mut stones = Tombstones::new(3, 1);
        assert_eq!([1, 2, 3].map(|id| stones.push(stone(id, 1))), [false; 3]);
        assert!(stones.push(stone(4, 1)));
        assert!(stones.take(ClientId(1)).is_none());
        assert_eq!(stones.take(ClientId(2)).map(|s| s.past.lives), Some(1));
        assert!(stones.take(ClientId(2)).is_none(), "a stone is taken once");
        assert!(!stones.push(stone(5, 1)), "a taken stone is no loss");
        assert_eq!(stones.len(), 3);
        assert!(stones.is_bounded() && stones.is_indexed());
    }

    proptest! {
        #[test]
        fn is_a_bounded_queue(seed: u64, moves in prop::collection::vec((any::<bool>(), 1_u128..30), 0..300)) {
            const MAX: u32 = 8;
            let mut stones = Tombstones::new(MAX, seed);
            // The model: places in order of age, with `None` where a stone was taken.
            let mut model: Vec<Option<u128>> = Vec::new();
            for (buries, id) in moves {
                let known = model.iter().position(|held| *held == Some(id));
                if buries && known.is_none() {
                    let lost = (model.len() == MAX as usize).then(|| model.remove(0)).flatten();
                    model.push(Some(id));
                    prop_assert_eq!(stones.push(stone(id, 7)), lost.is_some());
                } else if !buries {
                    if let Some(at) = known { model[at] = None; }
                    prop_assert_eq!(stones.take(ClientId(id)).is_some(), known.is_some());
                }
                prop_assert_eq!(stones.len(), model.iter().flatten().count());
                prop_assert!(stones.is_bounded() && stones.is_indexed());
            }
            let ring = stones.oldest_first().copied().collect();
            let again = Tombstones::restore(ring, MAX, !seed).unwrap();
            prop_assert!(again.oldest_first().eq(stones.oldest_first()));
            prop_assert!(again.is_indexed());
            prop_assert!(model.iter().flatten().all(|id| again.holds(ClientId(*id))));
        }
    }

    #[test]
    fn a_ring_that_cannot_be_is_refused() {
        let restore = |ids: &[u128], max| {
            Tombstones::restore(ids.iter().map(|id| stone(*id, 1)).collect(), max, 0)
        };
        assert!(restore(&[1, 2], 2).is_some());
        assert!(restore(&[1, 2, 3], 2).is_none(), "over its limit");
        assert!(restore(&[1, 1], 4).is_none(), "one client twice");
    }
}
