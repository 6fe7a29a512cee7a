//! The conditions under which a detector may speak. A detector whose conditions do not hold abstains,
//! which is not the same as finding nothing.

use gait_fingerprint::{FeatureId, FeatureVector};

use crate::{detector::Parameter, evidence::Silence, operator::unit_of, section::Section};

/// How much must have been seen. `full` above `min` lets the evidence grow with what was seen: it counts
/// in the proportion seen / `full`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Minimum {
    min: f64,
    full: f64,
}

impl Minimum {
    fn read(section: &Section<'_>, min: &'static str, full: &'static str) -> Option<Self> {
        let least = if section.has(min) { section.whole(min) } else { Some(0) };
        let whole = if section.has(full) { section.whole(full) } else { Some(0) };
        let (least, whole) = (f64::from(least?), f64::from(whole?));
        if section.has(full) && whole <= least {
            section.limit(full, format!("must be above `{min}`"));
            return None;
        }
        Some(Self { min: least, full: whole })
    }

    /// The proportion in which evidence counts, or `None` when too little was seen.
    fn weight(self, seen: f64) -> Option<f64> {
        if seen < self.min {
            return None;
        }
        Some(if self.full > seen { seen / self.full } else { 1.0 })
    }
}

/// One feature with a closed range; an end that is left out is open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    feature: FeatureId,
    min: Option<f64>,
    max: Option<f64>,
}

impl Range {
    fn read(section: &Section<'_>) -> Option<Self> {
        let feature = section.feature("feature");
        let (min, max) = (section.optional_number("min"), section.optional_number("max"));
        let range = Self { feature: feature?, min: min?, max: max? };
        match (range.min, range.max) {
            (None, None) => section.limit("min", "or `max` must be given"),
            (Some(min), Some(max)) if min > max => section.limit("min", "is above `max`"),
            _ => return Some(range),
        }
        None
    }

    fn holds(&self, x: f32) -> bool {
        let x = f64::from(x);
        self.min.is_none_or(|min| x >= min) && self.max.is_none_or(|max| x <= max)
    }

    fn parameter(&self, word: &str) -> Parameter {
        let (spec, unit) = (self.feature.spec(), unit_of(self.feature));
        let text = match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max} {unit}"),
            (Some(min), None) => format!("at least {min} {unit}"),
            (None, Some(max)) => format!("at most {max} {unit}"),
            (None, None) => String::new(),
        };
        Parameter::new(format!("{word} {}", spec.name), text.trim_end())
    }
}

/// Everything that must hold before a detector speaks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Guard {
    events: Minimum,
    decisions: Minimum,
    require: Box<[Range]>,
    unless: Box<[Range]>,
}

impl Guard {
    /// Reads the minima from `params`, and the lists `require` and `unless` from the file.
    pub(crate) fn read(file: &Section<'_>, params: Option<&Section<'_>>) -> Option<Self> {
        let require = ranges(file, "require");
        let unless = ranges(file, "unless");
        let params = params?;
        let events = Minimum::read(params, "events_min", "events_full");
        let decisions = Minimum::read(params, "decisions_min", "decisions_full");
        Some(Self { events: events?, decisions: decisions?, require: require?, unless: unless? })
    }

    /// The proportion in which the evidence counts, 0..=1, or why the detector is silent. `events` and
    /// `decisions` are the counts of the client. A required feature that is not known silences; one that
    /// would exclude and is not known does not.
    pub(crate) fn weight(
        &self,
        features: &FeatureVector,
        events: f64,
        decisions: f64,
    ) -> Result<f64, Silence> {
        let by_events = self.events.weight(events).ok_or(Silence::TooFewEvents)?;
        let by_decisions = self.decisions.weight(decisions).ok_or(Silence::TooFewDecisions)?;
        for range in &*self.require {
            let x = features.get(range.feature).ok_or(Silence::Absent(range.feature))?;
            if !range.holds(x) {
                return Err(Silence::Required(range.feature));
            }
        }
        for range in &*self.unless {
            if features.get(range.feature).is_some_and(|x| range.holds(x)) {
                return Err(Silence::Excluded(range.feature));
            }
        }
        Ok(by_events.min(by_decisions))
    }

    pub(crate) fn features(&self) -> impl Iterator<Item = FeatureId> {
        self.require.iter().chain(&*self.unless).map(|range| range.feature)
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let mut list = Vec::new();
        for (name, Minimum { min, full }) in
            [("events", self.events), ("decision steps", self.decisions)]
        {
            if full > 0.0 {
                list.push(Parameter::new(name, format!("at least {min}, in full from {full}")));
            } else if min > 0.0 {
                list.push(Parameter::new(name, format!("at least {min}")));
            }
        }
        list.extend(self.require.iter().map(|range| range.parameter("requires")));
        list.extend(self.unless.iter().map(|range| range.parameter("not when")));
        list
    }
}

/// Reads every range of a list before it gives up on one.
fn ranges(file: &Section<'_>, key: &'static str) -> Option<Box<[Range]>> {
    let read: Vec<Option<Range>> = file
        .sections(key)?
        .into_iter()
        .map(|section| {
            let range = Range::read(&section);
            section.finish();
            range
        })
        .collect();
    read.into_iter().collect()
}
