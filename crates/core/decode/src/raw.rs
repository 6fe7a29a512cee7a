//! What a reader found in one record, before it is an event.
//!
//! Readers offer values by [`Field`]; a value of a more preferred key replaces one of a less preferred
//! key, and the texts that mean "absent" (``, `-`) count as logged but never fill a slot. Texts that
//! need no normalising go straight into the event: this is the hot path.

use std::borrow::Cow;

use gait_event::{Event, FieldSet};

use crate::field::Field;

/// One value as it stood in the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value<'a> {
    /// Not in the record, empty, `-` or null.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A JSON object where a plain value was looked for; says no more than that it is there.
    Object,
}

impl<'a> Value<'a> {
    /// The value as text; numbers are printed, objects are nothing.
    #[inline]
    fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Value::Text(text) => Some(text),
            Value::Int(number) => Some(Cow::Owned(number.to_string())),
            Value::Float(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
            Value::Absent | Value::Object => None,
        }
    }
}

/// The slots of one record. Those that an event has under the same name stand in `event`.
#[derive(Debug)]
pub(crate) struct RawFields<'a> {
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
    pub(crate) peer: Option<Cow<'a, str>>,
    pub(crate) forwarded_for: Option<Cow<'a, str>>,
    pub(crate) request: Option<Cow<'a, str>>,
    pub(crate) method: Option<Cow<'a, str>>,
    pub(crate) target: Option<Cow<'a, str>>,
    pub(crate) query: Option<Cow<'a, str>>,
    pub(crate) url: Option<Cow<'a, str>>,
    pub(crate) protocol: Option<Cow<'a, str>>,
    ranks: [u8; Field::COUNT],
    seen: u32,
}

impl<'a> RawFields<'a> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
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
    pub(crate) fn see(&mut self, seen: u32, logged: FieldSet) {
        self.seen |= seen;
        self.event.logged.insert(logged);
    }

    /// True when the record carries the field, present or empty.
    pub(crate) fn saw(&self, field: Field) -> bool {
        self.seen & field.bit() != 0
    }

    /// Fills a slot unless a value of the same or a lower rank stands in it.
    #[inline]
    pub(crate) fn offer(&mut self, field: Field, rank: u8, value: Value<'a>) {
        self.see(field.bit(), field.logged());
        self.fill(field, rank, value);
    }

    /// Like [`Self::offer`] for a caller that has noted already what it saw.
    #[inline]
    pub(crate) fn fill(&mut self, field: Field, rank: u8, value: Value<'a>) {
        match &value {
            Value::Absent => return,
            Value::Text(text) if is_absent(text) => return,
            _ => {}
        }
        if let Some(held) = self.ranks.get_mut(field as usize)
            && rank < *held
        {
            *held = rank;
            self.set(field, value);
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "most callers name the field, and the match folds away"
    )]
    fn set(&mut self, field: Field, value: Value<'a>) {
        match field {
            Field::StartTime => self.start = value,
            Field::EndTime => self.end = value,
            Field::Duration => self.duration = value,
            Field::Status => self.status = value,
            Field::ResponseBytes => self.response_bytes = value,
            Field::RequestBytes => self.request_bytes = value,
            Field::Authenticated => self.authenticated = value,
            Field::Connection => self.connection = value,
            Field::ConnectionRequests => self.connection_requests = value,
            Field::Ip => self.peer = value.into_text(),
            Field::ForwardedFor => self.forwarded_for = value.into_text(),
            Field::Request => self.request = value.into_text(),
            Field::Method => self.method = value.into_text(),
            Field::Target => self.target = value.into_text(),
            Field::Query => self.query = value.into_text(),
            Field::Url => self.url = value.into_text(),
            Field::Protocol => self.protocol = value.into_text(),
            Field::Host => self.event.host = value.into_text(),
            Field::UserAgent => self.event.user_agent = value.into_text(),
            Field::Referer => self.event.referer = value.into_text(),
            Field::Accept => self.event.accept = value.into_text(),
            Field::AcceptLanguage => self.event.accept_language = value.into_text(),
            Field::AcceptEncoding => self.event.accept_encoding = value.into_text(),
            Field::SecFetchMode => self.event.sec_fetch_mode = value.into_text(),
            Field::SecFetchDest => self.event.sec_fetch_dest = value.into_text(),
            Field::SecFetchSite => self.event.sec_fetch_site = value.into_text(),
            Field::ContentType => self.event.content_type = value.into_text(),
            Field::SignatureAgent => self.event.signature_agent = value.into_text(),
            Field::McpMethod => self.event.mcp_method = value.into_text(),
            Field::McpName => self.event.mcp_name = value.into_text(),
            Field::Ja4 => self.event.ja4 = value.into_text(),
        }
    }

    /// Sets text from a format in which each field has one place.
    #[inline]
    pub(crate) fn text(&mut self, field: Field, text: impl Into<Cow<'a, str>>) {
        self.see(field.bit(), field.logged());
        let text = text.into();
        if !is_absent(&text) {
            self.set(field, Value::Text(text));
        }
    }
}

/// The texts by which gateways log that there is nothing.
#[inline]
fn is_absent(text: &str) -> bool {
    matches!(text.as_bytes(), b"" | b"-")
}

/// Applies a function that returns a part of its argument, borrowed where the text is.
pub(crate) fn part(text: Cow<'_, str>, cut: impl Fn(&str) -> &str) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text)),
        Cow::Owned(text) => {
            let kept = cut(&text);
            if kept.len() == text.len() { Cow::Owned(text) } else { Cow::Owned(kept.to_owned()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_preferred_key_that_holds_something_wins() {
        let mut raw = RawFields::new();
        raw.offer(Field::Host, 1, Value::Text("second".into()));
        raw.offer(Field::Host, 0, Value::Text("-".into()));
        raw.offer(Field::Host, 2, Value::Text("third".into()));
        assert_eq!(raw.event.host.as_deref(), Some("second"));
    }

    #[test]
    fn an_empty_value_is_logged_and_absent() {
        let mut raw = RawFields::new();
        raw.text(Field::UserAgent, "");
        raw.text(Field::Status, "-");
        assert!(raw.event.logged.contains(FieldSet::USER_AGENT));
        assert!(raw.saw(Field::Status) && !raw.saw(Field::Accept));
        assert_eq!(raw.event.user_agent, None);
        assert_eq!(raw.status, Value::Absent);
    }
}
