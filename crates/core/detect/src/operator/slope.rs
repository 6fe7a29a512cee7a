//! A straight rise of one feature from nothing to everything, in either direction: the part that the
//! other operators are built from.

use gait_fingerprint::{FeatureId, FeatureVector, Unit};

use crate::{detector::Parameter, section::Section};

/// From `start` (0) to `full` (1); `full` below `start` falls instead of rising.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slope {
    pub(crate) start: f64,
    pub(crate) full: f64,
    /// 1 / (full - start), so that judging multiplies.
    per_unit: f64,
}

impl Slope {
    fn new(start: f64, full: f64) -> Self {
        Self { start, full, per_unit: 1.0 / (full - start) }
    }

    /// Reads two keys; they must differ.
    pub(crate) fn read(
        section: &Section<'_>,
        start: &'static str,
        full: &'static str,
    ) -> Option<Self> {
        let (from, to) = (section.number(start), section.number(full));
        let (from, to) = (from?, to?);
        if from == to {
            section.limit(full, format!("must differ from `{start}`"));
            return None;
        }
        Some(Self::new(from, to))
    }

    /// How far `x` is along the slope, 0..=1.
    pub(crate) fn share(self, x: f64) -> f64 {
        ((x - self.start) * self.per_unit).clamp(0.0, 1.0)
    }
}

/// One feature on one slope, with both keys and the name in one table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) feature: FeatureId,
    pub(crate) slope: Slope,
}

impl Term {
    pub(crate) fn read(section: &Section<'_>) -> Option<Self> {
        let feature = section.feature("feature");
        let slope = Slope::read(section, "start", "full");
        Some(Self { feature: feature?, slope: slope? })
    }

    /// The share of this term, or the feature that is not known.
    pub(crate) fn share(self, features: &FeatureVector) -> Result<f64, FeatureId> {
        Ok(self.slope.share(known(features, self.feature)?))
    }

    pub(crate) fn parameter(self) -> Parameter {
        let (name, unit) = (self.feature.spec().name, unit_of(self.feature));
        let Slope { start, full, .. } = self.slope;
        Parameter::new(name, format!("from {start} to {full} {unit}").trim_end())
    }
}

/// The unit of a feature as it stands behind a figure; shares, counts and flags need none.
pub(crate) fn unit_of(feature: FeatureId) -> &'static str {
    match feature.spec().unit {
        unit @ (Unit::Seconds | Unit::PerMinute) => unit.symbol(),
        Unit::Count | Unit::Share | Unit::Flag | Unit::Ratio => "",
    }
}

/// The value of a feature, or the feature when it is not known.
pub(crate) fn known(features: &FeatureVector, feature: FeatureId) -> Result<f64, FeatureId> {
    features.get(feature).map(f64::from).ok_or(feature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_and_falls_between_its_ends_alone() {
        let rising = Slope::new(2.0, 6.0);
        let falling = Slope::new(6.0, 2.0);
        for (x, share) in [(-9.0, 0.0), (2.0, 0.0), (3.0, 0.25), (6.0, 1.0), (99.0, 1.0)] {
            assert_eq!(rising.share(x), share, "{x}");
            assert_eq!(falling.share(x), 1.0 - share, "{x}");
        }
    }
}
