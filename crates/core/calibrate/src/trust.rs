//! Who of a history may count as a person, and what became of the others.

use std::{collections::BTreeMap, sync::Arc};

use gait_classify::{Class, Model, assess};
use gait_detect::{Baseline, Evidences, Pack};
use gait_event::Mask;
use gait_fingerprint::{Canaries, ClientState, FeatureId, FeatureVector};

/// Log-odds of program against person from which a client is doubted: even odds.
const DOUBT_MILLINATS: i32 = 0;
/// Clients of one network with one gait that count: the others are copies of them.
const COPIES_MAX: u32 = 3;

/// What judges the clients of a history, before anything is known of their sites.
#[derive(Clone, Debug)]
pub struct Judges {
    /// The detectors.
    pub pack: Arc<Pack>,
    /// The model.
    pub model: Arc<Model>,
    /// What no detector and no baseline may read.
    pub mask: Mask,
    /// The baits that the operator named: who touched one is left out.
    pub canaries: Arc<Canaries>,
}

/// Why a client was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// The shipped judges call it a program, or it says that it is one.
    Program,
    /// The shipped judges give a program even odds or more.
    Doubted,
    /// It touched a canary.
    Canary,
    /// Others of its network have the same gait.
    Copy,
    /// It lies further out than the outermost that are believed.
    Outlier,
    /// There are more clients or sites than are looked at.
    Limit,
}

impl LeftOut {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Program, Self::Doubted, Self::Canary, Self::Copy, Self::Outlier, Self::Limit];

    /// The reason in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Program => "programs",
            Self::Doubted => "doubted",
            Self::Canary => "touched a canary",
            Self::Copy => "copies",
            Self::Outlier => "outliers",
            Self::Limit => "beyond the limits",
        }
    }
}

/// What a calibration was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Clients of the history.
    pub clients: u64,
    /// Clients that the maps were learnt from.
    pub used: u64,
    /// Of these, clients with enough steps to measure people by.
    pub measured: u64,
    /// Clients that were left out, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
}

impl Report {
    pub(crate) fn leave_out(&mut self, reason: LeftOut, clients: u64) {
        *self.left_out.entry(reason).or_default() += clients;
    }
}

impl Judges {
    /// The log-odds of a client with these `features`, held against `people`. Millinats.
    pub(crate) fn millinats(
        &self,
        people: &Baseline,
        state: &ClientState,
        features: &FeatureVector,
        evidences: &mut Evidences,
    ) -> i32 {
        self.pack.evaluate_among(people, features, evidences);
        assess(&self.pack, &self.model, features, state.claim(), evidences).millinats
    }

    /// Why a client must not count as a person; `None` for those that may.
    pub(crate) fn doubt(
        &self,
        state: &ClientState,
        features: &FeatureVector,
        evidences: &mut Evidences,
    ) -> Option<LeftOut> {
        if read(features, "canary_touches").is_some_and(|touches| touches > 0.0) {
            return Some(LeftOut::Canary);
        }
        self.pack.evaluate(features, evidences);
        let assessment = assess(&self.pack, &self.model, features, state.claim(), evidences);
        let program =
            assessment.class.is_undeclared_program() || assessment.class == Class::DeclaredBot;
        match assessment.millinats {
            _ if program => Some(LeftOut::Program),
            DOUBT_MILLINATS.. => Some(LeftOut::Doubted),
            _ => None,
        }
    }
}

/// Counts clients of one network with one gait.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    seen: BTreeMap<(u64, [i8; 4]), u32>,
}

impl Copies {
    /// True when enough clients of this network with this gait were seen before. A client of which no gait is
    /// known is nobody's copy.
    pub(crate) fn is_copy(&mut self, network: u64, features: &FeatureVector) -> bool {
        let Some(gait) = gait_of(features) else { return false };
        let seen = self.seen.entry((network, gait)).or_default();
        *seen = seen.saturating_add(1);
        *seen > COPIES_MAX
    }
}

/// The coarse shape of a client's timing and navigation.
fn gait_of(features: &FeatureVector) -> Option<[i8; 4]> {
    let coarse = |name, per_unit: f32| {
        let value = read(features, name)?;
        #[expect(clippy::cast_possible_truncation, reason = "the conversion saturates")]
        Some((value * per_unit) as i8)
    };
    let pace = coarse("gap_median_s", 1.0).or_else(|| coarse("rate_per_minute", 1.0))?;
    let spread = coarse("gap_ln_sd", 4.0).unwrap_or(-1);
    let mode = coarse("gap_mode_share", 5.0).unwrap_or(-1);
    Some([pace, spread, mode, coarse("document_share", 4.0).unwrap_or(-1)])
}

fn read(features: &FeatureVector, name: &str) -> Option<f32> {
    FeatureId::by_name(name).and_then(|id| features.get(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_one_network_count_as_few() {
        let vector = |median| {
            let id = |name| FeatureId::by_name(name).unwrap();
            FeatureVector::from_values(&[(id("gap_median_s"), median), (id("gap_ln_sd"), 0.1)])
        };
        let mut copies = Copies::default();
        let same: Vec<bool> = (0..5).map(|_| copies.is_copy(1, &vector(2.1))).collect();
        assert_eq!(same, [false, false, false, true, true]);
        assert!(!copies.is_copy(2, &vector(2.1)), "another network");
        assert!(!copies.is_copy(1, &vector(9.0)), "another gait");
        assert!((0..9).all(|_| !copies.is_copy(1, &FeatureVector::empty())), "no gait is known");
    }
}
