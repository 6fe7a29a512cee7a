//! The client table: slots by key, with a hard cap; the stalest client makes room.
//!
//! The table decides who has a slot. What is in a slot is left to the engine.

mod index;
mod recency;
mod slab;
mod slot;

use xxhash_rust::xxh3::xxh3_64_with_seed;

pub(crate) use index::Index;
pub(crate) use recency::Recency;
pub(crate) use slab::Slab;
pub(crate) use slot::Slot;

/// The clients of one engine.
#[derive(Debug)]
pub(crate) struct ClientTable {
    slots: Slab<Slot>,
    index: Index,
    recency: Recency,
    clients_max: u32,
    hash_seed: u64,
    /// Heap bytes of all identities.
    text_bytes: usize,
}

impl ClientTable {
    pub(crate) fn new(clients_max: u32, hash_seed: u64) -> Self {
        Self {
            slots: Slab::new(),
            index: Index::default(),
            recency: Recency::new(),
            clients_max: clients_max.clamp(1, u32::MAX - 1),
            hash_seed,
            text_bytes: 0,
        }
    }

    /// Adds a client from saved state. False when there are too many or its key is there already. The order
    /// of last touch follows with [`ClientTable::restore_order`].
    pub(crate) fn restore_slot(&mut self, slot: Slot) -> bool {
        let hash = self.hash(slot.identity.key());
        let known = self.find(hash, slot.identity.key()).is_some();
        if known || self.slots.len() >= self.clients_max {
            return false;
        }
        self.text_bytes += slot.identity.bytes();
        let at = self.slots.push(slot);
        self.index.insert(hash, at);
        true
    }

    /// Sets the order of last touch. False when it does not name every slot once.
    pub(crate) fn restore_order(&mut self, stalest_first: &[u32]) -> bool {
        let order = Recency::from_order(stalest_first);
        let Some(order) = order.filter(|order| order.len() == self.slots.len() as usize) else {
            return false;
        };
        self.recency = order;
        true
    }

    /// The hash by which the index proposes slots. It decides nothing else.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "32 bits of the hash are enough to propose"
    )]
    pub(crate) fn hash(&self, key: &[u8]) -> u32 {
        xxh3_64_with_seed(key, self.hash_seed) as u32
    }

    /// The slot of the client with this key.
    pub(crate) fn find(&self, hash: u32, key: &[u8]) -> Option<u32> {
        self.index.find(hash, |at| self.holds(at, key))
    }

    /// A slot with this hash, unconfirmed. Reads the index alone.
    pub(crate) fn propose(&self, hash: u32) -> Option<u32> {
        self.index.find(hash, |_| true)
    }

    /// True when the client in slot `at` has this key.
    pub(crate) fn holds(&self, at: u32, key: &[u8]) -> bool {
        self.slots.get(at).is_some_and(|slot| slot.identity.key() == key)
    }

    /// Gives a new client a slot. At the cap it takes the slot of the stalest client, which is handed out.
    pub(crate) fn admit(&mut self, hash: u32, slot: Slot) -> (u32, Option<Slot>) {
        self.text_bytes += slot.identity.bytes();
        let stalest = self.recency.stalest().filter(|_| self.slots.len() >= self.clients_max);
        let Some((at, place)) = stalest.and_then(|at| Some((at, self.slots.get_mut(at)?))) else {
            let at = self.slots.push(slot);
            self.recency.push();
            self.index.insert(hash, at);
            return (at, None);
        };
        let evicted = std::mem::replace(place, slot);
        self.text_bytes -= evicted.identity.bytes();
        self.index.remove(self.hash(evicted.identity.key()), at);
        self.index.insert(hash, at);
        self.recency.touch(at);
        (at, Some(evicted))
    }

    /// Makes `at` the freshest client.
    pub(crate) fn touch(&mut self, at: u32) {
        self.recency.touch(at);
    }

    pub(crate) fn get(&self, at: u32) -> Option<&Slot> {
        self.slots.get(at)
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(at)
    }

    /// Every slot by number: the order in which clients came, until the first eviction.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Slot)> {
        self.slots.iter()
    }

    /// Every slot by number, to be changed in anything but its identity.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut()
    }

    /// Slot numbers from the stalest client to the freshest.
    pub(crate) fn stalest_first(&self) -> impl Iterator<Item = u32> {
        self.recency.iter()
    }

    /// Every slot from the freshest client to the stalest.
    pub(crate) fn freshest_first(&self) -> impl Iterator<Item = (u32, &Slot)> {
        self.recency.iter_back().filter_map(|at| Some((at, self.slots.get(at)?)))
    }

    pub(crate) fn len(&self) -> u32 {
        self.slots.len()
    }

    pub(crate) fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    /// Bytes of everything, text and allocator included, as an estimate.
    pub(crate) fn bytes(&self) -> usize {
        self.slots.bytes() + self.index.bytes() + self.recency.bytes() + self.text_bytes
    }

    /// Brings what the next event of the client in slot `at` will need into the cache. The sum keeps the
    /// loads from being optimised away, and means nothing.
    pub(crate) fn warm(&self, at: u32) -> u32 {
        let slot = self.slots.get(at).map_or(0, Slot::warm);
        slot.wrapping_add(self.recency.warm(at))
    }

    /// True when the index has as many entries as there are slots.
    pub(crate) fn index_counts_slots(&self) -> bool {
        self.index.len() == self.slots.len() as usize
    }

    /// True when the index finds every slot by its key.
    pub(crate) fn index_finds_every_slot(&self) -> bool {
        self.iter().all(|(at, slot)| {
            let key = slot.identity.key();
            self.find(self.hash(key), key) == Some(at)
        })
    }

    /// True when the list of last touch visits every slot once.
    pub(crate) fn recency_is_one_list(&self) -> bool {
        self.recency.len() == self.slots.len() as usize && self.recency.is_one_list()
    }

    /// True when there are no more clients than allowed.
    pub(crate) fn is_within_cap(&self) -> bool {
        self.slots.len() <= self.clients_max
    }

    /// True when the count of text bytes is what the slots add up to.
    pub(crate) fn text_bytes_add_up(&self) -> bool {
        self.iter().map(|(_, slot)| slot.identity.bytes()).sum::<usize>() == self.text_bytes
    }
}

#[cfg(test)]
mod tests;
