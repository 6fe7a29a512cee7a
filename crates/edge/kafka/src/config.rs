//! What an operator may say about a Kafka cluster, and what is wrong with it before anything connects.
//!
//! How the settings become librdkafka's is in [`crate::client`].

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::Deserialize;

/// Longest topic name that a broker takes, bytes.
const MAX_TOPIC_BYTES: usize = 249;

/// Where records are read from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Brokers to ask first, `host:port`, comma-separated.
    pub bootstrap_servers: String,
    /// Topics to read: exact names, or regular expressions that begin with `^`. They must be keyed by client.
    pub topics: Vec<String>,
    /// The consumer group. Processes with the same group share the partitions.
    pub group_id: String,
    /// Where a partition is begun for which the group has no committed offset.
    #[serde(default)]
    pub auto_offset_reset: OffsetReset,
    /// Authentication by user name and password.
    #[serde(default)]
    pub sasl: Option<Sasl>,
    /// Encryption.
    #[serde(default)]
    pub tls: Tls,
    /// Records in one batch, at most.
    #[serde(default = "default_max_batch_records")]
    pub max_batch_records: usize,
    /// How often the lag is measured, seconds.
    #[serde(default = "default_lag_interval_s")]
    pub lag_interval_s: u32,
    /// Any setting of librdkafka by its own name. Wins over everything above.
    #[serde(default)]
    pub librdkafka_options: Options,
}

/// Where records are written to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkConfig {
    /// Brokers to ask first, `host:port`, comma-separated.
    pub bootstrap_servers: String,
    /// Authentication by user name and password.
    #[serde(default)]
    pub sasl: Option<Sasl>,
    /// Encryption.
    #[serde(default)]
    pub tls: Tls,
    /// Records that may wait for their acknowledgement, at most; then sending asks to wait.
    #[serde(default = "default_max_in_flight_records")]
    pub max_in_flight_records: u32,
    /// Any setting of librdkafka by its own name. Wins over everything above.
    #[serde(default)]
    pub librdkafka_options: Options,
}

/// Where reading begins without a committed offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OffsetReset {
    /// With the oldest record that is kept.
    #[default]
    Earliest,
    /// With the next record that is written.
    Latest,
    /// Not at all: it is an error.
    Error,
}

impl OffsetReset {
    /// The word that librdkafka uses for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earliest => "earliest",
            Self::Latest => "latest",
            Self::Error => "error",
        }
    }
}

/// Authentication by user name and password. The password itself never stands in the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sasl {
    /// How the password is proved.
    pub mechanism: SaslMechanism,
    /// The user.
    pub username: String,
    /// Environment variable that holds the password.
    #[serde(default)]
    pub password_env: Option<String>,
    /// File that holds the password; a line end behind it is not part of it.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// The mechanisms that are offered here. Others are set through `librdkafka_options`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SaslMechanism {
    /// The password itself, so only over TLS.
    #[serde(rename = "PLAIN")]
    Plain,
    /// Salted challenge with SHA-256.
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256,
    /// Salted challenge with SHA-512.
    #[serde(rename = "SCRAM-SHA-512")]
    ScramSha512,
}

impl SaslMechanism {
    /// The name registered for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// Encryption of the connection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// Whether the connection is encrypted.
    pub enabled: bool,
    /// Certificates to trust, PEM. Without it the system's.
    pub ca_file: Option<PathBuf>,
    /// Certificate of this client, PEM; together with `key_file`.
    pub cert_file: Option<PathBuf>,
    /// Private key of this client, PEM; together with `cert_file`.
    pub key_file: Option<PathBuf>,
}

/// Settings of librdkafka by name. Prints the values of secrets as `***`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Options(pub BTreeMap<String, String>);

impl Options {
    /// The value of one setting.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value)| (name, if is_secret(name) { "***" } else { value });
        f.debug_map()
            .entries(self.0.iter().map(|(name, value)| shown((name, value.as_str()))))
            .finish()
    }
}

/// True for settings of librdkafka whose value must not be printed.
fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 5] = ["password", "secret", "pem", "oauthbearer.config", "token"];
    PARTS.iter().any(|part| name.contains(part))
}

fn default_max_batch_records() -> usize {
    4096
}

fn default_lag_interval_s() -> u32 {
    5
}

fn default_max_in_flight_records() -> u32 {
    100_000
}

/// A setting that cannot be right, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message says what its variant means")]
pub enum ConfigError {
    #[error("`bootstrap_servers`: `{0}` is not `host:port`")]
    Server(String),
    #[error("`topics` is empty; name at least one topic")]
    NoTopics,
    #[error(
        "`topics`: `{0}` is no topic name: up to 249 letters, digits, `.`, `_` and `-`; a regular expression \
         begins with `^`"
    )]
    Topic(String),
    #[error("`group_id` is empty; offsets are committed under its name")]
    NoGroup,
    #[error("`sasl.username` is empty")]
    NoUser,
    #[error("`sasl` needs one of `password_env` and `password_file`, and not both")]
    Password,
    #[error("`tls.cert_file` and `tls.key_file` belong together; set both or none")]
    ClientCertificate,
    #[error("`tls` names files but is not enabled; set `tls.enabled = true` or take them out")]
    TlsDisabled,
    #[error("`{0}` must be at least 1")]
    Zero(&'static str),
    #[error(
        "`librdkafka_options`: `{0}` may not be set: offsets are stored when the sinks have acknowledged, and \
         only then"
    )]
    Reserved(String),
}

