//! The configuration of `gait run`: one TOML file, overlaid by the environment, checked as a whole.
//!
//! Decides which keys exist and what they mean; leaves opening files and topics to the commands.

mod describe;
mod document;
mod mistake;
mod section;
mod sections;
#[cfg(test)]
mod tests;

use std::{env, fs, path::Path};

use anyhow::{Context, Result};
use gait_decide::Budget;
use gait_decode::DecodeConfig;
use gait_event::Mask;
use gait_fingerprint::Canaries;
use gait_kafka::{SinkConfig, SourceConfig};
use gait_scope::GrantBook;
use gait_serve::{Access, Token};
use gait_webauth::KeyDirectory;
use serde::{Serialize, de::DeserializeOwned};
use toml::Value;

use crate::{
    exit::Misconfigured,
    pipeline::{CanaryEntry, compile_canaries, load_bot_keys, load_entries, load_grants},
};
pub(crate) use describe::config_markdown;
use document::Document;
use section::Key;
use sections::{Decode, Engine, KafkaSink, KafkaSource, Source};
pub(crate) use sections::{Serve, Sink, SinkKind, SourceKind, StartAt};

/// A whole configuration, every part of it valid.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// `[source]`.
    pub(crate) source: Source,
    /// `[source.kafka]`, when it is the source.
    pub(crate) kafka_source: Option<SourceConfig>,
    /// `[decode]`.
    pub(crate) decode: DecodeConfig,
    /// `[engine]`.
    pub(crate) engine: Engine,
    /// `engine.false_alarms_per_day`.
    pub(crate) budget: Option<Budget>,
    /// What no detector may read.
    pub(crate) mask: Mask,
    /// `[[canary]]`, and those of the file that `engine.canaries` names.
    pub(crate) canaries: Canaries,
    /// The grants in the directory that `engine.grants` names.
    pub(crate) grants: Option<GrantBook>,
    /// The keys in the directory that `engine.bot_keys` names.
    pub(crate) bot_keys: KeyDirectory,
    /// `[sinks.verdicts]`.
    pub(crate) verdicts: Sink,
    /// `[sinks.alerts]`.
    pub(crate) alerts: Sink,
    /// `[sinks.findings]`.
    pub(crate) findings: Sink,
    /// `[sinks.rejects]`.
    pub(crate) rejects: Sink,
    /// `[sinks.kafka]`, when a sink uses it.
    pub(crate) kafka_sink: Option<SinkConfig>,
    /// `[serve]`.
    pub(crate) serve: Serve,
    /// Who may ask.
    pub(crate) access: Access,
}

