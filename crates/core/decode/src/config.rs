//! What an operator can say about a log, in the shape it has in `gait.toml`.

use std::str::FromStr;

use serde::Deserialize;

use crate::{
    address::Cidr,
    format::{FormatChoice, FormatId},
    json::FieldMap,
};

/// How records become events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecodeConfig {
    /// The format, or `auto`.
    pub format: FormatChoice,
    /// What stands around the line.
    pub unwrap: Unwrap,
    /// How many records one Kafka value or line holds.
    pub framing: Framing,
    /// Which keys are which fields; for the format `json` alone.
    pub field_map: Option<FieldMap>,
    /// Proxies whose `X-Forwarded-For` is believed. None by default.
    pub trusted_proxies: Vec<Cidr>,
    /// The one site of all records. Without it, a record's field `site` or its host names it.
    pub site: Option<String>,
}

/// The envelope a shipper puts around a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Unwrap {
    /// Known envelopes are taken off where they are met: CRI, syslog, and JSON with the line under
    /// `message` (Filebeat, Vector) or `log` (Docker, Fluent Bit).
    #[default]
    Auto,
    /// The record is the line.
    None,
    /// JSON with the line under this path (`message`, `event.original`): text, or an object that is
    /// the record itself.
    Field(String),
    /// Kubernetes container logs (CRI): time, stream, `F` or `P`, line. Partial lines are joined.
    Cri,
    /// Docker json-file: JSON with the line under `log`.
    Docker,
    /// A syslog prefix, RFC 3164 or RFC 5424, with or without priority.
    Syslog,
}

/// A text that names no envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown envelope `{0}`; known are auto, none, field:<path>, cri, docker and syslog")]
pub struct UnwrapError(pub String);

impl FromStr for Unwrap {
    type Err = UnwrapError;

    fn from_str(text: &str) -> Result<Self, UnwrapError> {
        Ok(match text {
            "auto" => Self::Auto,
            "none" => Self::None,
            "cri" => Self::Cri,
            "docker" => Self::Docker,
            "syslog" => Self::Syslog,
            _ => match text.strip_prefix("field:") {
                Some(path) if !path.split('.').any(str::is_empty) => Self::Field(path.to_owned()),
                _ => return Err(UnwrapError(text.to_owned())),
            },
        })
    }
}

impl TryFrom<String> for Unwrap {
    type Error = UnwrapError;

    fn try_from(text: String) -> Result<Self, UnwrapError> {
        text.parse()
    }
}

impl std::fmt::Display for Unwrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::None => f.write_str("none"),
            Self::Field(path) => write!(f, "field:{path}"),
            Self::Cri => f.write_str("cri"),
            Self::Docker => f.write_str("docker"),
            Self::Syslog => f.write_str("syslog"),
        }
    }
}

/// How many records one line or Kafka value holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// An array of objects is split into its elements, a value of several lines into its lines.
    #[default]
    Auto,
    /// One.
    None,
    /// One per line.
    Ndjson,
    /// A JSON array, one per element.
    JsonArray,
}

/// A configuration from which no decoder can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeConfigError {
    /// `auto` needs records to look at.
    #[error("the format is `auto`; look at the first records to find it, or name one")]
    AutoFormat,
    /// `json` says nothing without a map.
    #[error(
        "the format `json` needs a `field_map` that says which keys hold time, ip, method, target and status"
    )]
    NoFieldMap,
    /// A map is read by `json` alone.
    #[error(
        "`field_map` is read by the format `json` alone, and the format is `{0}`; set `format = \"json\"` or remove the map"
    )]
    UnusedFieldMap(FormatId),
}

impl DecodeConfig {
    /// The format that was named.
    ///
    /// # Errors
    /// When there is none, or the field map is missing or of no use.
    pub(crate) fn checked_format(&self) -> Result<FormatId, DecodeConfigError> {
        match (self.format, &self.field_map) {
            (FormatChoice::Auto, _) => Err(DecodeConfigError::AutoFormat),
            (FormatChoice::Named(FormatId::Json), None) => Err(DecodeConfigError::NoFieldMap),
            (FormatChoice::Named(FormatId::Json), Some(_)) => Ok(FormatId::Json),
            (FormatChoice::Named(format), Some(_)) => {
                Err(DecodeConfigError::UnusedFieldMap(format))
            }
            (FormatChoice::Named(format), None) => Ok(format),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_section_is_read() {
        let text = "
            format = \"json\"
            unwrap = \"field:event.original\"
            framing = \"ndjson\"
            trusted_proxies = [\"10.0.0.0/8\"]
            [field_map]
            time = \"ts\"
            ip = \"ip\"
            method = \"m\"
            url = \"u\"
            status = \"s\"
        ";
        let config: Result<DecodeConfig, _> = toml::from_str(text);
        let config = config.map_err(|error| error.to_string());
        assert_eq!(config.as_ref().map(DecodeConfig::checked_format), Ok(Ok(FormatId::Json)));
        assert_eq!(config.map(|c| c.unwrap), Ok(Unwrap::Field("event.original".into())));
        assert_eq!(toml::from_str("").ok(), Some(DecodeConfig::default()));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("fromat = \"kong\"", "unknown field `fromat`"),
            ("format = \"kog\"", "did you mean `kong`?"),
            ("unwrap = \"field:\"", "unknown envelope `field:`"),
            ("framing = \"lines\"", "unknown variant `lines`"),
            ("trusted_proxies = [\"proxy\"]", "`proxy` is no network"),
        ] {
            let error = toml::from_str::<DecodeConfig>(text).map_err(|error| error.to_string());
            let error = error.err().unwrap_or_default();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn envelopes_print_as_they_are_read() {
        for text in ["auto", "none", "cri", "docker", "syslog", "field:a.b"] {
            assert_eq!(
                text.parse::<Unwrap>().map(|unwrap| unwrap.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn a_decoder_needs_a_format_that_fits_its_map() {
        let config = |format| DecodeConfig { format, ..DecodeConfig::default() };
        let named = FormatChoice::Named;
        assert_eq!(config(FormatChoice::Auto).checked_format(), Err(DecodeConfigError::AutoFormat));
        assert_eq!(
            config(named(FormatId::Json)).checked_format(),
            Err(DecodeConfigError::NoFieldMap)
        );
        assert_eq!(config(named(FormatId::Kong)).checked_format(), Ok(FormatId::Kong));
    }
}
