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
    site::{Logging, Site},
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
    status: u16,
    response_bytes: u32,
    headers: Headers,
    connection: (u64, u64),
    host: &'static str,
    logging: Logging,
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
        (sequence, epoch_ms): (u64, u64),
        site: &Site,
        visitor: &Visitor,
        ip: &str,
        pending: &Pending,
        connection: (u64, u64),
    ) -> Self {
        let request = pending.request;
        let mut target = String::with_capacity(48);
        site.write_path(request.target, &mut target);
        let referer = match request.referer {
            _ if visitor.profile.no_referer => String::new(),
            Referer::None => String::new(),
            Referer::Page(page) => {
                let mut address = format!("https://{}", site.host());
                site.write_path(page, &mut address);
                address
            }
            Referer::Outside(address) => address.to_owned(),
        };
        Self {
            client: visitor.client,
            persona: visitor.persona,
            sequence,
            logged_ms: epoch_ms + pending.logged_ms,
            duration_ms: pending.duration_ms,
            ip: ip.to_owned(),
            target,
            referer,
            profile: visitor.profile,
            request,
            status: request.answer_status(),
            response_bytes: request.response_bytes(site),
            headers: Headers::of(&visitor.profile, &request),
            connection,
            host: site.host(),
            logging: site.logging,
        }
    }

    /// When the gateway's clock says that it wrote the line, ms since the Unix epoch.
    fn stamped_ms(&self) -> u64 {
        if self.logging.whole_seconds { self.logged_ms / 1000 * 1000 } else { self.logged_ms }
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
        let logging = self.logging;
        let stamped_us = i64::try_from(self.stamped_ms() * 1000).unwrap_or(i64::MAX);
        let when = |logged: bool, text| if logged { present(text) } else { None };
        Event {
            origin: Origin { partition: 0, offset: self.sequence },
            time: EventTime(stamped_us).minus(duration_us),
            time_kind: TimeKind::Start,
            resolution: if logging.whole_seconds {
                Resolution::Second
            } else {
                Resolution::Millisecond
            },
            duration_us: Some(duration_us),
            host: Some(self.host),
            ip: &self.ip,
            method: self.request.method,
            target: &self.target,
            protocol: self.profile.protocol,
            status: self.status,
            response_bytes: self.response_bytes.into(),
            request_bytes: Some(self.request_bytes()),
            user_agent: present(self.profile.user_agent),
            referer: when(logging.referer, &self.referer),
            accept: when(logging.accept, self.headers.accept),
            accept_language: present(self.headers.accept_language),
            accept_encoding: present(self.headers.accept_encoding),
            sec_fetch_mode: when(logging.sec_fetch, self.headers.sec_fetch_mode),
            sec_fetch_dest: when(logging.sec_fetch, self.headers.sec_fetch_dest),
            sec_fetch_site: when(logging.sec_fetch, self.headers.sec_fetch_site),
            content_type: present(self.headers.content_type),
            authenticated: Some(self.profile.authenticated),
            ja4: when(logging.ja4, self.profile.ja4()),
            connection: Some(self.connection.0),
            connection_requests: Some(self.connection.1),
            logged: self.logged(),
            ..Event::default()
        }
    }

    fn request_bytes(&self) -> u64 {
        HEADER_BYTES + self.target.len() as u64 + self.referer.len() as u64
    }

    /// Appends the request as one line of JSON with the keys of the `gait` NGINX log format, newline
    /// included.
    pub fn write_nginx_json(&self, out: &mut Vec<u8>) {
        if self.logging.whole_seconds {
            let stamp = EventTime(i64::try_from(self.logged_ms * 1000).unwrap_or(i64::MAX));
            let stamp = stamp.to_string();
            // Writing to memory cannot fail.
            let _ = write!(out, r#"{{"time_iso8601":"{}+00:00""#, stamp.get(..19).unwrap_or(""));
        } else {
            let _ = write!(out, r#"{{"ts":{}.{:03}"#, self.logged_ms / 1000, self.logged_ms % 1000);
        }
        let _ = write!(out, r#","rt":{}.{:03}"#, self.duration_ms / 1000, self.duration_ms % 1000);
        let numbers = [
            ("status", u64::from(self.status)),
            ("bytes", self.response_bytes.into()),
            ("req_len", self.request_bytes()),
            ("auth", self.profile.authenticated.into()),
            ("conn", self.connection.0),
            ("conn_reqs", self.connection.1),
        ];
        for (key, number) in numbers {
            let _ = write!(out, r#","{key}":{number}"#);
        }
        let logging = self.logging;
        let texts = [
            (true, "method", token(self.request.method)),
            (true, "uri", &self.target),
            (true, "proto", name(self.profile.protocol)),
            (true, "ip", &self.ip),
            (true, "host", self.host),
            (true, "ua", self.profile.user_agent),
            (logging.referer, "ref", &self.referer),
            (logging.accept, "accept", self.headers.accept),
            (true, "accept_language", self.headers.accept_language),
            (true, "accept_encoding", self.headers.accept_encoding),
            (logging.sec_fetch, "sec_fetch_mode", self.headers.sec_fetch_mode),
            (logging.sec_fetch, "sec_fetch_dest", self.headers.sec_fetch_dest),
            (logging.sec_fetch, "sec_fetch_site", self.headers.sec_fetch_site),
            (true, "content_type", self.headers.content_type),
            (logging.ja4, "ja4", self.profile.ja4()),
        ];
        for (_, key, text) in texts.into_iter().filter(|(is_logged, ..)| *is_logged) {
            let _ = write!(out, r#","{key}":""#);
            escape(text, out);
            out.push(b'"');
        }
        out.extend_from_slice(b"}\n");
    }

    /// The optional fields that a line carries.
    fn logged(&self) -> FieldSet {
        let logging = self.logging;
        let mut set = FieldSet::default();
        for (is_logged, field) in [
            (true, FieldSet::USER_AGENT),
            (logging.referer, FieldSet::REFERER),
            (logging.accept, FieldSet::ACCEPT),
            (true, FieldSet::ACCEPT_LANGUAGE),
            (true, FieldSet::ACCEPT_ENCODING),
            (logging.sec_fetch, FieldSet::SEC_FETCH),
            (true, FieldSet::DURATION),
            (true, FieldSet::PROTOCOL),
            (true, FieldSet::AUTHENTICATED),
            (logging.ja4, FieldSet::JA4),
            (true, FieldSet::CONNECTION),
            (true, FieldSet::CONTENT_TYPE),
            (true, FieldSet::HOST),
            (true, FieldSet::BYTES),
        ] {
            if is_logged {
                set.insert(field);
            }
        }
        set
    }
}

fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
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
