//! A place in a line of text that moves forward by delimiters. All delimiters are ASCII, so a slice
//! between two of them is whole UTF-8.

use memchr::memchr;

use crate::reject::{Fault, RejectReason};

/// A line and how far it has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str, at: usize) -> Self {
        Self { line, at }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a str {
        self.line.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    /// The shape of the line is not that of the format, here.
    pub(super) fn wrong(&self) -> Fault {
        Fault::at(RejectReason::WrongFormat, self.at)
    }

    /// The line ends where the format goes on.
    pub(super) fn truncated(&self) -> Fault {
        Fault::at(RejectReason::Truncated, self.line.len())
    }

    /// The next word, up to a space or the end; the space is read too. An empty word is a fault.
    pub(super) fn word(&mut self) -> Result<&'a str, Fault> {
        let rest = self.rest();
        // Words are short: a plain loop beats a vectorised search.
        let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if word.is_empty() {
            return Err(if rest.is_empty() { self.truncated() } else { self.wrong() });
        }
        self.at += end + 1;
        Ok(word)
    }

    /// Reads `prefix` when it is next.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    /// Reads `prefix`, or says what is wrong.
    pub(super) fn expect(&mut self, prefix: &str) -> Result<(), Fault> {
        if self.eat(prefix) {
            return Ok(());
        }
        Err(if prefix.starts_with(self.rest()) { self.truncated() } else { self.wrong() })
    }

    /// The text up to `delimiter`, which is read too.
    pub(super) fn until(&mut self, delimiter: u8) -> Result<&'a str, Fault> {
        let rest = self.rest();
        let end = memchr(delimiter, rest.as_bytes()).ok_or_else(|| self.truncated())?;
        self.at += end + 1;
        Ok(rest.get(..end).unwrap_or_default())
    }

    /// The text between quotes, escapes still in it. A quote closes when no backslash escapes it and
    /// `closes` accepts what follows: clients send bare quotes, and not every gateway escapes them.
    pub(super) fn quoted(&mut self, closes: impl Fn(&[u8]) -> bool) -> Result<&'a str, Fault> {
        let Some(rest) = self.rest().strip_prefix('"') else {
            return Err(if self.is_at_end() { self.truncated() } else { self.wrong() });
        };
        let bytes = rest.as_bytes();
        let mut from = 0;
        while let Some(step) = bytes.get(from..).and_then(|bytes| memchr(b'"', bytes)) {
            let quote = from + step;
            let after = bytes.get(quote + 1..).unwrap_or_default();
            if closes(after) && !is_escaped(bytes, quote) {
                self.at += quote + 2;
                return Ok(rest.get(..quote).unwrap_or_default());
            }
            from = quote + 1;
        }
        Err(self.truncated())
    }

    /// A quoted text or a word, whichever is next; the space after it is read too.
    pub(super) fn value(&mut self) -> Result<&'a str, Fault> {
        if !self.rest().starts_with('"') {
            return self.word();
        }
        let value = self.quoted(ends_field)?;
        self.eat(" ");
        Ok(value)
    }
}

/// A quoted field ends before a space or at the end of the line.
pub(super) fn ends_field(after: &[u8]) -> bool {
    matches!(after.first(), None | Some(b' '))
}

/// True when an odd number of backslashes stands before `at`.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_close_where_the_format_says() {
        let table = [
            (r#""plain" rest"#, Some("plain")),
            (r#""with \" escaped" rest"#, Some(r#"with \" escaped"#)),
            (r#""ends with \\" rest"#, Some(r"ends with \\")),
            (r#""a "bare" quote""#, Some(r#"a "bare"#)),
            (r#""a"b" rest"#, Some(r#"a"b"#)),
            (r#""never closed"#, None),
            (r#""escaped at the end\""#, None),
            ("no quote", None),
        ];
        for (line, text) in table {
            assert_eq!(Cursor::new(line, 0).quoted(ends_field).ok(), text, "{line}");
        }
    }

    #[test]
    fn faults_tell_truncated_from_wrong() {
        let mut cursor = Cursor::new("a  b", 0);
        assert_eq!(cursor.word(), Ok("a"));
        assert_eq!(cursor.word(), Err(Fault::at(RejectReason::WrongFormat, 2)));
        let mut cursor = Cursor::new("a", 0);
        assert_eq!(cursor.word(), Ok("a"));
        assert_eq!(cursor.word(), Err(Fault::at(RejectReason::Truncated, 1)));
    }
}
