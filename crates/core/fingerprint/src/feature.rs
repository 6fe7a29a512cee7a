//! What a feature is: a name, a unit, a range, a meaning and a reader; and the vector of their values.
//!
//! A reader answers `None` when the evidence is below its minimum: the feature abstains. Which features
//! there are is said by the blocks of state and collected in `catalogue`.

use std::fmt;

use crate::{
    ClientState,
    catalogue::{CATALOGUE, FEATURE_COUNT},
};

/// The unit of a feature's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A part of a whole, 0..=1.
    Share,
    /// No (0) or yes (1).
    Flag,
    /// Seconds.
    Seconds,
    /// Events per minute.
    PerMinute,
    /// A pure number: a ratio, a coefficient, a spread of logarithms.
    Ratio,
}

impl Unit {
    /// The unit as it stands in documents and in reasons; empty for pure numbers.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Share => "share",
            Self::Flag => "0/1",
            Self::Seconds => "s",
            Self::PerMinute => "1/min",
            Self::Ratio => "",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// One feature: how it is called, what it means and how it is read from the state of a client.
#[derive(Clone, Copy, Debug)]
pub struct FeatureSpec {
    /// The name detectors use, `snake_case`, unit last when it is not a pure number.
    pub name: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// Smallest and largest value the reader can give.
    pub range: (f32, f32),
    /// One sentence: what is measured, on what, and below which minimum it abstains.
    pub meaning: &'static str,
    /// Reads the value; `None` abstains.
    pub read: fn(&ClientState) -> Option<f32>,
}

/// The position of a feature in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(u8);

impl FeatureId {
    /// The feature of that name, if the catalogue has one.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().find(|id| id.spec().name == name)
    }

    /// The feature at a position of the catalogue.
    #[must_use]
    pub fn from_index(index: usize) -> Option<Self> {
        u8::try_from(index).ok().filter(|index| *index < FEATURE_COUNT_U8).map(Self)
    }

    /// Name, unit, range, meaning and reader.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "an id is only made for a position of the catalogue"
    )]
    pub fn spec(self) -> &'static FeatureSpec {
        &CATALOGUE[usize::from(self.0)]
    }

    /// The name of the feature.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The position in the catalogue, below [`FEATURE_COUNT`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Every feature, in catalogue order.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..FEATURE_COUNT_U8).map(Self)
    }
}

/// The catalogue is addressed by one byte.
#[expect(clippy::cast_possible_truncation, reason = "asserted to fit")]
const FEATURE_COUNT_U8: u8 = {
    assert!(FEATURE_COUNT <= u8::MAX as usize, "a feature id is one byte");
    FEATURE_COUNT as u8
};

/// The values of all features of one client, in catalogue order. An absent value abstains.
#[derive(Clone, Debug)]
pub struct FeatureVector {
    /// NaN marks an absent value.
    values: [f32; FEATURE_COUNT],
}

impl FeatureVector {
    /// The vector in which every feature abstains.
    #[must_use]
    pub fn empty() -> Self {
        Self { values: [f32::NAN; FEATURE_COUNT] }
    }

    /// Reads every feature of `state`. A value outside the documented range, which no reader should
    /// give, is clamped into it.
    #[must_use]
    pub(crate) fn read(state: &ClientState) -> Self {
        let mut vector = Self::empty();
        for (value, spec) in vector.values.iter_mut().zip(CATALOGUE.iter()) {
            if let Some(read) = (spec.read)(state) {
                *value = read.clamp(spec.range.0, spec.range.1);
            }
        }
        vector
    }

    /// A vector with the given values and no others. A NaN is absent. For tests and explanations.
    #[must_use]
    pub fn from_values(values: &[(FeatureId, f32)]) -> Self {
        let mut vector = Self::empty();
        for (id, value) in values {
            if let Some(slot) = vector.values.get_mut(id.index()) {
                *slot = *value;
            }
        }
        vector
    }

    /// Takes the value of a feature out: it abstains from now on.
    pub fn abstain(&mut self, id: FeatureId) {
        if let Some(slot) = self.values.get_mut(id.index()) {
            *slot = f32::NAN;
        }
    }

    /// The value of a feature, `None` when it abstains.
    #[must_use]
    pub fn get(&self, id: FeatureId) -> Option<f32> {
        self.values.get(id.index()).copied().filter(|value| !value.is_nan())
    }

    /// The features that are present, in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (FeatureId, f32)> + '_ {
        FeatureId::all().zip(self.values.iter().copied()).filter(|(_, value)| !value.is_nan())
    }
}

impl PartialEq for FeatureVector {
    /// Equal bit for bit: two absent values are equal.
    fn eq(&self, other: &Self) -> bool {
        self.values.iter().zip(&other.values).all(|(a, b)| a.to_bits() == b.to_bits())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_features() {
        for id in FeatureId::all() {
            assert_eq!(FeatureId::by_name(id.name()), Some(id));
            assert_eq!(FeatureId::from_index(id.index()), Some(id));
        }
        assert_eq!(FeatureId::by_name("phase_of_the_moon"), None);
        assert_eq!(FeatureId::from_index(FEATURE_COUNT), None);
    }

    #[test]
    fn a_vector_holds_what_it_was_given_and_nothing_else() {
        let mut ids = FeatureId::all();
        let (a, b, c) = (ids.next().unwrap(), ids.next().unwrap(), ids.next().unwrap());
        let vector = FeatureVector::from_values(&[(a, 0.25), (b, f32::NAN)]);
        assert_eq!((vector.get(a), vector.get(b), vector.get(c)), (Some(0.25), None, None));
        assert_eq!(vector.iter().collect::<Vec<_>>(), [(a, 0.25)]);
        assert_eq!(vector, vector.clone());
        let mut blind = vector.clone();
        blind.abstain(a);
        assert_eq!(blind, FeatureVector::empty());
    }
}
