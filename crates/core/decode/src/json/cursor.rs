//! The steps by which plain JSON is read: without escapes, with at most one space between its parts. A step
//! that meets anything else ends the reading, and the parser reads the record instead.

use crate::{raw::Value, scan};

/// More digits may not fit an integer, or not exactly a float.
const MAX_DIGITS: usize = 15;

/// Powers of ten: a quotient of two integers that a float holds exactly is the float next to it.
const POWERS: [f64; MAX_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A record and what of it has not been read.
pub(super) struct Cursor<'a> {
    record: &'a str,
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the start of a record. `None` when it holds an escape or a control byte.
    #[inline]
    pub(super) fn new(record: &'a str) -> Option<Self> {
        let is_plain = !scan::any(record.as_bytes(), |byte| matches!(byte, b'\\' | 0..=31));
        is_plain.then_some(Self { record, rest: record.as_bytes() })
    }

    /// True when nothing is left.
    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes a text that is expected.
    #[inline]
    pub(super) fn take(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text.as_bytes())?;
        Some(())
    }

    /// Takes one byte that is expected.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == byte).then(|| self.rest = rest)
    }

    /// Libraries that write JSON put a space behind `:` and `,`, or none.
    #[inline]
    pub(super) fn skip_space(&mut self) {
        if let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// The text up to the next quote, which is read too.
    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let start = self.record.len() - self.rest.len();
        let length = scan::find(self.rest, b'"')?;
        self.rest = self.rest.get(length + 1..)?;
        self.record.get(start..start + length)
    }

    /// A value that holds no others.
    #[inline]
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        let (value, rest) = match self.rest {
            [b'"', rest @ ..] => {
                self.rest = rest;
                return self.text().map(Value::Text);
            }
            [b'0'..=b'9', ..] => number(self.rest)?,
            [b't', b'r', b'u', b'e', rest @ ..] => (Value::Bool(true), rest),
            [b'f', b'a', b'l', b's', b'e', rest @ ..] => (Value::Bool(false), rest),
            [b'n', b'u', b'l', b'l', rest @ ..] => (Value::Absent, rest),
            _ => return None,
        };
        self.rest = rest;
        Some(value)
    }
}

/// `digits[.digits]` and what follows: what does not end a value there ends the reading of the record.
#[inline]
fn number<'a>(text: &[u8]) -> Option<(Value<'a>, &[u8])> {
    let (whole, rest) = digits(text, 0);
    let count = text.len() - rest.len();
    let has_zero = count > 1 && text.first() == Some(&b'0');
    if has_zero || count > MAX_DIGITS {
        return None;
    }
    let [b'.', fraction @ ..] = rest else { return Some((Value::Int(whole), rest)) };
    let (number, rest) = digits(fraction, whole);
    let places = fraction.len() - rest.len();
    if places == 0 || count + places > MAX_DIGITS {
        return None;
    }
    Some((Value::Float(number as f64 / POWERS.get(places)?), rest))
}

/// Appends the digits at the start of a text to a number; it wraps when there are too many.
#[inline]
fn digits(mut text: &[u8], mut number: i64) -> (i64, &[u8]) {
    while let [digit @ b'0'..=b'9', rest @ ..] = text {
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
        text = rest;
    }
    (number, text)
}
