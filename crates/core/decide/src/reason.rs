//! The reasons of an assessment as they are published: detector, weight, and what was measured.

use gait_classify::Assessment;
use gait_detect::{Detector, Pack};
use gait_fingerprint::{FeatureSpec, FeatureVector};

/// One reason: what a detector added to the log-odds, and the features it read.
#[derive(Clone, Copy, Debug)]
pub struct Reason<'a> {
    /// The detector.
    pub detector: &'a Detector,
    /// What it counts, millinats; the prior and all of these sum to the log-odds.
    pub millinats: i32,
    /// What it said before its family and maturity were considered, millinats.
    pub evidence_millinats: i32,
    features: &'a FeatureVector,
}

impl<'a> Reason<'a> {
    /// The features that the detector read, with their values; unknown ones are left out.
    pub fn features(&self) -> impl Iterator<Item = (&'static FeatureSpec, f32)> + 'a {
        let vector = self.features;
        let read = self.detector.features.iter();
        read.filter_map(move |id| Some((id.spec(), vector.get(*id)?)))
    }
}

/// The reasons of `assessment`, weightiest first. `pack` and `features` are those it was made from.
pub fn reasons<'a>(
    pack: &'a Pack,
    features: &'a FeatureVector,
    assessment: &'a Assessment,
) -> impl Iterator<Item = Reason<'a>> + 'a {
    assessment.contributions.as_slice().iter().filter_map(move |contribution| {
        Some(Reason {
            detector: pack.detector(contribution.detector)?,
            millinats: contribution.millinats,
            evidence_millinats: contribution.evidence_millinats,
            features,
        })
    })
}
