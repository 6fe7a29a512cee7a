//! A producer that says what was acknowledged and asks to wait instead of growing without bound.
//!
//! It is idempotent and waits for all replicas: a record is written once and in order, or the failure shows.
//! What to send it leaves to its caller.

use std::{
    fmt,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientContext, Statistics,
    config::RDKafkaLogLevel,
    error::{KafkaError, RDKafkaErrorCode},
    message::{DeliveryResult, Header, OwnedHeaders},
    producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer},
};

use crate::{
    Notice, SinkConfig,
    acks::{Acks, Ticket},
    client::{ConnectError, Environment},
    context::lock,
    link::{self, Link},
};

/// A record was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// Too many records wait for their acknowledgement. Wait, then send it again.
    #[error("too many records wait for their acknowledgement")]
    Full,
    /// The record is longer than `message.max.bytes` and will never be taken.
    #[error("the record is longer than `message.max.bytes`; raise it here and at the broker")]
    TooLong,
    /// The producer cannot go on.
    #[error("cannot send to `{topic}`: {source}")]
    Failed {
        /// Where it was to go.
        topic: String,
        /// What librdkafka says.
        source: KafkaError,
    },
}

/// A record that was taken could not be delivered. Its ticket is never acknowledged, nor any after it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a record to `{topic}` was not delivered: {source}")]
pub struct DeliveryError {
    /// Where it was to go.
    pub topic: String,
    /// What librdkafka says.
    pub source: KafkaError,
}

/// Records were not all acknowledged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// They still wait.
    #[error("{waiting} records still wait for their acknowledgement")]
    Timeout {
        /// How many.
        waiting: u64,
    },
    /// One of them was not delivered.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

/// A record to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outgoing<'a> {
    /// Where to.
    pub topic: &'a str,
    /// Decides the partition; records of one key stay in order.
    pub key: Option<&'a [u8]>,
    /// The value.
    pub payload: &'a [u8],
    /// Names and values, in order.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// A producer. May be used from several threads.
pub struct Sink {
    producer: ThreadedProducer<SinkContext>,
    shared: Arc<Shared>,
    max_in_flight: u64,
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("in_flight", &self.in_flight()).finish_non_exhaustive()
    }
}

/// What the delivery thread and the callers share.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    link: Link,
}

#[derive(Debug, Default)]
struct State {
    acks: Acks,
    failure: Option<DeliveryError>,
    notices: Vec<Notice>,
}

impl Shared {
    fn note(&self, notice: Option<Notice>) {
        if let Some(notice) = notice {
            lock(&self.state).notices.push(notice);
        }
    }
}

/// The producer's callbacks.
struct SinkContext {
    shared: Arc<Shared>,
}

impl ClientContext for SinkContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        link::log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.shared.note(self.shared.link.measured(&statistics));
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(code) = error.rdkafka_error_code() {
            self.shared.note(self.shared.link.failed(code, reason));
        }
    }
}

impl ProducerContext for SinkContext {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: usize) {
        use rdkafka::Message;
        match result {
            Ok(_) => {
                self.shared.note(self.shared.link.flowing());
                let grew = lock(&self.shared.state).acks.settle(Ticket(ticket as u64));
                if grew {
                    self.shared.changed.notify_all();
                }
            }
            Err((source, message)) => {
                let topic = message.topic().to_owned();
                lock(&self.shared.state)
                    .failure
                    .get_or_insert_with(|| DeliveryError { topic, source: source.clone() });
                self.shared.changed.notify_all();
            }
        }
    }
}

impl Sink {
    /// Makes a producer. Returns at once; a cluster that is away is a [`Notice`] later.
    ///
    /// # Errors
    /// The configuration is wrong, or its password cannot be read.
    pub fn connect(config: &SinkConfig, env: Environment<'_>) -> Result<Self, ConnectError> {
        let shared = Arc::new(Shared::default());
        let context = SinkContext { shared: Arc::clone(&shared) };
        let producer = config.client(env)?.create_with_context(context)?;
        Ok(Self { producer, shared, max_in_flight: u64::from(config.max_in_flight_records) })
    }

