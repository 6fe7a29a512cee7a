//! An engine to bytes.

use bytemuck::bytes_of;
use gait_event::ClientId;
use gait_fingerprint::CATALOGUE_VERSION;

use super::{ABSENT, CHECKSUM_BYTES, Header, MAGIC, Record, SNAPSHOT_SCHEMA, mask_bits};
use crate::{
    Engine,
    identity::IdentityParts,
    profiles::Kept,
    table::Slot,
    tombstone::{Tombstone, id_halves},
};

impl Engine {
    /// Appends the whole state to `out`. [`Engine::restore`] with the same configuration gives an engine that
    /// goes on exactly as this one does.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        let begin = out.len();
        out.reserve(self.snapshot_bytes());
        out.extend_from_slice(bytes_of(&self.header()));
        for at in self.table.stalest_first() {
            out.extend_from_slice(&at.to_le_bytes());
        }
        for (_, slot) in self.table.iter() {
            out.extend_from_slice(bytes_of(&record(slot)));
        }
        for (_, slot) in self.table.iter() {
            write_texts(slot.identity.parts(), out);
        }
        for stone in self.tombstones.oldest_first() {
            out.extend_from_slice(bytes_of(stone));
        }
        let families = &self.stage_two.families;
        out.extend_from_slice(bytemuck::cast_slice(families.known()));
        out.extend_from_slice(bytemuck::cast_slice(families.pool()));
        for kept in self.profiles.stalest_first() {
            out.extend_from_slice(bytes_of(kept));
        }
        for ledger in &self.budgets.ledgers {
            out.extend_from_slice(bytes_of(ledger));
        }
        let checksum = blake3::hash(out.get(begin..).unwrap_or_default());
        out.extend_from_slice(checksum.as_bytes());
    }

    /// An upper bound of the length of a snapshot.
    fn snapshot_bytes(&self) -> usize {
        let clients = self.table.len() as usize * (size_of::<u32>() + size_of::<Record>());
        let tombstones = self.tombstones.places() * size_of::<Tombstone>();
        let families = &self.stage_two.families;
        let families = size_of_val(families.known()) + size_of_val(families.pool());
        let profiles = self.profiles.len() * size_of::<Kept>();
        let ledgers = size_of_val(&*self.budgets.ledgers);
        let fixed = size_of::<Header>() + ledgers + CHECKSUM_BYTES;
        fixed + clients + self.table.text_bytes() + tombstones + families + profiles
    }

    fn header(&self) -> Header {
        let position = self.position.unwrap_or_default();
        Header {
            magic: MAGIC,
            schema: SNAPSHOT_SCHEMA,
            catalogue: CATALOGUE_VERSION,
            pack: self.judges.pack.hash().0,
            model: self.judges.model_hash.0,
            mask: mask_bits(self.judges.mask),
            record_bytes: length(size_of::<Record>()),
            clients: self.table.len(),
            tombstones: length(self.tombstones.places()),
            profiles: length(self.profiles.len()),
            profile_bytes: length(size_of::<Kept>()),
            ledgers: length(self.budgets.ledgers.len()),
            reserved: 0,
            begun: u32::from(self.position.is_some()),
            partition: position.partition,
            offset: position.offset,
            families: length(self.stage_two.families.known().len()),
            pool: length(self.stage_two.families.pool().len()),
            latest_us: self.latest.0,
            window_us: self.stage_two.clock.start().map_or(0, |start| start.0),
            stats: self.stats,
        }
    }
}

fn record(slot: &Slot) -> Record {
    let IdentityParts { key, ip, uncut, lens } = slot.identity.parts();
    let uncut_bytes = uncut.map_or([ABSENT; 3], |uncut| {
        [&uncut.site, &uncut.ja4, &uncut.user_agent].map(|text| length(text.len()))
    });
    let agent = uncut.and_then(|uncut| uncut.agent.as_ref());
    let agent_bytes = agent.map_or([ABSENT; 3], |agent| {
        let grant = agent.grant.as_ref().map_or(ABSENT, |grant| length(grant.len()));
        [length(agent.agent.len()), length(agent.subject.len()), grant]
    });
    Record {
        id: id_halves(slot.id),
        family: slot.family.map_or([0; 2], |family| id_halves(ClientId(family.0))),
        state: slot.state,
        standing: slot.standing,
        alert: slot.alert,
        past: slot.past,
        docket: slot.docket,
        key_bytes: length(key.len()),
        ip_bytes: ip.map_or(ABSENT, |ip| length(ip.len())),
        uncut_bytes,
        agent_bytes,
        key_parts: lens,
        reserved: [0; 5],
    }
}

fn write_texts(parts: IdentityParts<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(parts.key);
    out.extend_from_slice(parts.ip.unwrap_or_default().as_bytes());
    if let Some(uncut) = parts.uncut {
        for text in [&uncut.site, &uncut.ja4, &uncut.user_agent] {
            out.extend_from_slice(text.as_bytes());
        }
        if let Some(agent) = &uncut.agent {
            out.extend_from_slice(agent.agent.as_bytes());
            out.extend_from_slice(agent.subject.as_bytes());
            out.extend_from_slice(agent.grant.as_deref().unwrap_or_default().as_bytes());
        }
    }
}

/// Lengths here are bounded far below `u32::MAX`.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(ABSENT)
}