impl Config {
    /// Reads a file and lays the environment over it.
    ///
    /// # Errors
    /// The file cannot be read, or anything in it is wrong; every mistake is named.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .map_err(|error| Misconfigured(error.to_string()))
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        Self::read(&path.display().to_string(), &text, env::vars())
    }

    /// Reads a text. `file` is how mistakes name it.
    fn read(
        file: &str,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let keys = keys();
        let mut document = Document::parse(file, text, &keys);
        document.overlay(variables);
        let config = Self::compose(&mut document);
        let mistakes = document.into_mistakes();
        if mistakes.is_empty() {
            return Ok(config);
        }
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Err(Misconfigured(lines.join("\n")).into())
    }

    /// Reads every section. What is wrong is recorded and stands as its default.
    fn compose(document: &mut Document<'_>) -> Self {
        let source = Source::read(document, "source");
        check_source(document, &source);
        let from_kafka = source.kind == Some(SourceKind::Kafka);
        let kafka = KafkaSource::read(document, "source.kafka");
        let kafka_source = if from_kafka { kafka_source(document, &kafka) } else { None };
        let sinks =
            ["verdicts", "alerts", "findings", "rejects"].map(|name| read_sink(document, name));
        let to_kafka = sinks.iter().any(|sink| sink.kind == SinkKind::Kafka);
        let mut producer = KafkaSink::read(document, "sinks.kafka");
        if producer.bootstrap_servers.is_none() && !kafka.bootstrap_servers.is_empty() {
            producer.bootstrap_servers = Some(kafka.bootstrap_servers);
            producer.sasl = kafka.sasl;
            producer.tls = kafka.tls;
        }
        let kafka_sink = if to_kafka { kafka_sink(document, &producer) } else { None };
        let decode = Decode::read(document, "decode");
        let decode = convert(document, "decode", &decode).unwrap_or_default();
        let engine = Engine::read(document, "engine");
        if engine.clients_max == 0 {
            document.refuse("engine.clients_max", "must be at least 1");
        }
        let polls = [
            ("engine.site_model_poll_s", engine.site_model_poll_s),
            ("engine.grants_poll_s", engine.grants_poll_s),
        ];
        for (key, _) in polls.into_iter().filter(|(_, poll_s)| *poll_s == 0) {
            document.refuse(key, "must be at least 1");
        }
        let budget = budget(document, &engine);
        let mask = engine.mask.parse().unwrap_or_else(|error: gait_event::MaskError| {
            document.refuse("engine.mask", &error.to_string());
            Mask::default()
        });
        let canaries = canaries(document, engine.canaries.as_deref());
        let bot_keys = load_bot_keys(engine.bot_keys.as_deref()).unwrap_or_else(|error| {
            document.refuse("engine.bot_keys", &error.to_string());
            KeyDirectory::default()
        });
        let grants = grants(document, &engine, &sinks[2]);
        let serve = Serve::read(document, "serve");
        if serve.clients_max == 0 {
            document.refuse("serve.clients_max", "must be at least 1");
        }
        let access = access(document, &serve);
        let [verdicts, alerts, findings, rejects] = sinks;
        Self {
            source,
            kafka_source,
            decode,
            engine,
            budget,
            mask,
            canaries,
            grants,
            bot_keys,
            verdicts,
            alerts,
            findings,
            rejects,
            kafka_sink,
            serve,
            access,
        }
    }
}

/// The false-alarm budget, which people of a site model must stand behind.
fn budget(document: &mut Document<'_>, engine: &Engine) -> Option<Budget> {
    let per_day = engine.false_alarms_per_day?;
    if engine.site_model.is_none() {
        document.refuse("engine.false_alarms_per_day", "needs `engine.site_model`");
    }
    match Budget::new(per_day) {
        Ok(budget) => Some(budget),
        Err(error) => {
            document.refuse("engine.false_alarms_per_day", &error.to_string());
            None
        }
    }
}

/// The grants of the directory that is named; there are no findings without them.
fn grants(document: &mut Document<'_>, engine: &Engine, findings: &Sink) -> Option<GrantBook> {
    let Some(directory) = &engine.grants else {
        if findings.kind != SinkKind::None {
            document.refuse("sinks.findings.kind", "needs `engine.grants`");
        }
        return None;
    };
    match load_grants(directory) {
        Ok(book) => Some(book),
        Err(error) => {
            document.refuse("engine.grants", &error.to_string());
            None
        }
    }
}

/// The canaries of the file that is named, and those that stand in the configuration.
fn canaries(document: &mut Document<'_>, file: Option<&Path>) -> Canaries {
    let listed: Vec<CanaryEntry> = document.read(CANARY, Vec::new());
    let mut entries = load_entries(file).unwrap_or_else(|error| {
        document.refuse("engine.canaries", &error.to_string());
        Vec::new()
    });
    // Mistakes of the file are told where the file is named.
    if let Err(mistakes) = compile_canaries(&entries) {
        document.refuse("engine.canaries", &mistakes.join("; "));
        entries.clear();
    }
    if let Err(mistakes) = compile_canaries(&listed) {
        document.refuse(CANARY, &mistakes.join("; "));
        return Canaries::default();
    }
    entries.extend(listed);
    compile_canaries(&entries).unwrap_or_else(|mistakes| {
        document.refuse(CANARY, &mistakes.join("; "));
        Canaries::default()
    })
}

/// Whoever holds the token of the file, or anyone on this machine.
fn access(document: &mut Document<'_>, serve: &Serve) -> Access {
    let exposed = serve.listen.is_some_and(|address| !address.ip().is_loopback());
    let Some(path) = &serve.token_file else {
        if exposed {
            document.refuse("serve.token_file", "must be set to listen beyond loopback");
        }
        return Access::Loopback;
    };
    let token = fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        .and_then(|text| Token::new(text.trim()).map_err(|error| error.to_string()));
    match token {
        Ok(token) => Access::Token(token),
        Err(error) => {
            document.refuse("serve.token_file", &error);
            Access::Loopback
        }
    }
}

