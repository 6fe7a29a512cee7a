//! The sections of the configuration: every key, its default and its meaning.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use toml::Table;

use super::section::section;

/// Where records come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SourceKind {
    /// Files, read to their end or followed.
    File,
    /// Standard input, until it ends.
    Stdin,
    /// Topics of a Kafka cluster.
    Kafka,
}

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SinkKind {
    /// Nowhere.
    None,
    /// Standard output, as JSON lines.
    Stdout,
    /// A file, as JSON lines, appended to.
    File,
    /// A Kafka topic.
    Kafka,
}

/// Where a followed file is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StartAt {
    /// With what is already there.
    Beginning,
    /// With what is appended from now on.
    End,
}

section! {
    /// Where records come from.
    struct Source {
        /// `file`, `stdin` or `kafka`. Must be set.
        kind: Option<SourceKind> = None,
        /// For `file`: paths, directories or globs.
        paths: Vec<String> = Vec::new(),
        /// For `file`: keep reading what is appended, across rotation, instead of ending at the end.
        follow: bool = true,
        /// For `file` with `follow`: begin at the `beginning` or at the `end` of a file that exists. No
        /// position is kept between runs.
        start_at: StartAt = StartAt::Beginning,
    }
}

section! {
    /// How records are read from Kafka, for source kind `kafka`.
    struct KafkaSource {
        /// Brokers to ask first, `host:port`, separated by commas.
        bootstrap_servers: String = String::new(),
        /// Topics to read; a name that begins with `^` is a regular expression. They must be keyed by client.
        topics: Vec<String> = Vec::new(),
        /// Consumer group. Its committed offsets are where a restart continues; processes with the same
        /// group share the partitions.
        group_id: String = "gait".to_owned(),
        /// Where a partition without a committed offset is begun: `earliest` or `latest`.
        auto_offset_reset: String = "earliest".to_owned(),
        /// Authentication: `mechanism` (`PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`), `username`, and
        /// `password_env` (a variable) or `password_file`.
        sasl: Table = Table::new(),
        /// Encryption: `enabled`, `ca_file`, `cert_file`, `key_file`.
        tls: Table = Table::new(),
        /// Records in one batch, at most.
        max_batch_records: usize = 4096,
        /// How often the lag is measured, seconds.
        lag_interval_s: u32 = 5,
        /// Any setting of librdkafka by its own name. Wins over everything above.
        librdkafka_options: BTreeMap<String, String> = BTreeMap::new(),
    }
}

section! {
    /// How records become events.
    struct Decode {
        /// Log format, or `auto` to look at the first records.
        format: String = "auto".to_owned(),
        /// What a shipper put around the line: `auto`, `none`, `field:PATH`, `cri`, `docker`, `syslog`.
        unwrap: String = "auto".to_owned(),
        /// How many records one line or Kafka value holds: `auto`, `none`, `ndjson`, `json_array`.
        framing: String = "auto".to_owned(),
        /// For format `json`: which key holds which field.
        field_map: Table = Table::new(),
        /// Proxies in front of the gateway whose `X-Forwarded-For` is believed, as networks.
        trusted_proxies: Vec<String> = Vec::new(),
        /// The one site of all records. Without it, the field `site` of a field map names the site of a record
        /// (a tenant), and where there is none, the host.
        site: Option<String> = None,
    }
}

section! {
    /// How clients are judged.
    struct Engine {
        /// Clients kept in memory per partition; beyond it the one idle for longest is evicted, and its last
        /// verdict is written.
        clients_max: u32 = 1_000_000,
        /// Fields that no detector may read: `ua`, `protocol`, `sec_fetch`, separated by commas.
        mask: String = String::new(),
        /// Directory of detectors to use instead of the built-in ones.
        detectors: Option<PathBuf> = None,
        /// Directory of grants, as `gait grants import` writes them, that the calls of identified agents are held
        /// against. A changed directory is taken up while running; one with a mistake is refused and the last good
        /// grants stay. See [grants.md](grants.md).
        grants: Option<PathBuf> = None,
        /// How often the directory of grants is looked at, seconds. SIGHUP makes it be looked at now.
        grants_poll_s: u32 = 10,
        /// Directory of published keys of signing bots, one `HOST.json` each: see
        /// [web-bot-auth.md](web-bot-auth.md).
        bot_keys: Option<PathBuf> = None,
        /// File of `[[canary]]` tables, beside those that stand in this file.
        canaries: Option<PathBuf> = None,
        /// What `gait calibrate` learnt of the sites, with the same mask. A changed file is taken up while
        /// running; one that cannot be used is refused and the last good one stays.
        site_model: Option<PathBuf> = None,
        /// How often the file of the site model is looked at, seconds. SIGHUP makes it be looked at now.
        site_model_poll_s: u32 = 10,
        /// How many false alarms a day each site may have. Alerts beyond are held back, by the people that the site
        /// model knows: see [budget.md](budget.md). Without it, nothing is held back.
        false_alarms_per_day: Option<f64> = None,
        /// File to which every change of what judges is appended, as JSON lines that `gait replay --control`
        /// takes. The models and grants it names are kept in the directory of the same name with `.models` behind it.
        control_journal: Option<PathBuf> = None,
    }
}

section! {
    /// One stream of results: `[sinks.verdicts]` (a client's verdict whenever its class or score
    /// changed), `[sinks.alerts]` (alerts as they open, change and close), `[sinks.findings]` (what identified
    /// agents did beyond their grants, or unlike before), `[sinks.rejects]` (records that could not be read, and
    /// those of late events; the dead letters).
    struct Sink {
        /// `none`, `stdout`, `file` or `kafka`.
        kind: SinkKind = SinkKind::None,
        /// For `file`: where to write. The file is created, and appended to when it exists.
        path: Option<PathBuf> = None,
        /// For `kafka`: topic to write to. It must exist.
        topic: String = String::new(),
    }
}

section! {
    /// How results are written to Kafka, for sinks of kind `kafka`: idempotent, acknowledged by all replicas.
    struct KafkaSink {
        /// Brokers to ask first. When not set, brokers, `sasl` and `tls` are those of `[source.kafka]`.
        bootstrap_servers: Option<String> = None,
        /// Authentication, as for the source.
        sasl: Table = Table::new(),
        /// Encryption, as for the source.
        tls: Table = Table::new(),
        /// Records that may wait for their acknowledgement, at most; beyond it reading pauses.
        max_in_flight_records: u32 = 100_000,
        /// Any setting of librdkafka by its own name. Wins over everything above.
        librdkafka_options: BTreeMap<String, String> = BTreeMap::new(),
    }
}

section! {
    /// The HTTP endpoint: health, metrics, risk of a client, console page.
    struct Serve {
        /// Address to listen on; without it nothing is served.
        listen: Option<SocketAddr> = None,
        /// Clients on the published board, at most; beyond it the one published or seen longest ago leaves it.
        clients_max: usize = 100_000,
        /// File that holds the token that callers must present. Needed to listen beyond loopback.
        token_file: Option<PathBuf> = None,
    }
}
