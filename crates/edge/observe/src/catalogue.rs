//! Every metric there is: name, type, help and labels. A metric that is not here cannot be raised.
//!
//! Names are `gait_<subsystem>_<noun>_<unit>[_total]` in base units (seconds, bytes). Adding one is a constant
//! here, its field and its method in `metrics`, and `GAIT_BLESS=1` for the page.

use crate::label::{
    CLASS, CODE, DETECTOR, FINDING, FORMAT, HASH, Label, OUTCOME, PARTITION, REASON, ROUTE, SOURCE,
    STAGE, STATE, TOPIC, VERSION,
};

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetricKind {
    /// Only grows; reset by a restart.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts per bucket; the upper bounds are given in the metric's unit.
    Histogram(&'static [f64]),
    /// Quantiles over the last one to two minutes.
    Summary,
}

impl MetricKind {
    /// The word of the exposition format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
            Self::Summary => "summary",
        }
    }
}

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct MetricSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: MetricKind,
    /// What it counts, one line.
    pub help: &'static str,
    /// Its labels, in the order in which they are given.
    pub labels: &'static [Label],
}

const fn metric(
    kind: MetricKind,
    name: &'static str,
    labels: &'static [Label],
    help: &'static str,
) -> MetricSpec {
    MetricSpec { name, kind, help, labels }
}

use MetricKind::{Counter, Gauge, Histogram, Summary};

/// From the lookup in memory (µs) to a client that waits too long (1 s).
const DECISION_BUCKETS_S: &[f64] = &[
    0.000_002, 0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5,
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
];
/// From a log line that arrives at once to a consumer that is a day behind.
const DELAY_BUCKETS_S: &[f64] =
    &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0];

pub(crate) const BUILD: MetricSpec =
    metric(Gauge, "gait_build_info", &[VERSION], "The running version. Always 1.");
pub(crate) const CONFIG: MetricSpec = metric(
    Gauge,
    "gait_config_hash_info",
    &[HASH],
    "The configuration in use, by its hash. Always 1.",
);
pub(crate) const RECORDS: MetricSpec = metric(
    Counter,
    "gait_ingest_records_total",
    &[SOURCE],
    "Records read from the source, events and rejects alike.",
);
pub(crate) const BYTES: MetricSpec = metric(
    Counter,
    "gait_ingest_bytes_total",
    &[],
    "Bytes of the records read, after decompression.",
);
pub(crate) const EVENTS: MetricSpec =
    metric(Counter, "gait_events_total", &[FORMAT], "Records that became events.");
pub(crate) const REJECTS: MetricSpec = metric(
    Counter,
    "gait_rejects_total",
    &[FORMAT, REASON],
    "Records that could not be read. Never for the reason `late`: those were read.",
);
pub(crate) const DEAD_LETTERS: MetricSpec = metric(
    Counter,
    "gait_dead_letters_total",
    &[REASON],
    "Records that were kept where the configuration says: rejected ones, and those of late events.",
);
pub(crate) const LAG: MetricSpec = metric(
    Gauge,
    "gait_kafka_consumer_lag_records",
    &[TOPIC, PARTITION],
    "Records in the partition that are not processed yet.",
);
pub(crate) const LATE: MetricSpec = metric(
    Counter,
    "gait_late_events_total",
    &[],
    "Events that came later than the allowed lateness. They are counted and change no window.",
);
pub(crate) const WATERMARK: MetricSpec = metric(
    Gauge,
    "gait_watermark_timestamp_seconds",
    &[],
    "Event time up to which every partition is complete, seconds since 1970. 0 before the first event.",
);
pub(crate) const DELAY: MetricSpec = metric(
    Histogram(DELAY_BUCKETS_S),
    "gait_event_time_delay_seconds",
    &[],
    "Wall clock minus event time of the latest event of a batch, when read. Not of the simulator, whose time is its own.",
);
pub(crate) const CLIENTS: MetricSpec =
    metric(Gauge, "gait_clients_active", &[], "Clients whose state is held in memory.");
pub(crate) const EVICTED: MetricSpec = metric(
    Counter,
    "gait_clients_evicted_total",
    &[],
    "Clients that gave way to others because the table was full.",
);
pub(crate) const FAMILIES: MetricSpec =
    metric(Gauge, "gait_families", &[], "Families of clients that share a gait and are known.");
pub(crate) const FAMILIES_REFUSED: MetricSpec = metric(
    Counter,
    "gait_families_refused_total",
    &[],
    "Families that were not named because as many as an engine holds were known.",
);
pub(crate) const STATE_BYTES: MetricSpec =
    metric(Gauge, "gait_state_bytes", &[], "Memory reserved for client state and its index.");
pub(crate) const ASSESSMENTS: MetricSpec =
    metric(Counter, "gait_assessments_total", &[], "Times a client was judged.");
pub(crate) const AUDITED: MetricSpec = metric(
    Counter,
    "gait_reasons_audited_total",
    &[],
    "Reasons that were taken out, and the client judged anew, on a sample of one assessment in 1,024.",
);
pub(crate) const MISMATCHED: MetricSpec = metric(
    Counter,
    "gait_reasons_mismatched_total",
    &[],
    "Audited reasons whose absence did not change the log-odds by what they count. Anything but 0 is a defect.",
);
pub(crate) const TRAFFIC: MetricSpec = metric(
    Counter,
    "gait_traffic_events_total",
    &[CLASS],
    "Events by the class their client had when they came.",
);
pub(crate) const FIRES: MetricSpec = metric(
    Counter,
    "gait_detector_fires_total",
    &[DETECTOR],
    "Assessments in which the detector gave evidence, for a program or for a person.",
);
pub(crate) const ALERTS: MetricSpec =
    metric(Counter, "gait_alerts_total", &[CLASS, STATE], "Alerts opened, updated and closed.");
