//! What a running pipeline shows while it runs: board, feed of alerts, metrics.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use gait_decide::{Alert, Verdict};
use gait_decode::{FormatId, RejectReason};
use gait_engine::Engine;
use gait_event::EventTime;
use gait_kafka::Partition;
use gait_observe::{
    DeadLetterReason, EngineMeter, EngineReading, FormatMeter, Source, Stage, StageRecorder,
};
use gait_serve::{Published, RiskEntry};

/// How often gauges, and the counts on the board, are brought up to date.
const READING_INTERVAL: Duration = Duration::from_secs(1);

/// Clients whose counts are brought up to date at a time, those seen last first: some milliseconds of work.
const REFRESHED_MAX: usize = 16_384;

/// The published side of a pipeline.
#[derive(Debug)]
pub(crate) struct Live {
    published: Arc<Published>,
    source: Source,
    format: Option<(FormatId, FormatMeter)>,
    read_at: Instant,
    lag_at: Instant,
    stages: StageRecorder,
}

impl Live {
    /// Shows what comes from `source`.
    pub(crate) fn new(published: &Arc<Published>, source: Source) -> Self {
        let published = Arc::clone(published);
        let (now, stages) = (Instant::now(), published.metrics.stages());
        Self { published, source, format: None, read_at: now, lag_at: now, stages }
    }

    /// A recorder for the stages of a pipeline.
    pub(crate) fn stages(&self) -> StageRecorder {
        self.published.metrics.stages()
    }

    /// Does `work`, which is all of `stage` for one batch.
    pub(crate) fn timed<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        self.stages.time(stage, work)
    }

    /// The view of a new engine.
    pub(crate) fn view(&self, partition: u32) -> EngineView {
        let meter = self.published.metrics.engine(partition, &EngineReading::default());
        EngineView { meter, counted: 0, refreshed: 0 }
    }

    /// Records from now on are of this format.
    pub(crate) fn format(&mut self, format: FormatId) {
        if self.format.as_ref().is_none_or(|(known, _)| *known != format) {
            self.format = Some((format, self.published.metrics.format(format)));
        }
    }

    /// A batch of records was taken, and became so many events.
    pub(crate) fn batch(&self, records: u64, bytes: u64, events: u64) {
        self.published.metrics.ingested(self.source, records, bytes);
        self.published.feed.events(events);
        if let Some((_, meter)) = &self.format {
            meter.events(events);
        }
    }

    /// A record was rejected.
    pub(crate) fn rejected(&self, reason: RejectReason) {
        if let Some((_, meter)) = &self.format {
            meter.rejected(reason);
        }
    }

    /// A record was kept as a dead letter.
    pub(crate) fn kept(&self, reason: DeadLetterReason) {
        self.published.metrics.dead_letter(reason);
    }

    /// A verdict changed.
    pub(crate) fn verdict(&mut self, verdict: &Verdict<'_>) {
        let board = &self.published.board;
        self.stages.time(Stage::Publish, || board.publish(RiskEntry::from(verdict)));
    }

    /// An alert took a step.
    pub(crate) fn alert(&self, alert: &Alert) {
        self.published.metrics.alert(alert.change.class, alert.change.phase);
        self.published.feed.alert(alert.clone());
    }

    /// Shows how far the source is behind in the partitions that are ours, now and then.
    pub(crate) fn lag(
        &mut self,
        source: &gait_kafka::Source,
        is_ours: impl Fn(&Partition) -> bool,
    ) {
        if self.lag_at.elapsed() < READING_INTERVAL {
            return;
        }
        self.lag_at = Instant::now();
        self.measured(&source.lag(), is_ours);
    }

    /// What was measured may be older than the assignment, and name partitions that have gone since.
    fn measured(&self, lag: &BTreeMap<Partition, u64>, is_ours: impl Fn(&Partition) -> bool) {
        for (partition, records) in lag.iter().filter(|(partition, _)| is_ours(partition)) {
            self.show_lag(partition, Some(*records));
        }
    }

    /// Partitions that are no longer ours: their lag is for another process to tell.
    pub(crate) fn gave_up(&self, partitions: &[Partition]) {
        for partition in partitions {
            self.show_lag(partition, None);
        }
    }

    fn show_lag(&self, partition: &Partition, records: Option<u64>) {
        let number = i32::try_from(partition.number).unwrap_or(i32::MAX);
        self.published.metrics.kafka_lag(&partition.topic, number, records);
    }

    /// Shows how far behind the wall clock the last event was. The time of a simulation is its own.
    fn delay(&self, latest: EventTime) {
        if self.source == Source::Simulator {
            return;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let delay_us = u128::try_from(latest.0).map_or(0, |us| now.as_micros().saturating_sub(us));
        let delay_us = u64::try_from(delay_us).unwrap_or(u64::MAX);
        self.published.metrics.event_delay(Duration::from_micros(delay_us));
    }

    /// Whether it is time to read the gauges again.
    pub(crate) fn is_due(&mut self) -> bool {
        let due = self.read_at.elapsed() >= READING_INTERVAL;
        if due {
            self.read_at = Instant::now();
            let board = &self.published.board;
            self.published.metrics.board(board.len() as u64, board.evicted());
        }
        due
    }
}

