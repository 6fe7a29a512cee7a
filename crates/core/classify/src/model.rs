//! The frozen model: prior, weights of families, terms, calibration and thresholds.
//!
//! A model is checked whole before it is used; a bad file is refused and the caller keeps the one it has.
//! Nothing here learns: models are made by `gait-train` or by hand, and loaded.

mod file;

use std::fmt;

use gait_detect::Family;
use gait_event::published::write_hex;
use serde::Deserialize;

use crate::{
    score::{Calibration, Score},
    terms::Term,
};

/// Longest model file, bytes.
pub const MODEL_MAX_BYTES: usize = 64 * 1024;

/// Largest log-odds any key may hold, millinats.
const MILLINATS_MAX: i32 = 20_000;

const SHIPPED: &str = include_str!("../model/shipped.toml");
const REASONED: &str = include_str!("../model/reasoned.toml");

/// The identity of a model: the first 128 bits of BLAKE3 over its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelHash(pub [u8; 16]);

impl fmt::Display for ModelHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(u128::from_be_bytes(self.0), f)
    }
}

/// Why a model file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The file is longer than [`MODEL_MAX_BYTES`].
    #[error("the model has {0} bytes; at most {MODEL_MAX_BYTES} are allowed")]
    TooLarge(usize),
    /// Not TOML, a key missing, of a wrong type or unknown.
    #[error("the model cannot be read: {0}")]
    Unreadable(String),
    /// A value out of its limits.
    #[error("model key `{key}` is {found}; it must be {limit}")]
    Limit {
        /// Dotted path of the key.
        key: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        limit: String,
    },
    /// A term of a feature that this engine does not measure.
    #[error("the model reads the feature `{0}`, which this version does not know; train it anew")]
    UnknownFeature(String),
    /// The values do not have the hash that the file states.
    #[error("the model's values have the hash {found}, not {stated} as it states; take it anew")]
    Altered {
        /// The hash of the values.
        found: ModelHash,
        /// The hash in the file.
        stated: String,
    },
}

/// Where the classes begin, millinats of log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// At or below: a person.
    pub human_max_millinats: i32,
    /// Fewest decision steps before a client is called a person.
    pub human_decisions_min: u32,
    /// At or above: a program.
    pub program_min_millinats: i32,
    /// Least log-odds of an agent before a program is called one.
    pub agent_min_millinats: i32,
    /// Least evidence of a disproving detector before a declared bot is no longer believed.
    pub disproof_min_millinats: i32,
}

/// What an enforceable verdict needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enforcement {
    /// Least log-odds.
    pub program_min_millinats: i32,
    /// Fewest families of stable positive evidence; a deception alone suffices.
    pub families_min: u8,
    /// Least evidence for a family to be counted among them.
    pub family_floor_millinats: i32,
    /// Fewest decision steps.
    pub decisions_min: u32,
}

/// How agents are told from fixed plans, beside the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Log-odds of an agent among programs before any evidence, millinats.
    pub prior_millinats: i32,
    /// How much the evidence for agents less that for fixed plans counts.
    pub evidence_permille: u16,
}

/// A frozen model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    name: String,
    version: u32,
    prior_millinats: i32,
    rest_permille: u16,
    families_permille: [u16; Family::ALL.len()],
    kind: Kind,
    thresholds: Thresholds,
    enforcement: Enforcement,
    calibration: Calibration,
    terms: Vec<Term>,
    hash: ModelHash,
}

