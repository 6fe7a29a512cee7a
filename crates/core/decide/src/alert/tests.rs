//! The life of an alert as a table of steps, and what must hold for any history.

use std::sync::LazyLock;

use gait_classify::{Model, assess};
use gait_detect::{Evidences, Family, Pack};
use gait_fingerprint::{Claim, ClaimKind, FeatureVector};
use proptest::prelude::*;

use super::*;

/// An assessment of nothing.
static BLANK: LazyLock<Assessment> = LazyLock::new(|| {
    let (pack, features) = (Pack::default(), FeatureVector::from_values(&[]));
    let claim = Claim::plain(ClaimKind::Browser);
    assess(&pack, &Model::shipped(), &features, claim, &Evidences::default())
});

/// An assessment with that class, score and enforceability of a client that was seen for long.
fn looks(class: Class, tenths: u16, enforceable: bool) -> Assessment {
    let score = Score::from_tenths(tenths);
    let (decisions, confidence) = (16, Confidence::High);
    Assessment { class, score, enforceable, decisions, confidence, ..BLANK.clone() }
}

const CLIENT: ClientId = ClientId(7);
const MINUTE_US: i64 = 60_000_000;

/// Minutes, what the client looks like, and what is told about it.
type Step = (i64, Class, u16, bool, Option<AlertPhase>);

fn follow(policy: &AlertPolicy, steps: &[Step]) {
    let mut state = AlertState::default();
    let mut id = None;
    for (i, (minutes, class, tenths, enforceable, expected)) in steps.iter().enumerate() {
        let now = EventTime(minutes * MINUTE_US);
        let change = state.advance(policy, CLIENT, &looks(*class, *tenths, *enforceable), now);
        assert_eq!(change.map(|c| c.phase), *expected, "step {i} of {steps:?}");
        if let Some(change) = change {
            assert_eq!((change.class, change.score.tenths(), change.at), (*class, *tenths, now));
            if change.phase == AlertPhase::Open {
                assert_ne!(id, Some(change.id), "an id opened twice");
                id = Some(change.id);
            }
            assert_eq!(id, Some(change.id), "an alert changed its id");
        }
    }
}

#[test]
fn opens_once_and_tells_bands_classes_and_enforceability() {
    use AlertPhase::{Open, Update};
    use Class::{Agent, Automation, Human, Undecided};
    follow(
        &AlertPolicy::default(),
        &[
            (0, Undecided, 600, false, None),
            (1, Agent, 899, false, None),
            (2, Agent, 900, false, Some(Open)),
            (3, Agent, 950, false, None),
            (6, Agent, 991, false, None),
            (7, Agent, 991, false, Some(Update)),
            (12, Agent, 975, false, None),
            (13, Agent, 969, false, Some(Update)),
            (14, Agent, 969, true, Some(Update)),
            (15, Automation, 969, true, Some(Update)),
            (16, Automation, 969, true, None),
            (17, Human, 50, false, None),
            (18, Automation, 969, true, None),
            (19, Automation, 879, true, None),
            (20, Automation, 879, true, Some(Update)),
        ],
    );
}

#[test]
fn what_no_gateway_may_act_on_opens_when_it_was_seen_for_long_with_confidence() {
    use Confidence::{High, Low, Medium};
    for (decisions, confidence, enforceable, opens) in [
        (15, High, false, false),
        (16, Medium, false, false),
        (16, High, false, true),
        (4, Low, true, true),
        (1, Low, false, false),
    ] {
        let looks = looks(Class::Automation, 924, enforceable);
        let seen = Assessment { decisions, confidence, ..looks };
        let mut state = AlertState::default();
        let change = state.advance(&AlertPolicy::default(), CLIENT, &seen, EventTime(0));
        assert_eq!(change.is_some(), opens, "{decisions} steps, {confidence}, {enforceable}");
    }
}

#[test]
fn a_further_family_is_told_once_and_after_a_pause() {
    use Family::{Navigation, Timing};
    let mut state = AlertState::default();
    let mut told = |minutes: i64, families: &[Family]| {
        let mut assessment = looks(Class::Agent, 950, true);
        for family in families {
            assessment.families.insert(*family);
        }
        let now = EventTime(minutes * MINUTE_US);
        state.advance(&AlertPolicy::default(), CLIENT, &assessment, now).map(|c| c.phase)
    };
    assert_eq!(told(0, &[Timing]), Some(AlertPhase::Open));
    assert_eq!(told(1, &[Timing, Navigation]), None);
    assert_eq!(told(5, &[Timing, Navigation]), Some(AlertPhase::Update));
    assert_eq!(told(11, &[Timing]), None);
    assert_eq!(told(17, &[Timing, Navigation]), None);
}

