//! A set of detectors that is compiled, hashed and evaluated as one.

use std::fmt;

use gait_event::published::write_hex;
use gait_fingerprint::{FeatureId, FeatureVector};
use toml::Table;

use crate::{
    baseline::Baseline,
    detector::Detector,
    evidence::{DetectorIndex, Evidences},
    mistake::{Mistake, Problem},
    rule::{Rule, Traits},
    section::Report,
};

/// Most detectors of one pack.
pub const DETECTORS_MAX: usize = 64;

/// Longest detector file, bytes.
const SPEC_MAX_BYTES: usize = 64 * 1024;

/// The detectors that ship with the engine: (path below `detectors/`, text), sorted.
const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// One detector file.
#[derive(Clone, Copy, Debug)]
pub struct SpecSource<'a> {
    /// Where it lies; the last three parts are family, id and `detector.toml`.
    pub path: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// The identity of a pack: the first 128 bits of BLAKE3 over the content of its detectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackHash(pub [u8; 16]);

impl fmt::Display for PackHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(u128::from_be_bytes(self.0), f)
    }
}

/// Detectors in order of their id.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    detectors: Vec<Detector>,
    /// The rules of the detectors, in the same order.
    rules: Vec<Rule>,
    hash: PackHash,
    events: Option<FeatureId>,
    decisions: Option<FeatureId>,
}

impl Pack {
    /// Compiles detector files into a pack. The order of the files does not matter.
    ///
    /// # Errors
    /// Every mistake of every file.
    pub fn compile(sources: &[SpecSource<'_>]) -> Result<Self, Vec<Mistake>> {
        let (pack, mistakes) = Self::compile_what_can_be(sources);
        if mistakes.is_empty() { Ok(pack) } else { Err(mistakes) }
    }

    /// The detectors that ship with the engine. A test holds that none of them has a mistake; were there
    /// one, that detector would be left out, and nothing else.
    #[must_use]
    pub fn builtin() -> Self {
        Self::compile_what_can_be(&Self::builtin_sources()).0
    }

    /// The files that [`Pack::builtin`] is compiled from.
    #[must_use]
    pub fn builtin_sources() -> Vec<SpecSource<'static>> {
        BUILTIN.iter().map(|(path, text)| SpecSource { path, text }).collect()
    }

    fn compile_what_can_be(sources: &[SpecSource<'_>]) -> (Self, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let mut read: Vec<(Detector, Rule)> = Vec::new();
        for source in sources {
            match compile_one(source) {
                Ok(detector) => {
                    if read.iter().any(|(known, _)| known.id == detector.0.id) {
                        mistakes.push(mistake(source, "id", Problem::Duplicate));
                    } else if read.len() == DETECTORS_MAX {
                        let limit = format!("is one too many: a pack holds {DETECTORS_MAX}");
                        mistakes.push(mistake(source, "", Problem::Limit(limit)));
                    } else {
                        read.push(detector);
                    }
                }
                Err(found) => mistakes.extend(found),
            }
        }
        read.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let (detectors, rules): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let hash = hash_of(&detectors);
        let (events, decisions) = (FeatureId::by_name("events"), FeatureId::by_name("decisions"));
        (Self { detectors, rules, hash, events, decisions }, mistakes)
    }

    /// Lets every detector judge one client of a site of which nothing is known. What `out` held before is
    /// forgotten.
    pub fn evaluate(&self, features: &FeatureVector, out: &mut Evidences) {
        self.evaluate_among(Baseline::EMPTY, features, out);
    }

    /// Lets every detector judge one client among the people of its site. What `out` held before is forgotten.
    pub fn evaluate_among(&self, people: &Baseline, features: &FeatureVector, out: &mut Evidences) {
        out.clear();
        let count =
            |id: Option<FeatureId>| id.and_then(|id| features.get(id)).map_or(0.0, f64::from);
        let (events, decisions) = (count(self.events), count(self.decisions));
        let peers = people.peers(features, decisions);
        for (rule, index) in self.rules.iter().zip(0_u16..) {
            match rule.judge(features, peers, events, decisions) {
                Ok(millinats) => out.push(DetectorIndex(index), millinats),
                Err(silence) => out.abstain(DetectorIndex(index), silence),
            }
        }
    }

    /// Events of the client, as its features tell.
    #[must_use]
    pub fn events(&self, features: &FeatureVector) -> u64 {
        whole(self.events.and_then(|id| features.get(id)))
    }

    /// Decision steps of the client, as its features tell.
    #[must_use]
    pub fn decisions(&self, features: &FeatureVector) -> u32 {
        let decisions = whole(self.decisions.and_then(|id| features.get(id)));
        u32::try_from(decisions).unwrap_or(u32::MAX)
    }

    /// The detectors, in order of id.
    #[must_use]
    pub fn detectors(&self) -> &[Detector] {
        &self.detectors
    }

    /// The detector at `index`, when the pack has it.
    #[must_use]
    pub fn detector(&self, index: DetectorIndex) -> Option<&Detector> {
        self.detectors.get(usize::from(index.0))
    }

    /// What combining evidence asks about the detector at `index`.
    #[must_use]
    pub fn traits(&self, index: DetectorIndex) -> Option<Traits> {
        self.rules.get(usize::from(index.0)).map(|rule| rule.traits)
    }

    /// The place of the detector with the full id `id`.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<DetectorIndex> {
        let index = self.detectors.binary_search_by(|d| d.id.as_str().cmp(id)).ok()?;
        u16::try_from(index).ok().map(DetectorIndex)
    }

    /// The identity of the pack.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.hash
    }
}

/// A count that travels as a float; not known is none.
fn whole(count: Option<f32>) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the conversion saturates, and counts are not negative"
    )]
    count.map_or(0, |count| count as u64)
}

fn compile_one(source: &SpecSource<'_>) -> Result<(Detector, Rule), Vec<Mistake>> {
    if source.text.len() > SPEC_MAX_BYTES {
        let limit = format!("is longer than {SPEC_MAX_BYTES} bytes");
        return Err(vec![mistake(source, "", Problem::Limit(limit))]);
    }
    let table: Table = match source.text.parse() {
        Ok(table) => table,
        Err(error) => {
            let error: toml::de::Error = error;
            let text = error.to_string().trim_end().replace('\n', " ");
            return Err(vec![mistake(source, "", Problem::Syntax(text))]);
        }
    };
    let report = Report::new(source.path);
    match Detector::read(&report, source.path, &table) {
        Some(detector) if report.is_clean() => Ok(detector),
        _ => Err(report.into_mistakes()),
    }
}

fn mistake(source: &SpecSource<'_>, key: &str, problem: Problem) -> Mistake {
    Mistake { file: source.path.to_owned(), key: key.to_owned(), problem }
}

fn hash_of(detectors: &[Detector]) -> PackHash {
    let mut hasher = blake3::Hasher::new();
    for detector in detectors {
        hasher.update(detector.content_hash.as_bytes());
    }
    let mut first = [0; 16];
    hasher.finalize_xof().fill(&mut first);
    PackHash(first)
}

#[cfg(test)]
mod tests;
