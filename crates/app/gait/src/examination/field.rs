//! The optional fields of a log that detectors live on.

use gait_event::{Event, FieldSet};

/// One field: whether a log carries it, and whether a request has something in it.
pub(super) struct Field {
    /// As field maps name it.
    pub(super) name: &'static str,
    pub(super) set: FieldSet,
    pub(super) is_filled: fn(&Event<'_>) -> bool,
}

const fn field(name: &'static str, set: FieldSet, is_filled: fn(&Event<'_>) -> bool) -> Field {
    Field { name, set, is_filled }
}

/// The fields, the most telling ones first.
pub(super) const FIELDS: [Field; 12] = [
    field("user_agent", FieldSet::USER_AGENT, |event| event.user_agent.is_some()),
    field("referer", FieldSet::REFERER, |event| event.referer.is_some()),
    field("duration", FieldSet::DURATION, |event| event.duration_us.is_some()),
    field("accept", FieldSet::ACCEPT, |event| event.accept.is_some()),
    field("accept_language", FieldSet::ACCEPT_LANGUAGE, |event| event.accept_language.is_some()),
    field("accept_encoding", FieldSet::ACCEPT_ENCODING, |event| event.accept_encoding.is_some()),
    field("sec_fetch", FieldSet::SEC_FETCH, |event| {
        event.sec_fetch_mode.is_some()
            || event.sec_fetch_dest.is_some()
            || event.sec_fetch_site.is_some()
    }),
    field("host", FieldSet::HOST, |event| event.host.is_some()),
    field("response_bytes", FieldSet::BYTES, |event| event.response_bytes > 0),
    field("authenticated", FieldSet::AUTHENTICATED, |event| event.authenticated == Some(true)),
    field("ja4", FieldSet::JA4, |event| event.ja4.is_some()),
    field("signature_agent", FieldSet::SIGNATURE, |event| event.signature_agent.is_some()),
];
