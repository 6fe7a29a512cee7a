//! `ramp`: evidence rises in a straight line along one feature; on request there is counter-evidence along
//! another stretch of the same feature, for measures that speak both ways.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{
    Direction,
    slope::{Slope, Term, known},
};
use crate::{detector::Parameter, section::Section};

/// Nats along a slope of one feature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ramp {
    term: Term,
    nats: f64,
    counter: Option<(Slope, f64)>,
}

impl Ramp {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let term = Term::read(section);
        let nats = section.nats("strength_nats", direction.nats_max());
        let counter = if section.has("counter_nats") {
            let slope = Slope::read(section, "counter_start", "counter_full");
            let nats = section.nats("counter_nats", direction.opposite().nats_max());
            Some((slope?, nats?))
        } else {
            None
        };
        let (term, nats) = (term?, nats?);
        if let Some((counter, _)) = counter
            && overlap(term.slope, counter)
        {
            section.limit("counter_start", "lets evidence and counter-evidence overlap");
            return None;
        }
        Some(Self { term, nats, counter })
    }

    pub(crate) fn nats(&self, features: &FeatureVector) -> Result<f64, FeatureId> {
        let x = known(features, self.term.feature)?;
        let against = self.counter.map_or(0.0, |(slope, nats)| slope.share(x) * nats);
        Ok(self.term.slope.share(x) * self.nats - against)
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        vec![self.term.feature]
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let mut list =
            vec![self.term.parameter(), Parameter::new("strength", format!("{} nats", self.nats))];
        if let Some((Slope { start, full, .. }, nats)) = self.counter {
            list.push(Parameter::new(
                "counter",
                format!("from {start} to {full}: {nats} nats against"),
            ));
        }
        list
    }
}

/// True when some value would give evidence both for and against: the slopes must point away from each
/// other and begin apart.
fn overlap(evidence: Slope, counter: Slope) -> bool {
    if evidence.full > evidence.start {
        counter.full > counter.start || counter.start > evidence.start
    } else {
        counter.full < counter.start || counter.start < evidence.start
    }
}
