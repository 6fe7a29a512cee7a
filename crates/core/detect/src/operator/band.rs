//! `band`: one feature inside a band, or outside of it on either side. For measures where too little and
//! too much are both telling.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{
    Direction,
    slope::{Slope, known, unit_of},
};
use crate::{detector::Parameter, section::Section};

/// Full strength inside `low.full ..= high.full`, none beyond `low.start` and `high.start`; or the
/// complement of that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Band {
    feature: FeatureId,
    low: Slope,
    high: Slope,
    outside: bool,
    nats: f64,
}

impl Band {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let feature = section.feature("feature");
        let low = Slope::read(section, "low_start", "low_full");
        let high = Slope::read(section, "high_start", "high_full");
        let outside = section.flag_or("outside", false);
        let nats = section.nats("strength_nats", direction.nats_max());
        let band =
            Self { feature: feature?, low: low?, high: high?, outside: outside?, nats: nats? };
        let edges = band.edges();
        if !edges.is_sorted() {
            let order = if band.outside {
                "low_full, low_start, high_start, high_full"
            } else {
                "low_start, low_full, high_full, high_start"
            };
            section.limit("low_start", format!("breaks the order of the band: {order} must rise"));
            return None;
        }
        Some(band)
    }

    /// The four edges from left to right.
    fn edges(&self) -> [f64; 4] {
        let Self { low, high, .. } = self;
        if self.outside {
            [low.full, low.start, high.start, high.full]
        } else {
            [low.start, low.full, high.full, high.start]
        }
    }

    pub(crate) fn nats(&self, features: &FeatureVector) -> Result<f64, FeatureId> {
        let x = known(features, self.feature)?;
        let (low, high) = (self.low.share(x), self.high.share(x));
        Ok(self.nats * if self.outside { low.max(high) } else { low.min(high) })
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        vec![self.feature]
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let spec = self.feature.spec();
        let [a, b, c, d] = self.edges();
        let side = if self.outside { "outside" } else { "inside" };
        let band = format!("{side} {b} to {c}, edges {a} and {d} {}", unit_of(self.feature));
        vec![
            Parameter::new(spec.name, band.trim_end()),
            Parameter::new("strength", format!("{} nats", self.nats)),
        ]
    }
}
