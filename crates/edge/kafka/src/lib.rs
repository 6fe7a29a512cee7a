//! Kafka as a source of records and a sink for what follows from them: the only crate that names rdkafka.
//!
//! [`Source`] is a member of a consumer group. It says which partitions come and go, so that its caller can keep
//! one engine for each, and stores an offset only when told. [`Sink`] is an idempotent producer that tells which
//! of the records given to it are acknowledged, and keeps rejected records as dead letters. Together they
//! deliver at least once. What a record means they leave to `gait-decode`, what follows from it to `gait-engine`.

mod acks;
mod admin;
mod client;
mod config;
mod context;
mod dead_letter;
mod link;
mod partition;
mod record;
mod sink;
mod source;
#[cfg(test)]
mod tests;

pub use acks::Ticket;
pub use admin::Admin;
pub use client::{ConnectError, Connection, Environment};
pub use config::{
    ConfigError, OffsetReset, Options, Sasl, SaslMechanism, SinkConfig, SourceConfig, Tls,
};
pub use dead_letter::Rejection;
pub use link::Notice;
pub use partition::Partition;
pub use record::{Headers, Record};
pub use sink::{DeliveryError, Outgoing, SendError, Sink, WaitError};
pub use source::{PollError, Polled, RequestError, Source};