pub(crate) const BUDGET_TESTED: MetricSpec = metric(
    Counter,
    "gait_budget_clients_tested_total",
    &[],
    "Clients that the false-alarm budget gave a level.",
);
pub(crate) const BUDGET_LEVELS: MetricSpec = metric(
    Counter,
    "gait_budget_levels_nanoalarms_total",
    &[],
    "The sum of their levels, billionths of an expected false alarm.",
);
pub(crate) const BUDGET_ADMITTED: MetricSpec = metric(
    Counter,
    "gait_budget_clients_admitted_total",
    &[],
    "Clients that the false-alarm budget let become an alert.",
);
pub(crate) const BUDGET_HELD: MetricSpec = metric(
    Counter,
    "gait_budget_alerts_held_total",
    &[],
    "Clients whose alert the false-alarm budget held back.",
);
pub(crate) const AGENT_CALLS: MetricSpec =
    metric(Counter, "gait_agent_calls_total", &[], "Calls of identified agents.");
pub(crate) const AGENT_FINDINGS: MetricSpec = metric(
    Counter,
    "gait_agent_findings_total",
    &[FINDING],
    "What identified agents did beyond their grants, or unlike before. Without grants there are none.",
);
pub(crate) const STAGES: MetricSpec = metric(
    Summary,
    "gait_stage_duration_seconds",
    &[STAGE],
    "Time in one stage of the pipeline. Decode and engine: one record, one in 64 sampled. Publish: one verdict, or one round of counts. Read (Kafka alone) and sink: one batch.",
);
pub(crate) const BOARD: MetricSpec =
    metric(Gauge, "gait_board_clients", &[], "Clients the risk endpoint can answer for.");
pub(crate) const VERDICTS: MetricSpec =
    metric(Gauge, "gait_verdicts", &[CLASS], "Clients on the board by the class of their verdict.");
pub(crate) const BOARD_EVICTED: MetricSpec = metric(
    Counter,
    "gait_board_evicted_total",
    &[],
    "Clients that left the board because it was full.",
);
pub(crate) const SITE_MODELS: MetricSpec = metric(
    Counter,
    "gait_site_model_reloads_total",
    &[],
    "Site models that took the place of another while running.",
);
pub(crate) const SITE_MODELS_REFUSED: MetricSpec = metric(
    Counter,
    "gait_site_model_refusals_total",
    &[],
    "Changed site models that could not be used. The last good one stays; the log says why.",
);
pub(crate) const GRANTS: MetricSpec =
    metric(Gauge, "gait_grants", &[], "Grants that identified agents are held against.");
pub(crate) const GRANTS_TAKEN: MetricSpec = metric(
    Counter,
    "gait_grants_reloads_total",
    &[],
    "Times that other grants took the place of those before while running.",
);
pub(crate) const GRANTS_REFUSED: MetricSpec = metric(
    Counter,
    "gait_grants_refusals_total",
    &[],
    "Times that changed grants could not be used. The last good ones stay; the log says why.",
);
pub(crate) const FEEDBACK: MetricSpec = metric(
    Counter,
    "gait_feedback_total",
    &[OUTCOME],
    "Analysts' words on alerts. Unknown: no such alert in this process, or the same was said before.",
);
pub(crate) const REQUESTS: MetricSpec = metric(
    Counter,
    "gait_http_requests_total",
    &[ROUTE, CODE],
    "Requests answered, by the class of the status.",
);
pub(crate) const DECISIONS: MetricSpec = metric(
    Histogram(DECISION_BUCKETS_S),
    "gait_decision_duration_seconds",
    &[],
    "Time inside this process to answer one risk question over HTTP, without the network.",
);

/// Every metric, in the order in which data flows.
pub const CATALOGUE: &[MetricSpec] = &[
    BUILD,
    CONFIG,
    RECORDS,
    BYTES,
    EVENTS,
    REJECTS,
    DEAD_LETTERS,
    LAG,
    LATE,
    WATERMARK,
    DELAY,
    CLIENTS,
    EVICTED,
    FAMILIES,
    FAMILIES_REFUSED,
    STATE_BYTES,
    ASSESSMENTS,
    AUDITED,
    MISMATCHED,
    TRAFFIC,
    FIRES,
    ALERTS,
    BUDGET_TESTED,
    BUDGET_LEVELS,
    BUDGET_ADMITTED,
    BUDGET_HELD,
    AGENT_CALLS,
    AGENT_FINDINGS,
    STAGES,
    BOARD,
    VERDICTS,
    BOARD_EVICTED,
    SITE_MODELS,
    SITE_MODELS_REFUSED,
    GRANTS,
    GRANTS_TAKEN,
    GRANTS_REFUSED,
    FEEDBACK,
    REQUESTS,
    DECISIONS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_follow_the_rule_and_are_unique() {
        let mut seen = BTreeSet::new();
        for spec in CATALOGUE {
            let name = spec.name;
            assert!(seen.insert(name), "{name} stands twice");
            assert!(name.starts_with("gait_"), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), spec.kind == Counter, "{name}");
            let timed = matches!(spec.kind, Histogram(_) | Summary);
            assert!(!timed || name.ends_with("_seconds"), "{name} measures time in seconds");
            assert!(spec.help.ends_with('.') && spec.help.len() > 20, "{name} needs a sentence");
        }
    }

    #[test]
    fn buckets_grow() {
        for spec in CATALOGUE {
            if let Histogram(bounds) = spec.kind {
                assert!(bounds.is_sorted_by(|a, b| a < b), "{}", spec.name);
            }
        }
    }
}
