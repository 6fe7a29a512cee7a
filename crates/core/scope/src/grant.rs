//! A grant as a plain struct, and the set of grants in force, found by id or by agent and subject. Judging is
//! left to `judge`.

use std::collections::{BTreeMap, BTreeSet};

/// Who may do what, for whom, on which resources and data, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// The id that tokens and log lines carry.
    pub id: String,
    /// The agent that acts.
    pub actor: String,
    /// The person on whose behalf it acts.
    pub subject: String,
    /// What is allowed: a call stays inside when one of these allows all of it.
    pub permissions: Vec<Permission>,
    /// First instant of validity, microseconds since 1970-01-01.
    pub not_before_us: i64,
    /// First instant after validity, microseconds since 1970-01-01.
    pub expires_at_us: i64,
    /// First instant at which the consent no longer holds, microseconds since 1970-01-01.
    pub consent_ends_us: Option<i64>,
    /// First instant at which the subject is no longer active, microseconds since 1970-01-01.
    pub subject_ends_us: Option<i64>,
    /// The agents of the delegation chain, acting agent first; empty when the grant does not say.
    pub chain: Vec<String>,
    /// Most actors that a delegation chain may name, the acting agent included.
    pub chain_max: usize,
}

/// Actions on resources, within bounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permission {
    /// Names of the allowed actions, such as MCP tools.
    pub actions: BTreeSet<String>,
    /// The allowed resources of each kind.
    pub resources: BTreeMap<String, Resources>,
    /// The days of data that may be asked for.
    pub window: Option<Window>,
    /// Bounds of arguments, by their dotted name.
    pub arguments: BTreeMap<String, Bound>,
}

/// Resources of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Ids that are allowed.
    pub ids: BTreeSet<String>,
    /// Beginnings of ids that are allowed; the empty one allows every id.
    pub prefixes: Vec<String>,
}

impl Resources {
    /// Whether the resource of that id is among them.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains(id) || self.prefixes.iter().any(|prefix| id.starts_with(prefix.as_str()))
    }
}

/// The days of data that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day, days since 1970-01-01.
    pub first_day: i64,
    /// The last day, inclusive, days since 1970-01-01.
    pub last_day: i64,
    /// The arguments that must name a day inside, by their dotted name. `None`: those that usually name the
    /// start and the end of a range, where they hold a day.
    pub arguments: Option<BTreeSet<String>>,
}

/// What an argument may be. Whatever is absent here is not bounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bound {
    /// The least number.
    pub min: Option<f64>,
    /// The greatest number.
    pub max: Option<f64>,
    /// The only texts, numbers as they are written.
    pub one_of: Option<BTreeSet<String>>,
    /// Most values, when it is a list.
    pub count_max: Option<usize>,
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
    /// It allows nothing at all.
    #[error("grant `{0}` allows no action; name some in `permissions`, or remove the grant")]
    NoAction(String),
}

/// The grants in force, at most one for an id.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    by_id: BTreeMap<String, Grant>,
    /// Ids of the grants of an agent for a subject.
    by_pair: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Grant {
    /// Says why it could never match, if so.
    ///
    /// # Errors
    /// Its validity or its data window is empty, or it allows nothing.
    pub fn check(&self) -> Result<(), GrantError> {
        let id = || self.id.clone();
        if self.expires_at_us <= self.not_before_us {
            return Err(GrantError::NeverValid(id()));
        }
        let mut windows = self.permissions.iter().filter_map(|p| p.window.as_ref());
        if windows.any(|window| window.last_day < window.first_day) {
            return Err(GrantError::EmptyWindow(id()));
        }
        if self.permissions.iter().all(|p| p.actions.is_empty()) {
            return Err(GrantError::NoAction(id()));
        }
        Ok(())
    }
}

impl Grants {
    /// Takes a grant in.
    ///
    /// # Errors
    /// When its id is taken, or when it could never match; the set stays as it was.
    pub fn insert(&mut self, grant: Grant) -> Result<(), GrantError> {
        grant.check()?;
        if self.by_id.contains_key(&grant.id) {
            return Err(GrantError::Twice(grant.id));
        }
        self.place(grant);
        Ok(())
    }

    /// Takes in a grant that was checked and whose id is new.
    pub(crate) fn place(&mut self, grant: Grant) {
        let pair = (grant.actor.clone(), grant.subject.clone());
        self.by_pair.entry(pair).or_default().insert(grant.id.clone());
        self.by_id.insert(grant.id.clone(), grant);
    }

    /// The grant of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Grant> {
        self.by_id.get(id)
    }

    /// The grants of an agent for a subject, by id.
    pub fn of_pair(&self, actor: &str, subject: &str) -> impl Iterator<Item = &Grant> {
        let ids = self.by_pair.get(&(actor.to_owned(), subject.to_owned()));
        ids.into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
