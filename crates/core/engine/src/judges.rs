//! Who judges a client, and when: the frozen detectors, models and mask, and the assessment points.

use std::sync::Arc;

use gait_calibrate::SiteModel;
use gait_classify::{Assessment, Audit, Class, Model, ModelHash, assess, audit, next_step};
use gait_decide::{Admission, Alert, AlertChange, AlertKind, AlertPolicy, FamilyId, Verdict};
use gait_detect::{Evidences, Family, Pack};
use gait_event::Mask;
use gait_fingerprint::FeatureVector;

use crate::{standing::Standing, table::Slot};

/// Fewest events of a client that are an assessment point by themselves.
const EVENTS_FIRST: u64 = 8;
/// Largest gap between two assessment points, events.
const EVENT_STRIDE: u64 = 512;

/// One assessment in so many has its reasons audited: that judges the client anew for every reason.
const AUDIT_EVERY: u64 = 1024;

/// What was found about a client at one moment.
pub(crate) struct Finding {
    pub(crate) features: FeatureVector,
    /// With what earlier lives carry over.
    pub(crate) assessment: Assessment,
    /// Whether it is what an earlier life carried.
    pub(crate) stood_in: bool,
    /// The log-odds of this life alone. Millinats.
    pub(crate) own_millinats: i32,
}

/// Everything that judges. Frozen between two controls.
#[derive(Debug)]
pub(crate) struct Judges {
    pub(crate) pack: Arc<Pack>,
    pub(crate) model: Arc<Model>,
    pub(crate) sites: Arc<SiteModel>,
    pub(crate) mask: Mask,
    /// The identity of the model with the site model.
    pub(crate) model_hash: ModelHash,
    /// Event time in which the log-odds of an earlier life halve, µs.
    pub(crate) half_life_us: u64,
    /// Whether a false-alarm budget is set.
    pub(crate) is_budgeted: bool,
}

/// True when a client is due for an assessment: at decision steps 1, 2, 4, … 64 and every 64 from there, and
/// at events 8, 32, 128, 512 and every 512 from there. `events` and `decisions` are counts of this life,
/// the last event included; `is_step` tells whether that was a decision step.
pub(crate) fn is_due(events: u64, decisions: u32, is_step: bool) -> bool {
    let step = is_step && decisions > 0 && next_step(decisions - 1) == decisions;
    let odd_power_of_two = events.is_power_of_two() && events.trailing_zeros() % 2 == 1;
    let event = if events <= EVENT_STRIDE {
        events >= EVENTS_FIRST && odd_power_of_two
    } else {
        events.is_multiple_of(EVENT_STRIDE)
    };
    step || event
}

impl Judges {
    pub(crate) fn new(
        pack: Arc<Pack>,
        model: Arc<Model>,
        sites: Arc<SiteModel>,
        mask: Mask,
        alerts: &AlertPolicy,
    ) -> Self {
        let model_hash = sites.joined(model.hash());
        let (half_life_us, is_budgeted) = (alerts.half_life_us, alerts.budget.is_some());
        Self { pack, model, sites, mask, model_hash, half_life_us, is_budgeted }
    }

    /// Takes another site model.
    pub(crate) fn learn(&mut self, sites: Arc<SiteModel>) {
        self.model_hash = sites.joined(self.model.hash());
        self.sites = sites;
    }

    /// Judges the client of `slot` as it stands, without changing it, within the false-alarm budget.
    pub(crate) fn find(&self, slot: &Slot, evidences: &mut Evidences) -> Finding {
        let mut finding = self.find_unbudgeted(slot, evidences);
        self.quieten(slot, &mut finding.assessment);
        finding
    }

    /// Takes back what the false-alarm budget or an analyst does not let out.
    pub(crate) fn quieten(&self, slot: &Slot, assessment: &mut Assessment) {
        let is_quiet = self.admission(slot, assessment).is_some_and(Admission::is_quiet);
        assessment.enforceable &= !is_quiet;
    }

    /// What the false-alarm budget and the analysts say about an alert on the client of `slot`; `None` where none
    /// of them has a say.
    pub(crate) fn admission(&self, slot: &Slot, assessment: &Assessment) -> Option<Admission> {
        if let Some(heard) = slot.standing.heard() {
            return Some(heard);
        }
        if !self.is_budgeted || !assessment.class.is_undeclared_program() {
            return None;
        }
        let offends = assessment.families.contains(Family::Deception);
        Some(match slot.identity.is_agent() || offends {
            true => Admission::Exempt,
            false if slot.standing.is_admitted() => Admission::Admitted,
            false => Admission::Held,
        })
    }

