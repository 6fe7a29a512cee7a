//! The false-alarm budget at work: a ledger for each site, and for each client the score that it must reach.
//!
//! A client begins to be tested at the first dyadic decision step. There and then its site's [`Ledger`] gives it a
//! level, and the site model the smallest score that so few people reach; after that only the client's own steps
//! decide. The levels of a day are the one thing here that looks across clients: they depend on the days before
//! and on how many clients were tested by then, never on what any of them did.

use bytemuck::{Pod, Zeroable};
use gait_calibrate::SiteModel;
use gait_decide::{Budget, Ledger, Level};
use gait_detect::STEPS;

use crate::table::Slot;

/// How one client is tested. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Docket {
    level: Level,
    /// The score from which the client is admitted, millinats; meaningful with [`PASSABLE`].
    threshold: i32,
    /// [`BEGUN`], [`PASSABLE`], [`HELD`].
    marks: u32,
}

/// Set once the client has its level.
const BEGUN: u32 = 1;
/// Set when some score is rare enough for the level.
const PASSABLE: u32 = 1 << 1;
/// Set once an alert was held back.
const HELD: u32 = 1 << 2;

impl Docket {
    /// The level of the client; nothing before it is tested.
    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// Notes that an alert was held back; true the first time in a life.
    pub(crate) fn hold(&mut self) -> bool {
        let first = self.marks & HELD == 0;
        self.marks |= HELD;
        first
    }
}

/// What a test came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weighed {
    /// The level that the client was given just now.
    pub(crate) level_nano: Option<u32>,
    /// The client may become an alert from now on.
    pub(crate) admitted: bool,
}

/// The budgets of all sites of a model.
#[derive(Debug)]
pub(crate) struct Budgets {
    /// For each site; none when the operator set none.
    pub(crate) each: Option<Budget>,
    /// In the order of the model's sites.
    pub(crate) ledgers: Vec<Ledger>,
}

impl Budgets {
    /// Budgets of which nothing is spent.
    pub(crate) fn new(each: Option<Budget>, sites: &SiteModel) -> Self {
        Self { each, ledgers: vec![Ledger::default(); sites.sites().len()] }
    }

    /// Goes over to another site model. A site that both know keeps its ledger.
    pub(crate) fn learn(&mut self, before: &SiteModel, after: &SiteModel) {
        let spent = |name: &str| self.ledgers.get(before.find(name).get()).copied();
        let sites = after.sites().iter();
        self.ledgers = sites.map(|site| spent(&site.name).unwrap_or_default()).collect();
    }

    /// Tests the client of `slot`, whose log-odds are `millinats` at its latest event; `is_step` tells whether that
    /// was a decision step.
    pub(crate) fn weigh(
        &mut self,
        slot: &mut Slot,
        sites: &SiteModel,
        millinats: i32,
        is_step: bool,
    ) -> Weighed {
        let mut weighed = Weighed::default();
        let Some(budget) = self.each else { return weighed };
        let steps = slot.state.decisions();
        if steps < STEPS[0] || slot.identity.is_agent() || slot.standing.is_admitted() {
            return weighed;
        }
        if slot.docket.marks & BEGUN == 0 {
            weighed.level_nano = Some(self.begin(budget, slot, sites));
        }
        // The people of the table were scored at these steps alone.
        let is_test = is_step && STEPS.contains(&steps) && slot.docket.marks & PASSABLE != 0;
        weighed.admitted = is_test && millinats >= slot.docket.threshold;
        if weighed.admitted {
            slot.standing.admit();
        }
        weighed
    }

    /// Gives the client of `slot` its level.
    fn begin(&mut self, budget: Budget, slot: &mut Slot, sites: &SiteModel) -> u32 {
        let tail = sites.tail(slot.site);
        // Of a site of which nothing is known, no person is known to score low.
        let ledger = self.ledgers.get_mut(slot.site.get());
        let now = slot.state.last_seen();
        let level = ledger.map(|ledger| ledger.take(budget, now, tail.per_day()));
        let level = level.unwrap_or_default();
        let threshold = tail.threshold(level.nano());
        let passable = if threshold.is_some() { PASSABLE } else { 0 };
        let (threshold, marks) = (threshold.unwrap_or_default(), BEGUN | passable);
        slot.docket = Docket { level, threshold, marks };
        level.nano()
    }

    /// An analyst found the alert on the client of `slot` to be true, or false.
    pub(crate) fn learn_of(&mut self, slot: &Slot, is_false: bool) {
        let Some(ledger) = self.ledgers.get_mut(slot.site.get()) else { return };
        match (self.each, is_false) {
            (None, _) => {}
            (Some(_), true) => ledger.charge(slot.docket.level()),
            (Some(_), false) => ledger.earn(slot.docket.level()),
        }
    }
}
