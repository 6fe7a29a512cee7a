//! The state of one client: fixed size, plain bytes, O(1) per event.
//!
//! Every block of state lives in the file that updates it and reads its features; here they are put
//! together and called in one order. Events of one client must come in log order; nothing depends on
//! other clients.

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, EventTime, SignatureState};

use crate::{
    Claim, FeatureVector, Surroundings,
    activity::Activity,
    claim::StoredClaim,
    clock::{Clock, Driver, Order},
    deception,
    discovery::Discovery,
    handover::{ChangePoint, Handover, Marks},
    identity::headers::Headers,
    machine::MachineTimed,
    motor::{scroll::Scroll, typing::Typing},
    navigation::{
        chains::Chains, coverage::Coverage, enumeration::Enumeration, referrer::Referrer,
        render::Render, sequence::Sequence,
    },
    route::{Route, Sight},
    site::{SiteMap, walk::Walk},
    timing::{
        alignment::Alignment, backoff::Backoff, complexity::Complexity, fanout::Fanout, gaps::Gaps,
        octaves::Octaves,
    },
    trouble::{errors::Errors, repair::Repair},
};

/// What one event was to the client that sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one event")]
pub struct Observed {
    /// The event was a step of the decision clock.
    pub decision: bool,
    /// The event lay further behind the client's latest event than [`crate::LATENESS_US`]: it was
    /// counted and not applied to the clocks.
    pub late: bool,
    /// The event lay behind the client's latest event, within the bound.
    pub reordered: bool,
    /// The event touched a canary.
    pub canary: bool,
    /// With this event the client's signatures came to another state.
    pub signature: bool,
    /// With this event it is clear that a program took the session over.
    pub takeover: bool,
    /// Templates of the previous and of this decision step, hashed, for a model of transitions. `None`
    /// when this event is no decision step or the first.
    pub transition: Option<(u32, u32)>,
}

/// Everything that is remembered of one client. Plain bytes: a snapshot copies them.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct ClientState {
    // Touched by every event.
    pub(crate) clock: Clock,
    pub(crate) activity: Activity,
    pub(crate) headers: Headers,
    pub(crate) referrer: Referrer,
    pub(crate) claim: StoredClaim,
    pub(crate) render: Render,
    pub(crate) scroll: Scroll,
    pub(crate) discovery: Discovery,
    // Touched by requests with a query.
    pub(crate) typing: Typing,
    // Touched by what may be a decision step.
    timers: MachineTimed,
    // Touched by decision steps.
    pub(crate) gaps: Gaps,
    pub(crate) octaves: Octaves,
    pub(crate) alignment: Alignment,
    pub(crate) complexity: Complexity,
    chains: Chains,
    pub(crate) fanout: Fanout,
    pub(crate) backoff: Backoff,
    pub(crate) coverage: Coverage,
    pub(crate) sequence: Sequence,
    pub(crate) enumeration: Enumeration,
    pub(crate) errors: Errors,
    pub(crate) repair: Repair,
    pub(crate) walk: Walk,
    handover: Handover,
}

/// A client costs at most this much.
const STATE_BYTES_MAX: usize = 1024;
const _: () = assert!(size_of::<ClientState>() <= STATE_BYTES_MAX, "the state outgrew its budget");

impl ClientState {
    /// The state of a client before its first event. `first` is that event, masked, and has still to be
    /// given to [`ClientState::observe`]; the claim is read from its user agent here, once.
    #[must_use]
    pub fn new(first: &Event<'_>) -> Self {
        Self::claiming(first, Claim::of(first))
    }

    /// As [`ClientState::new`], for who has read the claim of `first` already.
    #[must_use]
    pub fn claiming(first: &Event<'_>, claim: Claim) -> Self {
        Self {
            clock: Clock::starting_at(first.time.0),
            claim: claim.into(),
            complexity: Complexity::default(),
            ..Self::zeroed()
        }
    }

    /// Forgets what was measured against a map, because another one takes its place: features of the way over
    /// the site abstain until there are enough steps on the new map.
    pub fn forget_map(&mut self) {
        self.walk = Walk::default();
    }

    /// Takes one event in, on a site of which nothing is known.
    pub fn observe(&mut self, event: &Event<'_>) -> Observed {
        self.observe_in(Surroundings::NONE, event)
    }

    /// Takes one event in, on the site of this map.
    pub fn observe_on(&mut self, map: &SiteMap, event: &Event<'_>) -> Observed {
        self.observe_in(Surroundings { map, ..Surroundings::NONE }, event)
    }

