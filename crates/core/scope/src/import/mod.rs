//! Grants in the shapes of others, turned into native ones. What cannot be understood is refused by its key:
//! leaving a restriction out would widen the grant.

mod claims;
mod mcp_capture;

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error};

use crate::{
    GrantFile, GrantTextError,
    file::{Instant, from_json},
};

/// A shape in which grants come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Our own, one grant or a list of them, in JSON.
    Native,
    /// Claims with `authorization_details` (RFC 9396): a token's, an introspection's, or a list of such.
    Rfc9396,
    /// The grants of an MCP capture, with its catalogue of tools and resources.
    McpCapture,
}

impl Shape {
    /// Every shape, as the command line lists them.
    pub const ALL: [Self; 3] = [Self::Native, Self::Rfc9396, Self::McpCapture];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Rfc9396 => "rfc9396",
            Self::McpCapture => "mcp-capture",
        }
    }

    /// The grants of a JSON text in this shape, at least one.
    ///
    /// # Errors
    /// The text is no JSON, holds no grant, or a key is unknown, missing or of the wrong kind.
    pub fn read(self, text: &str) -> Result<Vec<GrantFile>, GrantTextError> {
        let grants = match self {
            Self::Native => one_or_more(text)?,
            Self::Rfc9396 => claims::read(text)?,
            Self::McpCapture => mcp_capture::read(text)?,
        };
        if grants.is_empty() {
            return Err(GrantTextError::at("", "holds no grant"));
        }
        Ok(grants)
    }
}

/// Reads one object, a list of objects, or an object that holds the list under `grants`. Which of them it is shows
/// first, so that a mistake is named by its own key.
fn one_or_more<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>, GrantTextError> {
    #[derive(Deserialize)]
    struct Listed<T> {
        grants: Vec<T>,
    }
    if text.trim_start().starts_with('[') {
        return from_json(text);
    }
    let object: serde_json::Map<String, serde_json::Value> = from_json(text)?;
    if object.get("grants").is_some_and(serde_json::Value::is_array) {
        return from_json::<Listed<T>>(text).map(|listed| listed.grants);
    }
    from_json(text).map(|one| vec![one])
}

/// An instant as RFC 3339 or as seconds since 1970-01-01.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(f64),
        Text(String),
    }
    let Some(written) = Option::<Written>::deserialize(deserializer)? else { return Ok(None) };
    let read = match &written {
        Written::Seconds(seconds) => Instant::of_epoch(*seconds),
        Written::Text(text) => Instant::read(text),
    };
    let said = match written {
        Written::Seconds(seconds) => seconds.to_string(),
        Written::Text(text) => text,
    };
    read.map(Some).ok_or_else(|| D::Error::custom(format!("`{said}` is no time")))
}

/// A name that is no shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown shape `{0}`; known are native, rfc9396 and mcp-capture")]
pub struct ShapeError(pub String);

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let found = Self::ALL.into_iter().find(|shape| shape.name() == text);
        found.ok_or_else(|| ShapeError(text.to_owned()))
    }
}
