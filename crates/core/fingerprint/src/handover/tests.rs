//! Sessions in small: who is told, from which step on, and who is not.

use gait_event::{Event, EventTime, FieldSet, Method, Resolution};

use super::*;
use crate::ClientState;

/// Pauses of a person, s.
const OWN_S: [f64; 12] = [9.5, 108.0, 71.2, 96.5, 2.1, 68.2, 41.3, 127.0, 20.5, 3.1, 24.7, 34.0];
/// Pauses of a model, s.
const MODEL_S: [f64; 14] = [3.2, 4.1, 4.8, 2.5, 3.3, 3.1, 3.5, 4.5, 2.9, 3.6, 7.3, 2.7, 3.6, 3.1];

/// How somebody goes through pages.
#[derive(Clone, Copy)]
struct Way {
    /// Scrolls: parts of the page load after a while.
    scrolls: bool,
    /// Follows links.
    follows: bool,
    /// Sends forms.
    writes: bool,
}

const PERSON: Way = Way { scrolls: true, follows: true, writes: false };
const PROGRAM: Way = Way { scrolls: false, follows: false, writes: false };
const CLERK: Way = Way { scrolls: false, follows: true, writes: true };

/// A client that asks for pages.
struct Session {
    state: ClientState,
    time_us: i64,
    page: u32,
    resolution: Resolution,
    told_at: Option<u32>,
}

impl Session {
    fn new(resolution: Resolution) -> Self {
        let state = ClientState::new(&Event::default());
        Self { state, time_us: 1_000_000, page: 0, resolution, told_at: None }
    }

    fn sends(&mut self, target: &str, method: Method, referer: Option<&str>) {
        let (time, resolution) = (EventTime(self.time_us), self.resolution);
        let mut event =
            Event { time, resolution, target, method, referer, status: 200, ..Event::default() };
        event.logged.insert(FieldSet::REFERER);
        if self.page == 0 && self.state.events() == 0 {
            self.state = ClientState::new(&event);
        }
        if self.state.observe(&event).takeover {
            self.told_at = Some(self.state.decisions());
        }
    }

    fn goes(mut self, way: Way, pauses_s: &[f64]) -> Self {
        for pause_s in pauses_s {
            #[expect(clippy::cast_possible_truncation, reason = "whole microseconds")]
            let pause_us = (pause_s * 1e6) as i64;
            let due_us = self.time_us + pause_us;
            if way.scrolls && pause_us > 2_000_000 {
                self.time_us += 1_500_000;
                self.sends("/late.png", Method::Get, Some("https://shop.example/"));
            }
            self.time_us = due_us;
            self.page += 1;
            let before = format!("https://shop.example/page/{}", self.page - 1);
            let method = if way.writes { Method::Post } else { Method::Get };
            let target = format!("/page/{}", self.page);
            self.sends(&target, method, way.follows.then_some(&before));
        }
        self
    }
}

#[test]
fn a_program_after_a_person_is_told_from_its_first_step_on() {
    let session =
        Session::new(Resolution::Millisecond).goes(PERSON, &OWN_S).goes(PROGRAM, &MODEL_S);
    // The twelfth step is the last of the person, and the first pause of the program follows it.
    let expected = ChangePoint { time: EventTime(1_000_000 + 606_100_000), step: 12 };
    assert_eq!(session.state.takeover(), Some(expected));
    assert!(session.told_at.is_some_and(|step| step >= 12 + u32::from(SINCE_MIN)));
}

#[test]
fn one_family_of_evidence_is_not_enough() {
    // A hurried person: pauses like a model's, and hands.
    let hurried = Way { scrolls: true, follows: true, writes: false };
    let keyless = Way { scrolls: false, follows: true, writes: false };
    for (name, before, after, pauses_s) in [
        ("an even pace with hands", PERSON, hurried, &MODEL_S[..]),
        ("no hands at the own pace", PERSON, PROGRAM, &OWN_S[..]),
        ("a form", PERSON, CLERK, &MODEL_S[..]),
        ("nobody's hands before", keyless, keyless, &MODEL_S[..]),
    ] {
        let session = Session::new(Resolution::Millisecond).goes(before, &OWN_S);
        let session = session.goes(after, pauses_s).goes(after, pauses_s);
        assert_eq!(session.state.takeover(), None, "{name}");
    }
}

#[test]
fn nothing_is_told_without_a_person_before_or_a_clock() {
    let both = |own: &[f64], resolution| {
        Session::new(resolution).goes(PERSON, own).goes(PROGRAM, &MODEL_S).state.takeover()
    };
    assert!(both(&OWN_S, Resolution::Millisecond).is_some());
    assert_eq!(both(&OWN_S, Resolution::Second), None, "no pauses to speak of");
    assert_eq!(both(&OWN_S[..3], Resolution::Millisecond), None, "too few acts");
    assert_eq!(both(&[20.0; 12], Resolution::Millisecond), None, "pauses of one length");
}

#[test]
fn a_person_who_comes_back_is_the_same_person() {
    let mut session = Session::new(Resolution::Millisecond).goes(PERSON, &OWN_S);
    for break_s in [4_000.0, 30_000.0, 3_600.0] {
        session = session.goes(PERSON, &[break_s]).goes(PERSON, &OWN_S);
    }
    assert_eq!(session.state.takeover(), None);
}

#[test]
fn counts_halve_before_they_are_full() {
    let mut acts = Acts::default();
    let act = Act {
        bin: 2,
        traced: true,
        page: true,
        unreferred: Some(true),
        filled: false,
        refused: false,
    };
    for _ in 0..1_000 {
        acts.add(&act);
        acts.join(acts);
        assert!(acts.count < COUNT_MAX && acts.pauses[2] == acts.count);
    }
}
