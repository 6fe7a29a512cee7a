//! The board against a plain model of it: a list, walked in full.

use std::{collections::BTreeMap, sync::Arc};

use gait_classify::{Class, Confidence, FamilySet, Score};
use gait_decide::VerdictId;
use gait_event::{ClientId, ClientKey, EventTime};
use proptest::prelude::*;

use super::{Board, Filter, INDEXED_PER_ADDRESS};
use crate::RiskEntry;

/// What tells clients apart.
type Key = (Option<&'static str>, String, String, Option<String>);

fn id_of((site, ip, user_agent, ja4): &Key) -> ClientId {
    let mut key = ClientKey::default();
    key.set_parts(site.unwrap_or(""), ip, user_agent, ja4.as_deref().unwrap_or(""));
    key.id()
}

fn entry(key: &Key, class: Class, score_tenths: u16, last_seen_s: i64) -> RiskEntry {
    let (site, ip, user_agent, ja4) = key;
    RiskEntry {
        client: id_of(key),
        site: site.map(str::to_owned),
        ip: ip.clone(),
        user_agent: Some(user_agent.clone()).filter(|text| !text.is_empty()),
        ja4: ja4.clone(),
        class,
        score: Score::from_tenths(score_tenths),
        enforceable: false,
        confidence: Confidence::Low,
        families: FamilySet::default(),
        reasons: Vec::new(),
        events: 1,
        decisions: 1,
        first_seen: EventTime(0),
        last_seen: EventTime::from_parts(last_seen_s, 0),
        verdict: VerdictId(7),
    }
}

/// Few values each, so that clients share addresses, sites and user agents.
fn keys() -> impl Strategy<Value = Key> {
    let site = prop_oneof![Just(None), Just(Some("shop.example")), Just(Some("api.example"))];
    let ip = prop_oneof![Just("192.0.2.7"), Just("2001:db8::1"), Just("2001:db8::2")];
    let agent = prop_oneof![Just(""), Just("curl/8"), Just("<script>alert(1)</script>")];
    let ja4 = prop_oneof![Just(None), Just(Some("t13d")), Just(Some("t12i"))];
    (site, ip, agent, ja4).prop_map(|(site, ip, ua, ja4)| {
        (site, ip.to_owned(), ua.to_owned(), ja4.map(str::to_owned))
    })
}

fn entries() -> impl Strategy<Value = Vec<RiskEntry>> {
    let one = (keys(), 0..Class::ALL.len(), 0..=1000_u16, 0..100_i64);
    let one = one.prop_map(|(key, class, score, at)| entry(&key, Class::ALL[class], score, at));
    proptest::collection::vec(one, 0..80)
}

/// The latest verdict of each client, and a board with the same.
fn published(entries: &[RiskEntry]) -> (BTreeMap<ClientId, RiskEntry>, Board) {
    let board = Board::new(1000, Score::from_tenths(269));
    let mut model = BTreeMap::new();
    for entry in entries {
        board.publish(entry.clone());
        model.insert(entry.client, entry.clone());
    }
    (model, board)
}

/// What `find` must give: the exact client, else the riskiest of those that fit.
fn expected(
    model: &BTreeMap<ClientId, RiskEntry>,
    site: Option<&str>,
    (ip, user_agent): (&str, &str),
    ja4: Option<&str>,
) -> Option<ClientId> {
    let net = gait_event::net_of(ip);
    let fits = |e: &&RiskEntry| {
        gait_event::net_of(&e.ip) == net
            && e.user_agent.as_deref().unwrap_or("") == user_agent
            && site.is_none_or(|site| e.site.as_deref().unwrap_or("") == site)
    };
    let exact =
        |e: &&RiskEntry| site.is_some() && e.ja4.as_deref().unwrap_or("") == ja4.unwrap_or("-");
    let fitting = || model.values().filter(fits);
    let riskiest = || fitting().max_by_key(|e| (e.score, std::cmp::Reverse(e.client)));
    fitting().find(exact).or_else(riskiest).map(|e| e.client)
}

proptest! {
    #[test]
    fn find_gives_the_exact_client_or_the_riskiest(entries in entries(), asked in keys(), with_ja4: bool) {
        let (model, board) = published(&entries);
        let (site, ip, user_agent, ja4) = asked;
        let ja4 = if with_ja4 { Some(ja4.unwrap_or_default()) } else { None };
        let found = board.find(site, &ip, &user_agent, ja4.as_deref()).map(|e| e.client);
        prop_assert_eq!(found, expected(&model, site, (&ip, &user_agent), ja4.as_deref()));
    }

    #[test]
    fn ids_counts_and_the_top_agree_with_the_latest_verdicts(entries in entries(), class in 0..7_usize, count in 1..20_usize) {
        let (model, board) = published(&entries);
        for entry in model.values() {
            prop_assert_eq!(&*board.get(entry.client).unwrap(), entry);
        }
        let of = |class: Class| model.values().filter(|e| e.class == class).count();
        prop_assert_eq!(board.by_class(), Class::ALL.map(|class| of(class) as u64));
        prop_assert_eq!(board.len(), model.len());
        let class = Class::ALL[class];
        let top = board.top(count, Filter { class: Some(class), ..Filter::default() });
        prop_assert_eq!(top.matched, of(class));
        prop_assert_eq!(top.clients.len(), of(class).min(count));
        prop_assert!(top.clients.is_sorted_by_key(|e| std::cmp::Reverse((e.score, e.last_seen))));
        let last = top.clients.last().map_or(Score::default(), |e| e.score);
        let better = model.values().filter(|e| e.class == class && e.score > last).count();
        prop_assert!(better <= top.clients.len());
    }

    #[test]
    fn the_board_never_grows_over_its_limit(entries in entries(), limit in 1..40_usize) {
        let board = Board::new(limit, Score::default());
        for entry in &entries {
            board.publish(entry.clone());
            prop_assert!(board.len() <= limit);
            prop_assert!(board.get(entry.client).is_some(), "the newest stays");
        }
        prop_assert_eq!(board.by_class().iter().sum::<u64>(), board.len() as u64);
        // Whoever left can no longer be found either.
        for entry in &entries {
            let ua = entry.user_agent.as_deref().unwrap_or("");
            if let Some(found) = board.find(None, &entry.ip, ua, None) {
                prop_assert!(board.get(found.client).is_some());
            }
        }
    }
}

/// Client number `n` of one address.
fn sibling(n: u32) -> Key {
    (None, "192.0.2.7".to_owned(), "curl/8".to_owned(), Some(format!("ja4-{n}")))
}

#[test]
fn the_client_published_longest_ago_makes_room() {
    let board = Board::new(1, Score::default());
    board.publish(entry(&sibling(1), Class::Agent, 900, 50));
    board.publish(entry(&sibling(2), Class::Human, 100, 10));
    assert_eq!((board.len(), board.evicted()), (1, 1));
    assert!(board.get(id_of(&sibling(1))).is_none());
    assert_eq!(board.by_class()[Class::Human as usize], 1);
    assert_eq!(board.latest(), Some(EventTime::from_parts(50, 0)));
}

#[test]
fn who_is_seen_stays_and_keeps_the_verdict() {
    let board = Board::new(2, Score::default());
    let [steady, gone, new] = [1, 2, 3].map(|n| entry(&sibling(n), Class::Agent, 900, 10));
    board.publish(steady.clone());
    board.publish(gone.clone());
    let before = board.get(steady.client).unwrap();
    let now = EventTime::from_parts(60, 0);
    board.seen(steady.client, 42, 17, now);
    board.seen(new.client, 1, 1, now);
    board.publish(new.clone());
    assert!(board.get(gone.client).is_none(), "the one that was not seen makes room");
    let expected = RiskEntry { events: 42, decisions: 17, last_seen: now, ..steady.clone() };
    assert_eq!(*board.get(steady.client).unwrap(), expected);
    assert_eq!(*before, steady, "a reader keeps what it was given");
    assert_eq!((board.len(), board.latest()), (2, Some(now)));
    for round in 0..10_000 {
        board.seen(steady.client, round, 1, now);
    }
    assert_eq!(board.find(None, "192.0.2.7", "curl/8", Some("ja4-1")).unwrap().score, steady.score);
}

#[test]
fn publishing_again_and_again_keeps_no_history() {
    let board = Board::new(16, Score::default());
    for round in 0..10_000 {
        board.publish(entry(&sibling(round % 3), Class::Agent, 900, i64::from(round)));
    }
    assert_eq!((board.len(), board.evicted()), (3, 0));
}

#[test]
fn an_address_with_too_many_clients_still_gives_the_riskiest() {
    let board = Board::new(100_000, Score::default());
    let many = u32::try_from(INDEXED_PER_ADDRESS).unwrap() * 3;
    for n in 0..many {
        board.publish(entry(&sibling(n), Class::Agent, u16::try_from(n).unwrap(), 0));
    }
    let found = board.find(None, "192.0.2.7", "curl/8", None).unwrap();
    assert_eq!(u32::from(found.score.tenths()), many - 1);
}

#[test]
fn readers_and_writers_on_many_threads_agree_in_the_end() {
    for limit in [64, 4096] {
        let board = Arc::new(Board::new(limit, Score::default()));
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let board = &board;
                scope.spawn(move || {
                    for round in 0..1000_u32 {
                        let class = Class::ALL[(round % 7) as usize];
                        let score = u16::try_from(round).unwrap();
                        board.publish(entry(&sibling((round * 7 + writer) % 100), class, score, 0));
                        let _ = board.find(None, "192.0.2.7", "curl/8", None);
                    }
                });
            }
        });
        assert_eq!(board.len(), limit.min(100));
        assert_eq!(board.by_class().iter().sum::<u64>(), board.len() as u64);
        let top = board.top(1, Filter::default());
        let found = board.find(None, "192.0.2.7", "curl/8", None).unwrap();
        assert_eq!(found.score, top.clients[0].score);
    }
}
