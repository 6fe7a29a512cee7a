//! Stage two: when a window of event time closes, the clients that were active in it are held against each
//! other, and those that share a gait are told to be a family. What families are is left to `gait-family`.
//!
//! A membership changes no class and no score: a client is judged by its own events alone. It names the family in
//! the verdict, and lets one alert speak for all members.

use std::collections::BTreeMap;

use gait_classify::Class;
use gait_decide::{Alert, AlertFamily, CloseCause, FamilyAlert, FamilyId};
use gait_event::{ClientId, EventTime};
use gait_family::{Families, Lean, Membership, Summary, WindowClock};
use xxhash_rust::xxh3::xxh3_64;

use crate::{
    Engine, Outbox, SlotId,
    judges::{Finding, Judges},
    table::{ClientTable, Slot},
};

/// Length of a window: five minutes of event time.
const WINDOW_US: i64 = 300_000_000;
/// How far the log may run back within a window before it has begun anew: an hour.
const SLACK_US: i64 = 3_600_000_000;

/// The clock of windows and the families.
#[derive(Clone, Debug)]
pub(crate) struct StageTwo {
    pub(crate) clock: WindowClock,
    pub(crate) families: Families,
}

impl Default for StageTwo {
    fn default() -> Self {
        Self { clock: Self::clock(), families: Families::default() }
    }
}

impl StageTwo {
    /// A clock before its first window.
    pub(crate) fn clock() -> WindowClock {
        WindowClock::new(WINDOW_US, SLACK_US)
    }

    /// Holds those against each other who were active since `start`; says who joins which family.
    fn close(&mut self, table: &ClientTable, start: EventTime, now: EventTime) -> Vec<Membership> {
        let mut window = Vec::new();
        // Who was last touched earlier was last seen earlier, but for the order of a log that is not sorted.
        let active = table
            .freshest_first()
            .take_while(|(_, slot)| slot.state.last_seen().0 >= start.0.saturating_sub(SLACK_US));
        for (at, slot) in active.filter(|(_, slot)| slot.state.last_seen() >= start) {
            match slot.family {
                Some(family) => self.families.see(family, slot.state.last_seen().0),
                None => window.extend(summary(at, slot)),
            }
        }
        self.families.close(window, now)
    }

    /// What an alert says of a family.
    fn told(&mut self, id: FamilyId) -> Option<AlertFamily> {
        let family = self.families.find_mut(id)?;
        let examples = family.examples().collect();
        Some(AlertFamily { id, members: family.members(), examples })
    }

    /// Lets the family of the client in `slot`, in which it was just found, speak for it. `None` when the client
    /// speaks for itself.
    fn alert(
        &mut self,
        slot: &Slot,
        finding: &Finding,
        judges: &Judges,
        policy: &gait_decide::AlertPolicy,
    ) -> Option<Vec<Alert>> {
        let id = slot.family.filter(|_| FamilyAlert::speaks_for(finding.assessment.class))?;
        let (assessment, now) = (&finding.assessment, slot.state.last_seen());
        let family = self.families.find_mut(id)?;
        let members = family.members();
        let changes = family.alert.advance(policy, id, members, assessment, now);
        let told = self.told(id);
        let alerts = changes
            .into_iter()
            .flatten()
            .map(|change| Alert { family: told.clone(), ..judges.alert(change, slot, assessment) });
        Some(alerts.collect())
    }
}

/// Sums up the client in slot `at`; `None` when it is nobody to be held against others.
fn summary(at: u32, slot: &Slot) -> Option<Summary> {
    let lean = match slot.standing.class() {
        Class::Human => Lean::Person,
        Class::Undecided if slot.standing.is_likelier_program() => Lean::Suspected,
        Class::Undecided => Lean::Undecided,
        Class::Agent | Class::Automation => Lean::Program,
        Class::DeclaredBot | Class::Mixed | Class::Takeover => return None,
    };
    let gait = slot.state.gait().filter(|_| !slot.identity.is_agent())?;
    let site = xxh3_64(slot.identity.site());
    Some(Summary::new(slot.id, at, site, gait, lean, slot.state.last_seen().0))
}

impl Engine {
    /// Closes the open window before an event at `now` that is not of it.
    #[cold]
    pub(crate) fn turn_window(&mut self, now: EventTime, out: &mut Outbox) {
        let Some((start, end)) = self.stage_two.clock.turn(now) else { return };
        for membership in self.stage_two.close(&self.table, start, end) {
            let slot = self.table.get_mut(membership.slot);
            // A client that was remembered for long may have lost its slot.
            let Some(slot) = slot.filter(|slot| slot.id == membership.client) else { continue };
            slot.family = Some(membership.family);
            out.assessed.push(SlotId(membership.slot));
            if slot.alert.is_open() {
                self.hand_over(membership.slot, out);
            }
        }
        self.stats.families_live = self.stage_two.families.known().len() as u64;
        self.stats.families_refused = self.stage_two.families.refused();
    }

    /// Closes the alert of a client whose family speaks for it from now on.
    fn hand_over(&mut self, at: u32, out: &mut Outbox) {
        let Some(slot) = self.table.get_mut(at) else { return };
        let finding = self.judges.find(slot, &mut self.evidences);
        let judges = &self.judges;
        let Some(spoken) = self.stage_two.alert(slot, &finding, judges, &self.alerts) else {
            return;
        };
        let (assessment, now) = (&finding.assessment, slot.state.last_seen());
        let closed = slot.alert.close(CloseCause::Family, slot.id, assessment, now);
        let family = slot.family.and_then(|id| self.stage_two.told(id));
        let closed =
            closed.map(|change| Alert { family, ..judges.alert(change, slot, assessment) });
        for alert in closed.into_iter().chain(spoken) {
            self.stats.alert(alert.change.phase);
            out.alerts.push(alert);
        }
    }

    /// Lets the family of the client in slot `at` speak for it, when it belongs to one; a client whose own alert
    /// would open looks for a family first. False when it speaks for itself.
    pub(crate) fn family_speaks(&mut self, at: u32, finding: &Finding, out: &mut Outbox) -> bool {
        let Some(slot) = self.table.get_mut(at) else { return false };
        if slot.alert.is_open() || !FamilyAlert::speaks_for(finding.assessment.class) {
            return false;
        }
        if slot.family.is_none() && self.alerts.is_worth_opening(&finding.assessment) {
            let joined = summary(at, slot).and_then(|own| self.stage_two.families.join(&own));
            slot.family = joined.map(|membership| membership.family);
        }
        let Some(alerts) = self.stage_two.alert(slot, finding, &self.judges, &self.alerts) else {
            return false;
        };
        for alert in alerts {
            self.stats.alert(alert.change.phase);
            out.alerts.push(alert);
        }
        true
    }

    /// Who would join a family if the open window closed now. Changes nothing: where the log ends is no
    /// matter of what is in it.
    pub(crate) fn joining(&self) -> BTreeMap<ClientId, FamilyId> {
        let Some(start) = self.stage_two.clock.start() else { return BTreeMap::new() };
        let memberships = self.stage_two.clone().close(&self.table, start, self.latest);
        memberships.into_iter().map(|joins| (joins.client, joins.family)).collect()
    }
}
