//! The false-alarm budget and what analysts say, seen from outside.

use std::sync::Arc;

use gait_calibrate::{ScoreTail, Site, SiteModel};
use gait_decide::{Admission, AlertId, AlertPhase, AlertPolicy, Budget, CloseCause};
use gait_detect::Baseline;
use gait_event::Mask;
use gait_fingerprint::site::SiteMap;

use super::testing::{config, scan, visit};
use crate::{Control, Engine, EngineConfig, Feedback, Input, Outbox};

/// What people of the site score: from -2,000 to -1 millinats, and so many beyond every program.
fn people(beyond: usize) -> ScoreTail {
    let scores = (-2000..0).chain(std::iter::repeat_n(1_000_000, beyond));
    ScoreTail::of(scores.collect(), 4)
}

/// A budget of one false alarm a day on a site with these people.
fn with_budget(tail: ScoreTail) -> EngineConfig {
    let (map, people) = (SiteMap::default(), Baseline::default());
    let site = Site { name: "shop.example".to_owned(), clients: 2000, map, people, tail };
    EngineConfig {
        sites: Arc::new(SiteModel::new(Mask::default(), vec![site])),
        alerts: AlertPolicy { budget: Budget::new(1.0).ok(), ..AlertPolicy::default() },
        ..config(8)
    }
}

/// What is published of the only client: admission and whether a gateway may act.
fn standing(engine: &Engine) -> (Option<Admission>, bool) {
    let verdict = engine.verdicts().next().unwrap();
    assert!(verdict.assessment.class.is_undeclared_program(), "class and score stay what they are");
    assert!(verdict.assessment.score.tenths() >= 900);
    (verdict.admission, verdict.assessment.enforceable)
}

#[test]
fn without_a_budget_nothing_is_said_of_one() {
    let mut engine = Engine::new(config(8));
    let out = scan(&mut engine, 1, 0, 40);
    assert_eq!(out.alerts.first().map(|alert| alert.change.phase), Some(AlertPhase::Open));
    assert_eq!(standing(&engine), (None, true));
}

#[test]
fn who_scores_as_few_people_do_is_admitted_and_spends_its_level() {
    let mut engine = Engine::new(with_budget(people(0)));
    let out = scan(&mut engine, 1, 0, 40);
    assert_eq!(out.alerts.first().map(|alert| alert.change.phase), Some(AlertPhase::Open));
    assert_eq!(standing(&engine), (Some(Admission::Admitted), true));
    let stats = engine.stats();
    assert_eq!((stats.budget_tested, stats.budget_admitted, stats.budget_held), (1, 1, 0));
    assert_eq!(stats.budget_levels_nano, 750_000_000 / 4);
}

#[test]
fn who_scores_as_people_do_is_held_quietly_and_counted() {
    // More people beyond it than the level of 3/16 lets pass.
    let mut engine = Engine::new(with_budget(people(500)));
    let out = scan(&mut engine, 1, 0, 200);
    assert!(out.alerts.is_empty());
    assert_eq!(standing(&engine), (Some(Admission::Held), false));
    assert_eq!((engine.stats().budget_admitted, engine.stats().budget_held), (0, 1));
}

#[test]
fn of_a_site_without_people_nobody_is_admitted() {
    let unknown = EngineConfig { sites: Arc::default(), ..with_budget(people(0)) };
    let mut engine = Engine::new(unknown);
    assert!(scan(&mut engine, 1, 0, 40).alerts.is_empty());
    assert_eq!(standing(&engine), (Some(Admission::Held), false));
}

#[test]
fn a_canary_needs_no_budget() {
    let mut engine = Engine::new(with_budget(people(500)));
    assert!(scan(&mut engine, 1, 0, 20).alerts.is_empty());
    let told = visit(&mut engine, 1, 9_000_000, "/gait-canary/x").alerts;
    assert_eq!(told.first().map(|alert| alert.change.phase), Some(AlertPhase::Open));
    assert_eq!(standing(&engine), (Some(Admission::Exempt), true));
}

