//! Who is behind a key changes, or is several: what the verdict says, across a snapshot too.

use gait_classify::Class;
use gait_event::FieldSet;

use super::testing::{config, request};
use crate::{Engine, Input, Outbox};

const SECOND_US: i64 = 1_000_000;
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
/// Pauses of a person and of a model, s.
const OWN_S: [i64; 14] = [9, 108, 71, 96, 3, 68, 41, 127, 20, 4, 24, 34, 5, 52];
const MODEL_S: [i64; 14] = [3, 4, 5, 3, 3, 3, 4, 5, 3, 4, 7, 3, 4, 3];

/// A browser at `time_us`; pages come without a Referer where `from` is `None`.
fn browse(engine: &mut Engine, time_us: i64, target: &str, from: Option<&str>) {
    let mut event = request(1, time_us, target);
    let referer = from.map(|from| format!("https://shop.example{from}"));
    event.referer = referer.as_deref();
    event.user_agent = Some(BROWSER);
    event.accept = Some("text/html,*/*;q=0.8");
    event.accept_language = Some("en-GB,en;q=0.9");
    event.accept_encoding = Some("gzip, deflate, br, zstd");
    for field in [FieldSet::ACCEPT, FieldSet::ACCEPT_LANGUAGE, FieldSet::ACCEPT_ENCODING] {
        event.logged.insert(field);
    }
    engine.step(Input::Event(&mut event), &mut Outbox::default());
}

/// Pages with these pauses, by links and scrolled when a person goes there; when the last one was.
fn pages(engine: &mut Engine, from_us: i64, pauses_s: &[i64], person: bool) -> i64 {
    let mut at_us = from_us;
    let mut before = "/".to_owned();
    for pause_s in pauses_s {
        if person {
            browse(engine, at_us + 200_000, "/look.css", Some(&before));
            browse(engine, at_us + 1_900_000, "/late.jpg", Some(&before));
        }
        at_us += pause_s * SECOND_US;
        let page = format!("/page/{at_us}");
        browse(engine, at_us, &page, person.then_some(before.as_str()));
        before = page;
    }
    at_us
}

#[test]
fn a_session_that_changes_hands_is_told_with_the_step_also_after_a_restart() {
    let mut engine = Engine::new(config(8));
    let handed_us = pages(&mut engine, SECOND_US, &OWN_S, true);
    let mut image = Vec::new();
    engine.snapshot(&mut image);
    let restored = Engine::restore(&image, config(8)).unwrap();
    for mut engine in [engine, restored] {
        pages(&mut engine, handed_us, &MODEL_S, false);
        let verdict = engine.verdicts().next().unwrap();
        assert_eq!(verdict.assessment.class, Class::Takeover);
        let at = verdict.takeover_at.unwrap();
        assert_eq!((at.step, at.time.0), (14, handed_us));
    }
}

#[test]
fn a_person_alone_is_neither_taken_over_nor_several() {
    let mut engine = Engine::new(config(8));
    let at_us = pages(&mut engine, SECOND_US, &OWN_S, true);
    pages(&mut engine, at_us + 7_200 * SECOND_US, &OWN_S, true);
    let verdict = engine.verdicts().next().unwrap();
    assert!(!matches!(verdict.assessment.class, Class::Takeover | Class::Mixed));
    assert_eq!(verdict.takeover_at, None);
}

#[test]
fn two_people_who_cross_are_mixed() {
    let mut engine = Engine::new(config(8));
    let first_us = pages(&mut engine, SECOND_US, &OWN_S, true);
    for turn in 1..4 {
        let at_us = first_us + turn * 60 * SECOND_US;
        browse(&mut engine, at_us, &format!("/a/{turn}"), Some(&format!("/a/{}", turn - 1)));
        browse(
            &mut engine,
            at_us + 400_000,
            &format!("/b/{turn}"),
            Some(&format!("/b/{}", turn - 1)),
        );
    }
    pages(&mut engine, first_us + 300 * SECOND_US, &OWN_S, true);
    let verdict = engine.verdicts().next().unwrap();
    assert_eq!(verdict.assessment.class, Class::Mixed);
}