    /// Hands a record to the producer and returns its ticket. Never blocks.
    ///
    /// # Errors
    /// [`SendError::Full`] asks to wait and send again; the others are final for this record.
    pub fn send(&self, record: &Outgoing<'_>) -> Result<Ticket, SendError> {
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for &(key, value) in record.headers {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        let mut native = BaseRecord::<[u8], [u8], usize>::with_opaque_to(record.topic, 0)
            .payload(record.payload)
            .headers(headers);
        native.key = record.key;
        self.enqueue(native)
    }

    /// Sends a record that is ready but for its ticket.
    pub(crate) fn enqueue(
        &self,
        mut record: BaseRecord<'_, [u8], [u8], usize>,
    ) -> Result<Ticket, SendError> {
        // One lock over ticket and queue: what is sent first has the lower ticket.
        let mut state = lock(&self.shared.state);
        if self.max_in_flight <= state.acks.last().0 - state.acks.acknowledged().0 {
            return Err(SendError::Full);
        }
        let ticket = state.acks.issue();
        let topic = record.topic;
        record.delivery_opaque = usize::try_from(ticket.0).unwrap_or(usize::MAX);
        let Err((source, _)) = self.producer.send(record) else { return Ok(ticket) };
        state.acks.withdraw();
        Err(match source.rdkafka_error_code() {
            Some(RDKafkaErrorCode::QueueFull) => SendError::Full,
            Some(RDKafkaErrorCode::MessageSizeTooLarge) => SendError::TooLong,
            _ => SendError::Failed { topic: topic.to_owned(), source },
        })
    }

    /// The ticket of the record that was sent last: a mark to wait for.
    #[must_use]
    pub fn mark(&self) -> Ticket {
        lock(&self.shared.state).acks.last()
    }

    /// The last ticket up to which everything is acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> Ticket {
        lock(&self.shared.state).acks.acknowledged()
    }

    /// Records that wait for their acknowledgement.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        let state = lock(&self.shared.state);
        state.acks.last().0 - state.acks.acknowledged().0
    }

    /// The first record that could not be delivered. After that no further ticket is acknowledged: stop, and
    /// start again where the offsets were stored.
    #[must_use]
    pub fn failure(&self) -> Option<DeliveryError> {
        lock(&self.shared.state).failure.clone()
    }

    /// The next change of the connection, each once.
    #[must_use]
    pub fn next_notice(&self) -> Option<Notice> {
        let mut state = lock(&self.shared.state);
        if state.notices.is_empty() { None } else { Some(state.notices.remove(0)) }
    }

    /// Waits until everything up to `mark` is acknowledged.
    ///
    /// # Errors
    /// It is not within `timeout`, or a record was not delivered.
    pub fn wait_for(&self, mark: Ticket, timeout: Duration) -> Result<(), WaitError> {
        let deadline = Instant::now() + timeout;
        let mut state = lock(&self.shared.state);
        loop {
            let acknowledged = state.acks.acknowledged();
            if acknowledged >= mark {
                return Ok(());
            }
            if let Some(failure) = &state.failure {
                return Err(failure.clone().into());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(WaitError::Timeout { waiting: mark.0 - acknowledged.0 });
            }
            let woken = self.shared.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sends what is held back for batching and waits until everything is acknowledged.
    ///
    /// # Errors
    /// It is not within `timeout`, or a record was not delivered.
    pub fn flush(&self, timeout: Duration) -> Result<(), WaitError> {
        let deadline = Instant::now() + timeout;
        // The result tells less than the tickets do.
        let _ = self.producer.flush(timeout);
        self.wait_for(self.mark(), deadline.saturating_duration_since(Instant::now()))
    }
}
