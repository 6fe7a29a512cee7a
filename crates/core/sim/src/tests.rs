//! Properties of whole simulations.

use std::collections::{BTreeMap, BTreeSet};

use gait_decode::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};
use gait_event::EventTime;
use xxhash_rust::xxh3::Xxh3Default;

use crate::{
    Evasion, EvasionKind, Label, Mix, Persona, Scenario, SimEvent, Simulation, SiteKind, Split,
    truth,
};

/// The hash of the first 100,000 lines of seed 1. It changes when a persona or a site changes, and at no
/// other time.
const FIRST_LINES: u64 = 10_044_737_131_374_593_891;

pub(crate) fn scenario(seed: u64, span_s: u32, mix: Mix) -> Scenario {
    Scenario { seed, start: EventTime(1_795_000_000_000_000), span_s, mix, ..Scenario::default() }
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
fn lines_come_in_the_order_in_which_a_gateway_writes_them_on_every_site() {
    for (site, seed) in SiteKind::ALL.into_iter().zip(3..) {
        let hour = Scenario { site, ..scenario(seed, 3600, Mix::demo()) };
        let mut last = EventTime(0);
        let mut count = 0;
        for event in Simulation::new(&hour) {
            assert!(event.logged_at() >= last, "{site:?}");
            last = event.logged_at();
            count += 1;
            assert_eq!(event.event().origin.offset, count);
            assert!(event.event().time <= event.logged_at());
            assert!(event.logged_at() <= hour.start.plus(3_600_000_000));
        }
        assert!(count > 3000, "{site:?}: {count}");
    }
}

#[test]
fn every_client_of_the_truth_comes_under_its_address_and_user_agent() {
    let hour = scenario(5, 3600, Mix::demo());
    let mut seen = BTreeMap::new();
    for event in Simulation::new(&hour) {
        let request = event.event();
        let pair = (request.ip.to_owned(), request.user_agent.unwrap().to_owned());
        assert_eq!(seen.entry(event.client).or_insert_with(|| pair.clone()), &pair);
    }
    let rows: Vec<_> = truth(&hour).collect();
    assert_eq!(rows.len(), 300);
    let missing: Vec<_> = rows.iter().filter(|row| !seen.contains_key(&row.client)).collect();
    // The last arrivals may not be answered before the log ends.
    assert!(missing.len() <= 2, "{missing:?}");
    for row in rows.iter().filter(|row| seen.contains_key(&row.client)) {
        assert_eq!(seen[&row.client], (row.ip.clone(), row.user_agent.to_owned()));
    }
}

#[test]
fn the_splits_share_no_family_of_those_who_come() {
    let families = |split| -> BTreeSet<&str> {
        let run = Scenario { split: Some(split), ..scenario(2, 3600, mix_of(split)) };
        truth(&run)
            .map(|row| {
                assert_eq!(row.split, split, "{row:?}");
                row.family
            })
            .collect()
    };
    assert!(families(Split::Tuning).is_disjoint(&families(Split::HeldOut)));
}

fn mix_of(split: Split) -> Mix {
    Mix::demo().only(|persona| persona.family(split).is_some())
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
    let rows: Vec<_> = truth(&scenario(1, 60, Mix::demo())).collect();
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
        Label::Takeover,
    ];
    assert_eq!(words, expected.map(Label::as_str).into());
    assert!(rows.iter().any(|row| row.persona == "shared_nat" && row.label == "human_emulated"));
}

#[test]
fn decoding_a_line_gives_the_event_whatever_the_gateway_logs() {
    let config = DecodeConfig {
        format: FormatChoice::Named(FormatId::NginxJson),
        ..DecodeConfig::default()
    };
    let mut decoder = Decoder::new(&config).unwrap();
    let (mut line, mut arena) = (Vec::new(), Arena::new());
    let mut clocks = BTreeSet::new();
    for seed in 0..24 {
        let run = scenario(seed, 600, Mix::demo().scaled_to(60));
        let run = Scenario { full_log: false, ..run };
        for sim_event in Simulation::new(&run).take(400) {
            let event = sim_event.event();
            line.clear();
            arena.reset();
            sim_event.write_nginx_json(&mut line);
            decoder.decode(&line, event.origin, &arena, &mut |read| match read {
                Decoded::Event(read, _) => {
                    assert_eq!(*read, event);
                    clocks.insert(read.resolution);
                }
                Decoded::Reject(reject) => unreachable!("{reject:?}"),
            });
        }
    }
    assert_eq!(clocks.len(), 2, "both clocks were seen: {clocks:?}");
}

#[test]
fn evasion_bends_programs_and_leaves_people_alone() {
    let evasion = Evasion { kind: EvasionKind::Slow, strength_percent: 100 };
    for (persona, changes) in [(Persona::FixedScraper, true), (Persona::Reader, false)] {
        let plain = scenario(4, 3600, Mix::of(&[(persona, 20)]));
        let bent = Scenario { evasion: Some(evasion), ..plain };
        let same = hash_of(Simulation::new(&plain)) == hash_of(Simulation::new(&bent));
        assert_eq!(same, !changes, "{persona:?}");
    }
}

#[test]
fn a_session_that_is_taken_over_says_where() {
    for split in [Split::Tuning, Split::HeldOut] {
        let mix = Mix::of(&[(Persona::Takeover, 60), (Persona::Reader, 20)]);
        let run = Scenario { split: Some(split), ..scenario(6, 6 * 3600, mix) };
        let takeovers: BTreeSet<u32> = truth(&run)
            .filter(|row| row.label == Label::Takeover.as_str())
            .map(|row| row.client)
            .collect();
        let mut simulation = Simulation::new(&run);
        while simulation.next().is_some() {}
        let turns = simulation.turns();
        assert!(turns.keys().all(|client| takeovers.contains(client)));
        assert!(turns.len() > 40, "{split:?}: {}", turns.len());
        assert!(turns.values().any(|turn| turn.returned.is_some()));
        for turn in turns.values() {
            let taken = turn.taken.unwrap();
            assert!(taken.0 > 1, "the person comes first");
            assert!(turn.returned.is_none_or(|back| back.0 > taken.0 && back.1 >= taken.1));
        }
    }
}
