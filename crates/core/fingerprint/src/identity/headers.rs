//! The headers of documents, the protocol, the connection and the credential. A field that the log does
//! not carry is never held against a client.

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet, HttpVersion};

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    identity::signing::Signing,
    route::{Route, Sight},
    target::hash32,
};

/// Documents whose log carries a header before the share without it is read.
const DOCUMENTS_MIN: u16 = 2;
/// Events with the field before a share of events is read.
const EVENTS_MIN: u16 = 4;
/// Changes of a header to and fro that show more than one person.
const ALTERNATIONS_MIN: u16 = 4;

/// How often something was so among those whose log tells, for most a header that a document came without.
/// Both halve when full.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Tally {
    of: u16,
    so: u16,
}

impl Tally {
    fn add(&mut self, is_so: bool) {
        if self.of == u16::MAX {
            self.of /= 2;
            self.so /= 2;
        }
        self.of += 1;
        self.so += u16::from(is_so);
    }

    /// The share of documents, once there are enough whose log tells.
    pub(crate) fn share(self) -> Option<f32> {
        self.share_from(DOCUMENTS_MIN)
    }

    fn share_from(self, at_least: u16) -> Option<f32> {
        (self.of >= at_least).then(|| f32::from(self.so) / f32::from(self.of))
    }
}

/// The latest value of a header that one client does not change, hashed, and how often it changed.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Constant {
    hash: u32,
    changes: u16,
    logged: u16,
}

impl Constant {
    fn add(&mut self, value: Option<&str>) {
        self.logged = 1;
        // A request without the header says nothing about its value.
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        let hash = hash32(value.as_bytes());
        let changed = self.hash != 0 && self.hash != hash;
        self.changes = self.changes.saturating_add(u16::from(changed));
        self.hash = hash;
    }
}

/// Counts over the headers of a client.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Headers {
    pub(crate) sec_fetch: Tally,
    pub(crate) language: Tally,
    pub(crate) encoding: Tally,
    /// `*/*` or nothing counts as missing.
    pub(crate) accept: Tally,
    /// Documents over HTTP/1 among those whose protocol is known.
    pub(crate) old_protocol: Tally,
    constant_language: Constant,
    constant_encoding: Constant,
    constant_ja4: Constant,
    /// Events over HTTP/1 or older among those of known protocol.
    http1: Tally,
    /// Events that opened a connection among those whose log tells the connection.
    connections: Tally,
    /// Low half of the number of the latest connection.
    connection: u32,
    authenticated: Tally,
    pub(crate) signing: Signing,
}

impl Headers {
    /// Takes any event in.
    pub(crate) fn see(&mut self, sight: &Sight<'_>) {
        let event = sight.event;
        self.see_connection(event);
        if let Some(authenticated) = event.authenticated {
            self.authenticated.add(authenticated);
        }
        if event.logged.contains(FieldSet::JA4) {
            self.constant_ja4.add(event.ja4);
        }
        if sight.route == Route::Document {
            self.see_document(event);
        }
    }

