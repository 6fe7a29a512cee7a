//! The same bytes of verdicts and alerts, however a log is cut: in batches, by restarts, with another hash
//! seed, under a full table, or with its clients in another order.
//!
//! Generated events cover what real captures do not (IPv6, long texts, late events, returning clients); the
//! alpha capture covers what nobody thinks of generating.

use std::{
    collections::BTreeMap,
    io::Read as _,
    sync::{Arc, LazyLock},
};

use flate2::read::GzDecoder;
use gait_classify::Model;
use gait_decide::AlertPolicy;
use gait_decode::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};
use gait_detect::Pack;
use gait_engine::{Engine, EngineConfig, Input, Outbox};
use gait_event::{
    ClientId, ClientKey, Event, EventTime, FieldSet, HttpVersion, Mask, Method, Origin,
};
use gait_tests::repository;
use proptest::prelude::*;

/// More than any of the logs here has.
const ROOMY: u32 = 10_000;

static PACK: LazyLock<Arc<Pack>> = LazyLock::new(|| Arc::new(Pack::builtin()));
static GENERATED: LazyLock<Vec<Event<'static>>> = LazyLock::new(|| generate(0x9a17, 4000));
static ALPHA: LazyLock<Vec<Event<'static>>> = LazyLock::new(alpha);

fn config(clients_max: u32) -> EngineConfig {
    EngineConfig {
        clients_max,
        lateness_us: 60_000_000,
        mask: Mask::default(),
        pack: Arc::clone(&PACK),
        model: Arc::new(Model::shipped()),
        sites: Arc::default(),
        // So touchy that the generated clients open, change and close alerts.
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        alerts: AlertPolicy {
            open_min_tenths: 985,
            close_below_tenths: 984,
            close_after_us: 0,
            ..AlertPolicy::default()
        },
        hash_seed: 1,
    }
}

/// Everything that an engine published, as bytes.
#[derive(Debug, Default, PartialEq)]
struct Published {
    /// In the order in which they arose.
    alerts: Vec<u8>,
    evicted: Vec<u8>,
    late: Vec<Origin>,
    /// Of the clients that remain, by id.
    verdicts: BTreeMap<ClientId, Vec<u8>>,
}

impl Published {
    fn take(&mut self, out: &mut Outbox) {
        for alert in &out.alerts {
            gait_wire::write_alert(alert, &mut self.alerts);
            self.alerts.push(b'\n');
        }
        for evicted in &out.evicted {
            gait_wire::write_verdict(&evicted.verdict(), &mut self.evicted);
            self.evicted.push(b'\n');
        }
        self.late.append(&mut out.late);
        out.clear();
    }

    fn finish(mut self, engine: &Engine) -> Self {
        assert_eq!(engine.check(), []);
        for verdict in engine.verdicts() {
            let mut line = Vec::new();
            gait_wire::write_verdict(&verdict, &mut line);
            self.verdicts.insert(verdict.client.id, line);
        }
        self
    }
}

