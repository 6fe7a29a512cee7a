//! A verdict as JSON.

use gait_decide::{ChangedAt, DecidedAt, Reason, Verdict};
use gait_detect::Family;
use gait_event::Mask;

use crate::{
    client::write_client,
    number::{nats, percent},
    object::Object,
};

/// Appends a verdict as one line of JSON, without its line end.
pub fn write_verdict(verdict: &Verdict<'_>, out: &mut Vec<u8>) {
    let assessment = &verdict.assessment;
    let mut json = Object::open(out);
    json.word("id", verdict.id());
    write_client(verdict.client, &mut json);
    json.word("class", assessment.class);
    json.plain("score", percent(assessment.score));
    json.plain("enforceable", assessment.enforceable);
    if let Some(admission) = verdict.admission {
        json.word("budget", admission);
    }
    json.words("evidence_families", assessment.families.iter().map(Family::as_str));
    json.word("confidence", assessment.confidence);
    json.word("signature", verdict.signature);
    json.plain("events", assessment.events);
    json.plain("decision_steps", assessment.decisions);
    json.word("first_seen", verdict.first_seen);
    json.word("last_seen", verdict.last_seen);
    write_decided_at(verdict.decided_at, &mut json);
    write_takeover_at(verdict.takeover_at, &mut json);
    match verdict.family {
        Some(family) => json.word("family", family),
        None => json.plain("family", ()),
    }
    json.objects("reasons", verdict.reasons(), write_reason);
    json.words("mask", masked(verdict.mask));
    json.word("model", verdict.model);
    json.word("detectors", verdict.pack_hash());
    json.close();
}

fn write_decided_at(decided: Option<DecidedAt>, verdict: &mut Object<'_>) {
    let Some(decided) = decided else { return verdict.plain("decided_at", ()) };
    let mut json = Object::open(verdict.key("decided_at"));
    json.word("time", decided.time);
    json.plain("event", decided.event);
    json.plain("step", decided.step);
    json.close();
}

fn write_takeover_at(changed: Option<ChangedAt>, verdict: &mut Object<'_>) {
    let Some(changed) = changed else { return verdict.plain("takeover_at", ()) };
    let mut json = Object::open(verdict.key("takeover_at"));
    json.word("time", changed.time);
    json.plain("step", changed.step);
    json.close();
}

fn write_reason(reason: Reason<'_>, json: &mut Object<'_>) {
    json.name("detector", &reason.id().parts());
    json.plain("nats", nats(reason.millinats));
    json.objects("features", reason.features(), |(spec, value), json| {
        json.name("name", &[spec.name]);
        json.plain("value", value);
        json.name("unit", &[spec.unit.symbol()]);
    });
}

/// The names of the masked fields, as the command line takes them.
fn masked(mask: Mask) -> impl Iterator<Item = &'static str> {
    let names = [(mask.ua, "ua"), (mask.protocol, "protocol"), (mask.sec_fetch, "sec_fetch")];
    names.into_iter().filter_map(|(on, name)| on.then_some(name))
}
