//! The life of an alert as a table of steps, and what must hold for any history.

use std::sync::LazyLock;

use gait_classify::{Model, assess};
use gait_detect::{Evidences, Pack};
use gait_fingerprint::{Claim, ClaimKind, FeatureVector};
use proptest::prelude::*;

use super::*;

/// An assessment of nothing.
static BLANK: LazyLock<Assessment> = LazyLock::new(|| {
    let (pack, features) = (Pack::default(), FeatureVector::from_values(&[]));
    let claim = Claim { kind: ClaimKind::Browser, bot: None };
    assess(&pack, &Model::shipped(), &features, claim, &Evidences::default())
});

/// An assessment with that class, score and enforceability; the rest is of no account here.
fn looks(class: Class, tenths: u16, enforceable: bool) -> Assessment {
    Assessment { class, score: Score::from_tenths(tenths), enforceable, ..BLANK.clone() }
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
            (3, Agent, 920, false, None),
            (4, Agent, 951, false, Some(Update)),
            (5, Agent, 945, false, None),
            (6, Agent, 951, false, None),
            (7, Agent, 929, false, Some(Update)),
            (8, Agent, 929, true, Some(Update)),
            (9, Automation, 929, true, Some(Update)),
            (10, Automation, 929, true, None),
            (11, Human, 50, false, None),
            (12, Automation, 929, true, None),
        ],
    );
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
        }
        prop_assert_eq!(run(), changes);
    }
}
