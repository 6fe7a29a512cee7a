//! What is known of one client when a window closes, and who is worth remembering until others like it come.

use bytemuck::{Pod, Zeroable};
use gait_event::ClientId;
use gait_fingerprint::Gait;

/// A pace is steady when ln(gap) spreads no more than this, thousandths.
pub(crate) const STEADY_SPREAD_MAX_MILLI: u32 = 250;
/// Beyond this spread, thousandths, a pace is no mark by which even programs are told apart.
const SPREAD_MAX_MILLI: u32 = 600;

/// What speaks for a client being a program, by its own evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Lean {
    /// It was called a person.
    Person = 0,
    /// Nothing was decided.
    Undecided = 1,
    /// Nothing was decided, and a program is likelier.
    Suspected = 2,
    /// It was called an undeclared program.
    Program = 3,
}

impl Lean {
    const ALL: [Self; 4] = [Self::Person, Self::Undecided, Self::Suspected, Self::Program];
}

/// One client up to the end of a window. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Summary {
    /// The published id, high half first.
    pub(crate) id: [u64; 2],
    /// The site, hashed: families never cross sites.
    pub(crate) site: u64,
    pub(crate) gait: Gait,
    /// Time of its latest event, µs.
    pub(crate) last_us: i64,
    pub(crate) slot: u32,
    pub(crate) lean: u32,
}

impl Summary {
    /// Sums up the client with this id, which the caller finds in `slot`; `site` is the hash of its site's name.
    #[must_use]
    pub fn new(
        client: ClientId,
        slot: u32,
        site: u64,
        gait: Gait,
        lean: Lean,
        last_us: i64,
    ) -> Self {
        Self { id: halves(client), site, gait, last_us, slot, lean: lean as u32 }
    }

    /// Whose it is.
    #[must_use]
    pub fn client(&self) -> ClientId {
        from_halves(self.id)
    }

    /// Where the caller said to find the client. Another may be there by now.
    #[must_use]
    pub fn slot(&self) -> u32 {
        self.slot
    }

    pub(crate) fn lean(&self) -> Lean {
        let at = usize::try_from(self.lean).unwrap_or(usize::MAX);
        Lean::ALL.get(at).copied().unwrap_or(Lean::Person)
    }

    /// True when it keeps a steady pace.
    pub(crate) fn is_steady(&self) -> bool {
        self.gait.spread_milli <= STEADY_SPREAD_MAX_MILLI
    }

    /// True when it is remembered until others like it come: a program with a pace, and whoever is steady.
    pub(crate) fn may_found(&self) -> bool {
        let spread_max = match self.lean() {
            Lean::Program => SPREAD_MAX_MILLI,
            _ => STEADY_SPREAD_MAX_MILLI,
        };
        self.gait.spread_milli <= spread_max
    }

    /// True when it may join a family that is known: a program, or who seems to be one or is as steady as one.
    pub(crate) fn may_join(&self) -> bool {
        match self.lean() {
            Lean::Person => false,
            Lean::Undecided => self.is_steady(),
            Lean::Suspected | Lean::Program => true,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves of 128 bits")]
pub(crate) fn halves(client: ClientId) -> [u64; 2] {
    [(client.0 >> 64) as u64, client.0 as u64]
}

pub(crate) fn from_halves([high, low]: [u64; 2]) -> ClientId {
    ClientId(u128::from(high) << 64 | u128::from(low))
}
