//! One call against the grant it names: every hard limit it breaks. Every attempt is judged, whatever the
//! gateway answered; wording and attribution are left to the caller.

use crate::{Grant, Grants};

/// An identified call, borrowed from a log line.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// When, microseconds since 1970-01-01.
    pub at_us: i64,
    /// The agent that acts.
    pub actor: &'a str,
    /// The person on whose behalf it acts.
    pub subject: &'a str,
    /// The id of the grant it names.
    pub grant: &'a str,
    /// The action, such as an MCP tool.
    pub action: &'a str,
    /// Every resource it asks for.
    pub resources: &'a [&'a str],
    /// The days its arguments name, days since 1970-01-01.
    pub days: &'a [i32],
    /// The delegation chain, acting agent first.
    pub chain: &'a [&'a str],
}

/// A hard limit that a call broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Violation {
    /// No such grant.
    UnknownGrant,
    /// The grant is another agent's.
    Actor,
    /// The grant is for another person.
    Subject,
    /// The action is not granted.
    Action,
    /// A resource is not granted.
    Resource,
    /// A day lies outside the data window.
    Window,
    /// The grant is not valid yet.
    NotYetValid,
    /// The grant is over.
    Expired,
    /// The chain is too long, or names an actor twice.
    Delegation,
}

/// The limits that one call broke, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Violations(u16);

impl Violations {
    /// Whether the call stays inside its grant.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the call broke this limit.
    #[must_use]
    pub fn contains(self, violation: Violation) -> bool {
        self.0 & (1 << violation as u8) != 0
    }

    fn set(&mut self, violation: Violation, broken: bool) {
        self.0 |= u16::from(broken) << violation as u8;
    }
}

impl Grants {
    /// Every hard limit that the call breaks.
    #[must_use]
    pub fn judge(&self, call: &Call<'_>) -> Violations {
        let mut found = Violations::default();
        let Some(grant) = self.get(call.grant) else {
            found.set(Violation::UnknownGrant, true);
            return found;
        };
        found.set(Violation::Actor, call.actor != grant.actor);
        found.set(Violation::Subject, call.subject != grant.subject);
        found.set(Violation::Action, !grant.actions.contains(call.action));
        let outside = call.resources.iter().any(|id| !grant.resources.contains(*id));
        found.set(Violation::Resource, outside);
        found.set(Violation::Window, outside_window(grant, call.days));
        found.set(Violation::NotYetValid, call.at_us < grant.not_before_us);
        found.set(Violation::Expired, call.at_us >= grant.expires_at_us);
        // The length goes first: it bounds the search for a loop.
        let broken = call.chain.len() > grant.chain_max || has_loop(call.chain);
        found.set(Violation::Delegation, broken);
        found
    }
}

fn outside_window(grant: &Grant, days: &[i32]) -> bool {
    let Some((first, last)) = grant.window_days else {
        return false;
    };
    days.iter().any(|day| !(first..=last).contains(day))
}

fn has_loop(chain: &[&str]) -> bool {
    let mut rest = chain;
    while let Some((actor, after)) = rest.split_first() {
        if after.contains(actor) {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GrantError;

    fn grant() -> Grant {
        Grant {
            id: "g".into(),
            actor: "agent".into(),
            subject: "manager".into(),
            actions: ["read".to_owned()].into(),
            resources: ["cal-1".to_owned()].into(),
            window_days: Some((10, 20)),
            not_before_us: 100,
            expires_at_us: 200,
            chain_max: 2,
        }
    }

    const INSIDE: Call<'static> = Call {
        at_us: 199,
        actor: "agent",
        subject: "manager",
        grant: "g",
        action: "read",
        resources: &["cal-1"],
        days: &[10, 20],
        chain: &["agent", "orchestrator"],
    };

    #[test]
    fn each_limit_is_named_alone() {
        let mut grants = Grants::default();
        grants.insert(grant()).unwrap();
        assert!(grants.judge(&INSIDE).is_empty());
        for (call, broken) in [
            (Call { grant: "h", ..INSIDE }, Violation::UnknownGrant),
            (Call { actor: "other", ..INSIDE }, Violation::Actor),
            (Call { subject: "other", ..INSIDE }, Violation::Subject),
            (Call { action: "write", ..INSIDE }, Violation::Action),
            (Call { resources: &["cal-1", "cal-2"], ..INSIDE }, Violation::Resource),
            (Call { days: &[9, 20], ..INSIDE }, Violation::Window),
            (Call { days: &[10, 21], ..INSIDE }, Violation::Window),
            (Call { at_us: 99, ..INSIDE }, Violation::NotYetValid),
            (Call { at_us: 200, ..INSIDE }, Violation::Expired),
            (Call { chain: &["a", "b", "c"], ..INSIDE }, Violation::Delegation),
            (Call { chain: &["a", "a"], ..INSIDE }, Violation::Delegation),
        ] {
            let mut expected = Violations::default();
            expected.set(broken, true);
            assert_eq!(grants.judge(&call), expected, "{call:?}");
        }
    }

    #[test]
    fn a_grant_that_cannot_match_is_refused() {
        let mut grants = Grants::default();
        grants.insert(grant()).unwrap();
        let twice = grants.insert(grant());
        assert_eq!(twice, Err(GrantError::Twice("g".into())));
        let over = Grant { expires_at_us: 100, ..grant() };
        assert_eq!(grants.insert(over), Err(GrantError::NeverValid("g".into())));
        let empty = Grant { window_days: Some((2, 1)), ..grant() };
        assert_eq!(grants.insert(empty), Err(GrantError::EmptyWindow("g".into())));
    }
}
