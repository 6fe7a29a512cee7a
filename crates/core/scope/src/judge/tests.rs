//! Each limit alone, and what no call can do to the judge.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{GrantError, Resources};

fn grant() -> Grant {
    let ids = ["cal-1".to_owned(), "cal-2".to_owned()].into();
    let resources = Resources { ids, prefixes: vec!["team-".into()] };
    let bound = Bound { min: Some(1.0), max: Some(50.0), count_max: Some(2), ..Bound::default() };
    let listed = Bound { one_of: Some(["draft".to_owned()].into()), ..Bound::default() };
    Grant {
        id: "g".into(),
        actor: "agent".into(),
        subject: "manager".into(),
        permissions: vec![Permission {
            actions: ["read".to_owned()].into(),
            resources: [("calendar".to_owned(), resources)].into(),
            window: Some(Window { first_day: 20_000, last_day: 20_100, arguments: None }),
            arguments: [("limit".to_owned(), bound), ("mode".to_owned(), listed)].into(),
        }],
        not_before_us: 100,
        expires_at_us: 200,
        consent_ends_us: Some(190),
        subject_ends_us: Some(180),
        chain: vec!["agent".into(), "orchestrator".into()],
        chain_max: 2,
    }
}

fn grants() -> Grants {
    let mut grants = Grants::default();
    grants.insert(grant()).unwrap();
    grants
}

const INSIDE: AgentCall<'static> = AgentCall {
    request_id: Some("1"),
    actor: "agent",
    subject: "manager",
    grant: Some("g"),
    chain: &["agent", "orchestrator"],
    action: Some("read"),
    resource_type: Some("calendar"),
    resources: &["cal-1", "team-9"],
    arguments: &[
        ("start", Argument::Text("2024-10-04")),
        ("end", Argument::Text("2025-01-12T23:59:00Z")),
        ("limit", Argument::Number(50.0)),
        ("mode", Argument::Text("draft")),
    ],
    credential: None,
    credential_expires: None,
};

fn broken(call: &AgentCall<'_>, at_us: i64) -> Vec<Clause> {
    grants().judge(call, EventTime(at_us)).clauses.iter().collect()
}

#[test]
fn each_limit_is_named_alone() {
    assert_eq!(broken(&INSIDE, 100), []);
    let text = Argument::Text;
    let cases: &[(AgentCall<'_>, i64, &[Clause])] = &[
        (AgentCall { grant: Some("h"), ..INSIDE }, 150, &[Clause::Tool]),
        (AgentCall { action: Some("write"), ..INSIDE }, 150, &[Clause::Tool]),
        (AgentCall { resources: &["cal-1", "cal-6"], ..INSIDE }, 150, &[Clause::Resource]),
        (AgentCall { resource_type: Some("folder"), ..INSIDE }, 150, &[Clause::Resource]),
        (
            AgentCall { arguments: &[("start", text("2024-10-03"))], ..INSIDE },
            150,
            &[Clause::Window],
        ),
        (AgentCall { arguments: &[("end", text("2025-01-13"))], ..INSIDE }, 150, &[Clause::Window]),
        (
            AgentCall { arguments: &[("limit", Argument::Number(51.0))], ..INSIDE },
            150,
            &[Clause::Argument],
        ),
        (AgentCall { arguments: &[("limit", text("many"))], ..INSIDE }, 150, &[Clause::Argument]),
        (AgentCall { arguments: &[("mode", text("sent"))], ..INSIDE }, 150, &[Clause::Argument]),
        (
            AgentCall { arguments: &[("limit", Argument::Number(1.0)); 3], ..INSIDE },
            150,
            &[Clause::Argument],
        ),
        (INSIDE, 99, &[Clause::NotYetValid]),
        (INSIDE, 180, &[Clause::SubjectInactive]),
        (INSIDE, 190, &[Clause::Consent, Clause::SubjectInactive]),
        (INSIDE, 200, &[Clause::Expired, Clause::Consent, Clause::SubjectInactive]),
        (AgentCall { subject: "other", ..INSIDE }, 150, &[Clause::Subject]),
        (
            AgentCall { chain: &["agent", "orchestrator", "other"], ..INSIDE },
            150,
            &[Clause::Delegation],
        ),
        (
            AgentCall { chain: &["agent", "agent"], ..INSIDE },
            150,
            &[Clause::Delegation, Clause::UnloggedHop],
        ),
        (AgentCall { actor: "other", ..INSIDE }, 150, &[Clause::Delegation, Clause::UnloggedHop]),
        (AgentCall { chain: &["agent"], ..INSIDE }, 150, &[Clause::UnloggedHop]),
    ];
    for (call, at_us, clauses) in cases {
        assert_eq!(broken(call, *at_us), *clauses, "{call:?}");
    }
}

#[test]
fn discovery_is_judged_by_identity_and_time_alone() {
    let call = AgentCall { action: None, resources: &["cal-6"], ..INSIDE };
    assert_eq!(broken(&call, 150), []);
    assert_eq!(broken(&call, 99), [Clause::NotYetValid]);
}

#[test]
fn without_a_grant_id_the_pair_decides() {
    let mut grants = grants();
    let mut wider = grant();
    wider.id = "wider".into();
    wider.permissions[0].actions.insert("write".into());
    grants.insert(wider).unwrap();
    let nameless = AgentCall { grant: None, ..INSIDE };
    let write = AgentCall { action: Some("write"), ..nameless };
    let judge = |call: &AgentCall<'_>| {
        let judgement = grants.judge(call, EventTime(150));
        (judgement.clauses.is_empty(), judgement.grant.map(|grant| grant.id.clone()))
    };
    assert_eq!(judge(&nameless), (true, Some("g".into())));
    assert_eq!(judge(&write), (true, Some("wider".into())));
    assert_eq!(judge(&AgentCall { subject: "nobody", ..nameless }), (false, None));
}

