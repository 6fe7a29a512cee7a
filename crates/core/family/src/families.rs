//! The families that are known, those who may found more, and what a closed window adds.
//!
//! A client that goes like a known family joins it. Others are remembered until enough of a kind have come, in
//! whatever windows: addresses that take turns are never active together. Sorting makes the result independent
//! of the order of the summaries.

use bytemuck::{Pod, Zeroable};
use gait_decide::{FamilyAlert, FamilyId};
use gait_event::{ClientId, EventTime};
use gait_fingerprint::Gait;

use crate::{
    cohort::{Cohort, cohorts},
    likeness::alike,
    summary::{Summary, from_halves, halves},
};

/// Families that are known at a time. One that was not seen for [`KEPT_US`] makes room; when there is none, the
/// new one is not named, and counted in [`Families::refused`].
pub const FAMILIES_MAX: usize = 256;
/// Clients remembered until others like them come. Those that were last seen first make room.
pub const POOL_MAX: usize = 4096;
/// How long clients are remembered, and families kept at the limit, µs of event time: a day.
pub const KEPT_US: i64 = 86_400_000_000;
/// Members that are remembered by name.
const EXAMPLES: usize = 4;

/// A family. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Family {
    /// The published id, high half first.
    id: [u64; 2],
    site: u64,
    centre: Gait,
    /// Time of the latest event of a member, µs.
    last_us: i64,
    /// The first members, by published id; 0 is none.
    examples: [[u64; 2]; EXAMPLES],
    /// The one alert of all members.
    pub alert: FamilyAlert,
    members: u32,
    reserved: u32,
}

/// That a client belongs to a family from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub client: ClientId,
    /// Where the caller said to find it. Another may be there by now.
    pub slot: u32,
    /// Where it belongs.
    pub family: FamilyId,
}

impl Family {
    fn new(cohort: &Cohort, first: &Summary, now: EventTime) -> Self {
        let id = FamilyId::new(first.site, first.client(), now);
        Self {
            id: halves(ClientId(id.0)),
            site: first.site,
            centre: cohort.centre,
            ..Self::default()
        }
    }

    /// The published id.
    #[must_use]
    pub fn id(&self) -> FamilyId {
        FamilyId(from_halves(self.id).0)
    }

    /// Clients that were found to belong to it. One that was forgotten and came back counts again.
    #[must_use]
    pub fn members(&self) -> u32 {
        self.members
    }

    /// Some of the members.
    pub fn examples(&self) -> impl Iterator<Item = ClientId> {
        self.examples.iter().filter(|id| **id != [0; 2]).map(|id| from_halves(*id))
    }

    fn admit(&mut self, member: &Summary) -> Membership {
        let at = usize::try_from(self.members).unwrap_or(usize::MAX);
        if let Some(example) = self.examples.get_mut(at) {
            *example = halves(member.client());
        }
        self.members = self.members.saturating_add(1);
        self.last_us = self.last_us.max(member.last_us);
        Membership { client: member.client(), slot: member.slot(), family: self.id() }
    }

    fn takes(&self, summary: &Summary) -> bool {
        self.site == summary.site && summary.may_join() && alike(&self.centre, &summary.gait)
    }
}

/// The families known so far, and who may found more.
#[derive(Clone, Debug, Default)]
pub struct Families {
    known: Vec<Family>,
    /// By client id.
    pool: Vec<Summary>,
    refused: u64,
}

impl Families {
    /// Families from saved state; `None` when there are more than the limits allow.
    #[must_use]
    pub fn restore(known: Vec<Family>, pool: Vec<Summary>, refused: u64) -> Option<Self> {
        let fits = known.len() <= FAMILIES_MAX && pool.len() <= POOL_MAX;
        let sorted = pool.is_sorted_by(|a, b| a.client() < b.client());
        (fits && sorted).then_some(Self { known, pool, refused })
    }

    /// The families, in the order in which they were found.
    #[must_use]
    pub fn known(&self) -> &[Family] {
        &self.known
    }

    /// Who is remembered until others like it come, by client id.
    #[must_use]
    pub fn pool(&self) -> &[Summary] {
        &self.pool
    }