    /// Judges the client of `slot` as if there were neither budget nor analysts.
    pub(crate) fn find_unbudgeted(&self, slot: &Slot, evidences: &mut Evidences) -> Finding {
        let features = slot.state.features();
        self.pack.evaluate_among(self.sites.people(slot.site), &features, evidences);
        let claim = slot.state.claim();
        let mut assessment = assess(&self.pack, &self.model, &features, claim, evidences);
        // Counts come from the state: as features they are floats of limited precision, and of one life.
        assessment.events = slot.events();
        assessment.decisions = slot.decisions();
        assessment.steps_needed =
            assessment.steps_needed.map(|step| step.saturating_add(slot.past.decisions));
        let own_millinats = assessment.millinats;
        let (steps, now) = (slot.state.decisions(), slot.state.last_seen());
        let stood_in =
            slot.standing.settle(&mut assessment, steps, now, &self.model, self.half_life_us);
        if slot.identity.is_agent() {
            vouched_for(&mut assessment, &slot.standing);
        } else if assessment.class != Class::DeclaredBot && slot.takeover().is_some() {
            assessment.class = Class::Takeover;
            assessment.steps_needed = None;
        } else if slot.state.is_shared() && leans_to_person(&assessment) {
            assessment.class = Class::Mixed;
            assessment.steps_needed = None;
        }
        Finding { features, assessment, stood_in, own_millinats }
    }

    /// Audits the reasons of what was just found about `slot`, when it is in the sample. Which assessments are
    /// depends on client and history alone. What was carried over has no reasons.
    pub(crate) fn audit(&self, slot: &Slot, finding: &Finding, said: &Evidences) -> Audit {
        #[expect(clippy::cast_possible_truncation, reason = "the low bits of a hash are a hash")]
        let sample = slot.id.0 as u64 ^ slot.state.events();
        if finding.stood_in || !sample.is_multiple_of(AUDIT_EVERY) {
            return Audit::default();
        }
        audit(&self.pack, &self.model, &finding.features, said, &finding.assessment)
    }

    /// The alert that tells of `change`, which `assessment` brought about.
    pub(crate) fn alert(&self, change: AlertChange, slot: &Slot, assessment: &Assessment) -> Alert {
        let seen = (slot.first_seen(), slot.state.last_seen());
        let kind = if slot.identity.is_agent() { AlertKind::IdentifiedAgent } else { change.kind };
        Alert::new(AlertChange { kind, ..change }, slot.client(), assessment, &self.pack, seen)
    }

    /// The verdict on the client of `slot`, a member of `family`; the slot is not changed by that.
    pub(crate) fn verdict<'s>(
        &self,
        slot: &'s Slot,
        family: Option<FamilyId>,
        evidences: &mut Evidences,
    ) -> Verdict<'s> {
        let finding = self.find(slot, evidences);
        let mut standing = slot.standing;
        let admission = self.admission(slot, &finding.assessment);
        standing.update(&finding.assessment, finding.stood_in, slot.state.last_seen());
        Verdict {
            client: slot.client(),
            signature: slot.state.signature(),
            family: family.filter(|_| may_have_family(finding.assessment.class)),
            assessment: finding.assessment,
            features: finding.features,
            first_seen: slot.first_seen(),
            last_seen: slot.state.last_seen(),
            decided_at: standing.decided_at(),
            takeover_at: slot.takeover().filter(|_| standing.class() == Class::Takeover),
            admission,
            mask: self.mask,
            pack: Arc::clone(&self.pack),
            model: self.model_hash,
        }
    }
}

/// That an identified agent behaves like a program is no reproach: a gateway may act on it when it broke its
/// grant or touched a canary, and not before. Drift is evidence of scope, and nothing to act on by itself.
fn vouched_for(assessment: &mut Assessment, standing: &Standing) {
    let broke_grant = standing.broke_grant();
    if broke_grant || standing.drifted() {
        assessment.families.insert(Family::Scope);
    }
    let offends = broke_grant || assessment.families.contains(Family::Deception);
    assessment.enforceable = offends && assessment.class.is_undeclared_program();
}

/// True for a class whose members of a family are named: who turned out to be a person never was one.
pub(crate) fn may_have_family(class: Class) -> bool {
    class == Class::Undecided || class.is_undeclared_program()
}

/// True when nothing but people was seen, or too little to tell.
fn leans_to_person(assessment: &Assessment) -> bool {
    let undecided = assessment.class == Class::Undecided && assessment.millinats <= 0;
    assessment.class == Class::Human || undecided
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assessment_points_thin_out_and_never_end() {
        let steps: Vec<u32> = (0..=256).filter(|n| is_due(0, *n, true)).collect();
        assert_eq!(steps, [1, 2, 4, 8, 16, 32, 64, 128, 192, 256]);
        let events: Vec<u64> = (0..=2048).filter(|n| is_due(*n, 0, false)).collect();
        assert_eq!(events, [8, 32, 128, 512, 1024, 1536, 2048]);
        assert!(!is_due(9, 4, false), "an event that is no step asks for no judgement at a step");
    }
}