fn feed(engine: &mut Engine, events: &[Event<'static>], published: &mut Published) {
    let mut out = Outbox::default();
    for event in events {
        engine.step(Input::Event(&mut event.clone()), &mut out);
        published.take(&mut out);
    }
}

fn straight(events: &[Event<'static>], config: EngineConfig) -> Published {
    let (mut engine, mut published) = (Engine::new(config), Published::default());
    feed(&mut engine, events, &mut published);
    published.finish(&engine)
}

fn in_batches(events: &[Event<'static>], config: EngineConfig, size: usize) -> Published {
    let (mut engine, mut published) = (Engine::new(config), Published::default());
    let mut out = Outbox::default();
    for batch in events.to_vec().chunks_mut(size) {
        engine.step_batch(batch, &mut out, |_, _, _| {});
        published.take(&mut out);
    }
    published.finish(&engine)
}

/// Runs with a restart from saved state before each of the events at `cuts`.
fn with_restarts(events: &[Event<'static>], config: &EngineConfig, cuts: &[usize]) -> Published {
    let (mut engine, mut published) = (Engine::new(config.clone()), Published::default());
    let mut begin = 0;
    for (cut, hash_seed) in cuts.iter().zip(100..) {
        feed(&mut engine, &events[begin..*cut], &mut published);
        begin = *cut;
        let mut saved = Vec::new();
        engine.snapshot(&mut saved);
        let next = EngineConfig { hash_seed, ..config.clone() };
        engine = Engine::restore(&saved, next).expect("what was saved can be restored");
    }
    feed(&mut engine, &events[begin..], &mut published);
    published.finish(&engine)
}

#[test]
fn batch_size_changes_nothing() {
    for (events, clients_max) in
        [(&GENERATED[..], ROOMY), (&GENERATED, 12), (&ALPHA[..12_000], ROOMY)]
    {
        let expected = straight(events, config(clients_max));
        assert!(!expected.alerts.is_empty() && !expected.verdicts.is_empty());
        for size in [1, 7, 1000] {
            assert!(in_batches(events, config(clients_max), size) == expected, "batches of {size}");
        }
    }
}

#[test]
fn the_hash_seed_changes_nothing() {
    for clients_max in [ROOMY, 12] {
        let expected = straight(&GENERATED, config(clients_max));
        for hash_seed in [0, u64::MAX, 0x5eed] {
            let other = EngineConfig { hash_seed, ..config(clients_max) };
            assert!(straight(&GENERATED, other) == expected, "seed {hash_seed}");
        }
    }
}

#[test]
fn a_full_table_is_as_deterministic_as_a_roomy_one() {
    for clients_max in [1, 5, 40] {
        let expected = straight(&GENERATED, config(clients_max));
        assert_eq!(expected.verdicts.len(), clients_max as usize);
        assert!(!expected.evicted.is_empty());
        assert!(straight(&GENERATED, config(clients_max)) == expected);
        assert!(in_batches(&GENERATED, config(clients_max), 33) == expected);
        let cuts = [1, 500, 501, 2000, 3999];
        assert!(with_restarts(&GENERATED, &config(clients_max), &cuts) == expected);
    }
}

#[test]
fn restarts_over_a_real_capture_change_nothing() {
    let expected = straight(&ALPHA, config(ROOMY));
    let third = ALPHA.len() / 3;
    assert!(with_restarts(&ALPHA, &config(ROOMY), &[third, 2 * third]) == expected);
}

#[test]
fn a_verdict_depends_on_the_clients_own_events_alone() {
    for events in [&*GENERATED, &*ALPHA] {
        let expected = straight(events, config(ROOMY));
        // Client by client, each with its events in their order: the log of another partitioning.
        let mut regrouped = events.clone();
        let mut key = ClientKey::default();
        regrouped.sort_by_cached_key(|event| {
            key.set(event);
            key.id()
        });
        assert!(regrouped != *events);
        let other = straight(&regrouped, config(ROOMY));
        assert!(without_families(&other) == without_families(&expected));
    }
}

#[test]
fn a_mask_changes_the_verdict_and_not_the_client() {
    let mask = Mask { ua: true, ..Mask::default() };
    let plain = straight(&GENERATED, config(ROOMY));
    let masked = straight(&GENERATED, EngineConfig { mask, ..config(ROOMY) });
    assert!(masked.verdicts.keys().eq(plain.verdicts.keys()));
    assert!(masked.verdicts != plain.verdicts);
}

#[test]
fn the_generator_covers_what_it_is_for() {
    let expected = straight(&GENERATED, config(12));
    assert!(!expected.late.is_empty(), "some events are late");
    let mut engine = Engine::new(config(12));
    feed(&mut engine, &GENERATED, &mut Published::default());
    let stats = engine.stats();
    for (what, count) in [
        ("reordered", stats.events_reordered),
        ("baited", stats.events_canary),
        ("returned", stats.clients_returned),
        ("opened", stats.alerts_opened),
        ("updated", stats.alerts_updated),
        ("closed", stats.alerts_closed),
    ] {
        assert!(count > 0, "nothing was {what}: {stats:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn restarts_anywhere_change_nothing(
        seed: u64,
        clients_max in prop_oneof![Just(ROOMY), 1_u32..60],
        mut cuts in prop::collection::vec(0_usize..=700, 1..5),
    ) {
        let events = generate(seed, 700);
        cuts.sort_unstable();
        let config = config(clients_max);
        let expected = straight(&events, config.clone());
        prop_assert!(with_restarts(&events, &config, &cuts) == expected);
    }
}

/// What the engine published, but for the families: those alone look across clients.
fn without_families(published: &Published) -> Vec<serde_json::Value> {
    let verdicts = published.verdicts.values().map(|line| {
        let mut verdict: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        verdict["family"] = serde_json::Value::Null;
        verdict
    });
    verdicts.collect()
}

/// Forty addresses of one program that takes turns between them for an hour, among the generated clients.
fn with_a_fleet() -> Vec<Event<'static>> {
    let mut dice = Dice(0xf1ee7);
    let start_us = 1_795_000_000_000_000_i64;
    let mut events = generate(0x9a17, 1200);
    for turn in 0..1400_i64 {
        let mut event = visit(1, &mut dice);
        event.ip = format!("203.0.113.{}", turn % 40).leak();
        event.target = format!("/product/{turn}").leak();
        event.time = EventTime(start_us + turn * 2_500_000);
        events.push(event);
    }
    events.sort_by_key(|event| event.time);
    for (event, offset) in events.iter_mut().zip(1..) {
        event.origin.offset = offset;
    }
    events
}

#[test]
fn families_are_the_same_however_a_log_is_cut() {
    let events = with_a_fleet();
    let expected = straight(&events, config(ROOMY));
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("\"family\":\"").count();
    assert_eq!(expected.verdicts.values().filter(|line| told(line) > 0).count(), 40);
    let alerts = String::from_utf8_lossy(&expected.alerts);
    for what in ["\"members\":", "\"closed_because\":\"family\""] {
        assert!(alerts.contains(what), "the family speaks for members that had alerts: {what}");
    }
    for size in [1, 7, 1000] {
        assert!(in_batches(&events, config(ROOMY), size) == expected, "batches of {size}");
    }
    let cuts = [1, 300, 900, 1500, 2400, 2599];
    assert!(with_restarts(&events, &config(ROOMY), &cuts) == expected);
    for clients_max in [20, 45] {
        let expected = straight(&events, config(clients_max));
        assert!(in_batches(&events, config(clients_max), 33) == expected);
        assert!(with_restarts(&events, &config(clients_max), &cuts) == expected);
    }
}

/// A sequence of numbers that a seed reproduces (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("a short list")]
    }
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0";

/// Sixty clients of four habits that come in bursts, return, and sometimes are late.
fn generate(seed: u64, count: usize) -> Vec<Event<'static>> {
    let mut dice = Dice(seed);
    let (mut now_us, mut client) = (1_795_000_000_000_000_i64, 0);
    (1..=count as u64)
        .map(|offset| {
            if dice.below(12) == 0 {
                client = dice.below(60);
            }
            now_us += i64::try_from(dice.below(900_000)).expect("less than a second");
            let behind_us = match dice.below(100) {
                0 => 3_600_000_000,
                1..5 => 2_000_000,
                _ => 0,
            };
            let mut event = visit(client, &mut dice);
            event.time = EventTime(now_us - behind_us);
            event.origin = Origin { partition: 0, offset };
            event
        })
        .collect()
}

/// One request of a client by its habit: scanner, crawler, reader or API caller.
fn visit(client: u64, dice: &mut Dice) -> Event<'static> {
    let page = dice.below(40);
    let scanned = ["/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/", "/gait-canary/1"];
    let (user_agent, target, status) = match client % 4 {
        0 => ("sqlmap/1.8", dice.pick(&scanned), 404),
        1 => ("python-requests/2.32", &*format!("/product/{page}").leak(), 200),
        2 => (BROWSER, dice.pick(&["/", "/cart", "/a.css", "/b.js", "/c.png"]), 200),
        _ => ("", &*format!("/api/v1/items/{page}").leak(), dice.pick(&[200, 200, 404, 429])),
    };
    let user_agent = match (user_agent, client) {
        ("", _) => None,
        (_, 9) => Some(&*"long ".repeat(500).leak()),
        (text, _) => Some(text),
    };
    let ip = match client {
        ..40 => format!("198.51.100.{client}"),
        _ => format!("2001:db8:0:{client:x}::{:x}", dice.below(9)),
    };
    let mut event = Event {
        host: Some("shop.example"),
        ip: ip.leak(),
        method: if client % 4 == 3 { Method::Post } else { Method::Get },
        target,
        protocol: HttpVersion::Http2,
        status,
        user_agent,
        accept: (client % 4 == 2).then_some("text/html,*/*;q=0.8"),
        referer: (page > 20).then_some("https://shop.example/"),
        ..Event::default()
    };
    for field in [
        FieldSet::USER_AGENT,
        FieldSet::REFERER,
        FieldSet::ACCEPT,
        FieldSet::PROTOCOL,
        FieldSet::HOST,
    ] {
        event.logged.insert(field);
    }
    event
}

/// The labelled capture that ships with the project.
fn alpha() -> Vec<Event<'static>> {
    let packed = std::fs::read(repository().join("datasets/alpha/access.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(&*packed.expect("the capture is there"))
        .read_to_string(&mut text)
        .expect("it is text");
    let format = FormatChoice::Named(FormatId::NginxJson);
    let mut decoder = Decoder::new(&DecodeConfig { format, ..DecodeConfig::default() })
        .expect("the format is known");
    // The events live as long as the tests.
    let (text, arena): (&str, &Arena) = (text.leak(), Box::leak(Box::default()));
    let mut events = Vec::new();
    for (line, offset) in text.lines().zip(1..) {
        let origin = Origin { partition: 0, offset };
        decoder.decode(line.as_bytes(), origin, arena, &mut |decoded| match decoded {
            Decoded::Event(event, _) => events.push(event.clone()),
            Decoded::Reject(reject) => panic!("line {offset}: {reject:?}"),
        });
    }
    assert!(events.len() > 30_000);
    events
}
