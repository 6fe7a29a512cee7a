//! Bytes to an engine. Whatever the bytes are, the answer is an engine or an error.

use bytemuck::AnyBitPattern;
use gait_classify::ModelHash;
use gait_decide::{FamilyId, Ledger};
use gait_detect::PackHash;
use gait_event::{EventTime, Origin};
use gait_family::{Families, Family, Summary};
use gait_fingerprint::CATALOGUE_VERSION;

use super::{
    ABSENT, CHECKSUM_BYTES, Header, MAGIC, Record, RestoreError, SNAPSHOT_SCHEMA, mask_bits,
    mask_from_bits,
};
use crate::{
    Engine, EngineConfig, InvariantId,
    identity::{IdentifiedAgent, Identity, IdentityParts, Uncut},
    profiles::{Kept, PROFILES_MAX, Profiles},
    stage_two::StageTwo,
    table::{ClientTable, Slot},
    tombstone::{Tombstone, Tombstones, id_from_halves, tombstones_max},
};

impl Engine {
    /// The engine that wrote `bytes` with [`Engine::snapshot`]. The hash seed, the policy of alerts and larger
    /// limits may differ from then.
    ///
    /// # Errors
    /// When the bytes are no snapshot, a damaged one, or one of other judges, layout or limits.
    pub fn restore(bytes: &[u8], config: EngineConfig) -> Result<Self, RestoreError> {
        let (header, mut reader) = open(bytes)?;
        check_judges(&header, &config)?;
        check_limits(&header, &config)?;
        let table = read_table(&header, &config, &mut reader)?;
        let tombstones = read_tombstones(&header, &config, &mut reader)?;
        let families = read_families(&header, &mut reader)?;
        let profiles = read_profiles(&header, &config, &mut reader)?;
        let ledgers: Vec<Ledger> = reader.pods(header.ledgers)?;
        if !reader.rest.is_empty() || ledgers.len() != config.sites.sites().len() {
            return Err(RestoreError::Length);
        }
        let mut engine = Self::with(config, table, tombstones);
        engine.profiles = profiles;
        engine.stats = header.stats;
        engine.stage_two.families = families;
        engine.budgets.ledgers = ledgers;
        if header.begun != 0 {
            engine.stage_two.clock = StageTwo::clock().at(EventTime(header.window_us));
            engine.position = Some(Origin { partition: header.partition, offset: header.offset });
            engine.latest = EventTime(header.latest_us);
        }
        match engine.check().first() {
            Some(broken) => Err(RestoreError::Impossible(*broken)),
            None => Ok(engine),
        }
    }
}

/// Checks what must hold before any of the content is believed.
fn open(bytes: &[u8]) -> Result<(Header, Reader<'_>), RestoreError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(RestoreError::Foreign);
    }
    let header: Header = Reader { rest: bytes }.pod()?;
    if header.schema != SNAPSHOT_SCHEMA {
        let (found, expected) = (header.schema, SNAPSHOT_SCHEMA);
        return Err(RestoreError::Schema { found, expected });
    }
    let (content, checksum) =
        bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(RestoreError::Length)?;
    if blake3::hash(content) != *checksum {
        return Err(RestoreError::Checksum);
    }
    let rest = content.get(size_of::<Header>()..).ok_or(RestoreError::Length)?;
    Ok((header, Reader { rest }))
}

fn check_judges(header: &Header, config: &EngineConfig) -> Result<(), RestoreError> {
    let (found, expected) = (header.catalogue, CATALOGUE_VERSION);
    if found != expected {
        return Err(RestoreError::Catalogue { found, expected });
    }
    for (found, expected) in [
        (header.record_bytes, size_of::<Record>() as u64),
        (header.profile_bytes, size_of::<Kept>() as u64),
    ] {
        if u64::from(found) != expected {
            let expected = u32::try_from(expected).unwrap_or(u32::MAX);
            return Err(RestoreError::Layout { found, expected });
        }
    }
    let (found, expected) = (PackHash(header.pack), config.pack.hash());
    if found != expected {
        return Err(RestoreError::Detectors { found, expected });
    }
    let (found, expected) = (ModelHash(header.model), config.sites.joined(config.model.hash()));
    if found != expected {
        return Err(RestoreError::Model { found, expected });
    }
    if header.mask != mask_bits(config.mask) {
        let (found, expected) = (mask_from_bits(header.mask), config.mask);
        return Err(RestoreError::Mask { found, expected });
    }
    Ok(())
}

fn check_limits(header: &Header, config: &EngineConfig) -> Result<(), RestoreError> {
    let (found, max) = (header.clients, config.clients_max);
    if found > max {
        return Err(RestoreError::TooManyClients { found, max });
    }
    let (found, max) = (header.tombstones, tombstones_max(config.clients_max));
    if found > max {
        return Err(RestoreError::TooManyTombstones { found, max });
    }
    Ok(())
}

