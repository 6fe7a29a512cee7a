//! The catalogue against what is exported, and the meters against their readings.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use gait_classify::Class;
use gait_decide::AlertPhase;
use gait_decode::{FormatId, RejectReason};
use gait_event::EventTime;

use crate::{
    CATALOGUE, DeadLetterReason, EngineReading, Metrics, SAMPLE_EVERY, Source, Stage, Values,
};

fn metrics() -> Arc<Metrics> {
    Metrics::new("9.9.9", ["timing.steady_cadence", "discovery.agent_surfaces"])
}

/// Raises every metric once.
fn raise_all(metrics: &Arc<Metrics>) {
    metrics.configured("abc");
    metrics.ingested(Source::Kafka, 3, 300);
    let format = metrics.format(FormatId::Kong);
    format.events(2);
    format.rejected(RejectReason::BadEnvelope);
    metrics.dead_letter(DeadLetterReason::Rejected(RejectReason::Truncated));
    metrics.dead_letter(DeadLetterReason::Late);
    metrics.kafka_lag("access", 7, Some(12));
    metrics.event_delay(Duration::from_millis(300));
    metrics.engine(1, &EngineReading::default()).update(&EngineReading::default());
    metrics.alert(Class::Agent, AlertPhase::Open);
    metrics.board(5, 1);
    metrics.verdicts([1, 2, 3, 4, 5, 6, 7]);
    metrics.http_request("/v1/risk", 200);
    metrics.decision(Duration::from_micros(8));
    metrics.stages().time(Stage::Read, || ());
}

/// The value of a series as it is exported.
fn value(metrics: &Metrics, series: &str) -> Option<f64> {
    let page = metrics.render();
    let found = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.map(|text| text.parse().unwrap())
}

#[test]
fn the_catalogue_and_the_export_name_the_same_metrics() {
    let metrics = metrics();
    raise_all(&metrics);
    let page = metrics.render();
    let mut exported = BTreeMap::new();
    for line in page.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|l| l.split_once(' ')) {
            exported.insert(name, kind);
        }
    }
    let catalogued: BTreeMap<_, _> = CATALOGUE.iter().map(|s| (s.name, s.kind.as_str())).collect();
    assert_eq!(exported, catalogued);
    for spec in CATALOGUE {
        assert!(page.contains(&format!("# HELP {} {}\n", spec.name, spec.help)), "{}", spec.name);
    }
}

#[test]
fn exported_labels_are_those_of_the_catalogue() {
    let metrics = metrics();
    raise_all(&metrics);
    for spec in CATALOGUE.iter().filter(|spec| !spec.labels.is_empty()) {
        let begin = format!("{}{{", spec.name);
        let page = metrics.render();
        let mut series = page.lines().filter_map(|line| line.strip_prefix(&begin)).peekable();
        assert!(series.peek().is_some(), "{} has no series", spec.name);
        for line in series {
            for label in spec.labels {
                let (_, rest) = line.split_once(&format!("{}=\"", label.name)).unwrap();
                let given = rest.split('"').next().unwrap();
                if let Values::Closed(list) = label.values {
                    assert!(list().contains(&given), "{}: {}={given}", spec.name, label.name);
                }
            }
        }
    }
}

#[test]
fn closed_series_begin_at_zero() {
    let metrics = metrics();
    for series in [
        "gait_ingest_records_total{source=\"kafka\"}",
        "gait_verdicts{class=\"agent\"}",
        "gait_traffic_events_total{class=\"human\"}",
        "gait_alerts_total{class=\"agent\",state=\"open\"}",
        "gait_detector_fires_total{detector=\"timing.steady_cadence\"}",
        "gait_dead_letters_total{reason=\"too_long\"}",
        "gait_clients_active",
        "gait_late_events_total",
        "gait_watermark_timestamp_seconds",
        "gait_decision_duration_seconds_count",
    ] {
        assert_eq!(value(&metrics, series), Some(0.0), "{series}");
    }
    let _ = metrics.format(FormatId::Combined);
    let rejects = "gait_rejects_total{format=\"combined\",reason=\"bad_time\"}";
    assert_eq!(value(&metrics, rejects), Some(0.0));
}

