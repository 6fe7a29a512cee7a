//! What a reader found in one record, before it is an event.
//!
//! Readers offer values by [`Field`]; a value of a more preferred key replaces one of a less preferred
//! key, and the texts that mean "absent" (``, `-`) count as logged but never fill a slot. Texts that
//! need no normalising go straight into the event: this is the hot path.

use gait_event::{Event, FieldSet};

use crate::{arena::Arena, field::Field};

/// One value as it stood in the record.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Value<'a> {
    /// Not in the record, empty, `-` or null.
    #[default]
    Absent,
    Text(&'a str),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A JSON object where a plain value was looked for; says no more than that it is there.
    Object,
}

impl<'a> Value<'a> {
    /// The value as text; numbers are printed, objects are nothing.
    #[inline]
    fn into_text(self, arena: &'a Arena) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Int(number) => Some(arena.keep(&number.to_string())),
            Value::Float(number) => Some(arena.keep(&number.to_string())),
            Value::Bool(truth) => Some(if truth { "true" } else { "false" }),
            Value::Absent | Value::Object => None,
        }
    }
}

/// The slots of one record. Those that an event has under the same name stand in `event`.
#[derive(Debug)]
pub(crate) struct RawFields<'a> {
    /// Where readers keep the text that they make.
    pub(crate) arena: &'a Arena,
    pub(crate) event: Event<'a>,
    pub(crate) start: Value<'a>,
    pub(crate) end: Value<'a>,
    pub(crate) duration: Value<'a>,
    pub(crate) status: Value<'a>,
    pub(crate) response_bytes: Value<'a>,
    pub(crate) request_bytes: Value<'a>,
    pub(crate) authenticated: Value<'a>,
    pub(crate) connection: Value<'a>,
    pub(crate) connection_requests: Value<'a>,
    pub(crate) peer: Option<&'a str>,
    pub(crate) forwarded_for: Option<&'a str>,
    pub(crate) request: Option<&'a str>,
    pub(crate) method: Option<&'a str>,
    pub(crate) target: Option<&'a str>,
    pub(crate) query: Option<&'a str>,
    pub(crate) url: Option<&'a str>,
    pub(crate) protocol: Option<&'a str>,
    ranks: [u8; Field::COUNT],
    seen: u64,
}

impl<'a> RawFields<'a> {
    #[inline]
    pub(crate) fn new(arena: &'a Arena) -> Self {
        Self {
            arena,
            event: Event::default(),
            start: Value::Absent,
            end: Value::Absent,
            duration: Value::Absent,
            status: Value::Absent,
            response_bytes: Value::Absent,
            request_bytes: Value::Absent,
            authenticated: Value::Absent,
            connection: Value::Absent,
            connection_requests: Value::Absent,
            peer: None,
            forwarded_for: None,
            request: None,
            method: None,
            target: None,
            query: None,
            url: None,
            protocol: None,
            ranks: [u8::MAX; Field::COUNT],
            seen: 0,
        }
    }

    /// Notes that the record carries these fields, present or empty.
    #[inline]
    pub(crate) fn see(&mut self, seen: u64, logged: FieldSet) {
        self.seen |= seen;
        self.event.logged.insert(logged);
    }

    /// True when the record carries the field, present or empty.
    pub(crate) fn saw(&self, field: Field) -> bool {
        self.seen & field.bit() != 0
    }