fn read_table(
    header: &Header,
    config: &EngineConfig,
    reader: &mut Reader<'_>,
) -> Result<ClientTable, RestoreError> {
    let order: Vec<u32> = reader.pods(header.clients)?;
    let records = reader.bytes_of::<Record>(header.clients)?;
    let mut table = ClientTable::new(config.clients_max, config.hash_seed);
    for record in records.chunks_exact(size_of::<Record>()) {
        let record: Record = Reader { rest: record }.pod()?;
        let mut slot = read_slot(&record, reader)?;
        slot.find_site(&config.sites);
        if !table.restore_slot(slot) {
            return Err(RestoreError::Impossible(InvariantId::IndexFindsClients));
        }
    }
    if !table.restore_order(&order) {
        return Err(RestoreError::Impossible(InvariantId::RecencyIsOneList));
    }
    Ok(table)
}

fn read_slot(record: &Record, reader: &mut Reader<'_>) -> Result<Slot, RestoreError> {
    let key = reader.take(record.key_bytes as usize)?;
    let ip = reader.text(record.ip_bytes)?;
    let [site, ja4, user_agent] = record.uncut_bytes;
    let uncut = (reader.text(site)?, reader.text(ja4)?, reader.text(user_agent)?);
    let [agent, subject, grant] = record.agent_bytes;
    let agent = match (reader.text(agent)?, reader.text(subject)?, reader.text(grant)?) {
        (Some(agent), Some(subject), grant) => Some(IdentifiedAgent {
            agent: agent.into(),
            subject: subject.into(),
            grant: grant.map(Into::into),
        }),
        _ => None,
    };
    let uncut = match uncut {
        (Some(site), Some(ja4), Some(user_agent)) => {
            Some(Uncut { site: site.into(), ja4: ja4.into(), user_agent: user_agent.into(), agent })
        }
        _ => None,
    };
    let parts = IdentityParts { key, ip, uncut: uncut.as_ref(), lens: record.key_parts };
    let identity = Identity::from_parts(parts).ok_or(RestoreError::Length)?;
    let mut slot = Slot::new(identity, id_from_halves(record.id), &record.state);
    slot.standing = record.standing;
    slot.alert = record.alert;
    slot.past = record.past;
    let family = id_from_halves(record.family).0;
    slot.family = (family != 0).then_some(FamilyId(family));
    slot.docket = record.docket;
    Ok(slot)
}

fn read_tombstones(
    header: &Header,
    config: &EngineConfig,
    reader: &mut Reader<'_>,
) -> Result<Tombstones, RestoreError> {
    let ring: Vec<Tombstone> = reader.pods(header.tombstones)?;
    Tombstones::restore(ring, tombstones_max(config.clients_max), config.hash_seed)
        .ok_or(RestoreError::Impossible(InvariantId::TombstonesIndexed))
}

fn read_families(header: &Header, reader: &mut Reader<'_>) -> Result<Families, RestoreError> {
    let known: Vec<Family> = reader.pods(header.families)?;
    let pool: Vec<Summary> = reader.pods(header.pool)?;
    Families::restore(known, pool, header.stats.families_refused)
        .ok_or(RestoreError::Impossible(InvariantId::FamiliesBounded))
}

fn read_profiles(
    header: &Header,
    config: &EngineConfig,
    reader: &mut Reader<'_>,
) -> Result<Profiles, RestoreError> {
    let stalest_first: Vec<Kept> = reader.pods(header.profiles)?;
    Profiles::restore(stalest_first, PROFILES_MAX, config.hash_seed)
        .ok_or(RestoreError::Impossible(InvariantId::ProfilesSound))
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], RestoreError> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(RestoreError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    fn pod<T: AnyBitPattern>(&mut self) -> Result<T, RestoreError> {
        let bytes = self.take(size_of::<T>())?;
        bytemuck::try_pod_read_unaligned(bytes).map_err(|_| RestoreError::Length)
    }

    /// The bytes of `count` values; nothing is reserved for values that are not there.
    fn bytes_of<T>(&mut self, count: u32) -> Result<&'a [u8], RestoreError> {
        let bytes = (count as usize).checked_mul(size_of::<T>()).ok_or(RestoreError::Length)?;
        self.take(bytes)
    }

    fn pods<T: AnyBitPattern>(&mut self, count: u32) -> Result<Vec<T>, RestoreError> {
        let bytes = self.bytes_of::<T>(count)?;
        bytes.chunks_exact(size_of::<T>()).map(|value| Reader { rest: value }.pod()).collect()
    }

    fn text(&mut self, bytes: u32) -> Result<Option<&'a str>, RestoreError> {
        if bytes == ABSENT {
            return Ok(None);
        }
        let text = std::str::from_utf8(self.take(bytes as usize)?);
        text.map(Some).map_err(|_| RestoreError::Length)
    }
}
