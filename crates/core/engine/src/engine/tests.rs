//! What an engine does to its clients, through its public face.

use gait_calibrate::{ScoreTail, Site};
use gait_decide::{AlertPhase, CloseCause, Verdict};
use gait_detect::Baseline;
use gait_event::{HttpVersion, Mask};
use gait_fingerprint::{
    FeatureId,
    site::{SiteMap, SiteMapParts},
};

use super::{
    testing::{config, engine, request, scan, visit},
    *,
};

fn step_all(engine: &mut Engine, events: &[Event<'_>]) -> Outbox {
    let mut out = Outbox::default();
    for event in events {
        engine.step(Input::Event(&mut event.clone()), &mut out);
    }
    out
}

#[test]
fn calls_are_judged_where_grants_are_loaded_alike_in_steps_and_batches() {
    let grants = testing::grants(50_000_000);
    let base = AgentCall {
        actor: "agent",
        subject: "ada",
        grant: Some("g"),
        action: Some("read"),
        ..AgentCall::default()
    };
    let calls =
        [base, AgentCall { action: Some("write"), ..base }, AgentCall { grant: None, ..base }];
    let events: Vec<Event<'_>> = (0..100)
        .zip(0..)
        .map(|(i, second): (usize, i64)| {
            let call = (i % 4 != 3).then(|| &calls[i % 4]);
            Event { call, ..request(0, second * 1_000_000, "/mcp") }
        })
        .collect();
    let judged = |grants: Option<Arc<Grants>>, batch: usize| {
        let mut engine = Engine::new(EngineConfig { grants, ..config(8) });
        let mut out = Outbox::default();
        for events in events.chunks(batch) {
            engine.step_batch(&mut events.to_vec(), &mut out, |_, _, _| {});
        }
        assert_eq!(engine.stats().agent_calls, 75);
        assert_eq!(engine.stats().clients_created, 3, "ordinary, under the grant, under none");
        out.findings
    };
    let grants = Some(Arc::new(grants));
    let one_by_one = judged(grants.clone(), 1);
    // Every write, the reads after the end under the grant and under none, and a notice of the nameless client.
    assert_eq!(one_by_one.len(), 25 + 12 + 13 + 1);
    assert_eq!(judged(grants, 33), one_by_one);
    assert_eq!(judged(None, 1), []);
}

#[test]
fn a_scanner_is_named_alerted_once_and_found_again() {
    let mut engine = engine(8);
    let out = scan(&mut engine, 1, 0, 64);
    let slot = engine.find("shop.example", "192.0.0.1", "curl/8.5.0", "").unwrap();
    let verdict = engine.verdict(slot).unwrap();
    assert!(verdict.assessment.class.is_undeclared_program(), "{:?}", verdict.assessment.class);
    assert_eq!(verdict.assessment.events, 64);
    assert_eq!(verdict.client.ip, "192.0.0.1");
    assert!(verdict.decided_at.is_some());
    let opened = out.alerts.iter().filter(|alert| alert.change.phase == AlertPhase::Open);
    assert_eq!(opened.count(), 1);
    assert_eq!(engine.stats().alerts_opened, 1);
    assert!(out.assessed.contains(&slot));
    assert_eq!(engine.find("shop.example", "192.0.0.1", "curl/8.5.1", ""), None);
    assert_eq!(engine.check(), []);
}

#[test]
fn the_stalest_client_makes_room_and_its_verdict_leaves() {
    let mut engine = engine(3);
    for (n, at) in [(1, 0), (2, 1), (3, 2), (1, 3)] {
        assert!(visit(&mut engine, n, at, "/").evicted.is_empty());
    }
    let out = visit(&mut engine, 4, 4, "/");
    let evicted: Vec<_> = out.evicted.iter().map(|e| e.client().ip.to_owned()).collect();
    assert_eq!(evicted, ["192.0.0.2"]);
    assert_eq!(out.evicted[0].verdict().assessment.events, 1);
    assert_eq!((engine.stats().clients_live, engine.stats().clients_created), (3, 4));
    assert_eq!(engine.verdicts().count(), 3);
    assert_eq!(engine.check(), []);
}

#[test]
fn a_returning_scanner_goes_on_where_it_was() {
    let mut engine = engine(4);
    let before = scan(&mut engine, 1, 0, 64);
    assert_eq!(before.alerts.first().unwrap().change.phase, AlertPhase::Open);
    let mut out = Outbox::default();
    for n in 10..1000 {
        engine.step(Input::Event(&mut request(n, 60_000_000 + i64::from(n), "/")), &mut out);
    }
    let left = out.evicted.iter().find(|e| e.client().ip == "192.0.0.1").unwrap().verdict();
    assert!(left.assessment.class.is_undeclared_program());
    assert_eq!(engine.stats().tombstones_live, 1, "the harmless leave no tombstone");
    let id = before.alerts.first().unwrap().change.id;
    let closed: Vec<_> = out.alerts.iter().map(|a| (a.change.id, a.change.cause)).collect();
    assert_eq!(closed, [(id, Some(CloseCause::Evicted))]);

    let out = visit(&mut engine, 1, 120_000_000, "/");
    let slot = engine.find("shop.example", "192.0.0.1", "curl/8.5.0", "").unwrap();
    let verdict = engine.verdict(slot).unwrap();
    assert_eq!(verdict.assessment.class, left.assessment.class);
    assert_eq!(verdict.assessment.score, left.assessment.score);
    assert_eq!(verdict.assessment.enforceable, left.assessment.enforceable);
    assert_eq!(verdict.assessment.events, 65);
    assert_eq!((verdict.first_seen, verdict.decided_at), (left.first_seen, left.decided_at));
    let opened: Vec<_> = out.alerts.iter().map(|alert| alert.change.phase).collect();
    assert_eq!(opened, [AlertPhase::Open], "what was known of it opens another alert at once");
    assert_ne!(out.alerts[0].change.id, id);
    assert_eq!((engine.stats().alerts_opened, engine.stats().alerts_closed), (2, 1));
    assert_eq!((engine.stats().clients_returned, engine.stats().tombstones_live), (1, 0));
    assert_eq!(engine.check(), []);
}

#[test]
fn a_client_that_was_forgotten_and_comes_anew_has_new_verdicts() {
    let mut engine = engine(1);
    let ids = [0, 60_000_000, 120_000_000].map(|at| {
        visit(&mut engine, 1, at, "/");
        let id = engine.verdicts().next().unwrap().id();
        // Another client takes the only slot; one harmless request is not remembered.
        let left = visit(&mut engine, 2, at + 1, "/").evicted;
        assert_eq!(left[0].verdict().assessment.events, 1);
        id
    });
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[test]
fn a_return_after_a_long_silence_is_another_alert() {
    let mut engine = engine(8);
    let before = scan(&mut engine, 1, 0, 64);
    let id = before.alerts.first().unwrap().change.id;
    // Neither event is an assessment point by itself.
    let hour_us = 3_600_000_000;
    assert!(visit(&mut engine, 1, hour_us, "/.env").alerts.is_empty(), "not silent for long");
    let out = visit(&mut engine, 1, 3 * hour_us, "/.env");
    let told: Vec<_> = out.alerts.iter().map(|a| (a.change.phase, a.change.cause)).collect();
    let closed = (AlertPhase::Close, Some(CloseCause::Silence));
    assert_eq!(told, [closed, (AlertPhase::Open, None)]);
    assert_eq!(out.alerts[0].change.id, id);
    assert_ne!(out.alerts[1].change.id, id);
}

#[test]
fn masked_fields_are_not_read_and_stay_in_the_key() {
    let mask = Mask { ua: true, protocol: true, sec_fetch: false };
    let mut masked = Engine::new(EngineConfig { mask, ..config(8) });
    let mut event = request(1, 0, "/");
    masked.step(Input::Event(&mut event), &mut Outbox::default());
    assert_eq!((event.user_agent, event.protocol), (None, HttpVersion::Unknown));
    let verdict = masked.verdicts().next().unwrap();
    assert_eq!(verdict.client.user_agent, Some("curl/8.5.0"));
    assert_eq!(verdict.mask, mask);
    let mut plain = engine(8);
    visit(&mut plain, 1, 0, "/");
    let said = |verdict: &Verdict<'_>| verdict.assessment.contributions.clone();
    let plain = plain.verdicts().next().unwrap();
    assert_ne!(said(&verdict), said(&plain), "a bare tool is judged by its user agent");
    assert_eq!(verdict.client.id, plain.client.id);
}

#[test]
fn late_events_are_named_and_the_watermark_follows_the_latest() {
    let mut engine = engine(8);
    assert_eq!(engine.watermark(), None);
    let hour_us = 3_600_000_000;
    visit(&mut engine, 1, 2 * hour_us, "/a");
    let out = visit(&mut engine, 1, hour_us, "/b");
    assert_eq!(out.late, [request(1, hour_us, "/b").origin]);
    let out = visit(&mut engine, 2, hour_us, "/b");
    assert_eq!(out.late, [], "another client's clock is its own");
    assert_eq!((engine.stats().events, engine.stats().events_late), (3, 1));
    assert_eq!(engine.watermark(), Some(EventTime(2 * hour_us - 60_000_000)));
    assert_eq!(engine.position(), Some(request(2, hour_us, "/").origin));
}

#[test]
fn a_batch_gives_what_its_events_give_one_by_one() {
    // Few slots and many clients, so that clients come, go and return within one lookahead.
    let events: Vec<_> = (0..3000_u32)
        .map(|i| {
            let n = i.wrapping_mul(2_654_435_761) >> 28;
            request(n, i64::from(i) * 50_000, ["/", "/.env", "/a/1", "/robots.txt"][i as usize % 4])
        })
        .collect();
    let alerts = |out: &Outbox| out.alerts.clone();
    let evicted = |out: &Outbox| {
        let ids = out.evicted.iter().map(|e| (e.client().id, e.verdict().id()));
        ids.collect::<Vec<_>>()
    };
    for clients_max in [1, 3, 100] {
        let mut one_by_one = engine(clients_max);
        let expected = step_all(&mut one_by_one, &events);
        for size in [2, 7, 32, 33, 1000] {
            let mut batched = engine(clients_max);
            let mut out = Outbox::default();
            for batch in events.clone().chunks_mut(size) {
                let mut behind = Vec::new();
                let position = |engine: &Engine, _: &mut Outbox, at| {
                    behind.push((at, engine.position));
                };
                batched.step_batch(batch, &mut out, position);
                let origins = batch.iter().map(|event| Some(event.origin));
                assert_eq!(behind, origins.enumerate().collect::<Vec<_>>());
            }
            assert_eq!(alerts(&out), alerts(&expected));
            assert_eq!(evicted(&out), evicted(&expected));
            assert_eq!(out.assessed, expected.assessed);
            assert_eq!(batched.stats(), one_by_one.stats());
            assert_eq!(batched.check(), []);
        }
    }
}

#[test]
fn sightings_begin_with_the_client_seen_last_and_count_all_its_lives() {
    let mut engine = engine(2);
    scan(&mut engine, 1, 0, 64);
    for (n, at) in [(2, 60_000_000), (3, 61_000_000), (1, 62_000_000), (3, 63_000_000)] {
        visit(&mut engine, n, at, "/");
    }
    let id = |ip| engine.verdict(engine.find("shop.example", ip, "curl/8.5.0", "").unwrap());
    let ids = ["192.0.0.3", "192.0.0.1"].map(|ip| id(ip).unwrap().client.id);
    let seen: Vec<_> = engine.sightings().map(|s| (s.client, s.events, s.last_seen.0)).collect();
    assert_eq!(seen, [(ids[0], 2, 63_000_000), (ids[1], 65, 62_000_000)]);
    assert!(engine.sightings().all(|s| s.decisions > 0));
}

#[test]
fn a_canary_is_judged_at_once_and_once() {
    let mut engine = engine(8);
    let assessments = |engine: &Engine| engine.stats().assessments;
    for step in 0..2 {
        visit(&mut engine, 1, step * 5_000_000, "/a");
    }
    let before = assessments(&engine);
    // Neither a third nor a fifth event is an assessment point by itself.
    visit(&mut engine, 1, 10_000_000, "/gait-canary/x");
    assert_eq!(assessments(&engine), before + 1);
    visit(&mut engine, 1, 15_000_000, "/b");
    let before = assessments(&engine);
    visit(&mut engine, 1, 20_000_000, "/gait-canary/y");
    assert_eq!(assessments(&engine), before);
    assert_eq!(engine.stats().events_canary, 2);
}

#[test]
fn a_client_takes_less_than_its_budget() {
    const BUDGET_BYTES: usize = 1536;
    const CLIENTS: u32 = 20_000;
    let user_agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like \
        Gecko) Chrome/140.0.0.0 Safari/537.36 and some words more than most";
    let mut engine = engine(CLIENTS);
    let mut out = Outbox::default();
    for n in 0..CLIENTS {
        let mut event = request(n, i64::from(n), "/");
        event.user_agent = Some(user_agent);
        engine.step(Input::Event(&mut event), &mut out);
    }
    let each = engine.resident_bytes() / CLIENTS as usize;
    println!("{each} bytes per client of a budget of {BUDGET_BYTES}");
    assert!(each <= BUDGET_BYTES);
    // Not less than what is certainly there.
    assert!(each >= size_of::<ClientState>() + user_agent.len());
}

#[test]
fn a_sample_of_reasons_is_audited_and_counts_what_it_says() {
    let mut engine = engine(4096);
    for n in 0..4096 {
        for (step, target) in (0..).zip(["/", "/.env", "/a/1", "/robots.txt"]) {
            visit(&mut engine, n, step * 700_000, target);
        }
    }
    let stats = engine.stats();
    assert!(stats.assessments > 8000, "{}", stats.assessments);
    assert!(stats.reasons_audited > 10, "{}", stats.reasons_audited);
    assert_eq!(stats.reasons_mismatched, 0);
}

/// A model of one site with `clients` people, who take one route.
fn sites(name: &str, clients: u32) -> Arc<SiteModel> {
    let map = SiteMap::new(SiteMapParts {
        templates: vec![7],
        popularity: vec![0],
        timed: vec![0],
        backoff: vec![80],
        next_ends: vec![0],
        link_ends: vec![0],
        rare: 80,
        ..SiteMapParts::default()
    });
    let (map, people) = (map.unwrap(), Baseline::default());
    let site = Site { name: name.to_owned(), clients, map, people, tail: ScoreTail::default() };
    Arc::new(SiteModel::new(Mask::default(), vec![site]))
}

/// The features that a site model gives to the only client of `host`.
fn on_map(engine: &Engine, host: &str) -> Option<f32> {
    let feature = FeatureId::by_name("unknown_route_share").unwrap();
    let slot = engine.find(host, "192.0.0.1", "curl/8.5.0", "").unwrap();
    engine.verdict(slot).unwrap().features.get(feature)
}

#[test]
fn one_person_on_two_sites_is_two_clients_and_each_has_its_own_model() {
    let mut engine = Engine::new(EngineConfig { sites: sites("shop.example", 50), ..config(8) });
    for at in 0..12 {
        for host in ["shop.example", "news.example"] {
            let mut event = request(1, at * 1_000_000, &format!("/page/{at}"));
            event.host = Some(host);
            engine.step(Input::Event(&mut event), &mut Outbox::default());
        }
    }
    assert_eq!(engine.verdicts().count(), 2);
    assert_eq!(
        engine.verdicts().map(|verdict| verdict.assessment.events).collect::<Vec<_>>(),
        [12; 2]
    );
    assert_eq!(on_map(&engine, "shop.example"), Some(1.0));
    assert_eq!(on_map(&engine, "news.example"), None, "nothing is known of that site");
}

#[test]
fn another_site_model_judges_from_the_next_event_on_with_a_new_map() {
    let mut engine = Engine::new(EngineConfig { sites: sites("shop.example", 50), ..config(8) });
    scan(&mut engine, 1, 0, 16);
    assert_eq!(on_map(&engine, "shop.example"), Some(1.0));
    let before = engine.verdicts().next().unwrap().model;
    for (next, known) in [(sites("news.example", 50), None), (sites("shop.example", 60), Some(1.0))]
    {
        let mut out = Outbox::default();
        engine.step(Input::Control(Control::Sites(Arc::clone(&next))), &mut out);
        assert!(out.alerts.is_empty() && out.assessed.is_empty(), "nobody is judged anew");
        assert_eq!(on_map(&engine, "shop.example"), None, "the old map is forgotten");
        assert_ne!(engine.verdicts().next().unwrap().model, before);
        assert_eq!(engine.check(), []);
        let from_us = if known.is_some() { 20_000_000 } else { 10_000_000 };
        scan(&mut engine, 1, from_us, 16);
        assert_eq!(on_map(&engine, "shop.example"), known);
        let mut saved = Vec::new();
        engine.snapshot(&mut saved);
        assert!(Engine::restore(&saved, config(8)).is_err(), "saved state names its site model");
        assert!(Engine::restore(&saved, EngineConfig { sites: next, ..config(8) }).is_ok());
    }
}
