//! The fingerprint against a real capture: nobody's idle tab has a cadence, and crawlers, scanners and
//! people differ where they should. Needs `GAIT_DATA`; without it the test says so and passes.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::{collections::BTreeMap, fs::File, io::BufRead, io::BufReader, path::PathBuf};

use flate2::read::MultiGzDecoder;
use gait_event::{Event, EventTime, FieldSet, HttpVersion, Method};
use gait_fingerprint::{ClaimKind, ClientState, FeatureId};
use serde_json::Value;

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("GAIT_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: GAIT_DATA is not set");
    }
    folder
}

fn event(line: &Value) -> Event<'_> {
    let text = |key: &str| line[key].as_str().filter(|text| !text.is_empty());
    let micros = |key: &str| {
        #[expect(clippy::cast_possible_truncation, reason = "epoch seconds fit")]
        line[key].as_f64().map_or(0, |seconds| (seconds * 1e6).round() as i64)
    };
    let mut event = Event {
        time: EventTime(micros("msec") - micros("request_time")),
        host: text("host"),
        ip: text("remote_addr").unwrap(),
        method: Method::parse(line["method"].as_str().unwrap()),
        target: text("uri").unwrap(),
        protocol: HttpVersion::parse(line["protocol"].as_str().unwrap()),
        status: line["status"].as_u64().unwrap().try_into().unwrap(),
        response_bytes: line["body_bytes_sent"].as_u64().unwrap(),
        request_bytes: line["request_length"].as_u64(),
        user_agent: text("user_agent"),
        referer: text("referer"),
        accept: text("accept"),
        accept_language: text("accept_language"),
        accept_encoding: text("accept_encoding"),
        sec_fetch_mode: text("sec_fetch_mode"),
        sec_fetch_dest: text("sec_fetch_dest"),
        sec_fetch_site: text("sec_fetch_site"),
        content_type: text("content_type"),
        connection: line["connection"].as_u64(),
        connection_requests: line["connection_requests"].as_u64(),
        ..Event::default()
    };
    for field in [
        FieldSet::USER_AGENT,
        FieldSet::REFERER,
        FieldSet::ACCEPT,
        FieldSet::ACCEPT_LANGUAGE,
        FieldSet::ACCEPT_ENCODING,
        FieldSet::SEC_FETCH,
        FieldSet::PROTOCOL,
        FieldSet::CONNECTION,
    ] {
        event.logged.insert(field);
    }
    event
}

/// One client of the capture: its state and how many of its decision steps were heartbeats or polls.
struct Client {
    state: ClientState,
    heartbeats: u32,
    heartbeat_steps: u32,
}

/// Clients by address and user agent.
fn clients(folder: &std::path::Path) -> BTreeMap<(String, String), Client> {
    let log = File::open(folder.join("alpha/access.jsonl.gz")).unwrap();
    let mut clients = BTreeMap::new();
    for line in BufReader::new(MultiGzDecoder::new(log)).lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let event = event(&line);
        let key = (event.ip.to_string(), event.user_agent.unwrap_or("").to_owned());
        let client = clients.entry(key).or_insert_with(|| Client {
            state: ClientState::new(&event),
            heartbeats: 0,
            heartbeat_steps: 0,
        });
        let step = client.state.observe(&event).decision;
        if event.target.ends_with("/heartbeat") {
            client.heartbeats += 1;
            client.heartbeat_steps += u32::from(step);
        }
    }
    clients
}

/// Label and persona by address and user agent.
fn truth(folder: &std::path::Path) -> BTreeMap<(String, String), (String, String)> {
    let text = std::fs::read_to_string(folder.join("alpha/truth.csv")).unwrap();
    let row = |line: &str| {
        let (ip, rest) = line.split_once(',')?;
        // The user agent is quoted when it holds a comma.
        let (agent, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",")?,
            None => rest.split_once(',')?,
        };
        let mut rest = rest.split(',');
        let (label, persona) = (rest.next()?.to_owned(), rest.next()?.to_owned());
        Some(((ip.to_owned(), agent.to_owned()), (label, persona)))
    };
    text.lines().skip(1).filter_map(row).collect()
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f32::NAN)
}

#[test]
fn a_capture_of_people_and_programs() {
    let Some(folder) = data() else { return };
    let (clients, truth) = (clients(&folder), truth(&folder));
    assert!(clients.len() > 250 && clients.len() == truth.len(), "{}", clients.len());
    let read = |label: &str, name: &str| -> Vec<f32> {
        let id = FeatureId::by_name(name).unwrap();
        let of_label = clients.iter().filter(|(key, _)| truth[*key].0 == label);
        of_label.filter_map(|(_, client)| client.state.features().get(id)).collect()
    };
    let labels = ["human_emulated", "llm_browser_agent", "llm_api_agent", "scripted", "scanner"];
    for name in FeatureId::all().map(FeatureId::name) {
        let row = labels.map(|label| format!("{:>10.3}", median(read(label, name))));
        println!("{name:>32} {}", row.join(" "));
    }

    // Heartbeats are not a choice of anybody, however long a tab stays open.
    let beats: u32 = clients.values().map(|client| client.heartbeats).sum();
    let steps: u32 = clients.values().map(|client| client.heartbeat_steps).sum();
    assert!(beats > 10_000, "{beats} heartbeats");
    assert_eq!(steps, 0, "heartbeats on the decision clock");

    // Where people and programs differ by more than their user agent.
    let people = |name| median(read("human_emulated", name));
    assert!(people("gap_ln_sd") > median(read("scripted", "gap_ln_sd")));
    assert!(people("documents_without_assets_share") < 0.2);
    assert!(median(read("scripted", "documents_without_assets_share")) > 0.8);
    assert!(people("attack_surfaces") < 1.0 && people("discovery_surfaces") < 1.0);
    assert!(median(read("scanner", "miss_share")) > people("miss_share"));
    assert!(median(read("llm_api_agent", "repair_count")) >= 1.0);
    assert!(people("repair_count") < 1.0 && people("fanout_max").max(0.0) < 2.0);
    assert!(people("referrer_consistent_share") > 0.5);

    // Claims are what the capture's truth says of declared bots and people.
    for (key, client) in &clients {
        let kind = client.state.claim().kind;
        match truth[key].0.as_str() {
            "human_emulated" | "llm_browser_agent" => {
                assert_eq!(kind, ClaimKind::Browser, "{key:?}");
            }
            "declared_bot" => assert_eq!(kind, ClaimKind::DeclaredBot, "{key:?}"),
            _ => {}
        }
    }
}
