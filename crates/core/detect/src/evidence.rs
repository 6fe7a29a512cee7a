//! What the detectors of a pack said about one client: evidence, or why they kept silent.
//!
//! Fixed capacity, no allocation: one buffer serves every assessment of an engine.

use std::fmt;

use gait_fingerprint::FeatureId;

use crate::pack::DETECTORS_MAX;

/// The strongest evidence for a person that one detector can give.
pub const EVIDENCE_MIN_MILLINATS: i32 = -3000;
/// The strongest evidence for a program that one detector can give.
pub const EVIDENCE_MAX_MILLINATS: i32 = 6000;

/// The place of a detector in its pack, in order of full id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DetectorIndex(pub u16);

/// The word of one detector: a log-likelihood ratio of program against person, never 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Which detector.
    pub detector: DetectorIndex,
    /// Thousandths of a nat, within [`EVIDENCE_MIN_MILLINATS`] and [`EVIDENCE_MAX_MILLINATS`];
    /// positive speaks for a program.
    pub millinats: i32,
}

/// Why a detector said nothing at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Silence {
    /// Fewer events than it needs.
    #[default]
    TooFewEvents,
    /// Fewer decision steps than it needs.
    TooFewDecisions,
    /// A feature that it reads is not known for this client.
    Absent(FeatureId),
    /// A feature that it requires is outside the required range.
    Required(FeatureId),
    /// A feature is in the range in which the detector does not speak.
    Excluded(FeatureId),
    /// It holds clients against the people of their site, and too little is known of those.
    NoBaseline,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewEvents => f.write_str("too few events"),
            Self::TooFewDecisions => f.write_str("too few decision steps"),
            Self::Absent(feature) => write!(f, "`{}` is not known", feature.spec().name),
            Self::Required(feature) => write!(f, "`{}` is out of range", feature.spec().name),
            Self::Excluded(feature) => write!(f, "`{}` excludes it", feature.spec().name),
            Self::NoBaseline => f.write_str("too little is known of the people of this site"),
        }
    }
}

/// One detector's abstention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abstention {
    /// Which detector.
    pub detector: DetectorIndex,
    /// Why.
    pub reason: Silence,
}

/// The evidence and the abstentions of one evaluation, each in order of detector.
#[derive(Clone, Debug)]
pub struct Evidences {
    evidence: [Evidence; DETECTORS_MAX],
    evidence_len: usize,
    abstentions: [Abstention; DETECTORS_MAX],
    abstentions_len: usize,
}

impl Default for Evidences {
    fn default() -> Self {
        Self {
            evidence: [Evidence::default(); DETECTORS_MAX],
            evidence_len: 0,
            abstentions: [Abstention::default(); DETECTORS_MAX],
            abstentions_len: 0,
        }
    }
}

impl Evidences {
    /// What was said, nothing of it 0.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        self.evidence.get(..self.evidence_len).unwrap_or_default()
    }

    /// Who abstained, and why.
    #[must_use]
    pub fn abstentions(&self) -> &[Abstention] {
        self.abstentions.get(..self.abstentions_len).unwrap_or_default()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.evidence_len = 0;
        self.abstentions_len = 0;
    }

    /// Adds the word of one detector, capped to the limits; 0 says nothing and is left out. Beyond
    /// [`DETECTORS_MAX`] entries nothing is added: a pack holds no more detectors.
    pub fn push(&mut self, detector: DetectorIndex, millinats: i32) {
        let millinats = millinats.clamp(EVIDENCE_MIN_MILLINATS, EVIDENCE_MAX_MILLINATS);
        if millinats != 0
            && let Some(slot) = self.evidence.get_mut(self.evidence_len)
        {
            *slot = Evidence { detector, millinats };
            self.evidence_len += 1;
        }
    }

    /// Adds the abstention of one detector, with the same limit.
    pub fn abstain(&mut self, detector: DetectorIndex, reason: Silence) {
        if let Some(slot) = self.abstentions.get_mut(self.abstentions_len) {
            *slot = Abstention { detector, reason };
            self.abstentions_len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_capped_and_zero_is_silent() {
        let mut evidences = Evidences::default();
        for (i, millinats) in [(0, 9000), (1, -9000), (2, 0), (3, 17)] {
            evidences.push(DetectorIndex(i), millinats);
        }
        let said: Vec<_> =
            evidences.evidence().iter().map(|e| (e.detector.0, e.millinats)).collect();
        assert_eq!(said, [(0, 6000), (1, -3000), (3, 17)]);
        evidences.clear();
        assert!(evidences.evidence().is_empty());
    }

    #[test]
    fn a_full_list_takes_no_more() {
        let mut evidences = Evidences::default();
        for i in 0..200 {
            evidences.push(DetectorIndex(i), 1);
            evidences.abstain(DetectorIndex(i), Silence::TooFewEvents);
        }
        assert_eq!(evidences.evidence().len(), DETECTORS_MAX);
        assert_eq!(evidences.abstentions().len(), DETECTORS_MAX);
    }
}
