//! The published JSON of verdicts and alerts: one text, whether it goes to a file, a topic or over HTTP.
//!
//! Names, null rules and number forms are a contract; `docs/verdicts.md` describes every key. What a verdict
//! says is decided in `gait-decide`, where it goes by the sinks.

mod alert;
mod client;
mod finding;
mod number;
mod object;
mod record;
mod verdict;

pub use alert::write_alert;
pub use finding::write_finding;
pub use record::{ChangedAtRecord, ClientRecord, DecidedAtRecord, ReasonRecord, VerdictRecord};
pub use verdict::write_verdict;

#[cfg(test)]
mod tests;
