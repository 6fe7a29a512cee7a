//! A verdict read back: what an evaluation or a script of ours asks of one. Keys beyond that are left alone,
//! so that a verdict may grow.

use gait_classify::Class;
use serde::{Deserialize, Deserializer, de::Error};

/// A published verdict, as far as it is read back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct VerdictRecord {
    /// Whom it is about.
    pub client: ClientRecord,
    /// The site that was asked, when the log names it.
    pub site: Option<String>,
    /// Who drives the client.
    #[serde(deserialize_with = "class")]
    pub class: Class,
    /// Percent, 0.0..=100.0: how probable it is that a program drives the client.
    pub score: f64,
    /// Whether a gateway may act on it.
    pub enforceable: bool,
    /// Events seen.
    pub events: u64,
    /// Decision steps seen.
    pub decision_steps: u32,
    /// When the class was reached; `None` while undecided.
    pub decided_at: Option<DecidedAtRecord>,
    /// The family it belongs to.
    #[serde(default)]
    pub family: Option<String>,
    /// Where a program took the session over; `None` unless the class says so.
    #[serde(default)]
    pub takeover_at: Option<ChangedAtRecord>,
    /// What spoke for and against it, the strongest first.
    #[serde(default)]
    pub reasons: Vec<ReasonRecord>,
}

/// One reason of a published verdict.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ReasonRecord {
    /// The detector, or `model.` and the feature of a term of the model.
    pub detector: String,
    /// Positive speaks for a program.
    pub nats: f64,
}

/// The client of a published verdict.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClientRecord {
    /// The published id, 32 hexadecimal digits.
    pub id: String,
    /// The address as logged.
    pub ip: String,
    /// The user agent; `None` when the log has none.
    pub user_agent: Option<String>,
}

/// When a class was reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DecidedAtRecord {
    /// Event time, RFC 3339.
    pub time: String,
    /// Events of the client by then.
    pub event: u64,
    /// Decision step.
    pub step: u32,
}

/// Where a session changed hands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ChangedAtRecord {
    /// Event time, RFC 3339.
    pub time: String,
    /// Decision step.
    pub step: u32,
}

fn class<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Class, D::Error> {
    let word = String::deserialize(deserializer)?;
    Class::parse(&word).ok_or_else(|| D::Error::custom(format!("the class `{word}` is not known")))
}
