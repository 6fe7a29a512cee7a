//! A verdict as JSON.

use std::borrow::Cow;

use gait_classify::{Class, Confidence, ModelHash};
use gait_decide::{DecidedAt, Reason, Verdict, VerdictId};
use gait_detect::{Family, PackHash};
use gait_event::{EventTime, Mask};
use serde::Serialize;

use crate::{
    ClientJson,
    number::{Text, append, nats, percent},
};

/// A verdict as it is published.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictJson<'a> {
    id: Text<VerdictId>,
    client: ClientJson<'a>,
    site: Option<&'a str>,
    class: Text<Class>,
    score: f64,
    enforceable: bool,
    evidence_families: Vec<&'static str>,
    confidence: Text<Confidence>,
    events: u64,
    decision_steps: u32,
    first_seen: Text<EventTime>,
    last_seen: Text<EventTime>,
    decided_at: Option<DecidedAtJson>,
    /// Null: no judge tells the moment of a takeover yet.
    takeover_at: (),
    /// Null: no judge tells families of clients yet.
    family: (),
    reasons: Vec<ReasonJson<'a>>,
    mask: Vec<&'static str>,
    model: Text<ModelHash>,
    detectors: Text<PackHash>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct DecidedAtJson {
    time: Text<EventTime>,
    event: u64,
    step: u32,
}

#[derive(Clone, Debug, Serialize)]
struct ReasonJson<'a> {
    detector: Cow<'a, str>,
    nats: f64,
    features: Vec<FeatureJson>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct FeatureJson {
    name: &'static str,
    value: f32,
    unit: &'static str,
}

impl<'a> From<&'a Verdict<'_>> for VerdictJson<'a> {
    fn from(verdict: &'a Verdict<'_>) -> Self {
        let assessment = &verdict.assessment;
        Self {
            id: Text(verdict.id()),
            client: verdict.client.into(),
            site: verdict.client.site,
            class: Text(assessment.class),
            score: percent(assessment.score),
            enforceable: assessment.enforceable,
            evidence_families: assessment.families.iter().map(Family::as_str).collect(),
            confidence: Text(assessment.confidence),
            events: assessment.events,
            decision_steps: assessment.decisions,
            first_seen: Text(verdict.first_seen),
            last_seen: Text(verdict.last_seen),
            decided_at: verdict.decided_at.map(DecidedAtJson::from),
            takeover_at: (),
            family: (),
            reasons: verdict.reasons().map(|reason| ReasonJson::from(&reason)).collect(),
            mask: masked(verdict.mask),
            model: Text(verdict.model),
            detectors: Text(verdict.pack_hash()),
        }
    }
}

impl From<DecidedAt> for DecidedAtJson {
    fn from(decided: DecidedAt) -> Self {
        Self { time: Text(decided.time), event: decided.event, step: decided.step }
    }
}

impl<'a> From<&Reason<'a>> for ReasonJson<'a> {
    fn from(reason: &Reason<'a>) -> Self {
        let features = reason.features().map(|(spec, value)| FeatureJson {
            name: spec.name,
            value,
            unit: spec.unit.symbol(),
        });
        Self { detector: reason.id(), nats: nats(reason.millinats), features: features.collect() }
    }
}

/// The names of the masked fields, as the command line takes them.
fn masked(mask: Mask) -> Vec<&'static str> {
    let names = [(mask.ua, "ua"), (mask.protocol, "protocol"), (mask.sec_fetch, "sec_fetch")];
    names.into_iter().filter_map(|(on, name)| on.then_some(name)).collect()
}

/// Appends a verdict as one line of JSON, without its line end.
pub fn write_verdict(verdict: &Verdict<'_>, out: &mut Vec<u8>) {
    append(&VerdictJson::from(verdict), out);
}
