//! Finds clients by what a gateway has at hand: address and user agent, and perhaps the site.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use gait_event::{ClientId, ClientKey};

use super::slot_of;
use crate::RiskEntry;

/// Most clients that are remembered for one network and user agent: the riskiest. They differ in site or JA4;
/// one that rotates its JA4 cannot make looking it up slow.
pub const INDEXED_PER_ADDRESS: usize = 256;

/// Network and user agent, as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AddressKey(u128);

/// A site, as a hash; all clients without a site share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SiteKey(u128);

impl AddressKey {
    /// `key` is a buffer.
    pub(super) fn new(key: &mut ClientKey, ip: &str, user_agent: &str) -> Self {
        key.set_parts("", ip, user_agent, "");
        Self(key.id().0)
    }

    fn of(entry: &RiskEntry) -> Self {
        Self::new(&mut ClientKey::default(), &entry.ip, entry.user_agent.as_deref().unwrap_or(""))
    }
}

impl SiteKey {
    pub(super) fn new(site: &str) -> Self {
        let mut key = ClientKey::default();
        key.set_parts(site, "", "", "");
        Self(key.id().0)
    }
}

/// One client under its address. Ordered by rank: the riskiest first, among equals the lower id.
#[derive(Clone, Copy, Debug)]
struct Indexed {
    score_tenths: u16,
    client: ClientId,
    site: SiteKey,
}

impl Indexed {
    fn of(entry: &RiskEntry) -> Self {
        Self {
            score_tenths: entry.score.tenths(),
            client: entry.client,
            site: SiteKey::new(entry.site.as_deref().unwrap_or("")),
        }
    }

    fn rank(&self) -> (Reverse<u16>, ClientId) {
        (Reverse(self.score_tenths), self.client)
    }
}

/// The clients of each address, riskiest first.
#[derive(Debug)]
pub(super) struct Index {
    shards: Vec<RwLock<HashMap<AddressKey, Vec<Indexed>>>>,
}

impl Index {
    pub(super) fn new(shards: usize) -> Self {
        Self { shards: (0..shards).map(|_| RwLock::default()).collect() }
    }

    pub(super) fn insert(&self, entry: &RiskEntry) {
        let address = AddressKey::of(entry);
        let new = Indexed::of(entry);
        let mut shard = self.shard(address).write().unwrap_or_else(PoisonError::into_inner);
        let list = shard.entry(address).or_default();
        if let Err(at) = list.binary_search_by_key(&new.rank(), Indexed::rank) {
            list.reserve_exact(1);
            list.insert(at, new);
            list.truncate(INDEXED_PER_ADDRESS);
        }
    }

    pub(super) fn remove(&self, entry: &RiskEntry) {
        let address = AddressKey::of(entry);
        let old = Indexed::of(entry);
        let mut shard = self.shard(address).write().unwrap_or_else(PoisonError::into_inner);
        let Some(list) = shard.get_mut(&address) else { return };
        if let Ok(at) = list.binary_search_by_key(&old.rank(), Indexed::rank) {
            list.remove(at);
        }
        if list.is_empty() {
            shard.remove(&address);
        }
    }

    /// The riskiest client of `address`, of `site` when one is given.
    pub(super) fn riskiest(&self, address: AddressKey, site: Option<SiteKey>) -> Option<ClientId> {
        let shard = self.shard(address).read().unwrap_or_else(PoisonError::into_inner);
        let fits = |indexed: &&Indexed| site.is_none_or(|site| indexed.site == site);
        shard.get(&address)?.iter().find(fits).map(|indexed| indexed.client)
    }

    fn shard(&self, address: AddressKey) -> &RwLock<HashMap<AddressKey, Vec<Indexed>>> {
        &self.shards[slot_of(address.0, self.shards.len())]
    }
}
