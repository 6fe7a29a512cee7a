//! `flag`: the whole strength when a yes-or-no feature says yes, nothing otherwise.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{Direction, slope::known};
use crate::{detector::Parameter, section::Section};

/// Yes is a value of at least one half.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flag {
    feature: FeatureId,
    nats: f64,
}

impl Flag {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let feature = section.feature("feature");
        let nats = section.nats("strength_nats", direction.nats_max());
        Some(Self { feature: feature?, nats: nats? })
    }

    pub(crate) fn nats(&self, features: &FeatureVector) -> Result<f64, FeatureId> {
        let set = known(features, self.feature)? >= 0.5;
        Ok(if set { self.nats } else { 0.0 })
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        vec![self.feature]
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::new(self.feature.spec().name, format!("yes: {} nats", self.nats))]
    }
}
