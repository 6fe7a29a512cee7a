//! Who belongs together: candidates by bands of `MinHash` over rare bigrams, joined when alike.
//!
//! A bigram is rare when few people have it, so that the ways of a site that everybody takes join nobody.
//! Sorting makes the result independent of the order of the summaries, in O(n log n).

use std::fmt;

use gait_event::ClientId;

use crate::likeness::{Summary, alike};

/// Clients that make a family.
pub const MEMBERS_MIN: u32 = 8;
/// Families remembered. At the limit a new one is not named, and counted in [`Families::refused`].
pub const FAMILIES_MAX: usize = 256;
/// A bigram is rare when at most this share of people has it, percent.
const RARE_MAX_PERCENT: u32 = 2;
/// Rare bigrams a client needs to be compared.
const RARE_MIN: u32 = 3;
/// Bands of two minima each.
const BANDS: u64 = 6;
/// Clients of a bucket that others are compared with. At the limit one that is like none of them is left to
/// the other bands.
const LEADERS_MAX: usize = 4;

/// The stable id of a family: a hash of the client and shape that founded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyId(pub u64);

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// That a client belongs to a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// Who.
    pub client: ClientId,
    /// Where.
    pub family: FamilyId,
}

/// The families known so far, each by the summary that founded it.
#[derive(Clone, Debug, Default)]
pub struct Families {
    known: Vec<(FamilyId, Summary)>,
    refused: u64,
}

impl Families {
    /// Families that were not named because [`FAMILIES_MAX`] were known.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Takes the summaries of a closed window in, one per client, and gives who belongs where, by client.
    pub fn close(&mut self, mut window: Vec<Summary>) -> Vec<Membership> {
        window.sort_unstable_by_key(|summary| summary.client);
        let rare = rare_bits(&window);
        window.retain(|summary| summary.may_join);
        for summary in &mut window {
            for (word, rare) in summary.bigrams.iter_mut().zip(rare) {
                *word &= rare;
            }
        }
        window.retain(|s| s.bigrams.iter().map(|word| word.count_ones()).sum::<u32>() >= RARE_MIN);
        let founders = join(&window);
        let mut sizes = vec![0_u32; window.len()];
        for founder in &founders {
            if let Some(size) = sizes.get_mut(*founder) {
                *size += 1;
            }
        }
        let names: Vec<Option<FamilyId>> = window
            .iter()
            .zip(sizes)
            .map(|(founder, size)| (size >= MEMBERS_MIN).then(|| self.name(founder)).flatten())
            .collect();
        let memberships = founders.iter().map(|founder| names.get(*founder).copied().flatten());
        window
            .iter()
            .zip(memberships)
            .filter_map(|(member, family)| {
                Some(Membership { client: member.client, family: family? })
            })
            .collect()
    }

    /// The known family that is alike, or a new one.
    fn name(&mut self, founder: &Summary) -> Option<FamilyId> {
        if let Some((id, _)) = self.known.iter().find(|(_, known)| alike(known, founder)) {
            return Some(*id);
        }
        if self.known.len() >= FAMILIES_MAX {
            self.refused += 1;
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&founder.client.0.to_le_bytes());
        hasher.update(&founder.ja4.to_le_bytes());
        for word in founder.bigrams {
            hasher.update(&word.to_le_bytes());
        }
        let mut id = [0; 8];
        hasher.finalize_xof().fill(&mut id);
        let id = FamilyId(u64::from_le_bytes(id));
        self.known.push((id, *founder));
        Some(id)
    }
}

/// The bigrams that few people have; all of them when nobody is a person.
fn rare_bits(window: &[Summary]) -> [u64; 4] {
    let people = || window.iter().filter(|summary| !summary.may_join);
    let all = people().fold(0_u32, |count, _| count.saturating_add(1));
    let mut counts = [[0_u32; 64]; 4];
    for person in people() {
        for (counts, word) in counts.iter_mut().zip(person.bigrams) {
            for (at, count) in counts.iter_mut().enumerate() {
                *count += u32::from(word >> at & 1 == 1);
            }
        }
    }
    counts.map(|counts| {
        let rare =
            |count: u32| u64::from(count) * 100 <= u64::from(all) * u64::from(RARE_MAX_PERCENT);
        counts
            .iter()
            .enumerate()
            .fold(0, |word, (at, count)| word | (u64::from(rare(*count)) << at))
    })
}

/// For each client, the place of the one it is joined to.
fn join(window: &[Summary]) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..window.len()).collect();
    let mut keys: Vec<(u64, usize)> = Vec::with_capacity(window.len());
    let mut leaders: Vec<usize> = Vec::with_capacity(LEADERS_MAX);
    for band in 0..BANDS {
        keys.clear();
        keys.extend(window.iter().enumerate().map(|(at, summary)| (band_key(summary, band), at)));
        keys.sort_unstable();
        for bucket in keys.chunk_by(|a, b| a.0 == b.0) {
            leaders.clear();
            for (_, at) in bucket {
                let Some(summary) = window.get(*at) else { continue };
                let is_like =
                    |leader: &&usize| window.get(**leader).is_some_and(|l| alike(l, summary));
                if let Some(leader) = leaders.iter().find(is_like) {
                    link(&mut parents, *leader, *at);
                } else if leaders.len() < LEADERS_MAX {
                    leaders.push(*at);
                }
            }
        }
    }
    (0..window.len()).map(|at| root(&parents, at)).collect()
}

/// Puts two under the smaller of their roots, the second directly, which keeps paths short.
fn link(parents: &mut [usize], leader: usize, at: usize) {
    let (a, b) = (root(parents, leader), root(parents, at));
    for place in [a.max(b), at] {
        if let Some(parent) = parents.get_mut(place) {
            *parent = a.min(b);
        }
    }
}

fn root(parents: &[usize], mut at: usize) -> usize {
    while let Some(parent) = parents.get(at).filter(|parent| **parent != at) {
        at = *parent;
    }
    at
}

fn band_key(summary: &Summary, band: u64) -> u64 {
    let low = minimum(&summary.bigrams, 2 * band);
    let high = minimum(&summary.bigrams, 2 * band + 1);
    mix(low ^ mix(high ^ mix(summary.ja4)))
}

/// The least hash of a set bit under one of many orders.
fn minimum(bits: &[u64; 4], order: u64) -> u64 {
    let places = (0_u64..).step_by(64).zip(bits);
    let set = places.flat_map(|(from, word)| {
        (0..64).filter(move |at| word >> at & 1 == 1).map(move |at| from + at)
    });
    set.map(|bit| mix(order << 32 | bit)).min().unwrap_or(u64::MAX)
}

/// The finaliser of `SplitMix64`.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests;
