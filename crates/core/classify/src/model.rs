//! The frozen model: prior, weights of families and thresholds, read from a small TOML file.
//!
//! A model is checked whole before it is used; a bad file is refused and the caller keeps the one it has.
//! Nothing here learns: models are made elsewhere and loaded.

use std::fmt;

use gait_detect::Family;
use gait_event::published::write_hex;
use serde::Deserialize;

/// Longest model file, bytes.
pub const MODEL_MAX_BYTES: usize = 16 * 1024;

/// Largest log-odds any key may hold, millinats.
const MILLINATS_MAX: i32 = 20_000;

const SHIPPED: &str = include_str!("../model/shipped.toml");

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
        key: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        limit: String,
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
    /// Least evidence for an agent before a program is called one.
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

/// A frozen model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    name: String,
    version: u32,
    prior_millinats: i32,
    rest_permille: u16,
    families_permille: [u16; Family::ALL.len()],
    thresholds: Thresholds,
    enforcement: Enforcement,
    hash: ModelHash,
}

/// The file, key by key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: u32,
    prior_millinats: i32,
    rest_permille: u16,
    families_permille: Families,
    thresholds: Thresholds,
    enforcement: Enforcement,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Families {
    timing: u16,
    navigation: u16,
    motor: u16,
    identity: u16,
    discovery: u16,
    deception: u16,
    population: u16,
    scope: u16,
}

impl Families {
    /// In the order of [`Family::ALL`].
    fn in_order(&self) -> [u16; Family::ALL.len()] {
        let mut list = [0; Family::ALL.len()];
        for (slot, family) in list.iter_mut().zip(Family::ALL) {
            *slot = self.of(*family);
        }
        list
    }

    fn of(&self, family: Family) -> u16 {
        match family {
            Family::Timing => self.timing,
            Family::Navigation => self.navigation,
            Family::Motor => self.motor,
            Family::Identity => self.identity,
            Family::Discovery => self.discovery,
            Family::Deception => self.deception,
            Family::Population => self.population,
            Family::Scope => self.scope,
        }
    }
}

impl Model {
    /// The model that ships with the engine. A test holds that it can be read; were it not, every client
    /// would stay undecided.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).unwrap_or_else(|_| Self::unscored())
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
            hash: ModelHash::default(),
        }
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When the file is too long, is not TOML of exactly the known keys, or holds a value out of limits.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        if text.len() > MODEL_MAX_BYTES {
            return Err(ModelError::TooLarge(text.len()));
        }
        let file: File = toml::from_str(text)
            .map_err(|error| ModelError::Unreadable(error.to_string().trim_end().to_owned()))?;
        check(&file)?;
        let mut model = Self {
            name: file.name,
            version: file.version,
            prior_millinats: file.prior_millinats,
            rest_permille: file.rest_permille,
            families_permille: file.families_permille.in_order(),
            thresholds: file.thresholds,
            enforcement: file.enforcement,
            hash: ModelHash::default(),
        };
        model.hash = model.content_hash();
        Ok(model)
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

    /// The identity of the model.
    #[must_use]
    pub fn hash(&self) -> ModelHash {
        self.hash
    }

    /// `evidence` of a family as it counts when it is the strongest on its side of the family, or when it
    /// is not. Rounded toward zero; never more than twice the evidence, and never the other sign.
    pub(crate) fn weigh(&self, family: Family, evidence_millinats: i32, strongest: bool) -> i32 {
        let permille = self.families_permille.get(family as usize).copied().unwrap_or(0);
        let weighed = i64::from(evidence_millinats) * i64::from(permille) / 1000;
        let share = if strongest { 1000 } else { i64::from(self.rest_permille) };
        i32::try_from(weighed * share / 1000).unwrap_or(0)
    }

    /// Over the values alone: layout and comments of the file are free.
    fn content_hash(&self) -> ModelHash {
        let Self { name, version, prior_millinats, rest_permille, families_permille, .. } = self;
        let (t, e) = (&self.thresholds, &self.enforcement);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        let families = families_permille.iter().map(|weight| i64::from(*weight));
        let values = [
            i64::from(*version),
            i64::from(*prior_millinats),
            i64::from(*rest_permille),
            i64::from(t.human_max_millinats),
            i64::from(t.human_decisions_min),
            i64::from(t.program_min_millinats),
            i64::from(t.agent_min_millinats),
            i64::from(t.disproof_min_millinats),
            i64::from(e.program_min_millinats),
            i64::from(e.families_min),
            i64::from(e.family_floor_millinats),
            i64::from(e.decisions_min),
        ];
        for value in values.into_iter().chain(families) {
            hasher.update(&value.to_le_bytes());
        }
        let mut first = [0; 16];
        hasher.finalize_xof().fill(&mut first);
        ModelHash(first)
    }
}

