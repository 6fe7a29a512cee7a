//! Who may ask: anyone on this machine, or whoever holds the token.

use std::fmt;

use axum::http::{HeaderMap, header};

/// Shortest token that is accepted, characters.
const TOKEN_MIN: usize = 16;

/// How callers are told apart.
#[derive(Clone, Debug)]
pub enum Access {
    /// Callers on this machine, without a token. Only a loopback address can be listened on, and a request
    /// must be made to a loopback name: a web page that points its own name here is turned away.
    Loopback,
    /// Callers with `Authorization: Bearer <token>`, wherever they are.
    Token(Token),
}

/// A shared secret. Never printed.
#[derive(Clone)]
pub struct Token(String);

/// A token that would protect nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Shorter than the minimum.
    #[error(
        "the token has {0} characters; use at least 16, for example from `openssl rand -hex 32`"
    )]
    Short(usize),
    /// Holds something that cannot stand in a header.
    #[error("the token may hold visible ASCII characters only")]
    Characters,
}

impl Token {
    /// Checks a token: at least 16 visible ASCII characters.
    ///
    /// # Errors
    /// When it is too short or holds other characters.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Characters);
        }
        if text.len() < TOKEN_MIN {
            return Err(TokenError::Short(text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// Compares in a time that does not depend on where the first difference is.
    fn matches(&self, given: &str) -> bool {
        let (own, given) = (self.0.as_bytes(), given.as_bytes());
        let differs = own.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b));
        own.len() == given.len() && std::hint::black_box(differs) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Why a request is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The request was made to a name that is not this machine's loopback.
    Host,
    /// The token is missing or wrong.
    Token,
}

impl Access {
    /// Judges the headers of a request; `open` routes hold nothing worth a token.
    pub(crate) fn check(&self, headers: &HeaderMap, open: bool) -> Result<(), Denied> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        match self {
            Self::Loopback if text(header::HOST).is_none_or(is_loopback_name) => Ok(()),
            Self::Loopback => Err(Denied::Host),
            Self::Token(_) if open => Ok(()),
            Self::Token(token) => {
                let given = text(header::AUTHORIZATION).and_then(bearer);
                if given.is_some_and(|given| token.matches(given)) {
                    Ok(())
                } else {
                    Err(Denied::Token)
                }
            }
        }
    }
}

/// The credentials of the bearer scheme, whose name is written in any case.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// True for `localhost` and loopback addresses, with or without a port.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_this_machine() {
        for host in ["localhost", "LOCALHOST:9117", "127.0.0.1:9117", "127.8.8.8", "[::1]:9117"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example:80", "10.0.0.1", "[2001:db8::1]:80", ""]
        {
            assert!(!is_loopback_name(host), "{host}");
        }
    }

    #[test]
    fn weak_tokens_are_refused_and_good_ones_never_printed() {
        assert_eq!(Token::new("short").unwrap_err(), TokenError::Short(5));
        assert_eq!(Token::new("sixteen chars ok").unwrap_err(), TokenError::Characters);
        let token = Token::new("0123456789abcdef").unwrap();
        assert_eq!(format!("{:?}", Access::Token(token)), "Token(Token(hidden))");
    }

    #[test]
    fn a_token_matches_itself_alone() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.matches("0123456789abcdef"));
        for other in ["0123456789abcdeF", "0123456789abcde", "0123456789abcdef0", ""] {
            assert!(!token.matches(other), "{other}");
        }
        assert_eq!(bearer("bEARER abc"), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
    }
}
