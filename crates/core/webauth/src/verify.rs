//! The state of one signature.

use gait_event::{Event, FieldSet, SignatureState};

use crate::{
    base::{Base, rebuild},
    base64,
    directory::KeyDirectory,
    fields::{Item, Value, each_member, only_item},
};

/// How far the clocks of signer and gateway may differ, seconds.
pub const CLOCK_SKEW_S: i64 = 60;

/// The tag of signatures of this protocol.
const TAG: &str = "web-bot-auth";
/// The one algorithm that is verified.
const ALGORITHM: &str = "ed25519";
const MICROSECONDS_PER_SECOND: i64 = 1_000_000;

/// Judges the signature of `event` by published keys. Allocates only when there is one.
#[must_use]
pub fn check(event: &Event<'_>, keys: &KeyDirectory) -> SignatureState {
    match (event.signature_input, event.signature) {
        (Some(input), Some(signature)) => {
            check_signed(event, input, signature, keys).unwrap_or(SignatureState::Malformed)
        }
        (None, None) => unsigned(event),
        // One without the other is a mistake of the sender only when the log would carry both.
        _ if event.logged.contains(FieldSet::SIGNATURE_INPUT.with(FieldSet::SIGNATURE_VALUE)) => {
            SignatureState::Malformed
        }
        _ => SignatureState::Unresolved,
    }
}

/// The state without a signature of this protocol: who names an agent claims to be one.
fn unsigned(event: &Event<'_>) -> SignatureState {
    match event.signature_agent {
        Some(_) => SignatureState::Unresolved,
        None => SignatureState::Absent,
    }
}

/// `None` is malformed.
fn check_signed(
    event: &Event<'_>,
    input: &str,
    signature: &str,
    keys: &KeyDirectory,
) -> Option<SignatureState> {
    let mut tagged = None;
    each_member(input, |label, item| {
        if tagged.is_none() && item.text("tag") == Some(TAG) {
            tagged = Some((label, item));
        }
    })?;
    let Some((label, item)) = tagged else { return Some(unsigned(event)) };
    let (created, expires) = (item.number("created")?, item.number("expires")?);
    let keyid = item.text("keyid")?;
    let mut value = None;
    each_member(signature, |key, item| {
        value = if key == label { Some(item.value) } else { value }
    })?;
    let Value::Bytes(value) = value? else { return None };
    if expires <= created {
        return None;
    }
    let (base, agent_key) = match rebuild(event, item) {
        Base::Complete { text, agent_key } => (text, agent_key),
        Base::Unknown => return Some(SignatureState::Unresolved),
        Base::Malformed => return None,
    };
    if item.param("alg").is_some_and(|alg| alg != Value::Text(ALGORITHM)) {
        return Some(SignatureState::Unresolved);
    }
    let Some(agent) = event.signature_agent else { return Some(SignatureState::Unresolved) };
    let now_s = event.time.0.div_euclid(MICROSECONDS_PER_SECOND);
    let host = host_of(agent, agent_key)?;
    let Some(key) = keys.find(host, keyid, now_s) else {
        return Some(SignatureState::Unresolved);
    };
    let value = base64::decode(value)?;
    let timely = created.saturating_sub(CLOCK_SKEW_S) <= now_s
        && now_s <= expires.saturating_add(CLOCK_SKEW_S);
    Some(if timely && key.signed(&base, &value) {
        SignatureState::Valid
    } else {
        SignatureState::Invalid
    })
}

/// The host whose directory Signature-Agent names: the member with that label, the one string of earlier
/// drafts, or a bare URL. `None` when it is none of these; empty when its keys do not lie at a host.
fn host_of<'a>(agent: &'a str, label: Option<&str>) -> Option<&'a str> {
    let agent = agent.trim();
    let item: Option<Item<'a>> = if let Some(label) = label {
        let mut named = None;
        each_member(agent, |key, item| named = if key == label { Some(item) } else { named })?;
        Some(named?)
    } else if agent.starts_with("https://") {
        return Some(host_of_url(agent));
    } else {
        only_item(agent).or_else(|| {
            let mut first = None;
            each_member(agent, |_, item| first = first.or(Some(item)))?;
            first
        })
    };
    let item = item?;
    let Value::Text(url) = item.value else { return None };
    // Keys of other kinds of identifiers lie elsewhere.
    let is_directory = item
        .param("type")
        .is_none_or(|kind| matches!(kind, Value::Text("directory") | Value::Word("directory")));
    Some(if is_directory { host_of_url(url) } else { "" })
}

/// Empty for a URL that is not fetched safely.
fn host_of_url(url: &str) -> &str {
    let Some(rest) = url.strip_prefix("https://") else { return "" };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.strip_suffix(":443").unwrap_or(host)
}

#[cfg(test)]
mod tests;
