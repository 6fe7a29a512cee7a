//! A broken limit in plain words: what was asked, and what would have been allowed.

use gait_event::{AgentCall, EventTime};

use crate::{Clause, judge::Judgement};

/// Why `clause`, which the judgement of a call at `at` names, is broken.
pub(crate) fn words(clause: Clause, judgement: &Judgement<'_>, call: &AgentCall<'_>) -> String {
    let Some(grant) = judgement.grant else {
        return match call.grant {
            Some(id) => format!("there is no grant `{id}`"),
            None => format!("no grant of `{}` for `{}` is known", call.actor, call.subject),
        };
    };
    let on = |time_us: i64| EventTime(time_us).to_string();
    match clause {
        Clause::Tool => format!("`{}` is not granted", call.action.unwrap_or_default()),
        Clause::Resource => resource(judgement, call),
        Clause::Argument => argument(judgement, call),
        Clause::Window => window(judgement, call),
        Clause::Expired => format!("the grant ended at {}", on(grant.expires_at_us)),
        Clause::NotYetValid => format!("the grant begins at {}", on(grant.not_before_us)),
        Clause::Consent => {
            format!("the consent ended at {}", grant.consent_ends_us.map(on).unwrap_or_default())
        }
        Clause::Subject => {
            format!("the grant is for `{}`, not for `{}`", grant.subject, call.subject)
        }
        Clause::SubjectInactive => {
            let ended = grant.subject_ends_us.map(on).unwrap_or_default();
            format!("`{}` is not active since {ended}", grant.subject)
        }
        Clause::Delegation => {
            let shown = call.chain.join(" < ");
            format!("the chain `{shown}` is not one that the grant of `{}` allows", grant.actor)
        }
        Clause::UnloggedHop => {
            let shown = call.chain.join(" < ");
            format!("`{}` calls, and the chain `{shown}` does not show how it came", call.actor)
        }
    }
}

fn resource(judgement: &Judgement<'_>, call: &AgentCall<'_>) -> String {
    let allowed = |id: &str| judgement.permission.is_some_and(|p| p.allows(call, id));
    let first = call.resources.iter().find(|id| !allowed(id)).copied().unwrap_or_default();
    match call.resource_type {
        Some(kind) => format!("{kind} `{first}` is not granted"),
        None => format!("`{first}` is not granted"),
    }
}

fn argument(judgement: &Judgement<'_>, call: &AgentCall<'_>) -> String {
    let bounds = judgement.permission.into_iter().flat_map(|p| &p.arguments);
    let mut exceeded = bounds.filter(|(name, bound)| {
        let values = call.arguments.iter().filter(|(of, _)| of == name).map(|(_, value)| *value);
        !bound.allows(&values.collect::<Vec<_>>())
    });
    let name = exceeded.next().map_or("", |(name, _)| name);
    format!("the argument `{name}` is out of its bounds")
}

fn window(judgement: &Judgement<'_>, call: &AgentCall<'_>) -> String {
    let Some(window) = judgement.permission.and_then(|p| p.window.as_ref()) else {
        return "the data lies outside the window".into();
    };
    let mut outside = call.arguments.iter().filter(|(name, value)| !window.allows(name, *value));
    let name = outside.next().map_or("", |(name, _)| name);
    let day = |day: i64| EventTime::from_parts(day.saturating_mul(86_400), 0).to_string();
    let (first, last) = (day(window.first_day), day(window.last_day));
    let date = |text: &str| text.split('T').next().unwrap_or_default().to_owned();
    format!("`{name}` lies outside {} to {}", date(&first), date(&last))
}
