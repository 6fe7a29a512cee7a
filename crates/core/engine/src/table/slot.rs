//! Everything that is held of one client.

use gait_calibrate::{SiteIndex, SiteModel};
use gait_decide::{AlertState, ChangedAt, ClientRef, FamilyId};
use gait_event::{ClientId, Event, EventTime};
use gait_fingerprint::ClientState;

use crate::{
    budget::Docket,
    identity::Identity,
    standing::{Past, Standing},
    tombstone::Tombstone,
};

/// Distance of the bytes that [`Slot::warm`] reads: one per cache line.
const CACHE_LINE_BYTES: usize = 64;

/// Decision steps below which a client leaves no tombstone: fewer never suffice to enforce anything.
const TOMBSTONE_DECISIONS_MIN: u32 = 4;

/// One client.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) identity: Identity,
    pub(crate) id: ClientId,
    pub(crate) standing: Standing,
    pub(crate) alert: AlertState,
    pub(crate) past: Past,
    /// How the client is tested for the false-alarm budget.
    pub(crate) docket: Docket,
    pub(crate) state: ClientState,
    /// Where its site stands in the site model.
    pub(crate) site: SiteIndex,
    /// The family that it was found to belong to.
    pub(crate) family: Option<FamilyId>,
}

const _: () = assert!(size_of::<Slot>() <= 1280, "with its key a client is to stay below 1.5 KiB");

impl Slot {
    /// A client in its first life.
    pub(crate) fn new(identity: Identity, id: ClientId, state: &ClientState) -> Self {
        Self {
            identity,
            id,
            standing: Standing::default(),
            alert: AlertState::default(),
            past: Past::default(),
            docket: Docket::default(),
            state: *state,
            site: SiteIndex::default(),
            family: None,
        }
    }

    /// Takes over what an earlier life of the client left.
    pub(crate) fn resume(&mut self, stone: &Tombstone) {
        self.standing = stone.standing.carry();
        self.past = stone.past;
    }

    /// What the client leaves when it goes, if it is worth remembering.
    pub(crate) fn tombstone(&self) -> Option<Tombstone> {
        let suspicious = self.alert.is_open() || self.standing.class().is_undeclared_program();
        (suspicious && self.decisions() >= TOMBSTONE_DECISIONS_MIN)
            .then(|| Tombstone::new(self.id, self.standing, self.lived()))
    }

    /// Ends the life of the client and begins another with `first`, which has still to be observed. The
    /// standing is to be up to date.
    pub(crate) fn renew(&mut self, first: &Event<'_>) {
        self.past = self.lived();
        self.standing = self.standing.carry();
        self.docket = Docket::default();
        self.state = ClientState::claiming(first, self.state.claim());
    }

    /// The lives up to now, the present one included.
    fn lived(&self) -> Past {
        Past {
            first_us: self.first_seen().0,
            events: self.events(),
            decisions: self.decisions(),
            lives: self.past.lives.saturating_add(1),
        }
    }

    /// Finds the site of the client in a model.
    pub(crate) fn find_site(&mut self, sites: &SiteModel) {
        self.site = sites.find(self.client().site.unwrap_or_default());
    }

    pub(crate) fn client(&self) -> ClientRef<'_> {
        self.identity.client(self.id)
    }

    /// When a program took the session of a person over: of somebody who was not called a program by then.
    pub(crate) fn takeover(&self) -> Option<ChangedAt> {
        let change = self.state.takeover()?;
        let step = self.past.decisions.saturating_add(change.step);
        let at = ChangedAt { time: change.time, step };
        (!self.standing.was_program_at(step)).then_some(at)
    }

    /// Time of the first event of the first life.
    pub(crate) fn first_seen(&self) -> EventTime {
        let first = self.state.first_seen();
        if self.past.lives == 0 { first } else { first.min(EventTime(self.past.first_us)) }
    }

    /// Events of all lives.
    pub(crate) fn events(&self) -> u64 {
        self.past.events.saturating_add(self.state.events())
    }

    /// Decision steps of all lives.
    pub(crate) fn decisions(&self) -> u32 {
        self.past.decisions.saturating_add(self.state.decisions())
    }

    /// Reads a byte of every cache line, and of the key.
    pub(crate) fn warm(&self) -> u32 {
        let state = bytemuck::bytes_of(&self.state).iter().step_by(CACHE_LINE_BYTES);
        let key = self.identity.key().iter().step_by(CACHE_LINE_BYTES);
        state.chain(key).map(|byte| u32::from(*byte)).sum()
    }
}