#[test]
fn one_permission_must_allow_all_of_a_call() {
    let mut two = grant();
    let mut other = two.permissions[0].clone();
    other.actions = ["write".to_owned()].into();
    let only = Resources { ids: ["cal-2".to_owned()].into(), prefixes: Vec::new() };
    other.resources = BTreeMap::from([("calendar".to_owned(), only)]);
    two.permissions.push(other);
    let mut grants = Grants::default();
    grants.insert(two).unwrap();
    for (action, resource, clauses) in [
        ("read", "cal-1", &[] as &[Clause]),
        ("write", "cal-2", &[]),
        ("write", "cal-9", &[Clause::Resource]),
        ("delete", "cal-9", &[Clause::Tool, Clause::Resource]),
    ] {
        let call = AgentCall { action: Some(action), resources: &[resource], ..INSIDE };
        let found = grants.judge(&call, EventTime(150)).clauses;
        assert_eq!(found.iter().collect::<Vec<_>>(), clauses, "{action} {resource}");
    }
    // What one permission allows to read is not thereby allowed to be written.
    let call = AgentCall { action: Some("write"), resources: &["cal-1"], ..INSIDE };
    assert_eq!(grants.judge(&call, EventTime(150)).clauses.len(), 1);
}

#[test]
fn named_window_arguments_must_hold_a_day() {
    let mut strict = grant();
    let names = Some(["asof".to_owned()].into());
    strict.permissions[0].window = Some(Window { first_day: 0, last_day: 1, arguments: names });
    let mut grants = Grants::default();
    grants.insert(strict).unwrap();
    for (name, value, inside) in [
        ("asof", "1970-01-02", true),
        ("asof", "1970-01-03", false),
        ("asof", "last week", false),
        ("start", "2030-01-01", true),
    ] {
        let call = AgentCall { arguments: &[(name, Argument::Text(value))], ..INSIDE };
        assert_eq!(
            grants.judge(&call, EventTime(150)).clauses.is_empty(),
            inside,
            "{name} {value}"
        );
    }
}

#[test]
fn a_grant_that_cannot_match_is_refused() {
    let mut grants = grants();
    let id = || "g".to_owned();
    assert_eq!(grants.insert(grant()), Err(GrantError::Twice(id())));
    let over = Grant { expires_at_us: 100, ..grant() };
    assert_eq!(grants.insert(over), Err(GrantError::NeverValid(id())));
    let mut empty = grant();
    empty.permissions[0].window = Some(Window { first_day: 2, last_day: 1, arguments: None });
    assert_eq!(grants.insert(empty), Err(GrantError::EmptyWindow(id())));
    let nothing = Grant { permissions: Vec::new(), ..grant() };
    assert_eq!(grants.insert(nothing), Err(GrantError::NoAction(id())));
    assert_eq!(grants.len(), 1);
}

proptest! {
    #[test]
    fn no_call_is_inside_that_breaks_a_limit(
        actor in "agent|other",
        subject in "manager|other",
        action in "read|write",
        resource in "cal-1|cal-6",
        hops in proptest::collection::vec("agent|orchestrator|other", 0..4),
        at_us in 0_i64..300,
    ) {
        let chain: Vec<&str> = hops.iter().map(String::as_str).collect();
        let call = AgentCall {
            actor: &actor, subject: &subject, action: Some(&action), resources: &[&resource], chain: &chain, ..INSIDE
        };
        let is_clean = actor == "agent" && subject == "manager" && action == "read" && resource == "cal-1"
            && chain == ["agent", "orchestrator"] && (100..180).contains(&at_us);
        prop_assert_eq!(broken(&call, at_us).is_empty(), is_clean);
    }
}