/// What is shown of one engine.
#[derive(Debug)]
pub(crate) struct EngineView {
    meter: EngineMeter,
    /// Events that were counted.
    counted: u64,
    /// Events up to which the board knows who was seen.
    refreshed: u64,
}

impl EngineView {
    /// Takes what came since the last batch; returns how many events. When gauges are due, they and the counts
    /// of the active clients are brought up to date.
    pub(crate) fn batch(&mut self, engine: &Engine, live: &mut Live, due: bool) -> u64 {
        let events = engine.stats().events - self.counted;
        self.counted += events;
        if events > 0
            && let Some(latest) = engine.sightings().next()
        {
            live.delay(latest.last_seen);
        }
        if due {
            self.read(engine);
            self.refresh(engine, live);
        }
        events
    }

    fn read(&mut self, engine: &Engine) {
        let stats = engine.stats();
        self.meter.update(&EngineReading {
            late_events: stats.events_late,
            clients_evicted: stats.clients_evicted,
            assessments: stats.assessments,
            reasons_audited: stats.reasons_audited,
            families_refused: stats.families_refused,
            families: stats.families_live,
            reasons_mismatched: stats.reasons_mismatched,
            budget: [
                stats.budget_tested,
                stats.budget_levels_nano,
                stats.budget_admitted,
                stats.budget_held,
            ],
            agent_calls: stats.agent_calls,
            findings: [stats.violations, stats.notices, stats.drifts],
            traffic: stats.traffic,
            detector_fires: engine.detector_fires(),
            clients: stats.clients_live,
            state_bytes: engine.resident_bytes() as u64,
            watermark: engine.watermark(),
        });
    }

    /// Tells the board who was seen since the last time. A verdict is published when it changes; without this
    /// the counts of a steady client would stand still. There are at most as many such clients as events.
    fn refresh(&mut self, engine: &Engine, live: &mut Live) {
        let events = self.counted - self.refreshed;
        self.refreshed = self.counted;
        let clients = usize::try_from(events).unwrap_or(usize::MAX).min(REFRESHED_MAX);
        if clients == 0 {
            return;
        }
        let published = Arc::clone(&live.published);
        live.timed(Stage::Publish, || {
            for seen in engine.sightings().take(clients) {
                published.board.seen(seen.client, seen.events, seen.decisions, seen.last_seen);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use gait_detect::Pack;

    use super::*;
    use crate::service::Service;

    #[test]
    fn the_lag_of_a_partition_that_was_given_up_disappears_and_stays_away() {
        let service = Service::new(&Pack::default(), 1).unwrap();
        let live = Live::new(service.published(), Source::Kafka);
        let shown = || {
            let page = service.published().metrics.render();
            let lines = page.lines().filter(|line| line.starts_with("gait_kafka_consumer_lag"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let [ours, theirs] = [0, 1].map(|number| Partition::new("access", number));
        let lag = BTreeMap::from([(ours.clone(), 5), (theirs.clone(), 7)]);
        live.measured(&lag, |_| true);
        assert_eq!(shown().len(), 2);
        live.gave_up(&[theirs]);
        live.measured(&lag, |partition| *partition == ours);
        let left = r#"gait_kafka_consumer_lag_records{partition="0",topic="access"} 5"#;
        assert_eq!(shown(), [left]);
        live.gave_up(&[ours.clone(), ours]);
        assert!(shown().is_empty());
    }
}
