//! How the evidence of many detectors becomes contributions that simply add up.
//!
//! Detectors of one family see the same behaviour from different sides. Within a family the strongest
//! counts in full and the others a little, evidence for a program and for a person apart; what observing
//! detectors say is listed and counts nothing. The model's terms come on top. The order in which evidence
//! arrives does not matter.

use std::cmp::Reverse;

use gait_detect::{
    DETECTORS_MAX, DetectorIndex, Evidence, Evidences, Family, Pack, Toward, Traits,
};
use gait_fingerprint::{FeatureId, FeatureVector};

use crate::{Model, terms::TERMS_MAX};

/// Where a contribution comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A detector of the pack.
    Detector(DetectorIndex),
    /// The model's term of a feature.
    Term(FeatureId),
}

/// What one detector, or one term of the model, adds to the log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Whose it is.
    pub source: Source,
    /// What it counts, millinats: added to the prior with all others it gives the log-odds.
    pub millinats: i32,
    /// What it said, millinats, before its family and its maturity were considered.
    pub evidence_millinats: i32,
}

impl Contribution {
    const NONE: Self =
        Self { source: Source::Detector(DetectorIndex(0)), millinats: 0, evidence_millinats: 0 };
}

/// Most contributions of one assessment.
const CONTRIBUTIONS_MAX: usize = DETECTORS_MAX + TERMS_MAX;

/// The contributions of one assessment: detectors as they spoke, then terms in order of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributions {
    list: [Contribution; CONTRIBUTIONS_MAX],
    len: usize,
}

impl Default for Contributions {
    fn default() -> Self {
        Self { list: [Contribution::NONE; CONTRIBUTIONS_MAX], len: 0 }
    }
}

impl Contributions {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Contribution] {
        self.list.get(..self.len).unwrap_or_default()
    }

    /// The weightiest first; equal ones in order of source. For whoever publishes them: an assessment that
    /// nobody reads is spared the sorting.
    #[must_use]
    pub fn ranked(&self) -> Self {
        let mut ranked = self.clone();
        if let Some(list) = ranked.list.get_mut(..ranked.len) {
            list.sort_unstable_by_key(|c| {
                let weight = (c.millinats.unsigned_abs(), c.evidence_millinats.unsigned_abs());
                (Reverse(weight), c.source)
            });
        }
        ranked
    }

    fn push(&mut self, contribution: Contribution) {
        if let Some(slot) = self.list.get_mut(self.len) {
            *slot = contribution;
            self.len += 1;
        }
    }

    /// What they add up to, millinats.
    #[must_use]
    pub fn sum_millinats(&self) -> i32 {
        self.as_slice().iter().map(|c| c.millinats).sum()
    }
}

impl IntoIterator for Contributions {
    type Item = Contribution;
    type IntoIter = std::iter::Take<std::array::IntoIter<Contribution, CONTRIBUTIONS_MAX>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter().take(self.len)
    }
}

/// A set of families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FamilySet(u8);

impl FamilySet {
    /// The set as bits, by the discriminants of the families.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits; those that no family has are left out.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        let mut families = Self::default();
        let held = Family::ALL.iter().filter(|family| bits & (1 << **family as u8) != 0);
        held.for_each(|family| families.insert(*family));
        families
    }

    /// Adds a family.
    pub fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u8;
    }

    /// True when the family is in the set.
    #[must_use]
    pub fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u8) != 0
    }

    /// The families of the set, in the order of [`Family::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.iter().copied().filter(move |family| self.contains(*family))
    }

    /// How many.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Sums of evidence that the choice of a class asks for, millinats. What counts beside stronger evidence of
/// its family counts a little here too; how much a family is worth to the log-odds plays no part: two
/// families agree or they do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Log-odds of an agent among programs.
    pub(crate) agent: i32,
    /// The strongest single word that disproves a declaration.
    pub(crate) disproof: i32,
    /// For a program, by family.
    pub(crate) program: [i32; Family::ALL.len()],
    /// For a person, by family, as positive figures.
    pub(crate) person: [i32; Family::ALL.len()],
    /// For a program by detectors that may support enforcement, by family.
    pub(crate) enforcing: [i32; Family::ALL.len()],
}