#[test]
fn a_long_silence_ends_the_alert_and_its_close_says_why() {
    let policy = AlertPolicy::default();
    let at = |us: u64| EventTime(i64::try_from(us).unwrap());
    let agent = looks(Class::Agent, 950, true);
    let mut state = AlertState::default();
    assert!(!state.is_over(&policy, at(0), at(policy.silence_us + 1)), "nothing is open");
    assert_eq!(state.close(CloseCause::Silence, CLIENT, &agent, at(0)), None);
    let opened = state.advance(&policy, CLIENT, &agent, at(5)).unwrap();
    assert_eq!(opened.cause, None);
    assert!(!state.is_over(&policy, at(5), at(policy.silence_us + 5)));
    assert!(!state.is_over(&policy, at(policy.silence_us * 2), at(5)), "a late event is no return");
    let now = at(policy.silence_us + 6);
    assert!(state.is_over(&policy, at(5), now));
    let closed = state.close(CloseCause::Silence, CLIENT, &agent, now).unwrap();
    assert_eq!((closed.id, closed.phase, closed.at), (opened.id, AlertPhase::Close, now));
    assert_eq!(closed.cause, Some(CloseCause::Silence));
    let again = state.advance(&policy, CLIENT, &agent, now).unwrap();
    assert_eq!(again.phase, AlertPhase::Open);
    assert_ne!(again.id, opened.id);
}

#[test]
fn a_change_carries_what_the_alert_is_about() {
    let mut state = AlertState::default();
    let policy = AlertPolicy::default();
    let mut at = |minutes: i64, class| {
        let now = EventTime(minutes * MINUTE_US);
        state.advance(&policy, CLIENT, &looks(class, 999, true), now).unwrap()
    };
    let opened = at(3, Class::Agent);
    let updated = at(4, Class::Automation);
    assert_eq!((opened.kind, opened.class), (AlertKind::UndeclaredAgent, Class::Agent));
    assert_eq!((updated.kind, updated.class), (AlertKind::UndeclaredAgent, Class::Automation));
    assert_eq!((updated.opened, updated.id), (opened.at, opened.id));
}

#[test]
fn closes_after_it_looked_otherwise_for_long_enough() {
    use AlertPhase::{Close, Open};
    use Class::{Agent, Undecided};
    follow(
        &AlertPolicy::default(),
        &[
            (0, Agent, 990, false, Some(Open)),
            (1, Undecided, 500, false, None),
            (4, Agent, 990, false, None),
            (5, Agent, 600, false, None),
            (9, Undecided, 500, false, None),
            (10, Undecided, 500, false, Some(Close)),
            (11, Undecided, 500, false, None),
            (12, Agent, 990, false, Some(Open)),
        ],
    );
}

#[test]
fn people_and_declared_bots_open_nothing() {
    for class in [Class::Human, Class::DeclaredBot, Class::Mixed, Class::Undecided] {
        follow(&AlertPolicy::default(), &[(0, class, 1000, false, None)]);
        assert_eq!(AlertKind::of(class), None);
    }
}

#[test]
fn a_policy_may_ask_for_enforceable_verdicts() {
    let policy = AlertPolicy { enforceable_only: true, ..AlertPolicy::default() };
    let steps =
        [(0, Class::Agent, 999, false, None), (1, Class::Agent, 999, true, Some(AlertPhase::Open))];
    follow(&policy, &steps);
}

proptest! {
    /// For any history: opened before anything else, closed before opened again, the same on a second run,
    /// and never more words than assessments that are news.
    #[test]
    fn phases_alternate_and_repeat(
        history in prop::collection::vec((0..7_u8, 0..1001_u16, any::<bool>(), 0..10_i64), 0..60)
    ) {
        let run = || {
            let mut state = AlertState::default();
            let mut now = 0;
            history.iter().filter_map(|(class, tenths, enforceable, minutes)| {
                now += minutes * MINUTE_US;
                let assessment = looks(Class::from_u8(*class), *tenths, *enforceable);
                state.advance(&AlertPolicy::default(), CLIENT, &assessment, EventTime(now))
            }).collect::<Vec<_>>()
        };
        let changes = run();
        let mut open = false;
        for change in &changes {
            prop_assert_eq!(open, change.phase != AlertPhase::Open);
            open = change.phase != AlertPhase::Close;
            prop_assert_eq!(open, change.cause.is_none());
        }
        prop_assert_eq!(run(), changes);
    }
}