    /// Families that were not named because [`FAMILIES_MAX`] were known.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// The family with this id, while it is known.
    #[must_use]
    pub fn find_mut(&mut self, id: FamilyId) -> Option<&mut Family> {
        self.known.iter_mut().find(|family| family.id() == id)
    }

    /// Notes that a member was seen at `last_us`.
    pub fn see(&mut self, id: FamilyId, last_us: i64) {
        if let Some(family) = self.find_mut(id) {
            family.last_us = family.last_us.max(last_us);
        }
    }

    /// Lets a client join the known family that it goes like, if there is one.
    pub fn join(&mut self, summary: &Summary) -> Option<Membership> {
        let apart =
            |family: &Family| family.centre.ln_gap_milli.abs_diff(summary.gait.ln_gap_milli);
        let likes = self.known.iter_mut().filter(|family| family.takes(summary));
        let family = likes.min_by_key(|family| apart(family))?;
        if let Ok(at) = self.pool.binary_search_by_key(&summary.client(), Summary::client) {
            self.pool.remove(at);
        }
        Some(family.admit(summary))
    }

    /// Takes the summaries of a window that closed at `now` in, one per client without a family, and says who
    /// joins which, old family or new.
    pub fn close(&mut self, mut window: Vec<Summary>, now: EventTime) -> Vec<Membership> {
        window.sort_unstable_by_key(Summary::client);
        let mut joined = Vec::new();
        window.retain(|summary| match self.join(summary) {
            Some(membership) => {
                joined.push(membership);
                false
            }
            None => summary.may_found(),
        });
        if !window.is_empty() {
            self.remember(window, now);
            self.found(now, &mut joined);
        }
        joined
    }

    /// Adds to the pool what is newer, and lets the oldest go.
    fn remember(&mut self, window: Vec<Summary>, now: EventTime) {
        self.pool.splice(0..0, window);
        // Stable: of one client, what came now stands before what was remembered.
        self.pool.sort_by_key(Summary::client);
        self.pool.dedup_by_key(|summary| summary.client());
        self.pool.retain(|summary| now.0.saturating_sub(summary.last_us) <= KEPT_US);
        if self.pool.len() > POOL_MAX {
            self.pool.sort_unstable_by_key(|s| (std::cmp::Reverse(s.last_us), s.client()));
            self.pool.truncate(POOL_MAX);
            self.pool.sort_unstable_by_key(Summary::client);
        }
    }

    /// Looks for families among those of one site that speak alike.
    fn found(&mut self, now: EventTime, joined: &mut Vec<Membership>) {
        let manner = |s: &Summary| (s.site, s.gait.ja4, s.gait.manner);
        let mut pool = std::mem::take(&mut self.pool);
        pool.sort_unstable_by_key(|summary| (manner(summary), summary.client()));
        for alike in pool.chunk_by(|a, b| manner(a) == manner(b)) {
            let mut rest = alike.to_vec();
            for cohort in cohorts(&mut rest) {
                self.name(&cohort, now, joined);
            }
            self.pool.append(&mut rest);
        }
        self.pool.sort_unstable_by_key(Summary::client);
    }

    fn name(&mut self, cohort: &Cohort, now: EventTime, joined: &mut Vec<Membership>) {
        if self.known.len() >= FAMILIES_MAX && !self.forget_one(now) {
            self.refused += 1;
            return;
        }
        let mut members = cohort.members.clone();
        members.sort_unstable_by_key(Summary::client);
        let Some(first) = members.first() else { return };
        let mut family = Family::new(cohort, first, now);
        joined.extend(members.iter().map(|member| family.admit(member)));
        self.known.push(family);
    }

    /// Makes room by the family that was seen last first, if that is long ago.
    fn forget_one(&mut self, now: EventTime) -> bool {
        let stalest = self.known.iter().enumerate().min_by_key(|(_, family)| family.last_us);
        let Some((at, family)) = stalest else { return false };
        let is_old = now.0.saturating_sub(family.last_us) > KEPT_US;
        if is_old {
            self.known.remove(at);
        }
        is_old
    }
}

#[cfg(test)]
mod tests;
