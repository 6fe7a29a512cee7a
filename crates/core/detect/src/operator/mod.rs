//! The closed set of operators: how the parameters of a detector turn features into nats.
//!
//! An operator answers in the direction of its detector: positive speaks for what the detector is toward,
//! negative against it. A feature that it reads and that is not known makes the detector abstain.

mod band;
mod conjunction;
mod flag;
mod ladder;
mod ramp;
mod slope;
mod tail;

#[cfg(test)]
mod tests;

use gait_fingerprint::{FeatureId, FeatureVector};

pub(crate) use slope::unit_of;

use crate::{
    baseline::Peers,
    detector::Parameter,
    evidence::{EVIDENCE_MAX_MILLINATS, EVIDENCE_MIN_MILLINATS, Silence},
    section::{Section, Word},
    words::Toward,
};

/// The operators by name, with what each of them is for.
pub const OPERATORS: &[(&str, &str)] = &[
    ("flag", "the whole strength when a yes-or-no feature says yes"),
    ("ladder", "a count against rungs; the highest rung reached gives its nats"),
    ("ramp", "a straight rise along one feature, with counter-evidence on request"),
    ("band", "one feature inside a band, or outside of it on either side"),
    ("conjunction", "several features must each be telling; the least telling decides"),
    ("tail", "how far out among the people of the site a feature lies; needs a site model"),
];

/// Which way evidence points, and so how strong it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Person,
    Program,
}

impl Direction {
    pub(crate) fn of(toward: Toward) -> Self {
        if toward == Toward::Person { Self::Person } else { Self::Program }
    }

    pub(crate) fn opposite(self) -> Self {
        if self == Self::Person { Self::Program } else { Self::Person }
    }

    /// The cap on one detector's evidence, nats.
    pub(crate) fn nats_max(self) -> f64 {
        f64::from(match self {
            Self::Person => -EVIDENCE_MIN_MILLINATS,
            Self::Program => EVIDENCE_MAX_MILLINATS,
        }) / 1000.0
    }
}

/// The name of an operator, as a word of the closed set.
pub(crate) struct OperatorName(&'static str);

impl Word for OperatorName {
    fn all() -> Vec<&'static str> {
        OPERATORS.iter().map(|(name, _)| *name).collect()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::all().into_iter().find(|name| *name == word).map(Self)
    }
}

/// A compiled operator.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operator {
    Flag(flag::Flag),
    Ladder(ladder::Ladder),
    Ramp(ramp::Ramp),
    Band(band::Band),
    Conjunction(conjunction::Conjunction),
    Tail(tail::Tail),
}

impl Operator {
    /// Reads the parameters of the operator `name`; `None` after the mistakes were reported.
    pub(crate) fn read(
        name: &OperatorName,
        params: &Section<'_>,
        direction: Direction,
    ) -> Option<Self> {
        match name.0 {
            "flag" => flag::Flag::read(params, direction).map(Self::Flag),
            "ladder" => ladder::Ladder::read(params, direction).map(Self::Ladder),
            "ramp" => ramp::Ramp::read(params, direction).map(Self::Ramp),
            "band" => band::Band::read(params, direction).map(Self::Band),
            "tail" => tail::Tail::read(params, direction).map(Self::Tail),
            _ => conjunction::Conjunction::read(params, direction).map(Self::Conjunction),
        }
    }

    /// Nats in the direction of the detector, or why there are none. `peers` are the people of the site.
    pub(crate) fn nats(&self, features: &FeatureVector, peers: Peers<'_>) -> Result<f64, Silence> {
        let nats = match self {
            Self::Flag(operator) => operator.nats(features),
            Self::Ladder(operator) => operator.nats(features),
            Self::Ramp(operator) => operator.nats(features),
            Self::Band(operator) => operator.nats(features),
            Self::Conjunction(operator) => operator.nats(features),
            Self::Tail(operator) => return operator.nats(features, peers),
        };
        nats.map_err(Silence::Absent)
    }

    /// The features it reads.
    pub(crate) fn features(&self) -> Vec<FeatureId> {
        match self {
            Self::Flag(operator) => operator.features(),
            Self::Ladder(operator) => operator.features(),
            Self::Ramp(operator) => operator.features(),
            Self::Band(operator) => operator.features(),
            Self::Conjunction(operator) => operator.features(),
            Self::Tail(operator) => operator.features(),
        }
    }

    /// Its parameters in words, for the reference page.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Flag(operator) => operator.parameters(),
            Self::Ladder(operator) => operator.parameters(),
            Self::Ramp(operator) => operator.parameters(),
            Self::Band(operator) => operator.parameters(),
            Self::Conjunction(operator) => operator.parameters(),
            Self::Tail(operator) => operator.parameters(),
        }
    }
}
