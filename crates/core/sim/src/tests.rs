//! Properties of whole simulations.

use std::collections::{BTreeMap, BTreeSet};

use gait_decode::{DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};
use gait_event::EventTime;
use xxhash_rust::xxh3::Xxh3Default;

use crate::{Label, Mix, Persona, Scenario, SimEvent, Simulation, truth};

/// The hash of the first 100,000 lines of seed 1. It changes when a persona changes, and at no other time.
const FIRST_LINES: u64 = 15_624_535_690_244_235_438;

fn scenario(seed: u64, span_s: u32, mix: Mix) -> Scenario {
    Scenario { seed, start: EventTime(1_795_000_000_000_000), span_s, mix }
}

fn hash_of(events: impl Iterator<Item = SimEvent>) -> (u64, usize) {
    let mut hash = Xxh3Default::new();
    let mut line = Vec::new();
    let mut count = 0;
    for event in events {
        line.clear();
        event.write_nginx_json(&mut line);
        hash.update(&line);
        count += 1;
    }
    (hash.digest(), count)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = |seed| {
        let day = scenario(seed, 36_000, Mix::demo().scaled_to(2400));
        hash_of(Simulation::new(&day).take(100_000))
    };
    assert_eq!(first(1), (FIRST_LINES, 100_000));
    assert_eq!(first(1), first(1));
    assert_ne!(first(1), first(2));
}

#[test]
fn lines_come_in_the_order_in_which_a_gateway_writes_them() {
    let hour = scenario(3, 3600, Mix::demo());
    let mut last = (EventTime(0), 0);
    let mut count = 0;
    for event in Simulation::new(&hour) {
        let place = (event.logged_at(), event.client);
        assert!(place.0 >= last.0, "{place:?} after {last:?}");
        count += 1;
        assert_eq!(event.event().origin.offset, count);
        assert!(event.event().time <= event.logged_at());
        assert!(event.logged_at() <= hour.start.plus(3_600_000_000));
        last = place;
    }
    assert!(count > 5000, "{count}");
}

#[test]
fn every_client_of_the_truth_comes_under_its_address_and_user_agent() {
    let hour = scenario(5, 3600, Mix::demo());
    let mut seen = BTreeMap::new();
    for event in Simulation::new(&hour) {
        let request = event.event();
        let pair = (request.ip.into_owned(), request.user_agent.unwrap().into_owned());
        assert_eq!(seen.entry(event.client).or_insert_with(|| pair.clone()), &pair);
    }
    let rows = truth(&hour);
    assert_eq!(rows.len(), 240);
    let missing: Vec<_> = rows.iter().filter(|row| !seen.contains_key(&row.client)).collect();
    // The last arrivals may not be answered before the log ends.
    assert!(missing.len() <= 2, "{missing:?}");
    for row in rows.iter().filter(|row| seen.contains_key(&row.client)) {
        assert_eq!(seen[&row.client], (row.ip.clone(), row.user_agent.to_owned()));
    }
}

/// What one client did.
#[derive(Default)]
struct Trace {
    starts_ms: Vec<i64>,
    targets: Vec<String>,
    statuses: Vec<u16>,
    documents: usize,
    fetches_metadata: bool,
}

impl Trace {
    fn has(&self, prefix: &str) -> bool {
        self.targets.iter().any(|target| target.starts_with(prefix))
    }

    fn share(&self, prefix: &str) -> f64 {
        let count = self.targets.iter().filter(|target| target.starts_with(prefix)).count();
        count as f64 / self.targets.len() as f64
    }
}

/// The traces of 20 clients of one persona over six hours.
fn traces(persona: Persona) -> Vec<Trace> {
    let run = scenario(9, 6 * 3600, Mix::of(&[(persona, 20)]));
    let mut traces: BTreeMap<u32, Trace> = BTreeMap::new();
    for sim_event in Simulation::new(&run) {
        let event = sim_event.event();
        let trace = traces.entry(sim_event.client).or_default();
        trace.starts_ms.push(event.time.0 / 1000);
        trace.targets.push(event.target.to_string());
        trace.statuses.push(event.status);
        trace.documents += usize::from(event.accept.is_some_and(|a| a.starts_with("text/html")));
        trace.fetches_metadata |= event.sec_fetch_mode.is_some();
    }
    traces.into_values().collect()
}

