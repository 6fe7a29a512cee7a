//! One step in the life of an alert as JSON.

use gait_classify::{Class, Confidence};
use gait_decide::{Alert, AlertId, AlertKind, AlertPhase, ClientRef, CloseCause};
use gait_event::EventTime;
use serde::Serialize;

use crate::{
    ClientJson,
    number::{Text, append, nats, percent},
};

/// An alert as it is published.
#[derive(Clone, Debug, Serialize)]
pub struct AlertJson<'a> {
    id: Text<AlertId>,
    state: Text<AlertPhase>,
    kind: Text<AlertKind>,
    client: ClientJson<'a>,
    site: Option<&'a str>,
    class: Text<Class>,
    score: f64,
    enforceable: bool,
    confidence: Text<Confidence>,
    events: u64,
    first_seen: Text<EventTime>,
    last_seen: Text<EventTime>,
    opened_at: Text<EventTime>,
    closed_because: Option<Text<CloseCause>>,
    reasons: Vec<ReasonJson<'a>>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct ReasonJson<'a> {
    detector: &'a str,
    nats: f64,
}

impl<'a> From<&'a Alert> for AlertJson<'a> {
    fn from(alert: &'a Alert) -> Self {
        let client = ClientRef {
            id: alert.client,
            site: alert.site.as_deref(),
            ip: &alert.ip,
            user_agent: alert.user_agent.as_deref(),
            ja4: alert.ja4.as_deref(),
        };
        let reasons = alert.reasons.iter();
        let change = &alert.change;
        Self {
            id: Text(change.id),
            state: Text(change.phase),
            kind: Text(change.kind),
            client: client.into(),
            site: client.site,
            class: Text(change.class),
            score: percent(change.score),
            enforceable: change.enforceable,
            confidence: Text(alert.confidence),
            events: alert.events,
            first_seen: Text(alert.first_seen),
            last_seen: Text(alert.last_seen),
            opened_at: Text(change.opened),
            closed_because: change.cause.map(Text),
            reasons: reasons
                .map(|(detector, millinats)| ReasonJson { detector, nats: nats(*millinats) })
                .collect(),
        }
    }
}

/// Appends an alert as one line of JSON, without its line end.
pub fn write_alert(alert: &Alert, out: &mut Vec<u8>) {
    append(&AlertJson::from(alert), out);
}
