//! A grant as a plain struct, and the set of grants in force, found by id. Judging is left to `judge`.

use std::collections::{BTreeMap, BTreeSet};

/// Who may do what, for whom, on which resources and data, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The id that tokens and log lines carry.
    pub id: String,
    /// The agent that acts.
    pub actor: String,
    /// The person on whose behalf it acts.
    pub subject: String,
    /// Names of the allowed actions, such as MCP tools.
    pub actions: BTreeSet<String>,
    /// Ids of the allowed resources.
    pub resources: BTreeSet<String>,
    /// First and last day of the data that may be asked for, days since 1970-01-01, both inclusive.
    pub window_days: Option<(i32, i32)>,
    /// First instant of validity, microseconds since 1970-01-01.
    pub not_before_us: i64,
    /// First instant after validity, microseconds since 1970-01-01.
    pub expires_at_us: i64,
    /// Most actors that a delegation chain may name, the acting agent included.
    pub chain_max: usize,
}

/// Why a grant was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Two grants carry one id.
    #[error("grant `{0}` is given twice; keep one of them")]
    Twice(String),
    /// It could never be valid.
    #[error("grant `{0}` expires before it begins; correct `expires_at` or `not_before`")]
    NeverValid(String),
    /// Its data window holds no day.
    #[error("the data window of grant `{0}` ends before it begins; exchange the two days")]
    EmptyWindow(String),
}

/// The grants in force, at most one for an id.
#[derive(Clone, Debug, Default)]
pub struct Grants(BTreeMap<String, Grant>);

impl Grants {
    /// Takes a grant in.
    ///
    /// # Errors
    /// When its id is taken, or when it could never match; the set stays as it was.
    pub fn insert(&mut self, grant: Grant) -> Result<(), GrantError> {
        if grant.expires_at_us <= grant.not_before_us {
            return Err(GrantError::NeverValid(grant.id));
        }
        if grant.window_days.is_some_and(|(first, last)| last < first) {
            return Err(GrantError::EmptyWindow(grant.id));
        }
        if self.0.contains_key(&grant.id) {
            return Err(GrantError::Twice(grant.id));
        }
        self.0.insert(grant.id.clone(), grant);
        Ok(())
    }

    /// The grant of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Grant> {
        self.0.get(id)
    }
}
