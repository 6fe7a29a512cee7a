//! One request as the engine sees it, whatever gateway logged it.
//!
//! Text is borrowed: from the log line where that holds it as it is needed, else from where the decoder keeps
//! what it had to make. An event owns nothing, so it is copied as plain bytes and dropped for free.
//!
//! A field that the log line does not carry, and a header that was logged as empty, are both `None`;
//! [`Event::logged`] tells them apart.

use crate::{AgentCall, EventTime, HttpVersion, Method, Origin, Resolution, TimeKind};

/// The optional fields that a log line carried, present or empty. A detector that reads a header must
/// abstain when the log does not carry that header at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u32);

#[expect(missing_docs, reason = "each constant is the name of a field of `Event`")]
impl FieldSet {
    pub const USER_AGENT: Self = Self(1);
    pub const REFERER: Self = Self(1 << 1);
    pub const ACCEPT: Self = Self(1 << 2);
    pub const ACCEPT_LANGUAGE: Self = Self(1 << 3);
    pub const ACCEPT_ENCODING: Self = Self(1 << 4);
    pub const SEC_FETCH: Self = Self(1 << 5);
    pub const DURATION: Self = Self(1 << 6);
    pub const PROTOCOL: Self = Self(1 << 7);
    pub const AUTHENTICATED: Self = Self(1 << 8);
    pub const MCP: Self = Self(1 << 9);
    pub const SIGNATURE: Self = Self(1 << 10);
    pub const JA4: Self = Self(1 << 11);
    pub const CONNECTION: Self = Self(1 << 12);
    pub const CONTENT_TYPE: Self = Self(1 << 13);
    pub const HOST: Self = Self(1 << 14);
    pub const BYTES: Self = Self(1 << 15);
    pub const SIGNATURE_INPUT: Self = Self(1 << 16);
    pub const SIGNATURE_VALUE: Self = Self(1 << 17);

    /// Adds the fields of `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The fields of both sets.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.insert(other);
        self
    }

    /// Takes the fields of `other` away.
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// True when every field of `other` is in the set.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set as bits, for saved state.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }
}

/// One request. Sizes are bytes, times are microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event<'a> {
    /// Where the record stands in its log.
    pub origin: Origin,
    /// Start of the request where the format allows it, else its end: see `time_kind`.
    pub time: EventTime,
    /// Whether `time` is the start or the end of the request.
    pub time_kind: TimeKind,
    /// The step of the clock that stamped `time`.
    pub resolution: Resolution,
    /// How long the gateway worked on the request, µs, when logged.
    pub duration_us: Option<u64>,
    /// Host the client asked for, lower case, without port. `None` when not logged.
    pub host: Option<&'a str>,
    /// The site by another name than the host, where the log or the operator names it so.
    pub site: Option<&'a str>,
    /// Client address as logged, after trusted proxies: an IP address without port, or a host name;
    /// `-` where an identified agent's gateway logs none.
    pub ip: &'a str,
    /// Request method.
    pub method: Method,
    /// Path and query, as the client sent it. Begins with `/` except for `*`, absolute and odd forms.
    pub target: &'a str,
    /// Protocol version.
    pub protocol: HttpVersion,
    /// Response status, 0 when the client went away before one was sent.
    pub status: u16,
    /// Response body, bytes.
    pub response_bytes: u64,
    /// Request including headers, bytes, when logged.
    pub request_bytes: Option<u64>,
    /// `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// `Referer`.
    pub referer: Option<&'a str>,
    /// `Accept`.
    pub accept: Option<&'a str>,
    /// `Accept-Language`.
    pub accept_language: Option<&'a str>,
    /// `Accept-Encoding`.
    pub accept_encoding: Option<&'a str>,
    /// `Sec-Fetch-Mode`.
    pub sec_fetch_mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`.
    pub sec_fetch_dest: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub sec_fetch_site: Option<&'a str>,
    /// Content type of the request.
    pub content_type: Option<&'a str>,
    /// Whether the request carried a credential, when the log says.
    pub authenticated: Option<bool>,
    /// `Signature-Agent` (Web Bot Auth), unverified.
    pub signature_agent: Option<&'a str>,
    /// `Signature-Input` (RFC 9421).
    pub signature_input: Option<&'a str>,
    /// `Signature` (RFC 9421).
    pub signature: Option<&'a str>,
    /// `Mcp-Method`, for example `tools/call`.
    pub mcp_method: Option<&'a str>,
    /// `Mcp-Name`, for example the tool that was called.
    pub mcp_name: Option<&'a str>,
    /// JA4 fingerprint of the TLS client.
    pub ja4: Option<&'a str>,
    /// Number of the connection at the gateway.
    pub connection: Option<u64>,
    /// How many requests this connection has carried, this one included.
    pub connection_requests: Option<u64>,
    /// The call of an identified agent, where the line tells one.
    pub call: Option<&'a AgentCall<'a>>,
    /// Which optional fields the line carried.
    pub logged: FieldSet,
}

impl Event<'_> {
    /// The site that was asked for: keys, maps and people never cross it. Empty where nothing names it.
    #[must_use]
    pub fn site_name(&self) -> &str {
        self.site.or(self.host).unwrap_or_default()
    }

    /// The path without query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once(['?', '#']).map_or(self.target, |(path, _)| path)
    }

    /// The query without `?`, when there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }
}