    /// Sets text from a format in which each field has one place.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "callers name the field, and the choice of slot folds away"
    )]
    pub(crate) fn text(&mut self, field: Field, text: &'a str) {
        self.see(field.bit(), field.logged());
        if !is_absent(text) {
            self.set_text(field, text);
        }
    }

    /// Fills a slot with text, unless one of the same or a lower rank stands in it. The caller has noted
    /// what it saw.
    #[inline]
    pub(crate) fn fill_text(&mut self, field: Field, rank: u8, text: &'a str) {
        if !is_absent(text) && self.outranks(field, rank) {
            self.set_text(field, text);
        }
    }

    /// The same for a value that is no text.
    pub(crate) fn fill(&mut self, field: Field, rank: u8, value: Value<'a>) {
        if value != Value::Absent && self.outranks(field, rank) {
            let arena = self.arena;
            match self.slot(field) {
                Slot::Value(slot) => *slot = value,
                Slot::Text(slot) => *slot = value.into_text(arena),
            }
        }
    }

    /// True when no value of the same or a lower rank is held; the rank is held from now on.
    #[inline]
    fn outranks(&mut self, field: Field, rank: u8) -> bool {
        let Some(held) = self.ranks.get_mut(field as usize) else { return false };
        let outranks = rank < *held;
        *held = rank.min(*held);
        outranks
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "folds away where the field is named")]
    fn set_text(&mut self, field: Field, text: &'a str) {
        match self.slot(field) {
            Slot::Value(slot) => *slot = Value::Text(text),
            Slot::Text(slot) => *slot = Some(text),
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "folds away where the field is named")]
    fn slot(&mut self, field: Field) -> Slot<'_, 'a> {
        match field {
            Field::StartTime => Slot::Value(&mut self.start),
            Field::EndTime => Slot::Value(&mut self.end),
            Field::Duration => Slot::Value(&mut self.duration),
            Field::Status => Slot::Value(&mut self.status),
            Field::ResponseBytes => Slot::Value(&mut self.response_bytes),
            Field::RequestBytes => Slot::Value(&mut self.request_bytes),
            Field::Authenticated => Slot::Value(&mut self.authenticated),
            Field::Connection => Slot::Value(&mut self.connection),
            Field::ConnectionRequests => Slot::Value(&mut self.connection_requests),
            Field::Ip => Slot::Text(&mut self.peer),
            Field::ForwardedFor => Slot::Text(&mut self.forwarded_for),
            Field::Request => Slot::Text(&mut self.request),
            Field::Method => Slot::Text(&mut self.method),
            Field::Target => Slot::Text(&mut self.target),
            Field::Query => Slot::Text(&mut self.query),
            Field::Url => Slot::Text(&mut self.url),
            Field::Protocol => Slot::Text(&mut self.protocol),
            Field::Host => Slot::Text(&mut self.event.host),
            Field::Site => Slot::Text(&mut self.event.site),
            Field::UserAgent => Slot::Text(&mut self.event.user_agent),
            Field::Referer => Slot::Text(&mut self.event.referer),
            Field::Accept => Slot::Text(&mut self.event.accept),
            Field::AcceptLanguage => Slot::Text(&mut self.event.accept_language),
            Field::AcceptEncoding => Slot::Text(&mut self.event.accept_encoding),
            Field::SecFetchMode => Slot::Text(&mut self.event.sec_fetch_mode),
            Field::SecFetchDest => Slot::Text(&mut self.event.sec_fetch_dest),
            Field::SecFetchSite => Slot::Text(&mut self.event.sec_fetch_site),
            Field::ContentType => Slot::Text(&mut self.event.content_type),
            Field::SignatureAgent => Slot::Text(&mut self.event.signature_agent),
            Field::McpMethod => Slot::Text(&mut self.event.mcp_method),
            Field::McpName => Slot::Text(&mut self.event.mcp_name),
            Field::Ja4 => Slot::Text(&mut self.event.ja4),
            Field::SignatureInput => Slot::Text(&mut self.event.signature_input),
            Field::Signature => Slot::Text(&mut self.event.signature),
        }
    }
}

/// Where a field is kept: as it was logged, or as text.
enum Slot<'s, 'a> {
    Value(&'s mut Value<'a>),
    Text(&'s mut Option<&'a str>),
}

/// The texts by which gateways log that there is nothing.
#[inline]
pub(crate) fn is_absent(text: &str) -> bool {
    matches!(text.as_bytes(), b"" | b"-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_preferred_key_that_holds_something_wins() {
        let arena = Arena::new();
        let mut raw = RawFields::new(&arena);
        raw.fill_text(Field::Host, 1, "second");
        raw.fill_text(Field::Host, 0, "-");
        raw.fill_text(Field::Host, 2, "third");
        raw.fill(Field::Host, 3, Value::Int(4));
        assert_eq!(raw.event.host, Some("second"));
    }

    #[test]
    fn an_empty_value_is_logged_and_absent() {
        let arena = Arena::new();
        let mut raw = RawFields::new(&arena);
        raw.text(Field::UserAgent, "");
        raw.text(Field::Status, "-");
        assert!(raw.event.logged.contains(FieldSet::USER_AGENT));
        assert!(raw.saw(Field::Status) && !raw.saw(Field::Accept));
        assert_eq!(raw.event.user_agent, None);
        assert_eq!(raw.status, Value::Absent);
    }
}