impl SourceConfig {
    /// Looks for mistakes that can be seen without a broker.
    ///
    /// # Errors
    /// The first mistake.
    pub fn validate(&self) -> Result<(), ConfigError> {
        validate_connection(&self.bootstrap_servers, self.sasl.as_ref(), &self.tls)?;
        if self.topics.is_empty() {
            return Err(ConfigError::NoTopics);
        }
        if let Some(bad) = self.topics.iter().find(|topic| !is_topic_or_pattern(topic)) {
            return Err(ConfigError::Topic(bad.clone()));
        }
        if self.group_id.is_empty() {
            return Err(ConfigError::NoGroup);
        }
        if self.max_batch_records == 0 {
            return Err(ConfigError::Zero("max_batch_records"));
        }
        if self.lag_interval_s == 0 {
            return Err(ConfigError::Zero("lag_interval_s"));
        }
        let reserved = "enable.auto.offset.store";
        match self.librdkafka_options.get(reserved) {
            Some(_) => Err(ConfigError::Reserved(reserved.to_owned())),
            None => Ok(()),
        }
    }
}

impl SinkConfig {
    /// Looks for mistakes that can be seen without a broker.
    ///
    /// # Errors
    /// The first mistake.
    pub fn validate(&self) -> Result<(), ConfigError> {
        validate_connection(&self.bootstrap_servers, self.sasl.as_ref(), &self.tls)?;
        if self.max_in_flight_records == 0 {
            return Err(ConfigError::Zero("max_in_flight_records"));
        }
        Ok(())
    }
}

fn validate_connection(servers: &str, sasl: Option<&Sasl>, tls: &Tls) -> Result<(), ConfigError> {
    let is_server = |server: &str| {
        server.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
        })
    };
    if let Some(bad) = servers.split(',').map(str::trim).find(|server| !is_server(server)) {
        return Err(ConfigError::Server(bad.to_owned()));
    }
    if let Some(sasl) = sasl {
        if sasl.username.is_empty() {
            return Err(ConfigError::NoUser);
        }
        if sasl.password_env.is_some() == sasl.password_file.is_some() {
            return Err(ConfigError::Password);
        }
    }
    if tls.cert_file.is_some() != tls.key_file.is_some() {
        return Err(ConfigError::ClientCertificate);
    }
    if !tls.enabled && (tls.ca_file.is_some() || tls.cert_file.is_some()) {
        return Err(ConfigError::TlsDisabled);
    }
    Ok(())
}

fn is_topic_or_pattern(topic: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    topic.starts_with('^')
        || (!matches!(topic, "" | "." | "..")
            && topic.len() <= MAX_TOPIC_BYTES
            && topic.bytes().all(legal))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str =
        "bootstrap_servers = 'a:9092'\ntopics = ['gateway.access.v1']\ngroup_id = 'gait'\n";

    fn source(extra: &str) -> Result<SourceConfig, toml::de::Error> {
        toml::from_str(&format!("{MINIMAL}{extra}"))
    }

    #[test]
    fn the_least_that_must_be_said_is_enough() {
        let config = source("").unwrap();
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(config.auto_offset_reset, OffsetReset::Earliest);
        assert_eq!((config.max_batch_records, config.lag_interval_s), (4096, 5));
    }

    #[test]
    fn unknown_fields_and_words_are_refused() {
        for extra in ["topic = 'x'", "auto_offset_reset = 'smallest'", "[tls]\ncafile = 'x'"] {
            assert!(source(extra).is_err(), "{extra}");
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let sasl = "[sasl]\nmechanism = 'SCRAM-SHA-512'\nusername = 'u'\n";
        let cases = [
            ("[tls]\nenabled = true\ncert_file = 'c'".to_owned(), ConfigError::ClientCertificate),
            ("[tls]\nca_file = 'c'".to_owned(), ConfigError::TlsDisabled),
            (sasl.to_owned(), ConfigError::Password),
            (format!("{sasl}password_env = 'A'\npassword_file = 'b'"), ConfigError::Password),
            ("max_batch_records = 0".to_owned(), ConfigError::Zero("max_batch_records")),
            (
                "[librdkafka_options]\n'enable.auto.offset.store' = 'true'".to_owned(),
                ConfigError::Reserved("enable.auto.offset.store".into()),
            ),
        ];
        for (extra, expected) in cases {
            assert_eq!(source(&extra).unwrap().validate(), Err(expected), "{extra}");
        }

        let change = |change: fn(&mut SourceConfig)| {
            let mut config = source("").unwrap();
            change(&mut config);
            config.validate()
        };
        let server = |text: &str| Err(ConfigError::Server(text.to_owned()));
        assert_eq!(change(|c| c.bootstrap_servers = "a:9092, b".into()), server("b"));
        assert_eq!(change(|c| c.bootstrap_servers = "a:0".into()), server("a:0"));
        assert_eq!(change(|c| c.bootstrap_servers.clear()), server(""));
        assert_eq!(change(|c| c.bootstrap_servers = "[::1]:9092,b:1".into()), Ok(()));
        assert_eq!(change(|c| c.topics.clear()), Err(ConfigError::NoTopics));
        assert_eq!(change(|c| c.topics = vec!["^gateway\\..*".into()]), Ok(()));
        assert_eq!(
            change(|c| c.topics = vec!["a b".into()]),
            Err(ConfigError::Topic("a b".into()))
        );
        assert_eq!(change(|c| c.group_id.clear()), Err(ConfigError::NoGroup));
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = source(
            "[librdkafka_options]\n'sasl.password' = 'hunter2'\n'ssl.key.pem' = 'hunter2'\n'client.rack' = 'r1'",
        );
        let printed = format!("{:?}", config.unwrap());
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(printed.contains("\"client.rack\": \"r1\""), "{printed}");
    }
}
