//! One assessment: log-odds, score, class, and whether a gateway may act on it.
//!
//! False alarms on people cost more than misses: in between the thresholds a client stays undecided, and
//! enforcement asks for independent families of trusted evidence and for some steps.

use gait_detect::{Evidences, Family, Pack};
use gait_event::SignatureState;
use gait_fingerprint::{Claim, ClaimKind, FeatureVector};

use crate::{
    Class, Confidence, Contributions, FamilySet, Model, Score,
    combine::{Tally, combine},
};

/// Decision steps from which a class counts as seen over many steps.
const MANY_DECISIONS: u32 = 16;
/// Largest gap between two assessment points, decision steps.
const STEP_STRIDE: u32 = 64;

/// What is known of one client at one point of its event time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Who drives the client.
    pub class: Class,
    /// Probability that a program does.
    pub score: Score,
    /// The log-odds: the prior and the contributions, summed exactly. Millinats.
    pub millinats: i32,
    /// The log-odds of an agent, were it a program. Millinats.
    pub agent_millinats: i32,
    /// How much stands behind the class.
    pub confidence: Confidence,
    /// Whether a gateway may act on it: an undeclared program, seen by independent families.
    pub enforceable: bool,
    /// The families whose evidence can support enforcement.
    pub families: FamilySet,
    /// The reasons, weightiest first.
    pub contributions: Contributions,
    /// Events the assessment rests on.
    pub events: u64,
    /// Decision steps the assessment rests on.
    pub decisions: u32,
    /// When undecided: the decision step at which the client is judged next.
    pub steps_needed: Option<u32>,
}

/// Judges one client by what the detectors of `pack` said and by its `features`, which also give the counts
/// of events and decision steps. `claim` is what the client says of itself.
#[must_use]
pub fn assess(
    pack: &Pack,
    model: &Model,
    features: &FeatureVector,
    claim: Claim,
    evidence: &Evidences,
) -> Assessment {
    let (contributions, tally) = combine(pack, model, features, evidence);
    let millinats = model.prior_millinats().saturating_add(contributions.sum_millinats());
    let (events, decisions) = (pack.events(features), pack.decisions(features));
    let class = classify(model, claim, millinats, decisions, &tally);
    let enforcement = model.enforcement();
    let families = Tally::families(&tally.enforcing, enforcement.family_floor_millinats);
    // Who takes a bait need not be watched any longer.
    let enough = families.contains(Family::Deception)
        || (families.len() >= usize::from(enforcement.families_min)
            && decisions >= enforcement.decisions_min);
    let enforceable =
        class.is_undeclared_program() && enough && millinats >= enforcement.program_min_millinats;
    Assessment {
        class,
        score: model.score(millinats),
        millinats,
        agent_millinats: tally.agent,
        confidence: confidence(model, class, decisions, &tally),
        enforceable,
        families,
        contributions,
        events,
        decisions,
        steps_needed: (class == Class::Undecided).then(|| next_step(decisions)),
    }
}

fn classify(model: &Model, claim: Claim, millinats: i32, decisions: u32, tally: &Tally) -> Class {
    let thresholds = model.thresholds();
    let says = matches!(
        claim.kind,
        ClaimKind::DeclaredBot | ClaimKind::DeclaredAgent | ClaimKind::Monitor
    );
    let declares = says || claim.signature == SignatureState::Valid;
    if declares && tally.disproof < thresholds.disproof_min_millinats {
        return Class::DeclaredBot;
    }
    if millinats >= thresholds.program_min_millinats {
        let agent = tally.agent >= thresholds.agent_min_millinats;
        return if agent { Class::Agent } else { Class::Automation };
    }
    let human = millinats <= thresholds.human_max_millinats;
    if human && decisions >= thresholds.human_decisions_min {
        return Class::Human;
    }
    Class::Undecided
}

fn confidence(model: &Model, class: Class, decisions: u32, tally: &Tally) -> Confidence {
    let floor = model.enforcement().family_floor_millinats;
    let (own, other) = match class {
        Class::Undecided => return Confidence::Low,
        Class::Human => (&tally.person, &tally.program),
        _ => (&tally.program, &tally.person),
    };
    let agreeing = Tally::families(own, floor).len();
    let contradicted = !Tally::families(other, floor).is_empty();
    let many = decisions >= MANY_DECISIONS;
    match (agreeing >= 2, many) {
        (true, true) if !contradicted => Confidence::High,
        (true, _) | (_, true) => Confidence::Medium,
        (false, false) => Confidence::Low,
    }
}

/// The assessment point after `decisions` steps: powers of two up to 64, then every 64.
#[must_use]
pub fn next_step(decisions: u32) -> u32 {
    if decisions < STEP_STRIDE {
        (decisions + 1).next_power_of_two()
    } else {
        (decisions / STEP_STRIDE).saturating_add(1).saturating_mul(STEP_STRIDE)
    }
}

#[cfg(test)]
mod tests;
