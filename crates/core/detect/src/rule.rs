//! The part of a detector that is evaluated, apart from its words: small, so that the rules of a whole pack
//! stay in the nearest cache.

use gait_fingerprint::{FeatureId, FeatureVector};

use crate::{
    baseline::Peers,
    detector::Parameter,
    evidence::Silence,
    guard::Guard,
    operator::Operator,
    words::{Family, Maturity, Toward},
};

/// What combining evidence asks about a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// What it looks at.
    pub family: Family,
    /// What its evidence may do.
    pub maturity: Maturity,
    /// What its evidence speaks for.
    pub toward: Toward,
    /// True when a client with this evidence is not the declared bot that it claims to be.
    pub disproves_declaration: bool,
}

/// Conditions and operator of one detector.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) traits: Traits,
    /// Millinats per nat, negative for evidence of a person.
    scale: f64,
    guard: Guard,
    operator: Operator,
}

impl Rule {
    pub(crate) fn new(traits: Traits, guard: Guard, operator: Operator) -> Self {
        Self { traits, scale: traits.toward.sign() * 1000.0, guard, operator }
    }

    /// Millinats of program against person (uncapped), or why the detector is silent. `peers` are the people
    /// that the client is held against, `events` and
    /// `decisions` are the counts of the client.
    pub(crate) fn judge(
        &self,
        features: &FeatureVector,
        peers: Peers<'_>,
        events: f64,
        decisions: f64,
    ) -> Result<i32, Silence> {
        let weight = self.guard.weight(features, events, decisions)?;
        let nats = self.operator.nats(features, peers)?;
        let millinats = nats * weight * self.scale;
        // Rounds half away from zero, as `round` does, without a call into libm.
        #[expect(clippy::cast_possible_truncation, reason = "strengths are at most 6 nats")]
        Ok((millinats + 0.5_f64.copysign(millinats)) as i32)
    }

    /// The features it reads, first those of its operator.
    pub(crate) fn features(&self) -> Vec<FeatureId> {
        let mut list = Vec::new();
        for feature in self.operator.features().into_iter().chain(self.guard.features()) {
            if !list.contains(&feature) {
                list.push(feature);
            }
        }
        list
    }

    /// Its parameters and conditions in words.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        self.operator.parameters().into_iter().chain(self.guard.parameters()).collect()
    }
}
