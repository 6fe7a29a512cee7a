//! The registered metrics and the typed way to raise each of them. Nothing here is raised by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use gait_classify::Class;
use gait_decide::AlertPhase;
use gait_decode::{FormatId, RejectReason};
use gait_event::EventTime;
use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder, core::Collector,
};

use crate::{
    DeadLetterReason, EngineMeter, EngineReading, FeedbackOutcome, MetricKind, MetricSpec, Source,
    StageRecorder, catalogue as names,
    label::{FINDINGS, PHASES, STATUS_CLASSES},
    summary::StageSummary,
};

/// Every metric of the process. Cheap to raise from any thread.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    config: IntGaugeVec,
    records: IntCounterVec,
    bytes: IntCounterVec,
    events: IntCounterVec,
    rejects: IntCounterVec,
    dead_letters: IntCounterVec,
    lag: IntGaugeVec,
    watermark: GaugeVec,
    watermarks: Mutex<BTreeMap<u32, EventTime>>,
    delay: HistogramVec,
    engine: EngineSeries,
    alerts: IntCounterVec,
    stages: StageSummary,
    board: IntGaugeVec,
    verdicts: IntGaugeVec,
    board_evicted: IntCounterVec,
    site_models: IntCounterVec,
    site_models_refused: IntCounterVec,
    grants: IntGaugeVec,
    grants_taken: IntCounterVec,
    grants_refused: IntCounterVec,
    feedback: IntCounterVec,
    requests: IntCounterVec,
    decisions: HistogramVec,
}

/// What the meters of the engines raise. Lists are in the order of [`Class::ALL`] and of the detector pack.
#[derive(Debug)]
pub(crate) struct EngineSeries {
    pub(crate) late: IntCounter,
    pub(crate) evicted: IntCounter,
    pub(crate) families: IntGauge,
    pub(crate) families_refused: IntCounter,
    pub(crate) assessments: IntCounter,
    pub(crate) audited: IntCounter,
    pub(crate) mismatched: IntCounter,
    pub(crate) budget: Vec<IntCounter>,
    pub(crate) agent_calls: IntCounter,
    pub(crate) findings: Vec<IntCounter>,
    pub(crate) traffic: Vec<IntCounter>,
    pub(crate) fires: Vec<IntCounter>,
    pub(crate) clients: IntGauge,
    pub(crate) state_bytes: IntGauge,
}

/// Counts the records of one format.
#[derive(Clone, Debug)]
pub struct FormatMeter {
    events: IntCounter,
    rejects: Vec<IntCounter>,
}

impl FormatMeter {
    /// Counts records that became events.
    pub fn events(&self, count: u64) {
        self.events.inc_by(count);
    }

    /// Counts a record that could not be read.
    pub fn rejected(&self, reason: RejectReason) {
        let at = RejectReason::ALL.iter().position(|known| *known == reason);
        if let Some(counter) = at.and_then(|at| self.rejects.get(at)) {
            counter.inc();
        }
    }
}

