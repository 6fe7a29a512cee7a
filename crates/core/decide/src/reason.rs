//! The reasons of an assessment as they are published: whose, how much, and what was measured.

use std::fmt;

use gait_classify::{Assessment, Contribution, Source};
use gait_detect::{Detector, Pack};
use gait_fingerprint::{FeatureId, FeatureSpec, FeatureVector};

/// What stands before the feature in the id of a reason that is a term of the model.
const TERM_PREFIX: &str = "model.";

/// The published id of a reason: that of the detector, or `model.` and the feature of the term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonId<'a> {
    prefix: &'static str,
    name: &'a str,
}

impl<'a> ReasonId<'a> {
    /// Its two parts, which follow on each other. Neither holds anything that JSON would escape.
    #[must_use]
    pub fn parts(self) -> [&'a str; 2] {
        [self.prefix, self.name]
    }
}

impl fmt::Display for ReasonId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix)?;
        f.write_str(self.name)
    }
}

/// Whose reason it is.
#[derive(Clone, Copy, Debug)]
enum Whose<'a> {
    Detector(&'a Detector),
    Term(FeatureId),
}

impl<'a> Whose<'a> {
    fn of(pack: &'a Pack, source: Source) -> Option<Self> {
        match source {
            Source::Detector(detector) => pack.detector(detector).map(Self::Detector),
            Source::Term(feature) => Some(Self::Term(feature)),
        }
    }

    fn id(self) -> ReasonId<'a> {
        match self {
            Self::Detector(detector) => ReasonId { prefix: "", name: &detector.id },
            Self::Term(feature) => ReasonId { prefix: TERM_PREFIX, name: feature.name() },
        }
    }
}

/// One reason: what a detector, or the model's term of a feature, added to the log-odds, and the features
/// that it read.
#[derive(Clone, Copy, Debug)]
pub struct Reason<'a> {
    whose: Whose<'a>,
    /// What it counts, millinats; the prior and all of these sum to the log-odds.
    pub millinats: i32,
    /// What it said before its family and maturity were considered, millinats.
    pub evidence_millinats: i32,
    features: &'a FeatureVector,
}

impl<'a> Reason<'a> {
    /// The reason that a contribution is, when `pack` knows its detector.
    fn of(pack: &'a Pack, features: &'a FeatureVector, contribution: Contribution) -> Option<Self> {
        let whose = Whose::of(pack, contribution.source)?;
        let Contribution { millinats, evidence_millinats, .. } = contribution;
        Some(Self { whose, millinats, evidence_millinats, features })
    }

    /// Its published id.
    #[must_use]
    pub fn id(&self) -> ReasonId<'a> {
        self.whose.id()
    }

    /// One line of what it means.
    #[must_use]
    pub fn title(&self) -> &'a str {
        match self.whose {
            Whose::Detector(detector) => &detector.title,
            Whose::Term(feature) => term_title(feature),
        }
    }

    /// The features that were read, with their values; unknown ones are left out.
    pub fn features(&self) -> impl Iterator<Item = (&'static FeatureSpec, f32)> + 'a {
        let vector = self.features;
        let (read, own) = match self.whose {
            Whose::Detector(detector) => (&*detector.features, None),
            Whose::Term(feature) => (&[][..], Some(feature)),
        };
        let read = read.iter().copied().chain(own);
        read.filter_map(move |id| Some((id.spec(), vector.get(id)?)))
    }
}

/// What the term of a feature looks at: the first sentence of what the feature means.
fn term_title(feature: FeatureId) -> &'static str {
    let meaning = feature.spec().meaning;
    meaning.split_once(". ").map_or(meaning, |(first, _)| first).trim_end_matches('.')
}

/// The title of the reason with that published id, when there can be one.
#[must_use]
pub fn reason_title<'a>(pack: &'a Pack, id: &str) -> Option<&'a str> {
    if let Some(detector) = pack.index_of(id).and_then(|index| pack.detector(index)) {
        return Some(&detector.title);
    }
    let feature = id.strip_prefix(TERM_PREFIX)?;
    FeatureId::by_name(feature).map(term_title)
}

/// The published id of what a contribution comes from, when `pack` knows it.
pub(crate) fn source_id(pack: &Pack, source: Source) -> Option<ReasonId<'_>> {
    Whose::of(pack, source).map(Whose::id)
}

/// The reasons of `assessment`, weightiest first. `pack` and `features` are those it was made from.
pub fn reasons<'a>(
    pack: &'a Pack,
    features: &'a FeatureVector,
    assessment: &Assessment,
) -> impl Iterator<Item = Reason<'a>> + use<'a> {
    let ranked = assessment.contributions.ranked();
    ranked.into_iter().filter_map(move |said| Reason::of(pack, features, said))
}
