//! The schemas of the answers, for the OpenAPI document. A test holds them against real answers.

use gait_classify::{Class, Confidence};
use gait_decide::{AlertKind, AlertPhase};
use gait_detect::Family;
use serde_json::{Map, Value, json};

/// Every schema, by name.
pub(crate) fn schemas() -> Value {
    json!({
        "Live": object(&[("live", json!({ "const": true }))]),
        "Ready": object(&[("ready", boolean()), ("conditions", list(&condition()))]),
        "Version": object(&[("name", json!({ "const": "gait" })), ("version", string())]),
        "Risk": risk(),
        "Client": client(),
        "Reason": reason(),
        "Clients": object(&[
            ("clients", list(&reference("Risk"))),
            ("matched", described(count(), "Clients that fit the filter, listed or not.")),
            ("total", described(count(), "Clients on the board.")),
        ]),
        "Alert": alert(),
        "Overview": overview(),
        "Remark": remark(),
        "Problem": object(&[
            ("type", string()), ("title", string()), ("status", count()), ("detail", string()),
        ]),
    })
}

fn risk() -> Value {
    object(&[
        (
            "known",
            described(boolean(), "Whether the client was seen. Else the score is that of anyone."),
        ),
        ("client", reference("Client")),
        ("site", nullable("string")),
        ("class", class()),
        ("score", score()),
        ("enforceable", described(boolean(), "Whether a gateway may act on it.")),
        (
            "confidence",
            words(&[Confidence::Low, Confidence::Medium, Confidence::High].map(Confidence::as_str)),
        ),
        (
            "evidence_families",
            list(&words(&Family::ALL.iter().map(|f| f.as_str()).collect::<Vec<_>>())),
        ),
        ("events", count()),
        ("decision_steps", count()),
        ("first_seen", time_or_null()),
        ("last_seen", time_or_null()),
        ("reasons", list(&reference("Reason"))),
        ("id", described(nullable("string"), "Id of the verdict.")),
    ])
}

fn client() -> Value {
    object(&[
        ("id", nullable("string")),
        ("ip", string()),
        ("net", described(string(), "The network it is counted under: IPv6 by /64.")),
        ("user_agent", nullable("string")),
        ("ja4", nullable("string")),
    ])
}

fn reason() -> Value {
    let feature =
        object(&[("name", string()), ("value", json!({ "type": "number" })), ("unit", string())]);
    object(&[
        ("detector", string()),
        ("title", string()),
        (
            "nats",
            json!({ "type": "number", "description": "What it adds to the log-odds; negative speaks for a person." }),
        ),
        ("features", list(&feature)),
    ])
}

fn alert() -> Value {
    let states = [AlertPhase::Open, AlertPhase::Update, AlertPhase::Close].map(AlertPhase::as_str);
    object(&[
        ("id", string()),
        ("state", words(&states)),
        ("kind", words(&AlertKind::ALL.map(AlertKind::as_str))),
        ("client", reference("Client")),
        ("site", nullable("string")),
        ("class", class()),
        ("score", score()),
        ("enforceable", boolean()),
        ("opened_at", time()),
        ("closed_because", nullable("string")),
        ("at", time()),
    ])
}

fn overview() -> Value {
    object(&[
        ("version", string()),
        ("ready", boolean()),
        ("clients", count()),
        ("classes", json!({ "type": "object", "additionalProperties": count() })),
        ("latest_event", time_or_null()),
        ("events", count()),
        ("events_per_second", json!({ "type": "number" })),
        (
            "events_history",
            described(list(&count()), "Events of the last complete seconds, oldest first."),
        ),
        ("alerts_opened", described(count(), "Since the start of the process.")),
        ("alerts_open", described(count(), "Opened since the start and not closed.")),
        (
            "alerts",
            described(
                list(&reference("Alert")),
                "The latest step of the newest alerts, newest first.",
            ),
        ),
    ])
}

fn remark() -> Value {
    let text = |max: u32| json!({ "type": "string", "maxLength": max });
    json!({
        "type": "object",
        "required": ["alert", "verdict"],
        "additionalProperties": false,
        "properties": {
            "alert": described(string(), "Id of the alert, 32 hexadecimal digits."),
            "verdict": words(&["confirmed", "false_alarm"]),
            "by": described(text(128), "Who says it."),
            "note": described(text(1024), "What else there is to say."),
        },
    })
}

fn condition() -> Value {
    object(&[("name", string()), ("ready", boolean()), ("reason", nullable("string"))])
}

/// An object that always has all of `properties`.
fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn class() -> Value {
    words(&Class::ALL.map(Class::as_str))
}

fn score() -> Value {
    json!({
        "type": "number", "minimum": 0, "maximum": 100,
        "description": "Probability that a program and not a person drives the client, percent.",
    })
}

fn words(list: &[&str]) -> Value {
    json!({ "type": "string", "enum": list })
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn time_or_null() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}
