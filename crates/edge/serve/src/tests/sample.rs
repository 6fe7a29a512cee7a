//! A published board with a few clients, and asking the router.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use gait_classify::{Class, Confidence, FamilySet, Score};
use gait_decide::{Alert, AlertChange, AlertId, AlertKind, AlertPhase, VerdictId};
use gait_detect::Family;
use gait_event::{ClientKey, EventTime};
use gait_observe::Metrics;
use serde_json::Value;
use tower::ServiceExt;

use crate::{Access, Board, Measured, Published, Reason, RiskEntry, router};

/// A user agent that would run if a page took it for markup.
pub(super) const HOSTILE: &str =
    "</td><script>alert('1')</script><img src=x onerror=alert(1)>\u{202e}";

pub(super) fn entry(ip: &str, user_agent: &str, class: Class, score_tenths: u16) -> RiskEntry {
    let mut key = ClientKey::default();
    key.set_parts("shop.example", ip, user_agent, "");
    let mut families = FamilySet::default();
    families.insert(Family::Timing);
    RiskEntry {
        client: key.id(),
        site: Some("shop.example".to_owned()),
        ip: ip.to_owned(),
        user_agent: Some(user_agent.to_owned()).filter(|text| !text.is_empty()),
        ja4: None,
        class,
        score: Score::from_tenths(score_tenths),
        enforceable: class == Class::Agent,
        confidence: Confidence::High,
        families,
        reasons: vec![Reason {
            detector: "timing.steady_cadence".to_owned(),
            title: "Requests keep one beat".to_owned(),
            millinats: 2125,
            features: vec![Measured { name: "gap_cv", unit: "", value: 0.25 }],
        }],
        events: 42,
        decisions: 17,
        first_seen: EventTime::from_parts(1_795_354_724, 0),
        last_seen: EventTime::from_parts(1_795_354_800, 0),
        verdict: VerdictId(0xabc),
    }
}

pub(super) fn alert(of: &RiskEntry, phase: AlertPhase) -> Alert {
    Alert {
        change: AlertChange {
            id: AlertId(5),
            kind: AlertKind::UndeclaredAgent,
            phase,
            class: of.class,
            score: of.score,
            enforceable: of.enforceable,
            opened: of.first_seen,
            at: of.last_seen,
            cause: None,
        },
        client: of.client,
        site: of.site.clone(),
        ip: of.ip.clone(),
        user_agent: of.user_agent.clone(),
        ja4: None,
        agent: None,
        confidence: of.confidence,
        first_seen: of.first_seen,
        last_seen: of.last_seen,
        events: of.events,
        reasons: Vec::new(),
        family: None,
    }
}

/// An agent, a person, a hostile script; one open alert; 30 events.
pub(super) fn published() -> Arc<Published> {
    let board = Board::new(1000, Score::from_tenths(269));
    let metrics = Metrics::new("9.9.9", []);
    let published = Published::new("9.9.9", board, metrics);
    let agent = entry("192.0.2.7", "curl/8", Class::Agent, 987);
    published.feed.alert(alert(&agent, AlertPhase::Open));
    published.feed.events(30);
    published.board.publish(agent);
    published.board.publish(entry("2001:db8::1", "Mozilla/5.0", Class::Human, 31));
    published.board.publish(entry("198.51.100.4", HOSTILE, Class::Automation, 800));
    Arc::new(published)
}

/// One answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Asks a router with the given access.
pub(super) async fn ask(
    published: &Arc<Published>,
    access: Access,
    request: Request<Body>,
) -> Answer {
    let response = router(Arc::clone(published), &access).oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    Answer { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

/// What an analyst says, with all that can be said.
pub(super) const REMARK: &str = r#"{"alert":"00000000000000000000000000000005","verdict":"false_alarm","by":"ana","note":"ours"}"#;

/// Posts JSON to a path on loopback.
pub(super) async fn post(published: &Arc<Published>, path: &str, body: &'static str) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    ask(published, Access::Loopback, request.body(Body::from(body)).unwrap()).await
}

/// Gets a path on loopback.
pub(super) async fn get(published: &Arc<Published>, path: &str) -> Answer {
    ask(published, Access::Loopback, Request::get(path).body(Body::empty()).unwrap()).await
}
