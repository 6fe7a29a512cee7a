//! What a stream does with results: publish verdicts and alerts at once, keep rejects for their record.

use anyhow::Result;
use gait_decide::{Alert, Verdict};
use gait_decode::{FormatId, Reject};
use gait_engine::{Engine, Evicted, SlotId};
use gait_event::Origin;
use gait_kafka::Ticket;
use gait_observe::{DeadLetterReason, Stage};
use gait_scope::Finding;

use super::sinks::{Sinks, Stream};
use crate::{
    live::{EngineView, Live},
    pipeline::{DeadLetter, FileOutlet, Late, Outlet},
};

/// The outlet of one process; all partitions share it.
#[derive(Debug)]
pub(crate) struct StreamOutlet {
    sinks: Sinks,
    line: Vec<u8>,
    kept: Vec<Kept>,
    /// What the records are from, for their dead letters; empty for Kafka, whose records say it.
    place: String,
    live: Live,
    /// The engine, when there is one for all.
    view: Option<EngineView>,
}

/// A dead letter that waits for its record to be named.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Where its record stands.
    pub(crate) origin: Origin,
    /// Why.
    pub(crate) reason: DeadLetterReason,
    /// Why, in words.
    pub(crate) message: String,
    /// The whole dead letter as one line of JSON.
    pub(crate) line: Vec<u8>,
}

impl StreamOutlet {
    /// An outlet into these sinks, shown by `live`.
    pub(crate) fn new(sinks: Sinks, live: Live) -> Self {
        Self { sinks, line: Vec::new(), kept: Vec::new(), place: String::new(), live, view: None }
    }

    /// Hands what was written to the sinks; see [`Sinks::mark`].
    ///
    /// # Errors
    /// A sink failed for good.
    pub(crate) fn mark(&mut self) -> Result<Ticket> {
        let Self { sinks, live, .. } = self;
        live.timed(Stage::Sink, || sinks.mark())
    }

    /// What is shown.
    pub(crate) fn live(&mut self) -> &mut Live {
        &mut self.live
    }

    /// The sinks.
    pub(crate) fn sinks(&mut self) -> &mut Sinks {
        &mut self.sinks
    }

    /// The dead letters since this was last asked.
    pub(crate) fn take_kept(&mut self) -> Vec<Kept> {
        std::mem::take(&mut self.kept)
    }

    /// Records from now on are from this file.
    pub(crate) fn begin(&mut self, file: &str) {
        file.clone_into(&mut self.place);
    }

    /// Shows a batch of the one engine there is.
    fn show(&mut self, engine: &Engine, records: u64, bytes: u64) {
        let Self { live, view, .. } = self;
        let due = live.is_due();
        let view = view.get_or_insert_with(|| live.view(0));
        let events = view.batch(engine, live, due);
        live.batch(records, bytes, events);
    }

    /// Writes the dead letters of a file.
    ///
    /// # Errors
    /// The sink failed for good.
    fn write_kept(&mut self) -> Result<()> {
        for Kept { line, message, reason, .. } in self.take_kept() {
            tracing::debug!(file = self.place, message, "kept as a dead letter");
            self.live.kept(reason);
            self.sinks.write(Stream::Rejects, b"", &line)?;
        }
        Ok(())
    }

    /// Publishes the present verdict on every client of an engine that goes.
    ///
    /// # Errors
    /// A sink failed for good.
    pub(crate) fn publish_all(&mut self, engine: &Engine) -> Result<()> {
        engine.verdicts().try_for_each(|verdict| self.publish(&verdict))
    }

    fn publish(&mut self, verdict: &Verdict<'_>) -> Result<()> {
        self.live.verdict(verdict);
        if !self.sinks.wants(Stream::Verdicts) {
            return Ok(());
        }
        self.line.clear();
        gait_wire::write_verdict(verdict, &mut self.line);
        let key = verdict.client.id.to_string();
        self.sinks.write(Stream::Verdicts, key.as_bytes(), &self.line)
    }
}

impl FileOutlet for StreamOutlet {
    fn file(&mut self, name: &str, format: FormatId) {
        self.begin(name);
        self.live.format(format);
    }

    fn batch_end(&mut self, engine: &Engine, records: u64, bytes: u64) -> Result<()> {
        self.show(engine, records, bytes);
        self.write_kept()?;
        self.mark()?;
        self.sinks.tell_notices();
        Ok(())
    }
}

impl Outlet for StreamOutlet {
    fn reject(&mut self, reject: &Reject<'_>) -> Result<()> {
        self.live.rejected(reject.reason);
        if self.sinks.wants(Stream::Rejects) {
            self.kept.push(Kept {
                origin: reject.origin,
                reason: DeadLetterReason::Rejected(reject.reason),
                message: reject.to_string(),
                line: DeadLetter::new(&self.place, reject).line()?,
            });
        } else {
            tracing::debug!(file = self.place, origin = ?reject.origin, %reject, "rejected");
        }
        Ok(())
    }

    fn late(&mut self, late: &Late<'_>) -> Result<()> {
        if self.sinks.wants(Stream::Rejects) {
            self.kept.push(Kept {
                origin: late.origin,
                reason: DeadLetterReason::Late,
                message: late.to_string(),
                line: DeadLetter::late(&self.place, late).line()?,
            });
        }
        Ok(())
    }

    fn alert(&mut self, alert: &Alert) -> Result<()> {
        self.live.alert(alert);
        self.line.clear();
        gait_wire::write_alert(alert, &mut self.line);
        let key = alert.client.to_string();
        self.sinks.write(Stream::Alerts, key.as_bytes(), &self.line)
    }

    fn finding(&mut self, finding: &Finding) -> Result<()> {
        if !self.sinks.wants(Stream::Findings) {
            return Ok(());
        }
        self.line.clear();
        gait_wire::write_finding(finding, &mut self.line);
        self.sinks.write(Stream::Findings, finding.agent.as_bytes(), &self.line)
    }

    fn evicted(&mut self, evicted: &Evicted) -> Result<()> {
        self.publish(&evicted.verdict())
    }

    fn assessed(&mut self, engine: &Engine, client: SlotId) -> Result<()> {
        match engine.verdict(client) {
            Some(verdict) => self.publish(&verdict),
            None => Ok(()),
        }
    }
}
