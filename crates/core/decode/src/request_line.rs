//! The request line as gateways log it: `GET /x HTTP/1.1`, and everything clients send instead.

use gait_event::{HttpVersion, Method};

/// A request line taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RequestLine<'a> {
    pub(crate) method: Method,
    pub(crate) target: &'a str,
    pub(crate) protocol: HttpVersion,
}

/// Takes a request line apart. What is no request line (an empty one, a TLS handshake on a plain
/// port) becomes the target as it is, with [`Method::Other`]: gateways log it, and it is evidence.
pub(crate) fn parse(line: &str) -> RequestLine<'_> {
    let (method, target, protocol) = split(line);
    RequestLine { method, target, protocol }
}

fn split(line: &str) -> (Method, &str, HttpVersion) {
    let garbage = (Method::Other, line, HttpVersion::Unknown);
    // Methods and protocols are short: plain loops beat vectorised searches.
    let is_space = |byte| byte == b' ';
    let Some((name, rest)) = cut(line, line.bytes().position(is_space)) else { return garbage };
    let method = Method::parse(name);
    if method == Method::Other && !is_token(name) {
        return garbage;
    }
    if method != Method::Other
        && let Some(target) = rest.strip_suffix(" HTTP/1.1")
    {
        return (method, target.trim_ascii(), HttpVersion::Http11);
    }
    match cut(rest, rest.bytes().rposition(is_space)) {
        Some((target, protocol)) if protocol.starts_with("HTTP/") => {
            (method, target.trim_ascii(), HttpVersion::parse(protocol))
        }
        // A simple request, as before HTTP/1.0: the method must be a known one.
        _ if method != Method::Other => (method, rest.trim_ascii(), HttpVersion::Http09),
        _ => garbage,
    }
}

/// The text before and after the ASCII byte at an offset.
fn cut(text: &str, at: Option<usize>) -> Option<(&str, &str)> {
    let at = at?;
    text.get(..at).zip(text.get(at + 1..))
}

/// True for a method token as RFC 9110 §5.6.2 spells it.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Host and target of a URL: `https://h:443/a?b` is `h:443` and `/a?b`. `None` for a text without
/// scheme. A URL without path has the target `/`.
pub(crate) fn split_url(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some((host, if target.is_empty() { "/" } else { target }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_of_every_kind() {
        use HttpVersion::{Http2, Http09, Http11, Unknown};
        let table = [
            ("GET /x?y=1 HTTP/1.1", Method::Get, "/x?y=1", Http11),
            ("POST / HTTP/2.0", Method::Post, "/", Http2),
            (
                "GET /a file with spaces.html HTTP/1.1",
                Method::Get,
                "/a file with spaces.html",
                Http11,
            ),
            ("GET /foo", Method::Get, "/foo", Http09),
            ("PROPFIND /dav HTTP/1.1", Method::Other, "/dav", Http11),
            ("GET /x HTTP/9", Method::Get, "/x", Unknown),
            ("OPTIONS * HTTP/1.1", Method::Options, "*", Http11),
            ("", Method::Other, "", Unknown),
            ("quit", Method::Other, "quit", Unknown),
            ("hello world", Method::Other, "hello world", Unknown),
            (r"\x16\x03\x01 \x02", Method::Other, r"\x16\x03\x01 \x02", Unknown),
        ];
        for (line, method, target, protocol) in table {
            assert_eq!(parse(line), RequestLine { method, target, protocol });
        }
    }

    #[test]
    fn urls_give_host_and_target() {
        for (url, host, target) in [
            ("https://h.example:443/a/b?c", "h.example:443", "/a/b?c"),
            ("http://h.example", "h.example", "/"),
            ("http://u:p@h.example?x", "h.example", "?x"),
            ("wss://[::1]:80/s", "[::1]:80", "/s"),
        ] {
            assert_eq!(split_url(url), Some((host, target)));
        }
        assert_eq!(split_url("/only/a/path"), None);
    }
}
