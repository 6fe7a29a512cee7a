//! What to say of a log that is in no known format: what was seen, and a field map to begin with.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::format::FormatId;

/// How many keys are named at most.
const MAX_KEYS: usize = 40;
/// How much of a line is shown, characters.
const MAX_SHOWN: usize = 120;

/// No format reads the sample.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{saw}; {hint}")]
pub struct Unrecognised {
    /// What the records are, for example ``JSON objects with the keys `a`, `b` ``.
    pub saw: String,
    /// What to do about it.
    pub hint: String,
}

/// For each field that an event needs, names its key often has: lower case, letters and digits alone.
const USUAL_NAMES: [(&str, &[&str]); 5] = [
    (
        "time",
        &["time", "timestamp", "ts", "eventtime", "datetime", "date", "starttime", "startedat"],
    ),
    (
        "ip",
        &[
            "ip",
            "clientip",
            "remoteip",
            "remoteaddr",
            "sourceipaddress",
            "srcip",
            "clientaddress",
            "sessionid",
        ],
    ),
    ("method", &["method", "requestmethod", "httpmethod", "verb"]),
    ("target", &["uri", "path", "requesturi", "url", "requestpath", "target"]),
    ("status", &["status", "statuscode", "responsecode", "httpstatus", "responsestatus", "code"]),
];

/// Says what the records are.
pub(super) fn describe(
    records: &[&[u8]],
    objects: &[Map<String, Value>],
    nearest: Option<String>,
) -> Unrecognised {
    let mut lines =
        records.iter().map(|record| record.trim_ascii()).filter(|line| !line.is_empty());
    let mut unrecognised = match lines.next() {
        None => Unrecognised { saw: "no records".into(), hint: "give a log that has some".into() },
        Some(first) => match keys(objects) {
            Some(keys) => Unrecognised { saw: saw_keys(&keys), hint: map_hint(&keys) },
            None => saw_line(first),
        },
    };
    if let Some(nearest) = nearest {
        let _infallible = write!(unrecognised.saw, " (nearest: {nearest})");
    }
    unrecognised
}

/// A record as a JSON object.
pub(super) fn object(record: &[u8]) -> Option<Map<String, Value>> {
    record.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(record).ok())?
}

/// The keys of the objects with a value each, nested ones one level deep.
fn keys(objects: &[Map<String, Value>]) -> Option<Vec<(String, Value)>> {
    let mut keys: Vec<(String, Value)> = Vec::new();
    let mut add =
        |key: String, value: &Value| match keys.iter_mut().find(|(known, _)| *known == key) {
            Some((_, held)) if held.is_null() => *held = value.clone(),
            Some(_) => {}
            None => keys.push((key, value.clone())),
        };
    for object in objects {
        for (key, value) in object {
            match value {
                Value::Object(inner) if !inner.is_empty() => {
                    inner.iter().for_each(|(name, value)| add(format!("{key}.{name}"), value));
                }
                value => add(key.clone(), value),
            }
        }
    }
    (!keys.is_empty()).then_some(keys)
}

fn saw_keys(keys: &[(String, Value)]) -> String {
    let mut names: Vec<String> =
        keys.iter().take(MAX_KEYS).map(|(key, _)| format!("`{key}`")).collect();
    if keys.len() > MAX_KEYS {
        names.push(format!("and {} more", keys.len() - MAX_KEYS));
    }
    format!("JSON objects with the keys {}", names.join(", "))
}

/// A field map with the keys that look right, and `?` where none does.
fn map_hint(keys: &[(String, Value)]) -> String {
    let mut missing = Vec::new();
    let mut map = Vec::new();
    for (field, names) in USUAL_NAMES {
        if let Some((key, value)) = guess(keys, field, names) {
            let is_url = value.as_str().is_some_and(|text| text.contains("://"));
            let field = if field == "target" && is_url { "url" } else { field };
            map.push(format!("{field} = \"{key}\""));
        } else {
            map.push(format!("{field} = \"?\""));
            missing.push(field);
        }
    }
    let advice = if missing.is_empty() {
        String::from("check it")
    } else {
        format!("fill in {}", missing.join(", "))
    };
    format!(
        "to read it, set `format = \"json\"` and a field map such as `field_map = {{ {} }}`; {advice} \
         (docs/formats.md names every field)",
        map.join(", ")
    )
}

/// The first key that has one of the names, by its last step; names are tried in order.
fn guess<'k>(
    keys: &'k [(String, Value)],
    field: &str,
    names: &[&str],
) -> Option<(&'k str, &'k Value)> {
    let fits = |value: &Value| match value {
        Value::Array(_) | Value::Object(_) => false,
        Value::String(text) if field == "status" => text.parse::<u16>().is_ok(),
        _ => true,
    };
    names.iter().find_map(|name| {
        let is_named = |key: &str| {
            let last = key.rsplit('.').next().unwrap_or(key);
            let letters = last.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_lowercase()).eq(name.chars())
        };
        let found = keys.iter().find(|(key, value)| is_named(key) && fits(value));
        found.map(|(key, value)| (key.as_str(), value))
    })
}

fn saw_line(line: &[u8]) -> Unrecognised {
    let known: Vec<&str> = FormatId::ALL.iter().map(|format| format.name()).collect();
    let is_text = std::str::from_utf8(line).is_ok_and(|text| !text.chars().any(char::is_control))
        || line.contains(&b'\t');
    if !is_text {
        let bytes: Vec<String> = line.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        return Unrecognised {
            saw: format!("bytes that are no text, beginning with {}", bytes.join(" ")),
            hint: "give a log as text, gzip or zstd".into(),
        };
    }
    let text = String::from_utf8_lossy(line);
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    Unrecognised {
        saw: format!("lines such as `{shown}{dots}`"),
        hint: format!("name the format when it is one of {}", known.join(", ")),
    }
}