fn check_source(document: &mut Document<'_>, source: &Source) {
    match source.kind {
        None => document.refuse("source.kind", "must be set: `file`, `stdin` or `kafka`"),
        Some(SourceKind::File) if source.paths.is_empty() => {
            document.refuse("source.paths", "must name at least one file for kind `file`");
        }
        Some(_) => {}
    }
}

fn kafka_source(document: &mut Document<'_>, section: &KafkaSource) -> Option<SourceConfig> {
    if section.bootstrap_servers.is_empty() {
        document.refuse("source.kafka.bootstrap_servers", "must be set for source kind `kafka`");
        return None;
    }
    let config: SourceConfig = convert(document, "source.kafka", section)?;
    refuse_error(document, "source.kafka", config.check(&environment));
    Some(config)
}

fn kafka_sink(document: &mut Document<'_>, section: &KafkaSink) -> Option<SinkConfig> {
    if section.bootstrap_servers.is_none() {
        document.refuse("sinks.kafka.bootstrap_servers", "must be set for sinks of kind `kafka`");
        return None;
    }
    let config: SinkConfig = convert(document, "sinks.kafka", section)?;
    refuse_error(document, "sinks.kafka", config.check(&environment));
    Some(config)
}

fn read_sink(document: &mut Document<'_>, name: &str) -> Sink {
    let section = format!("sinks.{name}");
    let sink = Sink::read(document, &section);
    match sink.kind {
        SinkKind::File if sink.path.is_none() => {
            document.refuse(&format!("{section}.path"), "must be set for kind `file`");
        }
        SinkKind::Kafka if sink.topic.is_empty() => {
            document.refuse(&format!("{section}.topic"), "must be set for kind `kafka`");
        }
        _ => {}
    }
    sink
}

/// Hands a section to the crate that owns its meaning. Tables that were left empty are not set.
fn convert<T: DeserializeOwned>(
    document: &mut Document<'_>,
    section: &str,
    from: &impl Serialize,
) -> Option<T> {
    let mut value = Value::try_from(from).unwrap_or_else(|_| Value::Table(toml::Table::new()));
    if let Value::Table(table) = &mut value {
        table.retain(|_, value| value.as_table().is_none_or(|inner| !inner.is_empty()));
    }
    match value.try_into() {
        Ok(config) => Some(config),
        Err(error) => {
            document.refuse(section, error.message());
            None
        }
    }
}

fn refuse_error<E: std::error::Error>(
    document: &mut Document<'_>,
    section: &str,
    checked: Result<(), E>,
) {
    if let Err(error) = checked {
        document.refuse(section, &error.to_string());
    }
}

/// A variable of the environment: where passwords come from.
pub(crate) fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The name of the list of canaries.
const CANARY: &str = "canary";

/// The list of canaries: the one key that stands in no section.
fn canary_key() -> Key {
    Key {
        path: CANARY.to_owned(),
        meaning: "Places that nobody is led to, one `[[canary]]` each, with exactly one of `path` (exactly), \
                  `prefix` (of the path), `parameter` (a name in the query) and `token` (12 to 127 bytes, as a \
                  segment of the path or a value in the query; kept as a hash and never printed), and \
                  perhaps `site` (the host it counts for)."
            .to_owned(),
        default: "[]".to_owned(),
    }
}

/// Every key there is, in the order of the documentation.
fn keys() -> Vec<Key> {
    [
        Source::keys("source"),
        KafkaSource::keys("source.kafka"),
        Decode::keys("decode"),
        Engine::keys("engine"),
        vec![canary_key()],
        Sink::keys("sinks.verdicts"),
        Sink::keys("sinks.alerts"),
        Sink::keys("sinks.findings"),
        Sink::keys("sinks.rejects"),
        KafkaSink::keys("sinks.kafka"),
        Serve::keys("serve"),
    ]
    .concat()
}