impl Metrics {
    /// Registers the catalogue. `version` is the version of the process, `detectors` are the ids of the pack
    /// in use, in the order of their index.
    #[must_use]
    pub fn new<'a>(version: &str, detectors: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let register = Register::default();
        register.gauges(&names::BUILD).with_label_values(&[version]).set(1);
        let metrics = Self {
            config: register.gauges(&names::CONFIG),
            records: register.counters(&names::RECORDS),
            bytes: register.counters(&names::BYTES),
            events: register.counters(&names::EVENTS),
            rejects: register.counters(&names::REJECTS),
            dead_letters: register.counters(&names::DEAD_LETTERS),
            lag: register.gauges(&names::LAG),
            watermark: register.real_gauges(&names::WATERMARK),
            watermarks: Mutex::default(),
            delay: register.histograms(&names::DELAY),
            engine: EngineSeries::new(&register, detectors),
            alerts: register.counters(&names::ALERTS),
            stages: register.keep(StageSummary::new()),
            board: register.gauges(&names::BOARD),
            verdicts: register.gauges(&names::VERDICTS),
            board_evicted: register.counters(&names::BOARD_EVICTED),
            site_models: register.counters(&names::SITE_MODELS),
            site_models_refused: register.counters(&names::SITE_MODELS_REFUSED),
            grants: register.gauges(&names::GRANTS),
            grants_taken: register.counters(&names::GRANTS_TAKEN),
            grants_refused: register.counters(&names::GRANTS_REFUSED),
            feedback: register.counters(&names::FEEDBACK),
            requests: register.counters(&names::REQUESTS),
            decisions: register.histograms(&names::DECISIONS),
            registry: register.0,
        };
        metrics.start_from_zero();
        Arc::new(metrics)
    }

    /// Exports the closed series before anything happened, so that rates begin at the first event.
    fn start_from_zero(&self) {
        for source in Source::ALL {
            self.ingested(source, 0, 0);
        }
        for reason in DeadLetterReason::all() {
            self.dead_letters.with_label_values(&[reason.label()]);
        }
        for class in Class::ALL.into_iter().filter(|class| class.is_undeclared_program()) {
            for phase in PHASES {
                self.alerts.with_label_values(&[class.as_str(), phase.as_str()]);
            }
        }
        self.watermark(0, None);
        self.board(0, 0);
        self.verdicts([0; Class::ALL.len()]);
        for outcome in FeedbackOutcome::ALL {
            self.feedback.with_label_values(&[outcome.as_str()]);
        }
        let _ = self.site_models.with_label_values::<&str>(&[]);
        let _ = self.site_models_refused.with_label_values::<&str>(&[]);
        self.grants(0);
        let _ = self.grants_taken.with_label_values::<&str>(&[]);
        let _ = self.grants_refused.with_label_values::<&str>(&[]);
        let _ = self.delay.with_label_values::<&str>(&[]);
        let _ = self.decisions.with_label_values::<&str>(&[]);
    }

    /// The configuration in use, by its hash.
    pub fn configured(&self, hash: &str) {
        self.config.reset();
        self.config.with_label_values(&[hash]).set(1);
    }

    /// Counts a site model that took the place of another, or a file that could not be used.
    pub fn site_model(&self, taken: bool) {
        let counter = if taken { &self.site_models } else { &self.site_models_refused };
        counter.with_label_values::<&str>(&[]).inc();
    }

    /// How many grants are in force.
    pub fn grants(&self, count: u64) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.grants.with_label_values::<&str>(&[]).set(count);
    }

    /// Counts grants that took the place of others, or that could not be used.
    pub fn grants_taken(&self, taken: bool) {
        let counter = if taken { &self.grants_taken } else { &self.grants_refused };
        counter.with_label_values::<&str>(&[]).inc();
    }

    /// Counts an analyst's word on an alert.
    pub fn feedback(&self, outcome: FeedbackOutcome) {
        self.feedback.with_label_values(&[outcome.as_str()]).inc();
    }

    /// Counts records and their bytes as they come from the source.
    pub fn ingested(&self, source: Source, records: u64, bytes: u64) {
        self.records.with_label_values(&[source.as_str()]).inc_by(records);
        self.bytes.with_label_values::<&str>(&[]).inc_by(bytes);
    }

    /// The meter of a format. Its series are exported from now on.
    #[must_use]
    pub fn format(&self, format: FormatId) -> FormatMeter {
        let of = |reason: &RejectReason| {
            self.rejects.with_label_values(&[format.name(), reason.label()])
        };
        FormatMeter {
            events: self.events.with_label_values(&[format.name()]),
            rejects: RejectReason::ALL.iter().map(of).collect(),
        }
    }

    /// Counts a record that was kept as a dead letter.
    pub fn dead_letter(&self, reason: DeadLetterReason) {
        self.dead_letters.with_label_values(&[reason.label()]).inc();
    }

    /// Records that wait in a Kafka partition; `None` when the partition is no longer this process's.
    pub fn kafka_lag(&self, topic: &str, partition: i32, records: Option<u64>) {
        let labels = [topic, &partition.to_string()];
        match records {
            Some(records) => self.lag.with_label_values(&labels).set(gauge_value(records)),
            // An error says that there was none: the partition was never measured.
            None => drop(self.lag.remove_label_values(&labels)),
        }
    }

    /// Wall clock minus event time of the latest event of a batch. Clocks that disagree count as no delay.
    pub fn event_delay(&self, delay: Duration) {
        self.delay.with_label_values::<&str>(&[]).observe(delay.as_secs_f64());
    }

    /// The meter of the engine of `partition`. `base` is what the engine had counted before this process took
    /// it over: the default for a new one, its present reading for one from a snapshot.
    #[must_use]
    pub fn engine(self: &Arc<Self>, partition: u32, base: &EngineReading<'_>) -> EngineMeter {
        EngineMeter::new(Arc::clone(self), partition, base)
    }

    /// Counts a step in the life of an alert; `class` is the client's class now.
    pub fn alert(&self, class: Class, phase: AlertPhase) {
        self.alerts.with_label_values(&[class.as_str(), phase.as_str()]).inc();
    }

    /// A recorder of stage durations for the calling thread.
    #[must_use]
    pub fn stages(&self) -> StageRecorder {
        StageRecorder::new(self.stages.slot())
    }

    /// The size of the published board, and how many clients have left it so far.
    pub fn board(&self, clients: u64, evicted: u64) {
        self.board.with_label_values::<&str>(&[]).set(gauge_value(clients));
        let counter = self.board_evicted.with_label_values::<&str>(&[]);
        counter.inc_by(evicted.saturating_sub(counter.get()));
    }

    /// Clients on the board by the class of their verdict, in the order of [`Class::ALL`].
    pub fn verdicts(&self, clients: [u64; Class::ALL.len()]) {
        for (class, count) in Class::ALL.into_iter().zip(clients) {
            self.verdicts.with_label_values(&[class.as_str()]).set(gauge_value(count));
        }
    }

    /// Counts an answered request. `route` is the route's pattern, never the path that was asked for.
    pub fn http_request(&self, route: &'static str, status: u16) {
        let class = usize::from(status / 100).saturating_sub(2).min(STATUS_CLASSES.len() - 1);
        self.requests.with_label_values(&[route, STATUS_CLASSES[class]]).inc();
    }

    /// How long one risk question took inside this process.
    pub fn decision(&self, took: Duration) {
        self.decisions.with_label_values::<&str>(&[]).observe(took.as_secs_f64());
    }

    /// All metrics in the Prometheus text format, version 0.0.4.
    #[must_use]
    pub fn render(&self) -> String {
        // Writing to memory fails for no family that a registry gathers.
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }

    pub(crate) fn engine_series(&self) -> &EngineSeries {
        &self.engine
    }

    /// The watermark of one partition; the metric is the oldest of them.
    pub(crate) fn watermark(&self, partition: u32, time: Option<EventTime>) {
        let mut all = self.watermarks.lock().unwrap_or_else(PoisonError::into_inner);
        match time {
            Some(time) => all.insert(partition, time),
            None => all.remove(&partition),
        };
        let oldest = all.values().min().copied().unwrap_or_default();
        self.watermark.with_label_values::<&str>(&[]).set(oldest.0 as f64 / 1e6);
    }
}