    fn see_connection(&mut self, event: &Event<'_>) {
        if event.protocol != HttpVersion::Unknown {
            self.http1.add(is_http1(event.protocol));
        }
        if event.connection.is_none() && event.connection_requests.is_none() {
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the low half tells connections apart")]
        let number = event.connection.unwrap_or(0) as u32;
        let new = match event.connection_requests {
            Some(requests) => requests <= 1,
            None => number != self.connection,
        };
        self.connection = number;
        self.connections.add(new);
    }

    fn see_document(&mut self, event: &Event<'_>) {
        let logged = |field| event.logged.contains(field);
        let empty = |value: Option<&str>| value.is_none_or(str::is_empty);
        if event.protocol != HttpVersion::Unknown {
            self.old_protocol.add(is_http1(event.protocol));
        }
        if logged(FieldSet::SEC_FETCH) {
            let modes = [event.sec_fetch_mode, event.sec_fetch_dest, event.sec_fetch_site];
            self.sec_fetch.add(modes.into_iter().all(empty));
        }
        if logged(FieldSet::ACCEPT_LANGUAGE) {
            self.language.add(empty(event.accept_language));
            self.constant_language.add(event.accept_language);
        }
        if logged(FieldSet::ACCEPT_ENCODING) {
            self.encoding.add(empty(event.accept_encoding));
            self.constant_encoding.add(event.accept_encoding);
        }
        if logged(FieldSet::ACCEPT) {
            let accept = event.accept.unwrap_or("");
            self.accept.add(accept.is_empty() || accept.starts_with("*/*"));
        }
    }

    /// True when language or encoding of documents changed to and fro: each person behind the key has their
    /// own. One change may be a setting or an update.
    pub(crate) fn alternate(&self) -> bool {
        self.constant_language.changes.max(self.constant_encoding.changes) >= ALTERNATIONS_MIN
    }

    /// Hash of the latest JA4, 0 when the log has none.
    pub(crate) fn ja4(&self) -> u32 {
        self.constant_ja4.hash
    }

    /// Which headers the client mostly leaves out, two bits each: unknown, sent, left out.
    pub(crate) fn habits(&self) -> u16 {
        let tallies = [self.sec_fetch, self.language, self.encoding, self.accept, self.http1];
        tallies.iter().fold(0, |habits, tally| {
            let habit = tally.share().map_or(0, |share| if share < 0.5 { 1 } else { 2 });
            habits << 2 | habit
        })
    }

    fn changes(&self) -> Option<f32> {
        let constants = [self.constant_language, self.constant_encoding, self.constant_ja4];
        let logged = constants.iter().any(|constant| constant.logged == 1);
        logged.then(|| constants.iter().map(|constant| f32::from(constant.changes)).sum())
    }
}

fn is_http1(version: HttpVersion) -> bool {
    matches!(version, HttpVersion::Http09 | HttpVersion::Http10 | HttpVersion::Http11)
}

/// A row of this block: the share of documents without a header.
macro_rules! share_of_documents {
    ($name:literal, $field:ident, $that:literal) => {
        FeatureSpec {
            name: $name,
            unit: Unit::Share,
            range: (0.0, 1.0),
            meaning: concat!(
                "Share of documents ",
                $that,
                ". From 2 documents on whose log carries the field."
            ),
            read: |state| state.headers.$field.share(),
        }
    };
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    share_of_documents!("sec_fetch_absent_share", sec_fetch, "without any Sec-Fetch header"),
    share_of_documents!("language_absent_share", language, "without Accept-Language"),
    share_of_documents!("accept_wildcard_share", accept, "asked for as `*/*` or without Accept"),
    share_of_documents!("encoding_absent_share", encoding, "without Accept-Encoding"),
    FeatureSpec {
        name: "http1_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of events over HTTP/1.1 or older. From 4 events of known protocol on.",
        read: |state: &ClientState| state.headers.http1.share_from(EVENTS_MIN),
    },
    FeatureSpec {
        name: "identity_changes",
        unit: Unit::Count,
        range: (0.0, 200_000.0),
        meaning: "Changes of language or encoding between documents, or of JA4 between any events, \
                  of one client. When the log carries one of them.",
        read: |state| state.headers.changes(),
    },
    FeatureSpec {
        name: "requests_per_connection",
        unit: Unit::Ratio,
        range: (0.0, 4_294_967_296.0),
        meaning: "Events over connections. From 4 events on whose log carries the connection.",
        read: |state| {
            let Tally { of: events, so: connections } = state.headers.connections;
            (events >= EVENTS_MIN).then(|| f32::from(events) / f32::from(connections.max(1)))
        },
    },
    FeatureSpec {
        name: "authenticated_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of events with a credential. From 4 events on whose log says so.",
        read: |state| state.headers.authenticated.share_from(EVENTS_MIN),
    },
];
