//! What an engine tells of itself, as metrics. Engines count for themselves, without atomics; a meter turns
//! their running totals into counters, and takes an engine's share out of the gauges when it goes.

use std::sync::Arc;

use gait_classify::Class;
use gait_event::EventTime;

use crate::Metrics;

/// The running totals and the present size of one engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineReading<'a> {
    /// Events that came later than the allowed lateness.
    pub late_events: u64,
    /// Clients that gave way because the table was full.
    pub clients_evicted: u64,
    /// Families that were not named for want of room.
    pub families_refused: u64,
    /// Times a client was judged.
    pub assessments: u64,
    /// Reasons of a sample of assessments that were taken out to see whether they count what they say.
    pub reasons_audited: u64,
    /// Those that did not.
    pub reasons_mismatched: u64,
    /// What the false-alarm budget did: clients tested, billionths of a false alarm given to them, clients
    /// admitted, clients held back.
    pub budget: [u64; 4],
    /// Calls of identified agents.
    pub agent_calls: u64,
    /// Findings about them: violations, notices, drifts.
    pub findings: [u64; 3],
    /// Events by the class of their client, in the order of [`Class::ALL`].
    pub traffic: [u64; Class::ALL.len()],
    /// Assessments in which each detector gave evidence, by its index in the pack. May be shorter.
    pub detector_fires: &'a [u64],
    /// Clients in memory now.
    pub clients: u64,
    /// Families known now.
    pub families: u64,
    /// Memory reserved for clients now, bytes.
    pub state_bytes: u64,
    /// Event time up to which the partition is complete.
    pub watermark: Option<EventTime>,
}

/// The meter of one engine; made by [`Metrics::engine`].
#[derive(Debug)]
pub struct EngineMeter {
    metrics: Arc<Metrics>,
    partition: u32,
    last: EngineReading<'static>,
    fires: Vec<u64>,
}

impl EngineMeter {
    /// `base` is what the engine had counted before this process took it over: zeros for a new one, the
    /// restored totals for one from a snapshot.
    pub(crate) fn new(metrics: Arc<Metrics>, partition: u32, base: &EngineReading<'_>) -> Self {
        let counted = EngineReading {
            detector_fires: &[],
            clients: 0,
            families: 0,
            state_bytes: 0,
            watermark: None,
            ..*base
        };
        Self { metrics, partition, last: counted, fires: base.detector_fires.to_vec() }
    }

    /// Takes a newer reading of the same engine.
    pub fn update(&mut self, now: &EngineReading<'_>) {
        let series = self.metrics.engine_series();
        let last = &self.last;
        series.late.inc_by(now.late_events.saturating_sub(last.late_events));
        series.evicted.inc_by(now.clients_evicted.saturating_sub(last.clients_evicted));
        series.families_refused.inc_by(now.families_refused.saturating_sub(last.families_refused));
        series.assessments.inc_by(now.assessments.saturating_sub(last.assessments));
        series.audited.inc_by(now.reasons_audited.saturating_sub(last.reasons_audited));
        series.mismatched.inc_by(now.reasons_mismatched.saturating_sub(last.reasons_mismatched));
        series.agent_calls.inc_by(now.agent_calls.saturating_sub(last.agent_calls));
        for (counter, (now, last)) in
            series.findings.iter().zip(now.findings.iter().zip(last.findings))
        {
            counter.inc_by(now.saturating_sub(last));
        }
        for (counter, (now, last)) in series.budget.iter().zip(now.budget.iter().zip(last.budget)) {
            counter.inc_by(now.saturating_sub(last));
        }
        for (counter, (now, last)) in
            series.traffic.iter().zip(now.traffic.iter().zip(last.traffic))
        {
            counter.inc_by(now.saturating_sub(last));
        }
        self.fires.resize(self.fires.len().max(now.detector_fires.len()), 0);
        for (counter, (now, last)) in
            series.fires.iter().zip(now.detector_fires.iter().zip(&mut self.fires))
        {
            counter.inc_by(now.saturating_sub(*last));
            *last = *now;
        }
        self.resize(now);
        self.metrics.watermark(self.partition, now.watermark);
        self.last = EngineReading { detector_fires: &[], ..*now };
    }

    /// Replaces this engine's share of the gauges.
    fn resize(&self, now: &EngineReading<'_>) {
        let series = self.metrics.engine_series();
        series.clients.add(difference(now.clients, self.last.clients));
        series.families.add(difference(now.families, self.last.families));
        series.state_bytes.add(difference(now.state_bytes, self.last.state_bytes));
    }
}

impl Drop for EngineMeter {
    fn drop(&mut self) {
        self.resize(&EngineReading::default());
        self.metrics.watermark(self.partition, None);
    }
}

/// `now - last` as a step of a gauge.
fn difference(now: u64, last: u64) -> i64 {
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    signed(now) - signed(last)
}
