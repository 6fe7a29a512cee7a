//! Settings as librdkafka takes them: our defaults, then what the operator said, then the pass-through.

use std::{fs, io, path::PathBuf};

use rdkafka::{ClientConfig, config::RDKafkaLogLevel, error::KafkaError};

use crate::config::{ConfigError, Options, Sasl, SinkConfig, SourceConfig, Tls};

/// Looks up an environment variable. Only a binary reads the environment, so it hands this in.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A client cannot be made from its configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// A mistake in the configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The variable that holds the password is not set.
    #[error("`sasl.password_env` names `{0}`, which is not set in the environment")]
    PasswordVariable(String),
    /// The file that holds the password cannot be read.
    #[error("`sasl.password_file`: cannot read `{}`: {source}", path.display())]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// librdkafka refuses a setting.
    #[error("librdkafka refuses the settings: {0}")]
    Client(#[from] KafkaError),
}

/// How to reach a cluster, without what only a source or only a sink needs.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    bootstrap_servers: &'a str,
    sasl: Option<&'a Sasl>,
    tls: &'a Tls,
    options: &'a Options,
}

/// What a source and a sink say alike: how to reach the cluster, and whether the settings can be right.
macro_rules! reaches_a_cluster {
    ($($config:ty),*) => {$(
        impl $config {
            /// How to reach the cluster.
            #[must_use]
            pub fn connection(&self) -> Connection<'_> {
                Connection {
                    bootstrap_servers: &self.bootstrap_servers,
                    sasl: self.sasl.as_ref(),
                    tls: &self.tls,
                    options: &self.librdkafka_options,
                }
            }

            /// Finds every mistake that can be found without a broker, names of librdkafka settings included.
            ///
            /// # Errors
            /// The first mistake.
            pub fn check(&self, env: Environment<'_>) -> Result<(), ConnectError> {
                self.client(env)?.create_native_config()?;
                Ok(())
            }
        }
    )*};
}

reaches_a_cluster!(SourceConfig, SinkConfig);

impl SourceConfig {
    /// The consumer's settings.
    pub(crate) fn client(&self, env: Environment<'_>) -> Result<ClientConfig, ConnectError> {
        self.validate()?;
        let mut client = self.connection().client(env)?;
        client
            .set("group.id", &self.group_id)
            .set("auto.offset.reset", self.auto_offset_reset.as_str())
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "true")
            .set("enable.auto.offset.store", "false")
            .set("statistics.interval.ms", (u64::from(self.lag_interval_s) * 1000).to_string());
        // In the consumer protocol of KIP-848 the broker assigns; the client may not name a strategy.
        if self.librdkafka_options.get("group.protocol") != Some("consumer") {
            client.set("partition.assignment.strategy", "cooperative-sticky");
        }
        Ok(pass_through(client, &self.librdkafka_options))
    }
}

impl SinkConfig {
    /// The producer's settings.
    pub(crate) fn client(&self, env: Environment<'_>) -> Result<ClientConfig, ConnectError> {
        self.validate()?;
        let mut client = self.connection().client(env)?;
        client
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("compression.type", "zstd")
            // The partitioner of the Java clients, so that keyed topics of theirs and ours agree.
            .set("partitioner", "murmur2_random")
            // The sink counts for itself; librdkafka counts a record until shortly after its acknowledgement.
            .set("queue.buffering.max.messages", queue_records(self.max_in_flight_records));
        Ok(pass_through(client, &self.librdkafka_options))
    }
}

impl Connection<'_> {
    /// What every client needs, without the pass-through.
    fn client(&self, env: Environment<'_>) -> Result<ClientConfig, ConnectError> {
        let mut client = ClientConfig::new();
        client
            .set_log_level(RDKafkaLogLevel::Info)
            .set("client.id", "gaitkeeper")
            .set("bootstrap.servers", self.bootstrap_servers)
            .set("security.protocol", self.security_protocol())
            .set("log.connection.close", "false");
        for (name, file) in [
            ("ssl.ca.location", &self.tls.ca_file),
            ("ssl.certificate.location", &self.tls.cert_file),
            ("ssl.key.location", &self.tls.key_file),
        ] {
            if let Some(file) = file {
                client.set(name, file.to_string_lossy());
            }
        }
        if let Some(sasl) = self.sasl {
            client
                .set("sasl.mechanism", sasl.mechanism.as_str())
                .set("sasl.username", &sasl.username)
                .set("sasl.password", password(sasl, env)?);
        }
        Ok(client)
    }

    /// As [`Self::client`], with the pass-through.
    pub(crate) fn plain_client(&self, env: Environment<'_>) -> Result<ClientConfig, ConnectError> {
        Ok(pass_through(self.client(env)?, self.options))
    }

    fn security_protocol(&self) -> &'static str {
        match (self.sasl.is_some(), self.tls.enabled) {
            (true, true) => "SASL_SSL",
            (true, false) => "SASL_PLAINTEXT",
            (false, true) => "SSL",
            (false, false) => "PLAINTEXT",
        }
    }
}

