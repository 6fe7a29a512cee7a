//! The fields a gateway log can carry, as a closed list that every format fills.

use gait_event::FieldSet;

/// A field of a log record, before it is normalised into an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// When the request arrived.
    StartTime,
    /// When the response was sent.
    EndTime,
    /// How long the gateway worked on the request.
    Duration,
    /// Host the client asked for, port allowed.
    Host,
    /// Address of the peer, port and brackets allowed.
    Ip,
    /// `X-Forwarded-For`, read when the peer is a trusted proxy.
    ForwardedFor,
    /// The whole request line: method, target, protocol.
    Request,
    /// Request method.
    Method,
    /// Path, with or without the query.
    Target,
    /// Query, with or without `?`; added to a target that has none.
    Query,
    /// The whole URL: host and target are split from it where they are not logged apart.
    Url,
    /// Protocol version.
    Protocol,
    /// Response status.
    Status,
    /// Response body, bytes.
    ResponseBytes,
    /// Request with headers, bytes.
    RequestBytes,
    /// `User-Agent`.
    UserAgent,
    /// `Referer`.
    Referer,
    /// `Accept`.
    Accept,
    /// `Accept-Language`.
    AcceptLanguage,
    /// `Accept-Encoding`.
    AcceptEncoding,
    /// `Sec-Fetch-Mode`.
    SecFetchMode,
    /// `Sec-Fetch-Dest`.
    SecFetchDest,
    /// `Sec-Fetch-Site`.
    SecFetchSite,
    /// Content type of the request.
    ContentType,
    /// Whether a credential came with the request. The credential itself is never kept.
    Authenticated,
    /// `Signature-Agent`.
    SignatureAgent,
    /// `Mcp-Method`.
    McpMethod,
    /// `Mcp-Name`.
    McpName,
    /// JA4 of the TLS client.
    Ja4,
    /// Number of the connection at the gateway.
    Connection,
    /// How many requests the connection has carried.
    ConnectionRequests,
    /// `Signature-Input`.
    SignatureInput,
    /// `Signature`.
    Signature,
    /// The site by another name than the host: a tenant.
    Site,
}

impl Field {
    /// Every field, in declaration order.
    pub const ALL: &[Self] = &[
        Self::StartTime,
        Self::EndTime,
        Self::Duration,
        Self::Host,
        Self::Ip,
        Self::ForwardedFor,
        Self::Request,
        Self::Method,
        Self::Target,
        Self::Query,
        Self::Url,
        Self::Protocol,
        Self::Status,
        Self::ResponseBytes,
        Self::RequestBytes,
        Self::UserAgent,
        Self::Referer,
        Self::Accept,
        Self::AcceptLanguage,
        Self::AcceptEncoding,
        Self::SecFetchMode,
        Self::SecFetchDest,
        Self::SecFetchSite,
        Self::ContentType,
        Self::Authenticated,
        Self::SignatureAgent,
        Self::McpMethod,
        Self::McpName,
        Self::Ja4,
        Self::Connection,
        Self::ConnectionRequests,
        Self::SignatureInput,
        Self::Signature,
        Self::Site,
    ];

    /// How many fields there are.
    pub(crate) const COUNT: usize = 34;

    /// The name in field maps, documentation and rejects, snake_case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StartTime | Self::EndTime => "time",
            Self::Duration => "duration",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::ForwardedFor => "forwarded_for",
            Self::Request => "request",
            Self::Method => "method",
            Self::Target => "target",
            Self::Query => "query",
            Self::Url => "url",
            Self::Protocol => "protocol",
            Self::Status => "status",
            Self::ResponseBytes => "response_bytes",
            Self::RequestBytes => "request_bytes",
            Self::UserAgent => "user_agent",
            Self::Referer => "referer",
            Self::Accept => "accept",
            Self::AcceptLanguage => "accept_language",
            Self::AcceptEncoding => "accept_encoding",
            Self::SecFetchMode => "sec_fetch_mode",
            Self::SecFetchDest => "sec_fetch_dest",
            Self::SecFetchSite => "sec_fetch_site",
            Self::ContentType => "content_type",
            Self::Authenticated => "authenticated",
            Self::SignatureAgent => "signature_agent",
            Self::McpMethod => "mcp_method",
            Self::McpName => "mcp_name",
            Self::Ja4 => "ja4",
            Self::Connection => "connection",
            Self::ConnectionRequests => "connection_requests",
            Self::SignatureInput => "signature_input",
            Self::Signature => "signature",
            Self::Site => "site",
        }
    }

    /// The optional field of an event that is logged when this field is.
    pub(crate) fn logged(self) -> FieldSet {
        match self {
            Self::Duration => FieldSet::DURATION,
            Self::Host | Self::Url => FieldSet::HOST,
            Self::Request | Self::Protocol => FieldSet::PROTOCOL,
            Self::ResponseBytes => FieldSet::BYTES,
            Self::UserAgent => FieldSet::USER_AGENT,
            Self::Referer => FieldSet::REFERER,
            Self::Accept => FieldSet::ACCEPT,
            Self::AcceptLanguage => FieldSet::ACCEPT_LANGUAGE,
            Self::AcceptEncoding => FieldSet::ACCEPT_ENCODING,
            Self::SecFetchMode | Self::SecFetchDest | Self::SecFetchSite => FieldSet::SEC_FETCH,
            Self::ContentType => FieldSet::CONTENT_TYPE,
            Self::Authenticated => FieldSet::AUTHENTICATED,
            Self::SignatureAgent => FieldSet::SIGNATURE,
            Self::McpMethod | Self::McpName => FieldSet::MCP,
            Self::Ja4 => FieldSet::JA4,
            Self::Connection | Self::ConnectionRequests => FieldSet::CONNECTION,
            Self::SignatureInput => FieldSet::SIGNATURE_INPUT,
            Self::Signature => FieldSet::SIGNATURE_VALUE,
            Self::StartTime
            | Self::EndTime
            | Self::Ip
            | Self::ForwardedFor
            | Self::Method
            | Self::Target
            | Self::Query
            | Self::Status
            | Self::RequestBytes
            | Self::Site => FieldSet::default(),
        }
    }

    /// The field as one bit of a mask.
    pub(crate) fn bit(self) -> u64 {
        1 << self as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_in_order() {
        assert_eq!(Field::ALL.len(), Field::COUNT);
        for (index, field) in Field::ALL.iter().enumerate() {
            assert_eq!(*field as usize, index, "{}", field.name());
        }
    }
}
