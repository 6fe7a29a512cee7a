//! `ladder`: a count of one feature against rungs; the highest rung reached gives its nats. For things of
//! which every further one tells more.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{Direction, slope::known};
use crate::{detector::Parameter, section::Section};

/// Rungs as (reached from, nats), both rising.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ladder {
    feature: FeatureId,
    rungs: Vec<(f64, f64)>,
}

impl Ladder {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let feature = section.feature("feature");
        let from = section.numbers("at_least");
        let nats = section.numbers("strengths_nats");
        let (feature, from, nats) = (feature?, from?, nats?);
        if from.len() != nats.len() {
            section.limit("strengths_nats", "needs one entry for each entry of `at_least`");
            return None;
        }
        let max = direction.nats_max();
        if !strictly_rises(&nats) || nats.iter().any(|n| !(*n > 0.0 && *n <= max)) {
            section.limit("strengths_nats", format!("must rise, above 0 and up to {max} nats"));
            return None;
        }
        if !strictly_rises(&from) {
            section.limit("at_least", "must rise");
            return None;
        }
        Some(Self { feature, rungs: from.into_iter().zip(nats).collect() })
    }

    pub(crate) fn nats(&self, features: &FeatureVector) -> Result<f64, FeatureId> {
        let x = known(features, self.feature)?;
        let reached = self.rungs.iter().rev().find(|(from, _)| x >= *from);
        Ok(reached.map_or(0.0, |(_, nats)| *nats))
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        vec![self.feature]
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let rungs: Vec<_> =
            self.rungs.iter().map(|(from, nats)| format!("{from} and up: {nats} nats")).collect();
        vec![Parameter::new(self.feature.spec().name, rungs.join("; "))]
    }
}

fn strictly_rises(list: &[f64]) -> bool {
    list.windows(2).all(|pair| matches!(pair, [a, b] if a < b))
}
