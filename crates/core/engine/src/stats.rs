//! The closed list of what an engine counts. How it becomes metrics is left to the edges.

use bytemuck::{Pod, Zeroable};
use gait_classify::Class;
use gait_decide::AlertPhase;

use crate::budget::Weighed;

/// Counters since the beginning of the log, and three gauges. Part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Stats {
    /// Events taken in, late ones included.
    pub events: u64,
    /// Events too far behind their client's latest one: counted, and kept from the clocks.
    pub events_late: u64,
    /// Events behind their client's latest one, within the bound.
    pub events_reordered: u64,
    /// Events that touched a canary.
    pub events_canary: u64,
    /// Gauge: clients in the table.
    pub clients_live: u64,
    /// Clients that were given a slot, returning ones included.
    pub clients_created: u64,
    /// Clients that lost their slot to another.
    pub clients_evicted: u64,
    /// Clients that came back to their tombstone.
    pub clients_returned: u64,
    /// Gauge: tombstones whose client has not returned.
    pub tombstones_live: u64,
    /// Tombstones that were lost to the bound of the ring.
    pub tombstones_lost: u64,
    /// Assessments at assessment points. Those of [`crate::Engine::verdict`] are not among them.
    pub assessments: u64,
    /// Reasons that were taken out to see whether they count what they say, on a sample of assessments.
    pub reasons_audited: u64,
    /// Those that did not. Anything but 0 is a defect.
    pub reasons_mismatched: u64,
    /// Alerts that opened.
    pub alerts_opened: u64,
    /// Updates of open alerts.
    pub alerts_updated: u64,
    /// Alerts that closed.
    pub alerts_closed: u64,
    /// Clients that the false-alarm budget gave a level.
    pub budget_tested: u64,
    /// The sum of their levels, billionths of a false alarm.
    pub budget_levels_nano: u64,
    /// Clients that the budget let become an alert.
    pub budget_admitted: u64,
    /// Clients whose alert it held back.
    pub budget_held: u64,
    /// Alerts that analysts called false.
    pub feedback_false: u64,
    /// Alerts that analysts confirmed.
    pub feedback_true: u64,
    /// Words of analysts on alerts that no client in the table has, or that were said before.
    pub feedback_unknown: u64,
    /// Calls of identified agents.
    pub agent_calls: u64,
    /// Those that broke a hard limit of their grant, where grants are loaded.
    pub violations: u64,
    /// Notices about identified agents.
    pub notices: u64,
    /// Changes of habits inside a grant.
    pub drifts: u64,
    /// Gauge: profiles of identified agents.
    pub profiles_live: u64,
    /// Profiles that made room for another.
    pub profiles_evicted: u64,
    /// Events by the class their client had when they came, in the order of [`Class::ALL`].
    pub traffic: [u64; Class::ALL.len()],
    /// Gauge: families that are known.
    pub families_live: u64,
    /// Families that were not named because as many as allowed were known.
    pub families_refused: u64,
    /// Gauge: bytes of client keys and texts, allocator included, as an estimate.
    pub text_bytes: u64,
}

impl Stats {
    /// Counts what a test for the false-alarm budget came to.
    pub(crate) fn weighed(&mut self, weighed: Weighed) {
        if let Some(level_nano) = weighed.level_nano {
            self.budget_tested += 1;
            self.budget_levels_nano += u64::from(level_nano);
        }
        self.budget_admitted += u64::from(weighed.admitted);
    }

    /// Counts a step in the life of an alert.
    pub(crate) fn alert(&mut self, phase: AlertPhase) {
        *match phase {
            AlertPhase::Open => &mut self.alerts_opened,
            AlertPhase::Update => &mut self.alerts_updated,
            AlertPhase::Close => &mut self.alerts_closed,
        } += 1;
    }
}
