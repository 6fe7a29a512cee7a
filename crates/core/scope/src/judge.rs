//! One call against the grants in force: every hard limit it breaks. Every attempt is judged, whatever the
//! gateway answered; wording is left to `words`.

use gait_event::{AgentCall, Argument, EventTime};

use crate::{
    Bound, Clause, Clauses, Grant, Grants, Permission, Window,
    day::{day_in, names_range},
};

/// What became of one call.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'g> {
    /// The limits that were broken.
    pub clauses: Clauses,
    /// The grant that was judged by; `None` when there is none to judge by.
    pub grant: Option<&'g Grant>,
    /// The permission that comes nearest to what was asked.
    pub permission: Option<&'g Permission>,
}

impl Grants {
    /// Every hard limit that the call at `at` breaks. A call that names no grant is judged by the grant of its
    /// agent and subject that it breaks least.
    #[must_use]
    pub fn judge(&self, call: &AgentCall<'_>, at: EventTime) -> Judgement<'_> {
        let found = match call.grant {
            Some(id) => self.get(id).map(|grant| judge_by(grant, call, at)),
            None => self
                .of_pair(call.actor, call.subject)
                .map(|grant| judge_by(grant, call, at))
                .min_by_key(|judgement| judgement.clauses.len()),
        };
        found.unwrap_or_else(|| {
            let mut clauses = Clauses::default();
            // Whoever names a grant that nobody gave has been granted nothing.
            clauses.set(Clause::Tool, true);
            Judgement { clauses, grant: None, permission: None }
        })
    }
}

fn judge_by<'g>(grant: &'g Grant, call: &AgentCall<'_>, at: EventTime) -> Judgement<'g> {
    let ended = |end_us: Option<i64>| end_us.is_some_and(|end_us| at.0 >= end_us);
    let mut clauses = Clauses::default();
    clauses.set(Clause::Expired, at.0 >= grant.expires_at_us);
    clauses.set(Clause::NotYetValid, at.0 < grant.not_before_us);
    clauses.set(Clause::Consent, ended(grant.consent_ends_us));
    clauses.set(Clause::Subject, call.subject != grant.subject);
    clauses.set(Clause::SubjectInactive, ended(grant.subject_ends_us));
    clauses.set(Clause::Delegation, breaks_delegation(grant, call));
    clauses.set(Clause::UnloggedHop, hides_a_hop(grant, call));
    let Some(action) = call.action else {
        return Judgement { clauses, grant: Some(grant), permission: None };
    };
    let asked =
        grant.permissions.iter().map(|permission| (permission, asks(permission, action, call)));
    // One for another action says nothing about this one, however little of it breaks.
    let nearest = asked.min_by_key(|(_, broken)| (broken.contains(Clause::Tool), broken.len()));
    Judgement {
        clauses: nearest.map_or(clauses, |(_, broken)| clauses.with(broken)),
        grant: Some(grant),
        permission: nearest.map(|(permission, _)| permission),
    }
}

/// What a call asks for beyond a permission.
fn asks(permission: &Permission, action: &str, call: &AgentCall<'_>) -> Clauses {
    let mut broken = Clauses::default();
    broken.set(Clause::Tool, !permission.actions.contains(action));
    broken.set(Clause::Resource, call.resources.iter().any(|id| !permission.allows(call, id)));
    let outside =
        |window: &Window| call.arguments.iter().any(|(name, value)| !window.allows(name, *value));
    broken.set(Clause::Window, permission.window.as_ref().is_some_and(outside));
    let exceeds =
        permission.arguments.iter().any(|(name, bound)| !bound.allows(&values(call, name)));
    broken.set(Clause::Argument, exceeds);
    broken
}

/// The values of an argument, several for a list.
fn values<'a>(call: &AgentCall<'a>, name: &str) -> Vec<Argument<'a>> {
    call.arguments.iter().filter(|(of, _)| *of == name).map(|(_, value)| *value).collect()
}

impl Permission {
    /// Whether the resource of that id, of the kind that the call names, is granted.
    pub(crate) fn allows(&self, call: &AgentCall<'_>, id: &str) -> bool {
        match call.resource_type {
            Some(kind) => self.resources.get(kind).is_some_and(|of_kind| of_kind.contains(id)),
            None => self.resources.values().any(|of_kind| of_kind.contains(id)),
        }
    }
}

impl Window {
    /// Whether an argument of that name names a day of data.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.arguments.as_ref().map_or_else(|| names_range(name), |names| names.contains(name))
    }

    /// Whether an argument, if it is one that names a day of data, names one inside.
    pub(crate) fn allows(&self, name: &str, value: Argument<'_>) -> bool {
        let inside = |day: i64| (self.first_day..=self.last_day).contains(&day);
        match &self.arguments {
            Some(names) if names.contains(name) => day_in(value).is_some_and(inside),
            None if names_range(name) => day_in(value).is_none_or(inside),
            _ => true,
        }
    }
}

impl Bound {
    /// Whether all values of an argument stay inside. One that is not there asks for nothing.
    pub(crate) fn allows(&self, values: &[Argument<'_>]) -> bool {
        self.count_max.is_none_or(|max| values.len() <= max)
            && values.iter().all(|value| self.holds(*value))
    }

    fn holds(&self, value: Argument<'_>) -> bool {
        let bounded = self.min.is_some() || self.max.is_some();
        let number = match value {
            Argument::Number(number) => Some(number),
            Argument::Text(text) => text.parse().ok(),
            Argument::Bool(_) | Argument::Empty => None,
        };
        let above = number.is_some_and(|x| self.min.is_none_or(|min| x >= min));
        let below = number.is_some_and(|x| self.max.is_none_or(|max| x <= max));
        let listed = self.one_of.as_ref().is_none_or(|allowed| match value {
            Argument::Text(text) => allowed.contains(text),
            Argument::Number(number) => allowed.contains(&number.to_string()),
            Argument::Bool(truth) => allowed.contains(&truth.to_string()),
            Argument::Empty => false,
        });
        (!bounded || (above && below)) && listed
    }
}

/// The chain is longer than the grant allows, names an agent twice, or one that the grant's chain does not; or
/// the grant's agent has handed its grant on.
fn breaks_delegation(grant: &Grant, call: &AgentCall<'_>) -> bool {
    let strange = |hop: &&str| !grant.chain.iter().any(|known| known == hop);
    // The length goes first: it bounds the search for a loop.
    call.chain.len() > grant.chain_max
        || has_loop(call.chain)
        || (!grant.chain.is_empty() && call.chain.iter().any(strange))
        || (call.actor != grant.actor && call.chain.contains(&grant.actor.as_str()))
}

/// Whoever calls is not the agent whom the chain shows to act, or not the grant's agent without the chain
/// telling how that came; or a hop that the grant names is missing.
fn hides_a_hop(grant: &Grant, call: &AgentCall<'_>) -> bool {
    let shown = call.chain.first().is_none_or(|acting| *acting == call.actor);
    let is_own = call.actor == grant.actor || call.chain.contains(&grant.actor.as_str());
    let missing = |hop: &String| !call.chain.contains(&hop.as_str());
    // Discovery is often logged without its chain, and does nothing on behalf of anybody.
    let is_cut = call.action.is_some() && grant.chain.len() > 1 && grant.chain.iter().any(missing);
    !shown || !is_own || is_cut
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
mod tests;
