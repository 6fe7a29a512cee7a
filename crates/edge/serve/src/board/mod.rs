//! The published board: the latest verdict of each client, read by HTTP while the pipeline writes.
//!
//! The board is cut into shards with a lock each, so that a reader waits for one insertion at most. It is
//! bounded: a full shard lets the client go that was published or seen longest ago. The engine is never asked.

mod index;
mod shard;
#[cfg(test)]
mod tests;
mod top;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use gait_classify::{Class, Score};
use gait_event::{ClientId, ClientKey, EventTime};

pub use index::INDEXED_PER_ADDRESS;
use index::{AddressKey, Index, SiteKey};
use shard::Shard;
pub use top::{Filter, Order, Top};

use crate::RiskEntry;

/// How many locks share the load, at most.
const SHARDS: usize = 16;
/// Fewer clients than this are not worth a shard: small ones would fill up unevenly.
const CLIENTS_PER_SHARD_MIN: usize = 1024;

/// How often [`Board::find`] looks before it says that there is nobody.
const LOOKS: usize = 3;

/// The latest verdict of every published client.
#[derive(Debug)]
pub struct Board {
    shards: Vec<RwLock<Shard>>,
    index: Index,
    by_class: [AtomicU64; Class::ALL.len()],
    evicted: AtomicU64,
    latest_us: AtomicI64,
    prior: Score,
}

impl Board {
    /// An empty board for at most `clients_max` clients (at least one). `prior` is the score of a client of
    /// which nothing is known.
    #[must_use]
    pub fn new(clients_max: usize, prior: Score) -> Self {
        let count = (clients_max / CLIENTS_PER_SHARD_MIN).clamp(1, SHARDS);
        let each = clients_max.max(1) / count;
        Self {
            shards: (0..count).map(|_| RwLock::new(Shard::new(each))).collect(),
            index: Index::new(count),
            by_class: Default::default(),
            evicted: AtomicU64::new(0),
            latest_us: AtomicI64::new(i64::MIN),
            prior,
        }
    }

    /// Puts a client's latest verdict in the place of its earlier one.
    pub fn publish(&self, entry: RiskEntry) {
        let entry = Arc::new(entry);
        self.latest_us.fetch_max(entry.last_seen.0, Ordering::Relaxed);
        let mut shard = self.shard(entry.client).write().unwrap_or_else(PoisonError::into_inner);
        let (replaced, evicted) = shard.put(Arc::clone(&entry));
        // The lock is held until index and counts agree: two writers of one client cannot leave them half-way.
        self.evicted.fetch_add(u64::from(evicted.is_some()), Ordering::Relaxed);
        for gone in [replaced, evicted].into_iter().flatten() {
            self.index.remove(&gone);
            self.class_count(gone.class).fetch_sub(1, Ordering::Relaxed);
        }
        self.index.insert(&entry);
        self.class_count(entry.class).fetch_add(1, Ordering::Relaxed);
    }

    /// Brings the counts of a published client up to date; its verdict stays the one that was published.
    /// Nothing for a client that is not on the board.
    pub fn seen(&self, client: ClientId, events: u64, decisions: u32, last_seen: EventTime) {
        self.latest_us.fetch_max(last_seen.0, Ordering::Relaxed);
        let mut shard = self.shard(client).write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = shard.refresh(client) {
            (entry.events, entry.decisions, entry.last_seen) = (events, decisions, last_seen);
        }
    }

    /// The client of that id.
    #[must_use]
    pub fn get(&self, client: ClientId) -> Option<Arc<RiskEntry>> {
        self.shard(client).read().unwrap_or_else(PoisonError::into_inner).get(client)
    }

    /// The client that a request comes from. With `site` and `ja4` it is the one with exactly this key. When
    /// one of them is not given, or no client has this key, it is the riskiest of the clients with this
    /// network and user agent (and site, when given). `user_agent` is empty when none was sent.
    #[must_use]
    pub fn find(
        &self,
        site: Option<&str>,
        ip: &str,
        user_agent: &str,
        ja4: Option<&str>,
    ) -> Option<Arc<RiskEntry>> {
        let mut key = ClientKey::default();
        if let (Some(site), Some(ja4)) = (site, ja4) {
            key.set_parts(site, ip, user_agent, ja4);
            if let Some(found) = self.get(key.id()) {
                return Some(found);
            }
        }
        let address = AddressKey::new(&mut key, ip, user_agent);
        let site = site.map(SiteKey::new);
        // A client may leave between the two looks; then the next riskiest one is asked for.
        (0..LOOKS).find_map(|_| self.get(self.index.riskiest(address, site)?))
    }

    /// How many clients there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let len =
            |shard: &RwLock<Shard>| shard.read().unwrap_or_else(PoisonError::into_inner).len();
        self.shards.iter().map(len).sum()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many clients are of each class, in the order of [`Class::ALL`].
    #[must_use]
    pub fn by_class(&self) -> [u64; Class::ALL.len()] {
        std::array::from_fn(|at| self.by_class[at].load(Ordering::Relaxed))
    }

    /// How many clients have left because the board was full.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.evicted.load(Ordering::Relaxed)
    }

    /// The latest event time of any client.
    #[must_use]
    pub fn latest(&self) -> Option<EventTime> {
        let latest_us = self.latest_us.load(Ordering::Relaxed);
        (latest_us != i64::MIN).then_some(EventTime(latest_us))
    }

    /// The score of a client of which nothing is known.
    #[must_use]
    pub fn prior(&self) -> Score {
        self.prior
    }

    fn shard(&self, client: ClientId) -> &RwLock<Shard> {
        &self.shards[slot_of(client.0, self.shards.len())]
    }

    fn class_count(&self, class: Class) -> &AtomicU64 {
        &self.by_class[class as usize]
    }
}

/// Spreads ids that are hashes already over `count` places.
fn slot_of(hash: u128, count: usize) -> usize {
    usize::try_from(hash % count as u128).unwrap_or(0)
}
