//! One logged request, owned: as an [`Event`], and as a line of the `gait` NGINX log format.
//!
//! The two say the same: decoding the line gives the event.

use std::io::Write;

use gait_event::{Event, EventTime, FieldSet, HttpVersion, Method, Origin, Resolution, TimeKind};

use crate::{
    Persona,
    desk::Pending,
    headers::Headers,
    profile::Profile,
    request::{Referer, Request},
    scenario::Visitor,
    site::HOST,
};

/// Size of a request's headers beside its path, bytes.
const HEADER_BYTES: u64 = 380;

/// A request that the simulated gateway has logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimEvent {
    /// Number of the client, as in [`crate::TruthRow`].
    pub client: u32,
    /// What the client is.
    pub persona: Persona,
    sequence: u64,
    /// When the gateway wrote the line, ms since the Unix epoch.
    logged_ms: u64,
    duration_ms: u32,
    ip: String,
    target: String,
    referer: String,
    profile: Profile,
    request: Request,
    headers: Headers,
    connection: (u64, u64),
}

fn name(protocol: HttpVersion) -> &'static str {
    match protocol {
        HttpVersion::Http3 => "HTTP/3.0",
        HttpVersion::Http2 => "HTTP/2.0",
        _ => "HTTP/1.1",
    }
}

fn token(method: Method) -> &'static str {
    match method {
        Method::Post => "POST",
        Method::Head => "HEAD",
        _ => "GET",
    }
}

impl SimEvent {
    pub(crate) fn new(
        sequence: u64,
        epoch_ms: u64,
        visitor: &Visitor,
        ip: &str,
        pending: &Pending,
        connection: (u64, u64),
    ) -> Self {
        let request = pending.request;
        let referer = match request.referer {
            Referer::None => String::new(),
            Referer::Page(page) => format!("https://{HOST}{page}"),
            Referer::Outside(address) => address.to_owned(),
        };
        Self {
            client: visitor.client,
            persona: visitor.persona,
            sequence,
            logged_ms: epoch_ms + pending.logged_ms,
            duration_ms: pending.duration_ms,
            ip: ip.to_owned(),
            target: request.target.to_string(),
            referer,
            profile: visitor.profile,
            request,
            headers: Headers::of(&visitor.profile, &request),
            connection,
        }
    }

    /// When the gateway wrote the line: the end of the request. Events come in this order.
    #[must_use]
    pub fn logged_at(&self) -> EventTime {
        EventTime(i64::try_from(self.logged_ms * 1000).unwrap_or(i64::MAX))
    }

    /// The request as the engine takes it; its time is the start of the request, and its origin is
    /// partition 0 with the number of the line, from 1.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        let duration_us = u64::from(self.duration_ms) * 1000;
        Event {
            origin: Origin { partition: 0, offset: self.sequence },
            time: self.logged_at().minus(duration_us),
            time_kind: TimeKind::Start,
            resolution: Resolution::Millisecond,
            duration_us: Some(duration_us),
            host: Some(HOST),
            ip: &self.ip,
            method: self.request.method,
            target: &self.target,
            protocol: self.profile.protocol,
            status: self.request.status,
            response_bytes: self.request.response_bytes().into(),
            request_bytes: Some(self.request_bytes()),
            user_agent: present(self.profile.user_agent),
            referer: present(&self.referer),
            accept: present(self.headers.accept),
            accept_language: present(self.headers.accept_language),
            accept_encoding: present(self.headers.accept_encoding),
            sec_fetch_mode: present(self.headers.sec_fetch_mode),
            sec_fetch_dest: present(self.headers.sec_fetch_dest),
            sec_fetch_site: present(self.headers.sec_fetch_site),
            content_type: present(self.headers.content_type),
            authenticated: Some(self.profile.authenticated),
            connection: Some(self.connection.0),
            connection_requests: Some(self.connection.1),
            logged: logged(),
            ..Event::default()
        }
    }

    fn request_bytes(&self) -> u64 {
        HEADER_BYTES + self.target.len() as u64 + self.referer.len() as u64
    }

    /// Appends the request as one line of JSON with the keys of the `gait` NGINX log format, newline
    /// included.
    pub fn write_nginx_json(&self, out: &mut Vec<u8>) {
        let times = [("{\"ts", self.logged_ms), (",\"rt", self.duration_ms.into())];
        for (key, ms) in times {
            // Writing to memory cannot fail.
            let _ = write!(out, r#"{key}":{}.{:03}"#, ms / 1000, ms % 1000);
        }
        let numbers = [
            ("status", u64::from(self.request.status)),
            ("bytes", self.request.response_bytes().into()),
            ("req_len", self.request_bytes()),
            ("auth", self.profile.authenticated.into()),
            ("conn", self.connection.0),
            ("conn_reqs", self.connection.1),
        ];
        for (key, number) in numbers {
            let _ = write!(out, r#","{key}":{number}"#);
        }
        let texts = [
            ("method", token(self.request.method)),
            ("uri", &self.target),
            ("proto", name(self.profile.protocol)),
            ("ip", &self.ip),
            ("host", HOST),
            ("ua", self.profile.user_agent),
            ("ref", &self.referer),
            ("accept", self.headers.accept),
            ("accept_language", self.headers.accept_language),
            ("accept_encoding", self.headers.accept_encoding),
            ("sec_fetch_mode", self.headers.sec_fetch_mode),
            ("sec_fetch_dest", self.headers.sec_fetch_dest),
            ("sec_fetch_site", self.headers.sec_fetch_site),
            ("content_type", self.headers.content_type),
        ];
        for (key, text) in texts {
            let _ = write!(out, r#","{key}":""#);
            escape(text, out);
            out.push(b'"');
        }
        out.extend_from_slice(b"}\n");
    }
}

fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The optional fields that a line carries.
fn logged() -> FieldSet {
    let mut set = FieldSet::default();
    for field in [
        FieldSet::USER_AGENT,
        FieldSet::REFERER,
        FieldSet::ACCEPT,
        FieldSet::ACCEPT_LANGUAGE,
        FieldSet::ACCEPT_ENCODING,
        FieldSet::SEC_FETCH,
        FieldSet::DURATION,
        FieldSet::PROTOCOL,
        FieldSet::AUTHENTICATED,
        FieldSet::CONNECTION,
        FieldSet::CONTENT_TYPE,
        FieldSet::HOST,
        FieldSet::BYTES,
    ] {
        set.insert(field);
    }
    set
}

/// JSON string escapes for the text that this crate makes: printable ASCII.
fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
}
