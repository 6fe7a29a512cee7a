//! The JSON of the answers: the names of the published verdict, and the few that only the endpoint has.

use gait_classify::{Class, Confidence, Score};
use gait_decide::{Alert, CloseCause};
use gait_detect::Family;
use gait_event::net_of;
use serde::Serialize;

use crate::{RiskEntry, entry::Measured};

/// A client as it is named.
#[derive(Serialize)]
pub(crate) struct ClientAnswer<'a> {
    /// `None` when no client fits the question.
    id: Option<String>,
    ip: &'a str,
    net: String,
    user_agent: Option<&'a str>,
    ja4: Option<&'a str>,
}

/// What is known of one client.
#[derive(Serialize)]
pub(crate) struct RiskAnswer<'a> {
    known: bool,
    client: ClientAnswer<'a>,
    site: Option<&'a str>,
    class: &'static str,
    score: f64,
    enforceable: bool,
    confidence: &'static str,
    evidence_families: Vec<&'static str>,
    events: u64,
    decision_steps: u32,
    first_seen: Option<String>,
    last_seen: Option<String>,
    reasons: Vec<ReasonAnswer<'a>>,
    id: Option<String>,
}

#[derive(Serialize)]
struct ReasonAnswer<'a> {
    detector: &'a str,
    title: &'a str,
    nats: f64,
    features: Vec<MeasuredAnswer>,
}

#[derive(Serialize)]
struct MeasuredAnswer {
    name: &'static str,
    value: f32,
    unit: &'static str,
}

/// One step in the life of an alert.
#[derive(Serialize)]
pub(crate) struct AlertAnswer<'a> {
    id: String,
    state: &'static str,
    kind: &'static str,
    client: ClientAnswer<'a>,
    site: Option<&'a str>,
    class: &'static str,
    score: f64,
    enforceable: bool,
    opened_at: String,
    closed_because: Option<&'static str>,
    at: String,
}

impl<'a> RiskAnswer<'a> {
    pub(crate) fn known(entry: &'a RiskEntry) -> Self {
        Self {
            known: true,
            client: ClientAnswer {
                id: Some(entry.client.to_string()),
                ip: &entry.ip,
                net: net_of(&entry.ip).into_owned(),
                user_agent: entry.user_agent.as_deref(),
                ja4: entry.ja4.as_deref(),
            },
            site: entry.site.as_deref(),
            class: entry.class.as_str(),
            score: entry.score.percent(),
            enforceable: entry.enforceable,
            confidence: entry.confidence.as_str(),
            evidence_families: entry.families.iter().map(Family::as_str).collect(),
            events: entry.events,
            decision_steps: entry.decisions,
            first_seen: Some(entry.first_seen.to_string()),
            last_seen: Some(entry.last_seen.to_string()),
            reasons: entry.reasons.iter().map(ReasonAnswer::of).collect(),
            id: Some(entry.verdict.to_string()),
        }
    }

    /// The answer about a client that was never seen: undecided, with the score of anyone.
    pub(crate) fn unknown(
        (ip, user_agent): (&'a str, &'a str),
        site: Option<&'a str>,
        ja4: Option<&'a str>,
        prior: Score,
    ) -> Self {
        let user_agent = Some(user_agent).filter(|text| !text.is_empty());
        Self {
            known: false,
            client: ClientAnswer { id: None, ip, net: net_of(ip).into_owned(), user_agent, ja4 },
            site,
            class: Class::Undecided.as_str(),
            score: prior.percent(),
            enforceable: false,
            confidence: Confidence::Low.as_str(),
            evidence_families: Vec::new(),
            events: 0,
            decision_steps: 0,
            first_seen: None,
            last_seen: None,
            reasons: Vec::new(),
            id: None,
        }
    }
}

impl<'a> ReasonAnswer<'a> {
    fn of(reason: &'a crate::Reason) -> Self {
        let measured = |m: &Measured| MeasuredAnswer { name: m.name, value: m.value, unit: m.unit };
        Self {
            detector: &reason.detector,
            title: &reason.title,
            nats: f64::from(reason.millinats) / 1000.0,
            features: reason.features.iter().map(measured).collect(),
        }
    }
}

impl<'a> AlertAnswer<'a> {
    pub(crate) fn of(alert: &'a Alert) -> Self {
        let change = &alert.change;
        Self {
            id: change.id.to_string(),
            state: change.phase.as_str(),
            kind: change.kind.as_str(),
            client: ClientAnswer {
                id: Some(alert.client.to_string()),
                ip: &alert.ip,
                net: net_of(&alert.ip).into_owned(),
                user_agent: alert.user_agent.as_deref(),
                ja4: alert.ja4.as_deref(),
            },
            site: alert.site.as_deref(),
            class: change.class.as_str(),
            score: change.score.percent(),
            enforceable: change.enforceable,
            opened_at: change.opened.to_string(),
            closed_because: change.cause.map(CloseCause::as_str),
            at: change.at.to_string(),
        }
    }
}
