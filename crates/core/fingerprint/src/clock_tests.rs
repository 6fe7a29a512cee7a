//! Which events are choices.

use gait_event::EventTime;

use super::*;

/// Runs `(milliseconds, request)` through a clock and marks each as `C`hoice, `P`age, `T`imer.
fn drivers(log: &[(i64, &str)]) -> String {
    let mut timers = MachineTimed::default();
    let mut clock = Clock::starting_at(log.first().map_or(0, |(at, _)| at * 1000));
    log.iter()
        .map(|(at_ms, line)| {
            let event = event(*at_ms, line);
            clock.place(&event);
            let sight = Sight::of(&event);
            match clock.driver(&sight, &mut timers) {
                Driver::Choice => {
                    clock.step(&sight);
                    'C'
                }
                Driver::Page => 'P',
                Driver::Timer => 'T',
            }
        })
        .collect()
}

/// `target [status] [from=REFERER] [site=SEC-FETCH-SITE]`; with `site` the request is a fetch of a page.
fn event(at_ms: i64, line: &str) -> Event<'_> {
    let mut parts = line.split(' ');
    let mut event = Event {
        time: EventTime(at_ms * 1000),
        target: parts.next().unwrap_or(""),
        status: 200,
        ..Event::default()
    };
    for part in parts {
        match part.split_once('=') {
            Some(("from", referer)) => {
                event.logged.insert(FieldSet::REFERER);
                event.referer = (referer != "-").then_some(referer);
            }
            Some(("site", site)) => {
                event.sec_fetch_site = Some(site);
                event.sec_fetch_dest = Some("empty");
                event.sec_fetch_mode = Some("cors");
            }
            _ => event.status = part.parse().unwrap_or(0),
        }
    }
    event
}

#[test]
fn assets_beacons_and_calls_of_a_page_are_no_choices() {
    let log = [
        (0, "/p/7 from=-"),
        (90, "/a.css"),
        (300, "/api/reviews?p=7 from=https://shop.example/p/7"),
        (900, "/api/stock?p=7 site=same-origin"),
        (1000, "/api/ads site=cross-site"),
        (9000, "/api/cart from=https://shop.example/p/7"),
        (9900, "/heartbeat"),
    ];
    assert_eq!(drivers(&log), "CPPPCCT");
}

#[test]
fn a_slow_page_is_loading_until_its_answers_are_there() {
    let mut timers = MachineTimed::default();
    let mut clock = Clock::starting_at(0);
    let mut drive = |at_ms, line, duration_ms: u64| {
        let mut event = event(at_ms, line);
        event.duration_us = Some(duration_ms * 1000);
        clock.place(&event);
        clock.driver(&Sight::of(&event), &mut timers)
    };
    assert_eq!(drive(0, "/p/7", 2_500), Driver::Choice);
    assert_eq!(drive(2_600, "/app.js", 1_400), Driver::Page);
    assert_eq!(drive(5_000, "/api/reviews site=same-origin", 300), Driver::Page);
    assert_eq!(drive(6_200, "/api/related site=same-origin", 100), Driver::Page);
    assert_eq!(drive(9_000, "/api/cart site=same-origin", 100), Driver::Choice);
}

#[test]
fn who_sends_no_referer_after_a_page_chose_the_call() {
    assert_eq!(drivers(&[(0, "/docs from=-"), (200, "/api/items from=-")]), "CC");
    // A log that cannot tell gives the page the benefit of the doubt, and only right after it.
    assert_eq!(drivers(&[(0, "/docs"), (200, "/api/items"), (5000, "/api/items")]), "CPC");
}

#[test]
fn typing_is_one_choice() {
    let page = "from=https://shop.example/search";
    let calls: Vec<String> =
        ["o", "oa", "oak", "oak+"].iter().map(|q| format!("/api/suggest?q={q} {page}")).collect();
    let mut log = vec![(0, "/search")];
    log.extend((0..).map(|n| 5000 + n * 400).zip(calls.iter().map(String::as_str)));
    assert_eq!(drivers(&log), "CCPPP");
}

#[test]
fn the_target_of_a_redirect_is_no_second_choice() {
    assert_eq!(drivers(&[(0, "/old 301"), (80, "/new"), (200, "/other")]), "CPC");
    assert_eq!(drivers(&[(0, "/old 301"), (9000, "/new")]), "CC", "nothing followed");
    assert_eq!(drivers(&[(0, "/a 302"), (50, "/b 302"), (90, "/c 302"), (130, "/d")]), "CPCP");
}

#[test]
fn an_even_route_leaves_the_clock_and_a_walk_through_objects_does_not() {
    let poll: Vec<_> = (0..8).map(|n| (n * 5000, "/api/notifications")).collect();
    assert_eq!(drivers(&poll), "CCCTTTTT");
    let targets: Vec<String> = (0..8).map(|n| format!("/api/items/{n}")).collect();
    let walk: Vec<_> = (0..8).map(|n| n * 2000).zip(targets.iter().map(String::as_str)).collect();
    assert_eq!(drivers(&walk), "CCCCCCCC");
    let pages: Vec<_> = (0..8).map(|n| (n * 60_000, "/status-page")).collect();
    assert_eq!(drivers(&pages), "CCCCCCCC", "documents stay");
}

#[test]
fn time_may_run_back_a_little() {
    let mut clock = Clock::starting_at(0);
    let at = |seconds: i64| Event { time: EventTime::from_parts(seconds, 0), ..Event::default() };
    assert_eq!(clock.place(&at(1000)), Order::Next);
    assert_eq!(clock.place(&at(999)), Order::Reordered);
    assert_eq!(clock.place(&at(400)), Order::Reordered);
    assert_eq!(clock.place(&at(399)), Order::Late);
    assert_eq!((clock.first_us, clock.last_us), (0, 1_000_000_000));
    let event = at(990);
    let gaps: Vec<_> = (0..2).map(|_| clock.step(&Sight::of(&event)).gap_us).collect();
    assert_eq!(gaps, [None, Some(0)]);
    let earlier = at(980);
    assert_eq!(clock.step(&Sight::of(&earlier)).gap_us, Some(0), "never below nothing");
}

#[test]
fn a_referer_has_a_host_and_a_target() {
    for (referer, host, target) in [
        ("https://shop.example:8443/p/7?x=1", "shop.example", "/p/7?x=1"),
        ("https://shop.example", "shop.example", "/"),
        ("android-app://com.example.mail/", "com.example.mail", "/"),
        ("/relative", "", "/relative"),
        ("about:blank", "", "/"),
    ] {
        assert_eq!((referer_host(referer), referer_target(referer)), (host, target), "{referer}");
    }
}
