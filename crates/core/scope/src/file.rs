//! The native grant file: what it may say, in JSON or TOML, and a mistake named by its key.

use std::collections::{BTreeMap, BTreeSet};

use gait_decode::iso_instant;
use gait_event::EventTime;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{Bound, Grant, Permission, Resources, Window, day::day_of};

/// 9999-12-31T23:59:59Z, seconds since 1970-01-01.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// A grant as it stands in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantFile {
    /// The id that tokens and log lines carry.
    #[serde(deserialize_with = "filled")]
    pub id: String,
    /// The agent that acts.
    #[serde(deserialize_with = "filled")]
    pub agent: String,
    /// The person on whose behalf it acts.
    #[serde(deserialize_with = "filled")]
    pub subject: String,
    /// Who gave the grant. For people; not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// What it was given for. For people; not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// First instant of validity, RFC 3339; without it there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Instant>,
    /// First instant after validity, RFC 3339; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// The consent that the grant rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// First instant at which the subject is no longer active, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_inactive_from: Option<Instant>,
    /// How the grant may be handed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    /// What is allowed: a call stays inside when one of these allows all of it.
    pub permissions: Vec<PermissionFile>,
}

/// A consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Where it is kept. For people; not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// First instant at which it no longer holds, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Instant>,
}

/// How a grant may be handed on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The agents that must stand in the chain, acting agent first, and no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Most agents in the chain, the acting one included; by default as many as `chain` has, and at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_max: Option<usize>,
}

/// Actions on resources, within bounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionFile {
    /// Names of the allowed actions, such as MCP tools.
    pub actions: BTreeSet<String>,
    /// Ids of the allowed resources of each kind, exactly.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<String, BTreeSet<String>>,
    /// Beginnings of ids of allowed resources of each kind; the empty one allows every id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resource_prefixes: BTreeMap<String, BTreeSet<String>>,
    /// The days of data that may be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_window: Option<WindowFile>,
    /// Bounds of arguments, by their dotted name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, BoundFile>,
}

/// The days of data that may be asked for, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowFile {
    /// The first day, `2026-11-16`.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The arguments that must name a day inside. Without it: those that usually name the start and the end of a
    /// range, where they hold a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<BTreeSet<String>>,
}

/// What an argument may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundFile {
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The only texts, numbers as they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<BTreeSet<String>>,
    /// Most values, when it is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_max: Option<usize>,
}

/// An instant, kept as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Instant {
    text: String,
    #[serde(skip)]
    at: EventTime,
}

impl Instant {
    /// The instant of an RFC 3339 text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Some(Self { text: text.to_owned(), at: iso_instant(text)? })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The instant so many seconds after 1970-01-01, until the year 9999.
    #[must_use]
    pub fn of_epoch(seconds: f64) -> Option<Self> {
        let is_time = (0.0..=LAST_SECOND).contains(&seconds);
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        let at = is_time.then(|| EventTime((seconds * 1e6).round() as i64))?;
        Some(Self { text: at.to_string(), at })
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is no time; write `2026-11-22T14:00:00Z`"))
        })
    }
}

/// A day, kept as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Day {
    text: String,
    #[serde(skip)]
    days: i64,
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match day_of(&text) {
            Some(days) if text.len() == 10 => Ok(Self { text, days }),
            _ => Err(D::Error::custom(format!("`{text}` is no day; write `2026-11-22`"))),
        }
    }
}

/// Text that says something: an empty name would fit whatever names nobody.
pub(crate) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::custom("is empty; name it")) } else { Ok(text) }
}

/// What is wrong with a text of grants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", if key.is_empty() { String::new() } else { format!("`{key}`: ") }, text)]
pub struct GrantTextError {
    /// The path of the key, empty when it is the whole.
    pub key: String,
    /// What is wrong.
    pub text: String,
}

impl GrantTextError {
    pub(crate) fn at(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into() }
    }
}

/// Reads one JSON value of the shape that is wanted.
pub(crate) fn from_json<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, GrantTextError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        GrantTextError::at(key_of(error.path()), error.into_inner().to_string())
    })?;
    json.end().map_err(|error| GrantTextError::at("", error.to_string()))?;
    Ok(value)
}

/// The key of a mistake; empty for the whole, and where the text ends before one.
fn key_of(path: &serde_path_to_error::Path) -> String {
    let key = path.to_string();
    if matches!(key.as_str(), "." | "?") { String::new() } else { key }
}

impl GrantFile {
    /// Reads a grant written in JSON.
    ///
    /// # Errors
    /// The text is no JSON, or a key is unknown, missing or of the wrong kind.
    pub fn from_json(text: &str) -> Result<Self, GrantTextError> {
        from_json(text)
    }

    /// Reads a grant written in TOML.
    ///
    /// # Errors
    /// The text is no TOML, or a key is unknown, missing or of the wrong kind.
    pub fn from_toml(text: &str) -> Result<Self, GrantTextError> {
        let wrong = |error: toml::de::Error| GrantTextError::at("", error.to_string().trim_end());
        let toml = toml::Deserializer::parse(text).map_err(wrong)?;
        serde_path_to_error::deserialize(toml)
            .map_err(|error| GrantTextError::at(key_of(error.path()), error.into_inner().message()))
    }

    /// The grant as it is judged.
    #[must_use]
    pub fn grant(&self) -> Grant {
        let us = |instant: &Option<Instant>| instant.as_ref().map(|instant| instant.at.0);
        let delegation = self.delegation.clone().unwrap_or_default();
        Grant {
            id: self.id.clone(),
            actor: self.agent.clone(),
            subject: self.subject.clone(),
            permissions: self.permissions.iter().map(PermissionFile::permission).collect(),
            not_before_us: us(&self.not_before).unwrap_or(i64::MIN),
            expires_at_us: us(&self.expires_at).unwrap_or(i64::MAX),
            consent_ends_us: self.consent.as_ref().and_then(|consent| us(&consent.ends_at)),
            subject_ends_us: us(&self.subject_inactive_from),
            chain_max: delegation.depth_max.unwrap_or(delegation.chain.len().max(1)),
            chain: delegation.chain,
        }
    }
}

impl PermissionFile {
    fn permission(&self) -> Permission {
        let mut resources: BTreeMap<String, Resources> = BTreeMap::new();
        for (kind, ids) in &self.resources {
            resources.entry(kind.clone()).or_default().ids.clone_from(ids);
        }
        for (kind, prefixes) in &self.resource_prefixes {
            let of_kind = resources.entry(kind.clone()).or_default();
            of_kind.prefixes = prefixes.iter().cloned().collect();
        }
        let bound = |bound: &BoundFile| Bound {
            min: bound.min,
            max: bound.max,
            one_of: bound.one_of.clone(),
            count_max: bound.count_max,
        };
        Permission {
            actions: self.actions.clone(),
            resources,
            window: self.data_window.as_ref().map(|window| Window {
                first_day: window.from.days,
                last_day: window.to.days,
                arguments: window.arguments.clone(),
            }),
            arguments: self.arguments.iter().map(|(k, b)| (k.clone(), bound(b))).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