/// Room for twice what may be in flight, within what librdkafka takes.
fn queue_records(max_in_flight: u32) -> String {
    i32::try_from(max_in_flight.saturating_mul(2)).unwrap_or(i32::MAX).to_string()
}

fn pass_through(mut client: ClientConfig, options: &Options) -> ClientConfig {
    for (name, value) in &options.0 {
        client.set(name, value);
    }
    client
}

fn password(sasl: &Sasl, env: Environment<'_>) -> Result<String, ConnectError> {
    match (&sasl.password_env, &sasl.password_file) {
        (Some(name), None) => env(name).ok_or_else(|| ConnectError::PasswordVariable(name.clone())),
        (None, Some(path)) => match fs::read_to_string(path) {
            Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(source) => Err(ConnectError::PasswordFile { path: path.clone(), source }),
        },
        _ => Err(ConfigError::Password.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = "bootstrap_servers = 'a:9092'\ntopics = ['t']\ngroup_id = 'gait'\n";

    fn no_env(_: &str) -> Option<String> {
        None
    }

    fn source(extra: &str) -> SourceConfig {
        toml::from_str(&format!("{MINIMAL}{extra}")).unwrap()
    }

    #[test]
    fn the_defaults_store_offsets_by_hand_and_rebalance_cooperatively() {
        let client = source("").client(&no_env).unwrap();
        let expected = [
            ("group.id", "gait"),
            ("auto.offset.reset", "earliest"),
            ("partition.assignment.strategy", "cooperative-sticky"),
            ("enable.auto.commit", "true"),
            ("enable.auto.offset.store", "false"),
            ("isolation.level", "read_committed"),
            ("statistics.interval.ms", "5000"),
            ("security.protocol", "PLAINTEXT"),
        ];
        for (name, value) in expected {
            assert_eq!(client.get(name), Some(value), "{name}");
        }
        source("").check(&no_env).unwrap();
    }

    #[test]
    fn the_pass_through_wins() {
        let config = source(
            "[librdkafka_options]\n'isolation.level' = 'read_uncommitted'\n'fetch.wait.max.ms' = '10'",
        );
        let client = config.client(&no_env).unwrap();
        assert_eq!(client.get("isolation.level"), Some("read_uncommitted"));
        assert_eq!(client.get("fetch.wait.max.ms"), Some("10"));
    }

    #[test]
    fn the_consumer_protocol_leaves_the_assignment_to_the_broker() {
        let config = source("[librdkafka_options]\n'group.protocol' = 'consumer'");
        let client = config.client(&no_env).unwrap();
        for name in ["partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"]
        {
            assert_eq!(client.get(name), None, "{name}");
        }
        config.check(&no_env).unwrap();
    }

    #[test]
    fn an_unknown_setting_of_librdkafka_is_found_without_a_broker() {
        let error =
            source("[librdkafka_options]\n'fetch.minimum' = '1'").check(&no_env).unwrap_err();
        assert!(error.to_string().contains("fetch.minimum"), "{error}");
    }

    #[test]
    fn passwords_come_from_the_environment_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "from file\n").unwrap();
        let sasl = "[tls]\nenabled = true\n[sasl]\nmechanism = 'PLAIN'\nusername = 'u'\n";
        let env = |name: &str| (name == "SECRET").then(|| "from env".to_owned());

        let client = source(&format!("{sasl}password_env = 'SECRET'")).client(&env).unwrap();
        assert_eq!(client.get("sasl.password"), Some("from env"));
        assert_eq!(client.get("security.protocol"), Some("SASL_SSL"));
        let client = source(&format!("{sasl}password_file = '{}'", file.display())).client(&env);
        assert_eq!(client.unwrap().get("sasl.password"), Some("from file"));

        let error = source(&format!("{sasl}password_env = 'OTHER'")).client(&env).unwrap_err();
        assert!(error.to_string().contains("`OTHER`"), "{error}");
        let error = source(&format!("{sasl}password_file = '/none'")).client(&env).unwrap_err();
        assert!(error.to_string().contains("`/none`"), "{error}");
    }

    #[test]
    fn the_producer_is_idempotent_and_waits_for_all_replicas() {
        let sink: SinkConfig = toml::from_str("bootstrap_servers = 'a:9092'").unwrap();
        let client = sink.client(&no_env).unwrap();
        for (name, value) in [
            ("enable.idempotence", "true"),
            ("acks", "all"),
            ("partitioner", "murmur2_random"),
            ("queue.buffering.max.messages", "200000"),
        ] {
            assert_eq!(client.get(name), Some(value), "{name}");
        }
        sink.check(&no_env).unwrap();
    }
}