    /// Takes one event in, in these surroundings.
    pub fn observe_in(&mut self, around: Surroundings<'_>, event: &Event<'_>) -> Observed {
        let map = around.map;
        let sight = Sight::of(event);
        let order = self.clock.place(event);
        let canary = deception::touches(&sight, around.canaries);
        self.activity.see(&sight);
        self.headers.see(&sight);
        let signature = self.headers.signing.see(event, around.keys);
        self.discovery.see(&sight, self.clock.decisions);
        self.discovery.canaries = self.discovery.canaries.saturating_add(u16::from(canary));
        let mut observed = Observed {
            late: order == Order::Late,
            reordered: order == Order::Reordered,
            canary,
            signature,
            ..Observed::default()
        };
        if observed.late {
            return observed;
        }
        let driver = match self.clock.driver(&sight, &mut self.timers) {
            Driver::Choice if sight.route == Route::Api && map.is_timed(sight.outline.template) => {
                Driver::Timer
            }
            driver => driver,
        };
        self.activity.drive(driver, event.time.0);
        self.render.see(&sight, driver);
        let since_first_us = event.time.0.saturating_sub(self.clock.first_us).max(0);
        self.scroll.see(&sight, since_first_us);
        self.typing.see(&sight, since_first_us);
        match driver {
            Driver::Choice => {
                observed.decision = true;
                (observed.transition, observed.takeover) = self.decide(&sight);
                self.walk.step(sight.outline.template, map);
            }
            Driver::Timer if self.clock.beats_are_own() => self.alignment.add(event.time.0),
            Driver::Page if sight.route == Route::Document => {
                self.coverage.visit(sight.outline.target);
            }
            Driver::Timer | Driver::Page => {}
        }
        observed
    }

    /// Takes a decision step in. Returns the templates it leads from and to, and whether it tells a takeover.
    fn decide(&mut self, sight: &Sight<'_>) -> (Option<(u32, u32)>, bool) {
        let decision = self.clock.step(sight);
        let joined = self.fanout.step(&decision);
        if let Some(gap_us) = decision.gap_us.filter(|_| !joined) {
            let place = self.gaps.add(gap_us);
            self.octaves.add(gap_us);
            self.complexity.add(place);
        }
        self.gaps.answered(sight.event.response_bytes);
        self.alignment.add(decision.time_us);
        self.backoff.step(&decision);
        let new = !self.coverage.visited(decision.target);
        let may_be_people = self.claim.kind().may_be_people();
        if sight.route == Route::Document {
            let from = self.referrer.document(sight.event, &self.coverage);
            if may_be_people {
                let is_shared = self.chains.page(&decision, from, new) || self.headers.alternate();
                self.clock.shared |= u8::from(is_shared);
            }
        } else {
            self.chains.other();
        }
        self.coverage.step(&decision);
        self.sequence.step(&decision);
        self.enumeration.step(&decision);
        self.errors.step(&decision);
        self.repair.step(&decision, new);
        let transition =
            (decision.before != 0).then_some((decision.before, sight.outline.template));
        let is_act = may_be_people && self.clock.cadence() && self.handover.begins(&decision);
        let takeover = is_act && {
            let marks = Marks::of(self);
            self.handover.step(&decision, marks, self.clock.first_us)
        };
        (transition, takeover)
    }

    /// Reads every feature.
    #[must_use]
    pub fn features(&self) -> FeatureVector {
        FeatureVector::read(self)
    }

    /// What the client says it is.
    #[must_use]
    pub fn claim(&self) -> Claim {
        Claim { signature: self.signature(), ..self.claim.claim() }
    }

    /// What the client's signatures come to.
    #[must_use]
    pub fn signature(&self) -> SignatureState {
        self.headers.signing.state()
    }

    /// Where a program took the session over, once that is clear.
    #[must_use]
    pub fn takeover(&self) -> Option<ChangePoint> {
        self.handover.change(self.clock.first_us)
    }

    /// True once several people show behind the one key. From then on no rhythm is anybody's: features that
    /// need one abstain.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.clock.shared != 0
    }

    /// Events so far, late ones included.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.activity.events
    }

    /// Steps of the decision clock so far.
    #[must_use]
    pub fn decisions(&self) -> u32 {
        self.clock.decisions
    }

    /// Time of the earliest event that was not late.
    #[must_use]
    pub fn first_seen(&self) -> EventTime {
        EventTime(self.clock.first_us)
    }

    /// Time of the latest event.
    #[must_use]
    pub fn last_seen(&self) -> EventTime {
        EventTime(self.clock.last_us)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
