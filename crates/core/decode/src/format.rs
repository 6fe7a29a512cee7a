//! The names of the log formats, and reading them from a command line or a configuration file.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use crate::suggest::nearest;

/// A log format this crate decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum FormatId {
    /// NGINX with a JSON `log_format`.
    NginxJson,
    /// NGINX and Apache combined, common (CLF) and vhost-combined.
    Combined,
    /// Envoy's default text format, and Istio's.
    EnvoyText,
    /// Envoy JSON: Envoy Gateway and Contour keys.
    EnvoyJson,
    /// Istio JSON.
    IstioJson,
    /// Kong's log serializer (http-log, file-log, kafka-log).
    Kong,
    /// Traefik JSON access log.
    TraefikJson,
    /// Caddy JSON access log.
    Caddy,
    /// HAProxy `option httplog`, with or without syslog prefix.
    Haproxy,
    /// AWS Application Load Balancer.
    AwsAlb,
    /// AWS CloudFront standard log (W3C, the `#Fields:` line names the columns).
    Cloudfront,
    /// Cloudflare Logpush `http_requests`.
    Cloudflare,
    /// Tool calls as an MCP gateway writes them, with who acts for whom under which grant.
    McpGateway,
    /// JSON of any shape, read through a field map.
    Json,
}

impl FormatId {
    /// Every format, in the order in which documentation lists them.
    pub const ALL: &[Self] = &[
        Self::NginxJson,
        Self::Combined,
        Self::EnvoyText,
        Self::EnvoyJson,
        Self::IstioJson,
        Self::Kong,
        Self::TraefikJson,
        Self::Caddy,
        Self::Haproxy,
        Self::AwsAlb,
        Self::Cloudfront,
        Self::Cloudflare,
        Self::McpGateway,
        Self::Json,
    ];

    /// The name in configuration and on the command line, kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NginxJson => "nginx-json",
            Self::Combined => "combined",
            Self::EnvoyText => "envoy-text",
            Self::EnvoyJson => "envoy-json",
            Self::IstioJson => "istio-json",
            Self::Kong => "kong",
            Self::TraefikJson => "traefik-json",
            Self::Caddy => "caddy",
            Self::Haproxy => "haproxy",
            Self::AwsAlb => "aws-alb",
            Self::Cloudfront => "cloudfront",
            Self::Cloudflare => "cloudflare",
            Self::McpGateway => "mcp-gateway",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for FormatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A format name that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{name}`; {}", did_you_mean(.suggestion.as_deref()))]
pub struct FormatError {
    /// What was given.
    pub name: String,
    /// The known name nearest to it, when one is near.
    pub suggestion: Option<String>,
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    let known: Vec<&str> = FormatId::ALL.iter().map(|format| format.name()).collect();
    match suggestion {
        Some(name) => format!("did you mean `{name}`? Known are {}", known.join(", ")),
        None => format!("known are auto, {}", known.join(", ")),
    }
}

impl FromStr for FormatId {
    type Err = FormatError;

    /// Reads a name of [`FormatId::name`]; `clf` and `vhost-combined` are aliases of `combined`.
    fn from_str(text: &str) -> Result<Self, FormatError> {
        if matches!(text, "clf" | "vhost-combined") {
            return Ok(Self::Combined);
        }
        Self::ALL.iter().copied().find(|format| format.name() == text).ok_or_else(|| FormatError {
            name: text.to_owned(),
            suggestion: nearest(text, Self::ALL.iter().map(|format| format.name())),
        })
    }
}

impl TryFrom<String> for FormatId {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        text.parse()
    }
}

/// A format by name, or the wish to recognise it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum FormatChoice {
    /// Look at the first records: see [`crate::recognise`].
    #[default]
    Auto,
    /// This one.
    Named(FormatId),
}

impl FromStr for FormatChoice {
    type Err = FormatError;

    /// Reads `auto` or a format name.
    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Named) }
    }
}

impl TryFrom<String> for FormatChoice {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        text.parse()
    }
}

impl fmt::Display for FormatChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Named(format) => f.write_str(format.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_aliases_are_combined() {
        for format in FormatId::ALL {
            assert_eq!(format.name().parse(), Ok(*format));
            assert_eq!(format.name().parse(), Ok(FormatChoice::Named(*format)));
        }
        assert_eq!("clf".parse(), Ok(FormatId::Combined));
        assert_eq!("vhost-combined".parse(), Ok(FormatId::Combined));
        assert_eq!("auto".parse(), Ok(FormatChoice::Auto));
    }

    #[test]
    fn a_near_miss_names_the_format_that_was_meant() {
        let text = "nginx-jsn".parse::<FormatId>().map_err(|error| error.to_string());
        assert!(text.is_err_and(|text| text.contains("did you mean `nginx-json`?")));
        let text = "syslog-ng".parse::<FormatId>().map_err(|error| error.to_string());
        assert!(text.is_err_and(|text| text.contains("known are auto, nginx-json")));
    }
}
