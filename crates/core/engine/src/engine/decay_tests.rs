//! What a client did long ago does not mark it for ever, and forgetting it makes nobody a program.

use gait_classify::Assessment;
use gait_decide::AlertPolicy;
use gait_event::{Event, FieldSet};

use super::testing::{config, request};
use crate::{Engine, EngineConfig, Input, Outbox};

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

fn send(engine: &mut Engine, event: &mut Event<'_>) {
    engine.step(Input::Event(event), &mut Outbox::default());
}

/// A request of a browser, which says from where it came and what it takes.
fn browse(engine: &mut Engine, time_us: i64, target: &str, from: Option<&'static str>) {
    let mut event = request(1, time_us, target);
    event.user_agent = Some(BROWSER);
    event.referer = from;
    event.accept_language = Some("en-GB,en;q=0.9");
    event.accept_encoding = Some("gzip, deflate, br, zstd");
    event.logged.insert(FieldSet::ACCEPT_LANGUAGE);
    event.logged.insert(FieldSet::ACCEPT_ENCODING);
    send(engine, &mut event);
}

/// A quick scan from behind the same browser's name.
fn scan(engine: &mut Engine, from_us: i64) {
    const TARGETS: [&str; 4] = ["/.env", "/.git/config", "/wp-login.php", "/backup.zip"];
    for (step, target) in (0..100).zip(TARGETS.iter().cycle()) {
        let mut event = request(1, from_us + step * 200_000, &format!("{target}?{step}"));
        (event.user_agent, event.status) = (Some(BROWSER), 404);
        send(engine, &mut event);
    }
}

/// A day of a person: forty pages by their links, each with its picture, at uneven times.
fn read_for_a_day(engine: &mut Engine, from_us: i64) {
    const PAGES: [&str; 5] = ["/", "/shoes", "/shoes/boots", "/about", "/hats/felt"];
    const FROM: [&str; 5] = [
        "https://shop.example/hats/felt",
        "https://shop.example/",
        "https://shop.example/shoes",
        "https://shop.example/shoes/boots",
        "https://shop.example/about",
    ];
    let mut at_us = from_us;
    for (page, number) in (0..40_usize).zip(0_i64..) {
        let spread = number * number * 7919 % 97;
        at_us += (4 + spread * spread / 40) * SECOND_US;
        browse(engine, at_us, PAGES[page % 5], Some(FROM[page % 5]));
        browse(engine, at_us + 180_000, "/look.css", Some(FROM[(page + 1) % 5]));
        browse(engine, at_us + 240_000, "/photo.jpg", Some(FROM[(page + 1) % 5]));
    }
}

fn engine_with(half_life_us: i64) -> Engine {
    let alerts =
        AlertPolicy { half_life_us: half_life_us.unsigned_abs(), ..AlertPolicy::default() };
    Engine::new(EngineConfig { alerts, ..config(4) })
}

fn now(engine: &Engine) -> Assessment {
    engine.verdicts().next().unwrap().assessment
}

#[test]
fn a_program_that_becomes_a_person_is_cleared_in_time_and_not_before() {
    let mut engine = engine_with(DAY_US);
    scan(&mut engine, 0);
    let scanner = now(&engine);
    assert!(scanner.class.is_undeclared_program() && scanner.enforceable);
    browse(&mut engine, DAY_US / 2, "/", None);
    assert!(now(&engine).enforceable, "half a day is no alibi");
    browse(&mut engine, DAY_US + SECOND_US, "/", None);
    let carried = now(&engine);
    assert!(carried.class.is_undeclared_program(), "{} with one page of a day", carried.class);
    assert!(carried.millinats < scanner.millinats);
    for day in 1..6 {
        read_for_a_day(&mut engine, day * DAY_US + 60 * SECOND_US);
    }
    let person = now(&engine);
    assert!(!person.class.is_undeclared_program() && !person.enforceable, "{person:?}");
    assert_eq!(person.events, 100 + 2 + 5 * 120, "counts go on");
    assert_eq!(engine.check(), []);
}

/// Days of a person after a scan until nobody calls it a program any more.
fn cleared_after_days(half_life_us: i64) -> i64 {
    let mut engine = engine_with(half_life_us);
    scan(&mut engine, 0);
    let cleared = |day: &i64| {
        read_for_a_day(&mut engine, day * DAY_US + 60 * SECOND_US);
        !now(&engine).class.is_undeclared_program()
    };
    (1..20).find(cleared).unwrap()
}

#[test]
fn a_shorter_half_life_forgets_sooner() {
    let (day, ever) = (cleared_after_days(DAY_US), cleared_after_days(i64::MAX));
    assert!(day < ever, "{day} days, {ever} without an end of lives");
}

#[test]
fn a_person_is_never_a_program_over_many_lives() {
    let mut engine = engine_with(DAY_US);
    for day in 0..12 {
        read_for_a_day(&mut engine, day * DAY_US);
        let class = now(&engine).class;
        assert!(!class.is_undeclared_program(), "{class} on day {day}");
    }
    assert_eq!(now(&engine).events, 12 * 120);
    assert_eq!(engine.check(), []);
}
