//! The profiles of identified agents: one for each agent, subject and grant, apart from the client table.
//!
//! Unauthenticated clients, however many, push no profile out. At the cap the one that was used longest ago
//! makes room; should its agent return, it is learnt anew, and that is counted.

use bytemuck::{Pod, Zeroable};
use gait_event::ClientId;
use gait_scope::Profile;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::{
    table::{Index, Recency},
    tombstone::id_halves,
};

/// Most profiles at a time. The least recently used one makes room for a new one.
pub(crate) const PROFILES_MAX: u32 = 65_536;

/// A profile and whose it is. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct Kept {
    /// The published id of the client, high half first.
    id: [u64; 2],
    profile: Profile,
}

/// The profiles of one engine.
#[derive(Debug)]
pub(crate) struct Profiles {
    kept: Vec<Kept>,
    index: Index,
    recency: Recency,
    max: u32,
    hash_seed: u64,
}

impl Profiles {
    pub(crate) fn new(max: u32, hash_seed: u64) -> Self {
        let (index, recency) = (Index::default(), Recency::new());
        Self { kept: Vec::new(), index, recency, max: max.max(1), hash_seed }
    }

    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The profile of a client, a new one where there is none; and whether another was lost for it.
    pub(crate) fn of(&mut self, client: ClientId) -> (Option<&mut Profile>, bool) {
        let id = id_halves(client);
        let hash = hash(id, self.hash_seed);
        let mut lost = false;
        let known = self.find(hash, id);
        let at = known.unwrap_or_else(|| {
            let stalest = self.recency.stalest().filter(|_| self.kept.len() >= self.max as usize);
            lost = stalest.is_some();
            self.admit(hash, &Kept { id, profile: Profile::default() }, stalest)
        });
        self.recency.touch(at);
        (self.kept.get_mut(at as usize).map(|kept| &mut kept.profile), lost)
    }

    /// Gives a profile a place, that of `stalest` when there is one.
    fn admit(&mut self, hash_of_new: u32, new: &Kept, stalest: Option<u32>) -> u32 {
        if let Some((at, place)) =
            stalest.and_then(|at| Some((at, self.kept.get_mut(at as usize)?)))
        {
            let old = std::mem::replace(place, *new);
            self.index.remove(hash(old.id, self.hash_seed), at);
            self.index.insert(hash_of_new, at);
            return at;
        }
        let at = u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
        self.kept.push(*new);
        self.recency.push();
        self.index.insert(hash_of_new, at);
        at
    }

    fn find(&self, hash: u32, id: [u64; 2]) -> Option<u32> {
        self.index.find(hash, |at| self.kept.get(at as usize).is_some_and(|kept| kept.id == id))
    }

    /// Every profile from the least recently used, for saved state.
    pub(crate) fn stalest_first(&self) -> impl Iterator<Item = &Kept> {
        self.recency.iter().filter_map(|at| self.kept.get(at as usize))
    }

    /// Profiles from saved state, the least recently used first. `None` when there are too many, or two of one
    /// client.
    pub(crate) fn restore(stalest_first: Vec<Kept>, max: u32, hash_seed: u64) -> Option<Self> {
        let mut profiles = Self::new(max, hash_seed);
        for kept in stalest_first {
            let hash = hash(kept.id, hash_seed);
            if profiles.find(hash, kept.id).is_some() || profiles.len() >= profiles.max as usize {
                return None;
            }
            profiles.admit(hash, &kept, None);
        }
        Some(profiles)
    }

    /// True when there are no more profiles than allowed, and each is found and listed once.
    pub(crate) fn is_sound(&self) -> bool {
        self.kept.len() <= self.max as usize
            && self.index.len() == self.kept.len()
            && self.recency.len() == self.kept.len()
            && self.recency.is_one_list()
            && self
                .kept
                .iter()
                .zip(0..)
                .all(|(kept, at)| self.find(hash(kept.id, self.hash_seed), kept.id) == Some(at))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.capacity() * size_of::<Kept>() + self.index.bytes() + self.recency.bytes()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "32 bits of the hash are enough to propose")]
fn hash(id: [u64; 2], seed: u64) -> u32 {
    xxh3_64_with_seed(bytemuck::bytes_of(&id), seed) as u32
}

#[cfg(test)]
mod tests {
    use gait_event::EventTime;
    use gait_scope::Habit;

    use super::*;

    fn used(profiles: &mut Profiles, client: u128) -> bool {
        let (profile, lost) = profiles.of(ClientId(client));
        let action = u32::try_from(client).unwrap() + 1;
        let at = EventTime(i64::from(action));
        profile.unwrap().observe(&Habit { action, granted: 2, at, bytes: None, reach: None });
        assert!(profiles.is_sound());
        lost
    }

    #[test]
    fn the_one_used_longest_ago_makes_room() {
        let mut profiles = Profiles::new(2, 7);
        assert!(!used(&mut profiles, 1) && !used(&mut profiles, 2) && !used(&mut profiles, 1));
        assert!(used(&mut profiles, 3), "there is room for two");
        assert!(!used(&mut profiles, 1), "the one of 2 went");
        assert!(used(&mut profiles, 2));
        assert_eq!(profiles.len(), 2);
    }

    #[test]
    fn saved_profiles_keep_their_order() {
        let mut profiles = Profiles::new(9, 7);
        for client in [1, 2, 3, 1, 4] {
            used(&mut profiles, client);
        }
        let saved: Vec<Kept> = profiles.stalest_first().copied().collect();
        let back = Profiles::restore(saved.clone(), 9, 8).unwrap();
        assert!(back.is_sound());
        let bytes = |kept: &Kept| bytemuck::bytes_of(kept).to_vec();
        assert!(back.stalest_first().map(bytes).eq(saved.iter().map(bytes)));
        assert!(Profiles::restore(saved.clone(), 3, 8).is_none());
        assert!(Profiles::restore([saved.clone(), saved].concat(), 9, 8).is_none());
    }
}