/// Feeds an analyst's word in.
fn hear(engine: &mut Engine, alert: AlertId, is_false: bool) -> Outbox {
    let mut out = Outbox::default();
    let feedback = Feedback { alert, is_false };
    engine.step(Input::Control(Control::Feedback(feedback)), &mut out);
    assert_eq!(engine.check(), []);
    out
}

#[test]
fn a_false_alarm_closes_stays_closed_and_is_paid_for() {
    let mut engine = Engine::new(with_budget(people(0)));
    let alert = scan(&mut engine, 1, 0, 40).alerts[0].change.id;
    let out = hear(&mut engine, alert, true);
    let closed = &out.alerts[0].change;
    assert_eq!((closed.id, closed.phase), (alert, AlertPhase::Close));
    assert_eq!(closed.cause, Some(CloseCause::FalseAlarm));
    assert!(hear(&mut engine, alert, true).alerts.is_empty(), "said before");
    assert_eq!(standing(&engine), (Some(Admission::Cleared), false));
    assert!(scan(&mut engine, 1, 60_000_000, 200).alerts.is_empty(), "of a client that lives on");
    assert!(scan(&mut engine, 2, 90_000_000, 40).alerts.is_empty(), "today's budget is spent");
    let next_day_us = 86_400_000_000;
    assert!(!scan(&mut engine, 3, next_day_us, 40).alerts.is_empty());
    let stats = engine.stats();
    assert_eq!((stats.feedback_false, stats.feedback_unknown), (1, 1));
}

#[test]
fn a_confirmed_alert_stays_and_another_client_may_have_its_level() {
    let mut engine = Engine::new(with_budget(people(0)));
    let alert = scan(&mut engine, 1, 0, 40).alerts[0].change.id;
    assert!(hear(&mut engine, alert, false).alerts.is_empty());
    assert_eq!(standing(&engine), (Some(Admission::Confirmed), true));
    let mut spent = Vec::new();
    for n in 2..7 {
        let before = engine.stats().budget_levels_nano;
        scan(&mut engine, n, i64::from(n) * 20_000_000, 40);
        spent.push(engine.stats().budget_levels_nano - before);
    }
    let even = 750_000_000 / 4;
    assert_eq!(spent, [even, even, even, even, 250_000_000 / 5], "four at the even level again");
    assert_eq!(engine.stats().feedback_true, 1);
}

#[test]
fn without_a_budget_a_false_alarm_closes_too() {
    let mut engine = Engine::new(config(8));
    let alert = scan(&mut engine, 1, 0, 40).alerts[0].change.id;
    assert_eq!(hear(&mut engine, alert, true).alerts.len(), 1);
    assert_eq!(standing(&engine), (Some(Admission::Cleared), false));
    assert!(hear(&mut engine, AlertId(7), true).alerts.is_empty());
    assert_eq!(engine.stats().feedback_unknown, 1);
}

#[test]
fn saved_state_knows_what_is_spent_and_who_is_held() {
    let config = with_budget(people(300));
    let whole = |cut: bool| {
        let mut engine = Engine::new(config.clone());
        let mut told = Vec::new();
        for n in 1..8 {
            for part in 0..2 {
                let from_us = i64::from(n) * 20_000_000 + part * 5_000_000;
                told.extend(scan(&mut engine, n, from_us, 20).alerts);
                if cut {
                    let mut saved = Vec::new();
                    engine.snapshot(&mut saved);
                    engine = Engine::restore(&saved, config.clone()).unwrap();
                }
            }
        }
        (told, *engine.stats())
    };
    let (straight, restored) = (whole(false), whole(true));
    assert!(straight.1.budget_admitted > 0 && straight.1.budget_held > 0, "{:?}", straight.1);
    assert_eq!(straight, restored);
}
