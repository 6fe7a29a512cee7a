//! Self-audit: are the published reasons what the verdict rests on?
//!
//! Each reason is taken out and the client judged again: the log-odds must change by exactly what the reason
//! says it counts. Detectors of one family step in for one another, so a family is taken out as a whole; a
//! term stands alone. The score must follow from the log-odds. What is compared comes from a second judgement,
//! not from the sum that made the first.

use gait_detect::{Evidences, Family, Pack};
use gait_fingerprint::{FeatureId, FeatureVector};

use crate::{Assessment, Model, Source, combine::combine};

/// What an audit found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Reasons and families of reasons that were taken out, and the score.
    pub checked: u32,
    /// Those whose absence did not change the log-odds by what they count.
    pub mismatched: u32,
}

impl Audit {
    fn check(&mut self, holds: bool) {
        self.checked += 1;
        self.mismatched += u32::from(!holds);
    }
}

/// Takes the reasons of `assessment` out by turns. The other arguments are those it was made from.
#[must_use]
pub fn audit(
    pack: &Pack,
    model: &Model,
    features: &FeatureVector,
    evidence: &Evidences,
    assessment: &Assessment,
) -> Audit {
    let mut audit = Audit::default();
    audit.check(model.score(assessment.millinats) == assessment.score);
    let family_of = |source: Source| match source {
        Source::Detector(detector) => pack.traits(detector).map(|traits| traits.family),
        Source::Term(_) => None,
    };
    for family in Family::ALL {
        let of_family = assessment.contributions.as_slice().iter();
        let mut of_family = of_family.filter(|c| family_of(c.source) == Some(*family)).peekable();
        if of_family.peek().is_none() {
            continue;
        }
        let counted: i32 = of_family.map(|c| c.millinats).sum();
        let mut rest = Evidences::default();
        for said in evidence.evidence() {
            if family_of(Source::Detector(said.detector)) != Some(*family) {
                rest.push(said.detector, said.millinats);
            }
        }
        let without = log_odds(pack, model, features, &rest);
        audit.check(assessment.millinats.saturating_sub(without) == counted);
    }
    for contribution in assessment.contributions.as_slice() {
        if let Source::Term(feature) = contribution.source {
            let without = log_odds(pack, model, &blinded(features, feature), evidence);
            audit.check(assessment.millinats.saturating_sub(without) == contribution.millinats);
        }
    }
    audit
}

fn log_odds(pack: &Pack, model: &Model, features: &FeatureVector, said: &Evidences) -> i32 {
    let (contributions, _) = combine(pack, model, features, said);
    model.prior_millinats().saturating_add(contributions.sum_millinats())
}

/// The features without one of them. The evidence of detectors that read it stays.
fn blinded(features: &FeatureVector, feature: FeatureId) -> FeatureVector {
    let mut blinded = features.clone();
    blinded.abstain(feature);
    blinded
}