impl Model {
    /// The model that ships with the engine. A test holds that it can be read; were it not, every client
    /// would stay undecided.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).unwrap_or_else(|_| Self::unscored())
    }

    /// The model that was reasoned and not fitted, without terms: what a trained one is measured against, and
    /// one that stays as it is, for tests.
    #[must_use]
    pub fn reasoned() -> Self {
        Self::parse(REASONED).unwrap_or_else(|_| Self::unscored())
    }

    /// The model that decides nothing: what remains when no model can be read.
    #[must_use]
    pub fn unscored() -> Self {
        Self {
            name: "unscored".to_owned(),
            version: 0,
            prior_millinats: 0,
            rest_permille: 0,
            families_permille: [0; Family::ALL.len()],
            kind: Kind { prior_millinats: 0, evidence_permille: 0 },
            thresholds: Thresholds {
                human_max_millinats: -MILLINATS_MAX,
                human_decisions_min: u32::MAX,
                program_min_millinats: MILLINATS_MAX,
                agent_min_millinats: MILLINATS_MAX,
                disproof_min_millinats: MILLINATS_MAX,
            },
            enforcement: Enforcement {
                program_min_millinats: MILLINATS_MAX,
                families_min: u8::MAX,
                family_floor_millinats: MILLINATS_MAX,
                decisions_min: u32::MAX,
            },
            calibration: Calibration::unknown(),
            terms: Vec::new(),
            hash: ModelHash::default(),
        }
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When the file is too long, is not TOML of exactly the known keys, holds a value out of limits, reads an
    /// unknown feature, or states a hash that its values do not have.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        file::read(text)
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version, for people.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Log-odds of a program before any evidence.
    #[must_use]
    pub fn prior_millinats(&self) -> i32 {
        self.prior_millinats
    }

    /// Where the classes begin.
    #[must_use]
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// What enforcement needs.
    #[must_use]
    pub fn enforcement(&self) -> &Enforcement {
        &self.enforcement
    }

    /// What features add, in order of the catalogue.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The score of log-odds.
    #[must_use]
    pub fn score(&self, millinats: i32) -> Score {
        self.calibration.score(millinats)
    }

    /// The identity of the model.
    #[must_use]
    pub fn hash(&self) -> ModelHash {
        self.hash
    }

    /// `evidence` as it counts when it is the strongest on its side of its family, or when it is not.
    /// Rounded toward zero.
    pub(crate) fn share(&self, evidence_millinats: i32, strongest: bool) -> i32 {
        if strongest {
            evidence_millinats
        } else {
            permille(evidence_millinats, self.rest_permille)
        }
    }

    /// Evidence of a family as it adds to the log-odds. Rounded toward zero; never more than twice the
    /// evidence, and never the other sign.
    pub(crate) fn weigh(&self, family: Family, evidence_millinats: i32) -> i32 {
        let weight = self.families_permille.get(family as usize).copied().unwrap_or(0);
        permille(evidence_millinats, weight)
    }

    /// Log-odds of an agent by the evidence for agents less that for fixed plans, without the terms.
    pub(crate) fn weigh_kind(&self, evidence_millinats: i32) -> i32 {
        let Kind { prior_millinats, evidence_permille } = self.kind;
        prior_millinats.saturating_add(permille(evidence_millinats, evidence_permille))
    }

    /// Over the values alone: layout and comments of the file are free.
    fn content_hash(&self) -> ModelHash {
        let (t, e) = (&self.thresholds, &self.enforcement);
        let mut hasher = blake3::Hasher::new();
        let mut put = |values: &[i64]| {
            hasher.update(&(values.len() as u64).to_le_bytes());
            for value in values {
                hasher.update(&value.to_le_bytes());
            }
        };
        put(&[
            self.version.into(),
            self.prior_millinats.into(),
            self.rest_permille.into(),
            self.kind.prior_millinats.into(),
            self.kind.evidence_permille.into(),
            t.human_max_millinats.into(),
            t.human_decisions_min.into(),
            t.program_min_millinats.into(),
            t.agent_min_millinats.into(),
            t.disproof_min_millinats.into(),
            e.program_min_millinats.into(),
            e.families_min.into(),
            e.family_floor_millinats.into(),
            e.decisions_min.into(),
        ]);
        put(&self.families_permille.map(i64::from));
        for (millinats, tenths) in self.calibration.knots() {
            put(&[(*millinats).into(), (*tenths).into()]);
        }
        for term in &self.terms {
            put(&term.cuts().iter().map(|cut| cut.to_bits().into()).collect::<Vec<_>>());
            put(&term.steps().iter().map(|(program, _)| (*program).into()).collect::<Vec<_>>());
            put(&term.steps().iter().map(|(_, agent)| (*agent).into()).collect::<Vec<_>>());
        }
        let features = self.terms.iter().map(|term| term.feature().name());
        for text in features.chain([self.name.as_str()]) {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        let mut first = [0; 16];
        hasher.finalize_xof().fill(&mut first);
        ModelHash(first)
    }
}

/// `permille` thousandths of `millinats`, rounded toward zero.
fn permille(millinats: i32, permille: u16) -> i32 {
    i32::try_from(i64::from(millinats) * i64::from(permille) / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests;
