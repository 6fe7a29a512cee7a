//! The closed parts of an HTTP request: method and protocol version.
//!
//! Methods are attacker-controlled strings; whatever is not in the closed set is [`Method::Other`].

/// The request method, folded to a closed set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are the RFC 9110 method names")]
#[repr(u8)]
pub enum Method {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Connect,
    Trace,
    /// Anything else, spelled in any way.
    Other,
}

impl Method {
    /// Reads the method token as it stands in the request line (case-sensitive, RFC 9110 §9.1).
    #[must_use]
    pub fn parse(token: &str) -> Self {
        match token {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            "CONNECT" => Self::Connect,
            "TRACE" => Self::Trace,
            _ => Self::Other,
        }
    }

    /// True for the methods that ask the server to change something.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch | Self::Delete)
    }
}

/// The protocol version the client spoke to the gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are the protocol versions")]
#[repr(u8)]
pub enum HttpVersion {
    /// Not logged, or not an HTTP version.
    #[default]
    Unknown,
    Http09,
    Http10,
    Http11,
    Http2,
    Http3,
}

impl HttpVersion {
    /// Reads `HTTP/1.1`, `HTTP/2`, `HTTP/2.0`, `h2` and their like; anything else is `Unknown`.
    #[must_use]
    pub fn parse(token: &str) -> Self {
        match token {
            "HTTP/1.1" | "1.1" | "http/1.1" => Self::Http11,
            "HTTP/2.0" | "HTTP/2" | "2.0" | "2" | "h2" => Self::Http2,
            "HTTP/3.0" | "HTTP/3" | "3.0" | "3" | "h3" => Self::Http3,
            "HTTP/1.0" | "1.0" | "http/1.0" => Self::Http10,
            "HTTP/0.9" | "0.9" => Self::Http09,
            _ => Self::Unknown,
        }
    }
}
