//! What an engine answers when it is asked: verdicts, sightings, counts. Nothing here changes it.

use gait_decide::Verdict;
use gait_detect::Evidences;
use gait_event::{ClientKey, EventTime, Origin};

use super::Engine;
use crate::{Sighting, SlotId, Stats};

impl Engine {
    /// The verdict on a client as it stands now; `None` for a slot that was never given.
    #[must_use]
    pub fn verdict(&self, slot: SlotId) -> Option<Verdict<'_>> {
        let slot = self.table.get(slot.0)?;
        Some(self.judges.verdict(slot, slot.family, &mut Evidences::default()))
    }

    /// The verdict on every client in the table, by slot: the order in which clients came, until the first
    /// eviction. Whoever publishes them sorts them by client id. Families are told as if the open window had
    /// closed.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict<'_>> {
        let mut evidences = Evidences::default();
        let joining = self.joining();
        self.table.iter().map(move |(_, slot)| {
            let family = slot.family.or_else(|| joining.get(&slot.id).copied());
            self.judges.verdict(slot, family, &mut evidences)
        })
    }

    /// Who was seen and how often, the client whose event came last first. Judges nobody: cheap enough to be
    /// asked for the active clients of every moment.
    pub fn sightings(&self) -> impl Iterator<Item = Sighting> {
        self.table.freshest_first().map(|(_, slot)| Sighting {
            client: slot.id,
            events: slot.events(),
            decisions: slot.decisions(),
            last_seen: slot.state.last_seen(),
        })
    }

    /// The client with these texts, as logged; each may be empty.
    #[must_use]
    pub fn find(&self, site: &str, ip: &str, user_agent: &str, ja4: &str) -> Option<SlotId> {
        let mut key = ClientKey::default();
        key.set_parts(site, ip, user_agent, ja4);
        self.table.find(self.table.hash(key.as_bytes()), key.as_bytes()).map(SlotId)
    }

    /// Assessments of this process in which each detector gave evidence, by its index in the pack. Not part
    /// of saved state.
    #[must_use]
    pub fn detector_fires(&self) -> &[u64] {
        &self.fires
    }

    /// What was counted.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Event time that the log is presumed to have passed: the latest event less the bounded lateness. For
    /// information; nothing waits for it. `None` before the first event.
    #[must_use]
    pub fn watermark(&self) -> Option<EventTime> {
        self.position.map(|_| self.latest.minus(self.lateness_us))
    }

    /// Where the last event stood in its log. A saved state resumes behind it.
    #[must_use]
    pub fn position(&self) -> Option<Origin> {
        self.position
    }

    /// Bytes of the clients, their texts, their index, the tombstones, the profiles and the remembered claims,
    /// allocator included, as an estimate.
    #[must_use]
    pub fn resident_bytes(&self) -> usize {
        self.table.bytes() + self.tombstones.bytes() + self.profiles.bytes() + self.claims.bytes()
    }
}
