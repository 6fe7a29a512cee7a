//! What a running `gait run` shows of itself while a log grows: the board, and the metrics of the pipeline.

#[expect(dead_code, reason = "the files of a run are for other tests")]
mod service;

use std::{thread::sleep, time::Duration};

use gait_event::EventTime;
use serde_json::Value;
use service::{Gait, wait_until};

/// When the client of these tests begins, µs: some time in the past.
const BEGIN_US: i64 = 1_795_348_800_000_000;

/// Requests `from..to` of one client, two seconds apart, as a log has them.
fn requests(from: i64, to: i64) -> Vec<u8> {
    let line = |n: i64| {
        format!(
            r#"{{"time":"{}","remote_addr":"192.0.2.7","request_method":"GET","request_uri":"/page/{n}","status":200,"body_bytes_sent":512,"request_time":0.0,"http_user_agent":"curl/8.5.0"}}"#,
            seen_at(n)
        )
    };
    (from..to).map(|n| line(n) + "\n").collect::<String>().into_bytes()
}

/// The time of request `n`.
fn seen_at(n: i64) -> String {
    EventTime(BEGIN_US + n * 2_000_000).to_string()
}

fn risk(gait: &Gait) -> Value {
    let answer = gait.get("/v1/risk?ip=192.0.2.7&ua=curl/8.5.0");
    serde_json::from_str(&answer).expect("the answer is JSON")
}

/// The value of a series, 0 when it is not there.
fn metric(gait: &Gait, series: &str) -> f64 {
    let page = gait.get("/metrics");
    let found = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.map_or(0.0, |value| value.parse().expect("a sample is a number"))
}

#[test]
fn the_board_knows_when_a_steady_client_was_last_seen() {
    let mut gait = Gait::follow();
    // Clients are judged at few events: the 41st and the 43rd are none of them.
    for count in [41, 43] {
        let before = risk(&gait)["events"].as_i64().unwrap_or(0);
        gait.append(&requests(before, count));
        wait_until("the counts of the client", || risk(&gait)["events"] == count);
        assert_eq!(risk(&gait)["last_seen"], seen_at(count - 1));
    }
    assert_eq!(risk(&gait)["known"], true);
}

#[test]
fn the_stages_and_the_delay_of_a_stream_are_measured() {
    let mut gait = Gait::follow();
    let delays = "gait_event_time_delay_seconds_count";
    assert_eq!(metric(&gait, delays), 0.0);
    gait.append(&requests(0, 200));
    gait.append(b"no line of this format\n");
    wait_until("the events", || {
        metric(&gait, "gait_ingest_records_total{source=\"file\"}") > 200.0
    });
    for stage in ["decode", "engine", "publish", "sink"] {
        let series = format!("gait_stage_duration_seconds_count{{stage=\"{stage}\"}}");
        wait_until(&series, || metric(&gait, &series) > 0.0);
    }
    assert_eq!(metric(&gait, "gait_dead_letters_total{reason=\"not_json\"}"), 1.0);
    let measured = metric(&gait, delays);
    assert!(measured > 0.0);
    sleep(Duration::from_millis(1500));
    assert_eq!(metric(&gait, delays), measured, "nothing came, so nothing was late");
}
