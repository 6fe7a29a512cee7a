//! Records that could not be judged, kept as they came, with the headers of Kafka Connect about why.
//!
//! The names are those of Connect's dead letter queues, so that tools for them work here too.

use rdkafka::{
    message::{Header, OwnedHeaders},
    producer::BaseRecord,
};

use crate::{Record, SendError, Sink, Ticket};

const PREFIX: &str = "__connect.errors.";

/// Set on a dead letter whose own value was too long to be sent with the headers.
const OMITTED: &str = "gait.dead_letter.payload";

/// Why a record was rejected.
#[derive(Clone, Copy, Debug)]
pub struct Rejection<'a> {
    /// The closed reason, which is also the metric label; goes into `exception.class.name`.
    pub label: &'a str,
    /// The reason in words; goes into `exception.message`.
    pub message: &'a str,
    /// Where it happened, for example `decode`.
    pub stage: &'a str,
}

impl Sink {
    /// Sends a record that was rejected to `topic`: key, value, headers and timestamp unchanged, the reason
    /// behind them in headers. Its offset may be stored once the ticket is acknowledged.
    ///
    /// A value that is too long to be sent on is left out, and the header `gait.dead_letter.payload` says so: a
    /// record that nobody can take must not stall its partition.
    ///
    /// # Errors
    /// [`SendError::Full`] asks to wait and send again.
    pub fn dead_letter(
        &self,
        topic: &str,
        record: &Record<'_>,
        rejection: Rejection<'_>,
    ) -> Result<Ticket, SendError> {
        let letter = |payload, headers| BaseRecord::<[u8], [u8], usize> {
            topic,
            partition: None,
            payload,
            key: record.key(),
            timestamp: record.timestamp_ms(),
            headers: Some(headers),
            delivery_opaque: 0,
        };
        let headers = || explained(record.headers().copy(), record, rejection);
        match self.enqueue(letter(record.payload(), headers())) {
            Err(SendError::TooLong) => {
                let omitted = Header { key: OMITTED, value: Some("omitted: too long") };
                self.enqueue(letter(None, headers().insert(omitted)))
            }
            sent => sent,
        }
    }
}

/// The record's own headers, and behind them why and from where.
fn explained(own: OwnedHeaders, record: &Record<'_>, rejection: Rejection<'_>) -> OwnedHeaders {
    let partition = record.partition().to_string();
    let offset = record.offset().to_string();
    let class = format!("gaitkeeper.{}", rejection.stage);
    let reasons = [
        ("topic", record.topic()),
        ("partition", &partition),
        ("offset", &offset),
        ("connector.name", "gaitkeeper"),
        ("task.id", "0"),
        ("stage", rejection.stage),
        ("class.name", &class),
        ("exception.class.name", rejection.label),
        ("exception.message", rejection.message),
    ];
    reasons.iter().fold(own, |headers, (name, value)| {
        headers.insert(Header { key: &format!("{PREFIX}{name}"), value: Some(*value) })
    })
}