/// Holds every value of a file against its limits.
fn check(file: &File) -> Result<(), ModelError> {
    let (t, e) = (&file.thresholds, &file.enforcement);
    let human_at = t.human_max_millinats;
    let rules: [(&'static str, i64, i64, i64); 11] = [
        ("version", file.version.into(), 1, u32::MAX.into()),
        ("prior_millinats", file.prior_millinats.into(), -10_000, 10_000),
        ("rest_permille", file.rest_permille.into(), 0, 1000),
        ("thresholds.human_max_millinats", human_at.into(), (-MILLINATS_MAX).into(), 0),
        ("thresholds.human_decisions_min", t.human_decisions_min.into(), 1, 1000),
        (
            "thresholds.program_min_millinats",
            t.program_min_millinats.into(),
            0,
            MILLINATS_MAX.into(),
        ),
        ("thresholds.agent_min_millinats", t.agent_min_millinats.into(), 1, MILLINATS_MAX.into()),
        (
            "thresholds.disproof_min_millinats",
            t.disproof_min_millinats.into(),
            1,
            MILLINATS_MAX.into(),
        ),
        (
            "enforcement.program_min_millinats",
            e.program_min_millinats.into(),
            t.program_min_millinats.into(),
            MILLINATS_MAX.into(),
        ),
        ("enforcement.families_min", e.families_min.into(), 2, 7),
        ("enforcement.family_floor_millinats", e.family_floor_millinats.into(), 500, 6000),
    ];
    let families = Family::ALL
        .iter()
        .map(|family| ("families_permille", file.families_permille.of(*family).into(), 0, 2000));
    let steps = [("enforcement.decisions_min", i64::from(e.decisions_min), 4, 10_000)];
    for (key, found, min, max) in rules.into_iter().chain(steps).chain(families) {
        if found < min || found > max {
            let limit = format!("between {min} and {max}");
            return Err(ModelError::Limit { key, found: found.to_string(), limit });
        }
    }
    if file.name.is_empty() || file.name.len() > 64 {
        let limit = "a name of at most 64 bytes".to_owned();
        return Err(ModelError::Limit { key: "name", found: format!("`{}`", file.name), limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_can_be_read() {
        assert_eq!(Model::parse(SHIPPED), Ok(Model::shipped()));
        assert_eq!(Model::shipped().name(), "shipped");
    }

    #[test]
    fn a_bad_model_is_refused_with_its_reason() {
        for (from, to, text) in [
            ("rest_permille = 300", "rest_permille = 1001", "`rest_permille` is 1001"),
            ("prior_millinats = -1000", "prior_millinats = -10001", "`prior_millinats` is -10001"),
            ("prior_millinats = -1000", "", "missing field `prior_millinats`"),
            ("version = 2", "version = 2\nlearning_rate = 3", "unknown field `learning_rate`"),
            ("timing = 1000", "timing = 2001", "`families_permille` is 2001"),
            ("families_min = 2", "families_min = 1", "`enforcement.families_min` is 1"),
            ("decisions_min = 4\n", "decisions_min = 3\n", "`enforcement.decisions_min` is 3"),
            ("name = \"shipped\"", "name = \"\"", "`name` is ``"),
        ] {
            assert!(SHIPPED.contains(from), "{from}");
            let error = Model::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(text), "{to}: {error}");
        }
        let long = format!("{SHIPPED}#{}", "x".repeat(MODEL_MAX_BYTES));
        assert!(matches!(Model::parse(&long), Err(ModelError::TooLarge(_))));
    }

    #[test]
    fn the_hash_follows_the_values_and_not_the_layout() {
        let hash = |text: &str| Model::parse(text).unwrap().hash();
        assert_eq!(hash(SHIPPED), hash(&format!("# a comment\n{SHIPPED}")));
        for (from, to) in [("version = 2", "version = 3"), ("timing = 1000", "timing = 999")] {
            assert_ne!(hash(SHIPPED), hash(&SHIPPED.replacen(from, to, 1)), "{to}");
        }
    }
}
