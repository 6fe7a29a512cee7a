//! Saved state: the whole engine as bytes, and why bytes are refused.
//!
//! Layout, all little-endian: [`Header`]; the slot numbers from the stalest to the freshest, `u32` each;
//! one [`Record`] per slot; the texts of each slot; the tombstones from the oldest; the families as they were
//! found and who may found more; the profiles from the least recently used; the ledgers of the false-alarm budget;
//! BLAKE3 of everything before. What is not configuration and not a function of it is in there; the hash seed is
//! not, since it changes no result. A state made by other detectors, another model, mask or layout is refused:
//! the caller replays the log instead.

mod read;
mod write;

use bytemuck::{Pod, Zeroable};
use gait_classify::ModelHash;
use gait_decide::AlertState;
use gait_detect::PackHash;
use gait_event::Mask;
use gait_fingerprint::ClientState;

use crate::{
    InvariantId, Stats,
    budget::Docket,
    standing::{Past, Standing},
};

const _: () = assert!(cfg!(target_endian = "little"), "saved state is little-endian");

/// Version of the layout. Goes up with every change of a structure that is saved.
pub const SNAPSHOT_SCHEMA: u32 = 9;

const MAGIC: [u8; 8] = *b"gaitsnap";
const CHECKSUM_BYTES: usize = blake3::OUT_LEN;

/// The begin of a snapshot.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Header {
    magic: [u8; 8],
    schema: u32,
    /// Version of the feature catalogue.
    catalogue: u32,
    pack: [u8; 16],
    model: [u8; 16],
    /// Bit 0 user agent, 1 protocol, 2 sec-fetch.
    mask: u32,
    /// Size of a [`Record`].
    record_bytes: u32,
    clients: u32,
    /// Places in the ring, taken ones included.
    tombstones: u32,
    /// Profiles of identified agents.
    profiles: u32,
    /// Size of one, with whose it is.
    profile_bytes: u32,
    /// Sites with a false-alarm budget.
    ledgers: u32,
    reserved: u32,
    /// 0 before the first event; then position and latest time mean nothing.
    begun: u32,
    partition: u32,
    families: u32,
    /// Clients that are remembered until others like them come.
    pool: u32,
    offset: u64,
    latest_us: i64,
    /// Start of the open window.
    window_us: i64,
    stats: Stats,
}

/// One slot without its texts.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Record {
    /// The published id, high half first.
    id: [u64; 2],
    /// The published id of its family, high half first; 0 when it has none.
    family: [u64; 2],
    state: ClientState,
    standing: Standing,
    alert: AlertState,
    past: Past,
    docket: Docket,
    key_bytes: u32,
    /// [`ABSENT`] when the address stands in the key.
    ip_bytes: u32,
    /// Site, JA4 and user agent; [`ABSENT`] when the key holds them whole.
    uncut_bytes: [u32; 3],
    /// Agent, subject and grant; [`ABSENT`] when nobody is identified, and for a grant that was not named.
    agent_bytes: [u32; 3],
    /// Of site, network and JA4 in the key.
    key_parts: [u8; 3],
    reserved: [u8; 5],
}

/// A text that is not there.
const ABSENT: u32 = u32::MAX;

/// Why a snapshot is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// It does not begin as one.
    #[error("this is no snapshot of an engine")]
    Foreign,
    /// It ends too early, or holds more than it says.
    #[error("the snapshot is not as long as it says; replay the log instead")]
    Length,
    /// A byte changed since it was written.
    #[error("the snapshot is damaged; use an older one or replay the log")]
    Checksum,
    /// Written by a version with another layout.
    #[error(
        "the snapshot has schema {found}, this version reads {expected}; replay the log instead"
    )]
    Schema {
        /// Schema of the snapshot.
        found: u32,
        /// Schema of this version.
        expected: u32,
    },
    /// Written by a version with other features.
    #[error(
        "the snapshot has feature catalogue {found}, this version has {expected}; replay the log instead"
    )]
    Catalogue {
        /// Catalogue version of the snapshot.
        found: u32,
        /// Catalogue version of this version.
        expected: u32,
    },
    /// Written by a build whose client records have another size.
    #[error("client records have {found} bytes, this build has {expected}; replay the log instead")]
    Layout {
        /// Record size of the snapshot, bytes.
        found: u32,
        /// Record size of this build, bytes.
        expected: u32,
    },
    /// Other detectors judged.
    #[error(
        "detectors `{found}` made the snapshot, `{expected}` are loaded; load those or replay the log"
    )]
    Detectors {
        /// Detectors of the snapshot.
        found: PackHash,
        /// Detectors of the configuration.
        expected: PackHash,
    },
    /// Another model judged.
    #[error(
        "model `{found}` made the snapshot, `{expected}` is loaded; load that or replay the log"
    )]
    Model {
        /// Model of the snapshot.
        found: ModelHash,
        /// Model of the configuration.
        expected: ModelHash,
    },
    /// Other fields were masked.
    #[error(
        "the snapshot was made with the mask `{found}`, not `{expected}`; use that or replay the log"
    )]
    Mask {
        /// Mask of the snapshot.
        found: Mask,
        /// Mask of the configuration.
        expected: Mask,
    },
    /// More clients than the configuration allows.
    #[error("the snapshot holds {found} clients and {max} are allowed; raise that limit")]
    TooManyClients {
        /// Clients of the snapshot.
        found: u32,
        /// Most clients of the configuration.
        max: u32,
    },
    /// More tombstones than the configuration allows.
    #[error(
        "the snapshot holds {found} tombstones and {max} are allowed; raise the limit of clients"
    )]
    TooManyTombstones {
        /// Tombstones of the snapshot.
        found: u32,
        /// Most tombstones of the configuration.
        max: u32,
    },
    /// Whole, and still no state that an engine can have.
    #[error("the snapshot breaks the invariant `{0}`; use an older one or replay the log")]
    Impossible(InvariantId),
}

fn mask_bits(mask: Mask) -> u32 {
    u32::from(mask.ua) | u32::from(mask.protocol) << 1 | u32::from(mask.sec_fetch) << 2
}

fn mask_from_bits(bits: u32) -> Mask {
    Mask { ua: bits & 1 != 0, protocol: bits & 2 != 0, sec_fetch: bits & 4 != 0 }
}

#[cfg(test)]
mod tests;