#[test]
fn every_persona_does_what_is_said_of_it() {
    type Check = fn(&[Trace]) -> bool;
    let all: [(Persona, Check); 17] = [
        (Persona::Reader, |t| t.iter().all(|t| t.fetches_metadata && t.documents > 0)),
        (Persona::Shopper, |t| t.iter().all(|t| t.share("/api/v2/suggest") > 0.0)),
        (Persona::PowerUser, |t| t.iter().all(|t| t.documents > 5)),
        (Persona::IdleTab, |t| t.iter().any(|t| t.share("/pulse") > 0.8)),
        (Persona::NatPair, |t| t.iter().any(|t| t.has("/essays/") && t.has("/search"))),
        (Persona::SlowLine, |t| t.iter().any(|t| t.statuses.contains(&499))),
        (Persona::MobileApp, |t| t.iter().all(|t| t.share("/api/v2/") == 1.0)),
        (Persona::Crawler, |t| t.iter().all(|t| t.targets[0] == "/robots.txt")),
        (Persona::Monitor, |t| t.iter().all(|t| t.targets.iter().all(|x| *x == t.targets[0]))),
        (Persona::Cron, |t| t.iter().all(|t| t.share(&t.targets[0]) > 0.3)),
        (Persona::FixedScraper, |t| t.iter().all(|t| !t.has("/assets/") && t.has("/books/"))),
        (Persona::UniformScraper, |t| t.iter().all(|t| !t.has("/assets/") && t.has("/books/"))),
        (Persona::PoissonScraper, |t| t.iter().all(|t| !t.has("/assets/") && t.has("/books/"))),
        (Persona::Scanner, |t| t.iter().any(|t| t.has("/.env") && t.statuses.contains(&404))),
        (Persona::ApiAgent, |t| {
            t.iter().all(|t| t.has("/openapi.json")) && t.iter().any(|t| t.statuses.contains(&422))
        }),
        (Persona::BrowserAgent, |t| t.iter().all(|t| t.fetches_metadata && t.has("/covers/"))),
        (Persona::FetchAgent, |t| t.iter().all(|t| (1..=3).contains(&t.targets.len()))),
    ];
    let named: BTreeSet<_> = all.iter().map(|(persona, _)| *persona).collect();
    assert_eq!(named.len(), Persona::ALL.len());
    for (persona, check) in all {
        let traces = traces(persona);
        assert!(traces.len() >= 18, "{persona:?}: {}", traces.len());
        assert!(check(&traces), "{persona:?}");
    }
}

#[test]
fn an_idle_tab_beats_like_a_machine() {
    let traces = traces(Persona::IdleTab);
    let longest = traces.iter().max_by_key(|trace| trace.targets.len()).unwrap();
    let beats = longest.starts_ms.iter().zip(&longest.targets).filter(|(_, t)| *t == "/pulse");
    let beats: Vec<i64> = beats.map(|(at_ms, _)| *at_ms).skip(10).collect();
    let gaps: Vec<i64> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (low, high) = (gaps.iter().min().unwrap(), gaps.iter().max().unwrap());
    assert!(gaps.len() > 30 && high - low < 1600, "{} gaps from {low} to {high} ms", gaps.len());
}

#[test]
fn a_cron_job_keeps_to_the_minute() {
    for trace in traces(Persona::Cron) {
        let mut last_minute = 0;
        for at_ms in trace.starts_ms.iter().skip(3) {
            let (minute, past_ms) = (at_ms / 60_000, at_ms % 60_000);
            assert!(past_ms < 4000, "{past_ms} ms past the minute");
            assert!(minute >= last_minute);
            last_minute = minute;
        }
    }
}

#[test]
fn a_model_never_decides_faster_than_it_can_read() {
    for trace in traces(Persona::BrowserAgent) {
        let pages = trace.starts_ms.iter().zip(&trace.targets).filter(|(_, target)| {
            !["/assets", "/covers", "/pulse", "/cart"].iter().any(|p| target.starts_with(p))
        });
        let pages: Vec<i64> = pages.map(|(at_ms, _)| *at_ms).collect();
        assert!(pages.windows(2).all(|pair| pair[1] - pair[0] > 700), "{pages:?}");
    }
}

#[test]
fn memory_grows_with_the_visitors_who_are_there() {
    let day = scenario(1, 24 * 3600, Mix::people_only(4000));
    let mut simulation = Simulation::new(&day);
    let mut most = 0;
    while simulation.next().is_some() {
        most = most.max(simulation.active());
    }
    assert!(most < 1200, "{most} visits at once");
}

#[test]
fn labels_are_the_words_of_truth_files() {
    let rows = truth(&scenario(1, 60, Mix::demo()));
    let words: BTreeSet<_> = rows.iter().map(|row| row.label).collect();
    let expected = [
        Label::HumanEmulated,
        Label::MobileAppLegit,
        Label::DeclaredBot,
        Label::Monitor,
        Label::Scripted,
        Label::Scanner,
        Label::LlmApiAgent,
        Label::LlmBrowserAgent,
        Label::LlmFetchAgent,
    ];
    assert_eq!(words, expected.map(Label::as_str).into());
    assert!(rows.iter().any(|row| row.persona == "nat_pair" && row.label == "human_emulated"));
}

#[test]
fn decoding_a_line_gives_the_event() {
    let config = DecodeConfig {
        format: FormatChoice::Named(FormatId::NginxJson),
        ..DecodeConfig::default()
    };
    let mut decoder = Decoder::new(&config).unwrap();
    let mut line = Vec::new();
    let mut events = 0;
    for sim_event in Simulation::new(&scenario(4, 3600, Mix::demo())) {
        let event = sim_event.event();
        line.clear();
        sim_event.write_nginx_json(&mut line);
        decoder.decode(&line, event.origin, &mut |read| match read {
            Decoded::Event(read, _) => {
                assert_eq!(read, event);
                events += 1;
            }
            Decoded::Reject(reject) => unreachable!("{reject:?}"),
        });
    }
    assert!(events > 5000, "{events}");
}