#[test]
fn engines_add_up_and_a_gone_one_leaves_the_gauges_and_keeps_its_counts() {
    let metrics = metrics();
    let reading = |n: u64, at: i64| EngineReading {
        late_events: n,
        assessments: 10 * n,
        reasons_audited: 2 * n,
        reasons_mismatched: n,
        agent_calls: 3 * n,
        findings: [n, 2 * n, 0],
        traffic: [n; 7],
        clients: n,
        families: n,
        families_refused: n,
        state_bytes: 1000 * n,
        watermark: Some(EventTime(at)),
        ..EngineReading::default()
    };
    let restored = EngineReading { detector_fires: &[100], ..reading(40, 5) };
    let mut first = metrics.engine(0, &EngineReading::default());
    let mut second = metrics.engine(1, &restored);
    first.update(&reading(3, 9_000_000));
    second.update(&EngineReading { detector_fires: &[104, 2], ..reading(42, 7_500_000) });
    let told = |series: &str| value(&metrics, series).unwrap();
    assert_eq!(told("gait_late_events_total"), 5.0);
    assert_eq!(told("gait_assessments_total"), 50.0);
    assert_eq!(told("gait_reasons_audited_total"), 10.0);
    assert_eq!(told("gait_reasons_mismatched_total"), 5.0);
    assert_eq!(told("gait_clients_active"), 45.0);
    assert_eq!((told("gait_families"), told("gait_families_refused_total")), (45.0, 5.0));
    assert_eq!(told("gait_agent_calls_total"), 15.0);
    assert_eq!(told("gait_agent_findings_total{kind=\"notice\"}"), 10.0);
    assert_eq!(told("gait_agent_findings_total{kind=\"drift\"}"), 0.0);
    assert_eq!(told("gait_traffic_events_total{class=\"takeover\"}"), 5.0);
    assert_eq!(told("gait_detector_fires_total{detector=\"timing.steady_cadence\"}"), 4.0);
    assert_eq!(told("gait_detector_fires_total{detector=\"discovery.agent_surfaces\"}"), 2.0);
    assert_eq!(told("gait_watermark_timestamp_seconds"), 7.5);
    drop(second);
    assert_eq!(told("gait_clients_active"), 3.0);
    assert_eq!(told("gait_families"), 3.0);
    assert_eq!(told("gait_state_bytes"), 3000.0);
    assert_eq!(told("gait_late_events_total"), 5.0);
    assert_eq!(told("gait_watermark_timestamp_seconds"), 9.0);
}

#[test]
fn a_partition_that_left_is_no_longer_exported() {
    let metrics = metrics();
    metrics.kafka_lag("access", 7, Some(12));
    let series = "gait_kafka_consumer_lag_records{partition=\"7\",topic=\"access\"}";
    assert_eq!(value(&metrics, series), Some(12.0));
    metrics.kafka_lag("access", 7, None);
    metrics.kafka_lag("access", 8, None);
    assert_eq!(value(&metrics, series), None);
}

#[test]
fn one_configuration_is_in_use() {
    let metrics = metrics();
    metrics.configured("old");
    metrics.configured("new");
    assert_eq!(value(&metrics, "gait_config_hash_info{hash=\"new\"}"), Some(1.0));
    assert_eq!(value(&metrics, "gait_config_hash_info{hash=\"old\"}"), None);
}

#[test]
fn statuses_fold_to_their_class() {
    let metrics = metrics();
    for status in [200, 204, 301, 404, 500, 599, 999, 0] {
        metrics.http_request("other", status);
    }
    let told = |code| {
        value(&metrics, &format!("gait_http_requests_total{{code=\"{code}\",route=\"other\"}}"))
    };
    assert_eq!(["2xx", "3xx", "4xx", "5xx"].map(told), [3.0, 1.0, 1.0, 3.0].map(Some));
}

#[test]
fn one_record_in_a_sample_is_timed_through_its_stages() {
    let metrics = metrics();
    let mut stages = metrics.stages();
    for _ in 0..=SAMPLE_EVERY * 3 {
        let mut lap = stages.sample();
        stages.lap(&mut lap, Stage::Decode);
        stages.lap(&mut lap, Stage::Engine);
    }
    for stage in ["decode", "engine"] {
        let series = format!("gait_stage_duration_seconds_count{{stage=\"{stage}\"}}");
        assert_eq!(value(&metrics, &series), Some(3.0));
    }
}