impl EngineSeries {
    fn new<'a>(register: &Register, detectors: impl IntoIterator<Item = &'a str>) -> Self {
        let budget = [
            &names::BUDGET_TESTED,
            &names::BUDGET_LEVELS,
            &names::BUDGET_ADMITTED,
            &names::BUDGET_HELD,
        ];
        let alone = |spec| register.counters(spec).with_label_values::<&str>(&[]);
        let traffic = register.counters(&names::TRAFFIC);
        let fires = register.counters(&names::FIRES);
        let findings = register.counters(&names::AGENT_FINDINGS);
        let classes = || Class::ALL.iter().map(|class| class.as_str());
        Self {
            late: register.counters(&names::LATE).with_label_values::<&str>(&[]),
            evicted: register.counters(&names::EVICTED).with_label_values::<&str>(&[]),
            families: register.gauges(&names::FAMILIES).with_label_values::<&str>(&[]),
            families_refused: register
                .counters(&names::FAMILIES_REFUSED)
                .with_label_values::<&str>(&[]),
            assessments: register.counters(&names::ASSESSMENTS).with_label_values::<&str>(&[]),
            audited: register.counters(&names::AUDITED).with_label_values::<&str>(&[]),
            mismatched: register.counters(&names::MISMATCHED).with_label_values::<&str>(&[]),
            budget: budget.into_iter().map(alone).collect(),
            agent_calls: alone(&names::AGENT_CALLS),
            findings: FINDINGS.map(|kind| findings.with_label_values(&[kind])).to_vec(),
            traffic: classes().map(|class| traffic.with_label_values(&[class])).collect(),
            fires: detectors.into_iter().map(|id| fires.with_label_values(&[id])).collect(),
            clients: register.gauges(&names::CLIENTS).with_label_values::<&str>(&[]),
            state_bytes: register.gauges(&names::STATE_BYTES).with_label_values::<&str>(&[]),
        }
    }
}

/// Makes series from their entry in the catalogue.
#[derive(Debug, Default)]
struct Register(Registry);

impl Register {
    fn counters(&self, spec: &MetricSpec) -> IntCounterVec {
        self.keep(IntCounterVec::new(Opts::new(spec.name, spec.help), &labels(spec)))
    }

    fn gauges(&self, spec: &MetricSpec) -> IntGaugeVec {
        self.keep(IntGaugeVec::new(Opts::new(spec.name, spec.help), &labels(spec)))
    }

    fn real_gauges(&self, spec: &MetricSpec) -> GaugeVec {
        self.keep(GaugeVec::new(Opts::new(spec.name, spec.help), &labels(spec)))
    }

    fn histograms(&self, spec: &MetricSpec) -> HistogramVec {
        let MetricKind::Histogram(bounds) = spec.kind else {
            panic!("{} is no histogram", spec.name)
        };
        let options = HistogramOpts::new(spec.name, spec.help).buckets(bounds.to_vec());
        self.keep(HistogramVec::new(options, &labels(spec)))
    }

    /// The catalogue is a constant that a test registers, so neither step can fail in service.
    fn keep<C: Collector + Clone + 'static>(&self, made: prometheus::Result<C>) -> C {
        let made = made.expect("the catalogue entry is valid");
        self.0.register(Box::new(made.clone())).expect("the catalogue names each metric once");
        made
    }
}

fn labels(spec: &MetricSpec) -> Vec<&'static str> {
    spec.labels.iter().map(|label| label.name).collect()
}

fn gauge_value(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
