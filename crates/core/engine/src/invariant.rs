//! What must hold between two steps, by name: asserted by tests, counted in production when asked for.

use std::fmt;

use gait_family::{FAMILIES_MAX, POOL_MAX};

use crate::Engine;

/// A property of an engine at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvariantId {
    /// There are no more clients than configured.
    ClientsWithinCap,
    /// The index has as many entries as there are clients.
    IndexCountsClients,
    /// The index finds every client by its key.
    IndexFindsClients,
    /// The list of last touch visits every client once, and its two directions agree.
    RecencyIsOneList,
    /// The ring of tombstones is within its bound.
    TombstonesBounded,
    /// The index of tombstones finds every one that was not taken, and nothing else.
    TombstonesIndexed,
    /// No client in the table has a tombstone.
    NoLivingTombstone,
    /// The profiles are within their bound, and each is found and listed once.
    ProfilesSound,
    /// Counters that describe the table agree with the table.
    StatsAgree,
    /// Families and those who may found more are within their bounds, and counted.
    FamiliesBounded,
    /// Counted text bytes are what the clients' texts add up to.
    TextBytesAddUp,
}

impl InvariantId {
    /// Every invariant.
    pub const ALL: [Self; 11] = [
        Self::ClientsWithinCap,
        Self::IndexCountsClients,
        Self::IndexFindsClients,
        Self::RecencyIsOneList,
        Self::TombstonesBounded,
        Self::TombstonesIndexed,
        Self::NoLivingTombstone,
        Self::ProfilesSound,
        Self::StatsAgree,
        Self::FamiliesBounded,
        Self::TextBytesAddUp,
    ];

    /// The name, for logs and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientsWithinCap => "clients_within_cap",
            Self::IndexCountsClients => "index_counts_clients",
            Self::IndexFindsClients => "index_finds_clients",
            Self::RecencyIsOneList => "recency_is_one_list",
            Self::TombstonesBounded => "tombstones_bounded",
            Self::TombstonesIndexed => "tombstones_indexed",
            Self::NoLivingTombstone => "no_living_tombstone",
            Self::ProfilesSound => "profiles_sound",
            Self::StatsAgree => "stats_agree",
            Self::FamiliesBounded => "families_bounded",
            Self::TextBytesAddUp => "text_bytes_add_up",
        }
    }

    fn holds(self, engine: &Engine) -> bool {
        let (table, stones, stats) = (&engine.table, &engine.tombstones, &engine.stats);
        match self {
            Self::ClientsWithinCap => table.is_within_cap(),
            Self::IndexCountsClients => table.index_counts_slots(),
            Self::IndexFindsClients => table.index_finds_every_slot(),
            Self::RecencyIsOneList => table.recency_is_one_list(),
            Self::TombstonesBounded => stones.is_bounded(),
            Self::TombstonesIndexed => stones.is_indexed(),
            Self::NoLivingTombstone => table.iter().all(|(_, slot)| !stones.holds(slot.id)),
            Self::ProfilesSound => engine.profiles.is_sound(),
            Self::StatsAgree => {
                stats.clients_live == u64::from(table.len())
                    && stats.clients_created.checked_sub(stats.clients_evicted)
                        == Some(stats.clients_live)
                    && stats.tombstones_live == stones.len() as u64
                    && stats.profiles_live == engine.profiles.len() as u64
                    && stats.text_bytes == table.text_bytes() as u64
            }
            Self::FamiliesBounded => {
                let families = &engine.stage_two.families;
                families.known().len() <= FAMILIES_MAX
                    && families.pool().len() <= POOL_MAX
                    && stats.families_live == families.known().len() as u64
            }
            Self::TextBytesAddUp => table.text_bytes_add_up(),
        }
    }
}

impl fmt::Display for InvariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Engine {
    /// The invariants that do not hold: none, unless the engine has a fault. Visits every client.
    #[must_use]
    pub fn check(&self) -> Vec<InvariantId> {
        InvariantId::ALL.into_iter().filter(|invariant| !invariant.holds(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::{engine, visit};

    /// One engine with clients and tombstones, broken in one way.
    fn broken(damage: impl FnOnce(&mut Engine)) -> Vec<InvariantId> {
        let mut engine = engine(4);
        for n in 0..7 {
            visit(&mut engine, n, i64::from(n) * 1_000_000, "/");
        }
        assert_eq!(engine.check(), []);
        damage(&mut engine);
        engine.check()
    }

    #[test]
    fn a_fault_is_named() {
        assert_eq!(broken(|e| e.stats.clients_live += 1), [InvariantId::StatsAgree]);
        assert_eq!(broken(|e| e.stats.text_bytes += 1), [InvariantId::StatsAgree]);
        let found = broken(|e| {
            let other = e.table.get(1).unwrap().identity.clone();
            e.table.get_mut(0).unwrap().identity = other;
        });
        assert!(found.contains(&InvariantId::IndexFindsClients), "{found:?}");
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = InvariantId::ALL.iter().map(|id| id.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), InvariantId::ALL.len());
    }
}
