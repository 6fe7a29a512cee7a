//! One simulated site, cut into days: some are the history that a site model is learnt from, the others are lived.
//!
//! All clients of a world come within one simulated day, so that each of its parts is a whole day of the same site
//! with visitors of its own. The part of a client is its number modulo a prime: every part has the mix of the whole.

use gait_event::{ClientId, ClientKey, Event, EventTime};
use gait_sim::{Label, Mix, Persona, Scenario, SimEvent, Simulation, SiteKind, Split};

/// Parts of a world.
pub(crate) const PARTS: u32 = 41;
/// Those that are its history, one day after the other.
pub(crate) const HISTORY_DAYS: u32 = 14;
/// Those that are lived.
pub(crate) const EPOCHS: u32 = PARTS - HISTORY_DAYS;
/// Visitors of a day.
pub(crate) const CLIENTS_A_DAY: u32 = 200;

const DAY_S: u32 = 86_400;
const DAY_US: i64 = 86_400_000_000;
/// Midnight of 2026-11-22 UTC: a day of the simulation is one of the ledger.
const MIDNIGHT: EventTime = EventTime(1_795_305_600_000_000);

/// Who visits in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// The visitors of every other day.
    Same,
    /// People of a few tame kinds alone.
    Tame,
}

/// A site and its visitors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) site: SiteKind,
    pub(crate) seed: u64,
}

/// What a client is, as far as alarms go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Person,
    /// An undeclared program.
    Program,
    /// Who says what it is, or is both.
    Other,
}

impl Truth {
    pub(crate) fn of(persona: Persona) -> Self {
        match persona.label() {
            Label::HumanEmulated => Self::Person,
            label if label.is_undeclared_program() => Self::Program,
            _ => Self::Other,
        }
    }
}

impl World {
    fn scenario(self) -> Scenario {
        let mix = Mix::demo().only(|persona| {
            // Nobody can say of a shared session whether an alarm on it is false.
            persona.family(Split::HeldOut).is_some() && persona != Persona::Takeover
        });
        Scenario {
            seed: self.seed,
            start: MIDNIGHT,
            span_s: DAY_S,
            site: self.site,
            split: Some(Split::HeldOut),
            mix: mix.scaled_to(PARTS * CLIENTS_A_DAY),
            ..Scenario::default()
        }
    }

    /// The events of the history, of each client in order.
    pub(crate) fn history(self, history: History, mut take: impl FnMut(&mut Event<'_>)) {
        for sent in Simulation::new(&self.scenario()) {
            let day = sent.client % PARTS;
            let comes = history == History::Same || is_tame(sent.persona);
            if day < HISTORY_DAYS && comes {
                let mut event = sent.event();
                event.time = EventTime(event.time.0 - DAY_US * i64::from(HISTORY_DAYS - day));
                take(&mut event);
            }
        }
    }

    /// The events of the days that are lived, each with the number of its epoch.
    pub(crate) fn epochs(self) -> impl Iterator<Item = (u32, SimEvent)> {
        Simulation::new(&self.scenario()).filter_map(|sent| {
            let epoch = (sent.client % PARTS).checked_sub(HISTORY_DAYS)?;
            Some((epoch, sent))
        })
    }
}

/// People whose ways are plain: they read and buy.
fn is_tame(persona: Persona) -> bool {
    matches!(persona, Persona::Reader | Persona::Shopper | Persona::MobileBrowser)
}

/// The published id of the client of an event.
pub(crate) fn client_of(event: &Event<'_>) -> ClientId {
    let mut key = ClientKey::default();
    key.set(event);
    key.id()
}
