//! Where the results of a stream go: nowhere, standard output, a file, a Kafka topic.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use gait_kafka::{Outgoing, Record, Rejection, SendError, Ticket, WaitError};

use crate::{
    config::{Config, Sink, SinkKind, environment},
    pipeline::{Lines, SharedStdout, shared_stdout},
};

/// How long a full producer is waited for before it is asked again.
const FULL_WAIT: Duration = Duration::from_millis(200);

/// How long the last results may take to arrive.
const DRAIN_WAIT: Duration = Duration::from_secs(30);

/// One stream of results.
#[derive(Debug)]
enum Target {
    Nowhere,
    Lines(Lines),
    Topic(String),
}

/// The streams of results.
#[derive(Debug)]
pub(crate) struct Sinks {
    verdicts: Target,
    alerts: Target,
    findings: Target,
    rejects: Target,
    producer: Option<gait_kafka::Sink>,
}

/// Which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Verdicts, keyed by client.
    Verdicts,
    /// Alerts, keyed by client.
    Alerts,
    /// Findings about identified agents, keyed by agent.
    Findings,
    /// Dead letters.
    Rejects,
}

impl Sinks {
    /// Opens every sink of the configuration.
    ///
    /// # Errors
    /// A file cannot be opened, or Kafka cannot be configured.
    pub(crate) fn open(config: &Config) -> Result<Self> {
        let stdout = shared_stdout();
        let producer = match &config.kafka_sink {
            Some(kafka) => Some(gait_kafka::Sink::connect(kafka, &environment)?),
            None => None,
        };
        Ok(Self {
            verdicts: Target::open(&config.verdicts, &stdout)?,
            alerts: Target::open(&config.alerts, &stdout)?,
            findings: Target::open(&config.findings, &stdout)?,
            rejects: Target::open(&config.rejects, &stdout)?,
            producer,
        })
    }

    /// Writes one result. Waits while Kafka takes no more.
    ///
    /// # Errors
    /// The sink failed for good.
    pub(crate) fn write(&mut self, stream: Stream, key: &[u8], line: &[u8]) -> Result<()> {
        let target = match stream {
            Stream::Verdicts => &mut self.verdicts,
            Stream::Alerts => &mut self.alerts,
            Stream::Findings => &mut self.findings,
            Stream::Rejects => &mut self.rejects,
        };
        match (target, &self.producer) {
            (Target::Lines(lines), _) => lines.write(line),
            (Target::Topic(topic), Some(producer)) => {
                let headers: &[(&str, &[u8])] = &[("content-type", b"application/json")];
                let record = Outgoing { topic, key: Some(key), payload: line, headers };
                send(producer, || producer.send(&record))
            }
            (Target::Nowhere | Target::Topic(_), _) => Ok(()),
        }
    }

    /// Keeps a Kafka record that could not be read, or whose event came late: on the dead-letter topic as it came, elsewhere as `line`.
    ///
    /// # Errors
    /// The sink failed for good.
    pub(crate) fn dead_letter(
        &mut self,
        record: &Record<'_>,
        rejection: Rejection<'_>,
        line: &[u8],
    ) -> Result<()> {
        match (&self.rejects, &self.producer) {
            (Target::Topic(topic), Some(producer)) => {
                send(producer, || producer.dead_letter(topic, record, rejection))
            }
            _ => self.write(Stream::Rejects, b"", line),
        }
    }

    /// Whether dead letters are whole Kafka records, and not lines of JSON about a part of one.
    pub(crate) fn keeps_records(&self) -> bool {
        matches!(self.rejects, Target::Topic(_))
    }

    /// Whether anybody wants this stream.
    pub(crate) fn wants(&self, stream: Stream) -> bool {
        let target = match stream {
            Stream::Verdicts => &self.verdicts,
            Stream::Alerts => &self.alerts,
            Stream::Findings => &self.findings,
            Stream::Rejects => &self.rejects,
        };
        !matches!(target, Target::Nowhere)
    }

    /// Hands lines to the system; says up to where Kafka must acknowledge before the records that led to
    /// the results so far may be committed.
    ///
    /// # Errors
    /// A file does not take its lines, or Kafka has refused a record.
    pub(crate) fn mark(&mut self) -> Result<Ticket> {
        let Self { verdicts, alerts, findings, rejects, .. } = self;
        for target in [verdicts, alerts, findings, rejects] {
            if let Target::Lines(lines) = target {
                lines.flush()?;
            }
        }
        let Some(producer) = &self.producer else { return Ok(Ticket::default()) };
        match producer.failure() {
            Some(failure) => Err(failure.into()),
            None => Ok(producer.mark()),
        }
    }

    /// Up to where Kafka has acknowledged.
    pub(crate) fn acknowledged(&self) -> Ticket {
        self.producer.as_ref().map(gait_kafka::Sink::acknowledged).unwrap_or_default()
    }

    /// Results that Kafka has not acknowledged.
    pub(crate) fn in_flight(&self) -> u64 {
        self.producer.as_ref().map(gait_kafka::Sink::in_flight).unwrap_or_default()
    }

    /// Says what changed about the connection of the producer.
    pub(crate) fn tell_notices(&self) {
        while let Some(notice) = self.producer.as_ref().and_then(gait_kafka::Sink::next_notice) {
            tracing::warn!(?notice, "the sinks' Kafka");
        }
    }

    /// Waits until every result has arrived.
    ///
    /// # Errors
    /// A result was refused, or did not arrive in time.
    pub(crate) fn drain(&mut self) -> Result<()> {
        self.mark()?;
        match &self.producer {
            Some(producer) => producer.flush(DRAIN_WAIT).context("the last results did not arrive"),
            None => Ok(()),
        }
    }
}

impl Target {
    fn open(sink: &Sink, stdout: &SharedStdout) -> Result<Self> {
        Ok(match (sink.kind, &sink.path) {
            (SinkKind::File, Some(path)) => Self::Lines(Lines::append(path)?),
            (SinkKind::Stdout, _) => Self::Lines(Lines::create("-".as_ref(), stdout)?),
            (SinkKind::Kafka, _) => Self::Topic(sink.topic.clone()),
            (SinkKind::None | SinkKind::File, _) => Self::Nowhere,
        })
    }
}

/// Sends, and waits while too much is on its way.
fn send(producer: &gait_kafka::Sink, send: impl Fn() -> Result<Ticket, SendError>) -> Result<()> {
    loop {
        match send() {
            Ok(_) => return Ok(()),
            Err(SendError::Full) => {
                let next = Ticket(producer.acknowledged().0 + 1);
                match producer.wait_for(next, FULL_WAIT) {
                    Ok(()) | Err(WaitError::Timeout { .. }) => {}
                    Err(error) => bail!(error),
                }
            }
            Err(error) => bail!(error),
        }
    }
}