/// One piece of evidence with what its detector decides about it.
#[derive(Clone, Copy)]
struct Word {
    evidence: Evidence,
    traits: Traits,
}

impl Word {
    fn of(pack: &Pack, evidence: Evidence) -> Option<Self> {
        Some(Self { evidence, traits: pack.traits(evidence.detector)? })
    }

    /// Index of the side of its family: two sides per family.
    fn side(self) -> usize {
        self.traits.family as usize * 2 + usize::from(self.evidence.millinats < 0)
    }

    /// Stronger first, then the lower index, whatever order evidence came in.
    fn rank(self) -> (u32, Reverse<DetectorIndex>) {
        (self.evidence.millinats.unsigned_abs(), Reverse(self.evidence.detector))
    }
}

/// Turns evidence and features into contributions and tallies them.
pub(crate) fn combine(
    pack: &Pack,
    model: &Model,
    features: &FeatureVector,
    said: &Evidences,
) -> (Contributions, Tally) {
    let mut out = Contributions::default();
    let mut tally = Tally::default();
    let strongest = strongest(pack, said);
    for word in said.evidence().iter().filter_map(|evidence| Word::of(pack, *evidence)) {
        let evidence = word.evidence.millinats;
        let (mut counted, mut millinats) = (0, 0);
        if word.traits.maturity.scores() {
            let leads = strongest.get(word.side()).copied().flatten();
            let leads = leads.is_some_and(|held| held == word.evidence.detector);
            counted = model.share(evidence, leads);
            millinats = model.weigh(word.traits.family, counted);
        }
        let source = Source::Detector(word.evidence.detector);
        out.push(Contribution { source, millinats, evidence_millinats: evidence });
        tally.add(word, counted);
    }
    tally.agent = model.weigh_kind(tally.agent);
    for term in model.terms() {
        let Some((millinats, agent)) = term.millinats(features) else { continue };
        tally.agent = tally.agent.saturating_add(agent);
        if millinats != 0 {
            let source = Source::Term(term.feature());
            out.push(Contribution { source, millinats, evidence_millinats: millinats });
        }
    }
    (out, tally)
}

/// Who said the strongest word on each side of each family.
fn strongest(pack: &Pack, said: &Evidences) -> [Option<DetectorIndex>; Family::ALL.len() * 2] {
    let mut strongest: [Option<Word>; Family::ALL.len() * 2] = [None; Family::ALL.len() * 2];
    let words = said.evidence().iter().filter_map(|evidence| Word::of(pack, *evidence));
    for word in words.filter(|word| word.traits.maturity.scores()) {
        if let Some(slot) = strongest.get_mut(word.side())
            && slot.is_none_or(|held| word.rank() > held.rank())
        {
            *slot = Some(word);
        }
    }
    strongest.map(|word| word.map(|word| word.evidence.detector))
}

impl Tally {
    fn add(&mut self, word: Word, millinats: i32) {
        let to = |sums: &mut [i32; Family::ALL.len()], amount: i32| {
            if let Some(sum) = sums.get_mut(word.traits.family as usize) {
                *sum += amount;
            }
        };
        if millinats < 0 {
            to(&mut self.person, -millinats);
            return;
        }
        to(&mut self.program, millinats);
        if word.traits.maturity.enforces() {
            to(&mut self.enforcing, millinats);
        }
        match word.traits.toward {
            Toward::Agent => self.agent += millinats,
            Toward::Automation => self.agent -= millinats,
            Toward::Program | Toward::Person => {}
        }
        if word.traits.disproves_declaration && word.traits.maturity.scores() {
            self.disproof = self.disproof.max(word.evidence.millinats);
        }
    }

    /// The families in which `sums` reaches `floor`.
    pub(crate) fn families(sums: &[i32; Family::ALL.len()], floor: i32) -> FamilySet {
        let mut set = FamilySet::default();
        for (family, sum) in Family::ALL.iter().zip(sums) {
            if *sum >= floor {
                set.insert(*family);
            }
        }
        set
    }
}
