//! The short way for the records gateways nearly always write: one object without objects or arrays in it,
//! without escapes, its keys in the order of the record before. Where it ends it has read what the parser
//! would have read; whatever else it meets, a broken record too, it leaves to the parser.

use std::borrow::Cow;

use memchr::memchr;

use super::trie::{KeyId, Node, Trie};
use crate::{
    raw::{RawFields, Value},
    scan,
};

/// More digits may not fit an integer, or not exactly a float.
const MAX_DIGITS: usize = 15;

/// Powers of ten: a quotient of two integers that a float holds exactly is the float next to it.
const POWERS: [f64; MAX_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Reads one flat object into `raw`. `None` when the record is left to the parser; what stands in `raw`
/// is then of no use.
pub(super) fn read<'a>(trie: &Trie, record: &'a str, raw: &mut RawFields<'a>) -> Option<()> {
    let root = trie.flat_root()?;
    if scan::any(record.as_bytes(), |byte| byte == b'\\' || byte < b' ') {
        return None;
    }
    raw.see(root.implied.bits, root.implied.logged);
    let mut flat = Flat { record, at: 0 };
    flat.eat(b'{')?;
    let mut before = None;
    loop {
        flat.eat(b'"')?;
        let key = flat.key(root, before)?;
        before = key.or(before);
        flat.eat(b':')?;
        flat.skip_space();
        let value = flat.value()?;
        if let Some(leaf) = key.and_then(|key| trie.node(root.child(key)?)?.leaf) {
            raw.see(leaf.seen.bits, leaf.seen.logged);
            match value {
                Value::Text(text) => raw.fill_text(leaf.field, leaf.rank, text),
                value => raw.fill(leaf.field, leaf.rank, value),
            }
        }
        if flat.eat(b',').is_none() {
            flat.eat(b'}')?;
            return (flat.at == record.len()).then_some(());
        }
        flat.skip_space();
    }
}

/// A record and how far it has been read.
struct Flat<'a> {
    record: &'a str,
    at: usize,
}

impl<'a> Flat<'a> {
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.record.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> Option<()> {
        let found = self.record.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found.then_some(())
    }

    /// Libraries that write JSON put a space behind `:` and `,`, or none.
    #[inline]
    fn skip_space(&mut self) {
        let _ = self.eat(b' ');
    }

    /// The text up to the next quote, which is read too.
    #[inline]
    fn text(&mut self) -> Option<&'a str> {
        let start = self.at;
        let end = start + memchr(b'"', self.rest())?;
        self.at = end + 1;
        self.record.get(start..end)
    }

    /// A key behind its opening quote: `Some(None)` when the table does not know it.
    #[inline]
    #[expect(clippy::option_option, reason = "the reading can end, and a key can be unknown")]
    fn key(&mut self, node: &Node, before: Option<KeyId>) -> Option<Option<KeyId>> {
        if let Some((key, name)) = node.expected(before)
            && let Some((text, [b'"', ..])) = self.rest().split_at_checked(name.len())
            && text == name.as_bytes()
        {
            self.at += name.len() + 1;
            return Some(Some(key));
        }
        self.text().map(|name| node.find(name, before))
    }

    #[inline]
    fn value(&mut self) -> Option<Value<'a>> {
        let (value, length) = match self.rest() {
            [b'"', ..] => {
                self.at += 1;
                return self.text().map(|text| Value::Text(Cow::Borrowed(text)));
            }
            [b'0'..=b'9', ..] => return self.number(),
            [b't', b'r', b'u', b'e', ..] => (Value::Bool(true), 4),
            [b'f', b'a', b'l', b's', b'e', ..] => (Value::Bool(false), 5),
            [b'n', b'u', b'l', b'l', ..] => (Value::Absent, 4),
            _ => return None,
        };
        self.at += length;
        Some(value)
    }

    /// `digits[.digits]`. An exponent or a second point behind it ends the reading of the record.
    #[inline]
    fn number(&mut self) -> Option<Value<'a>> {
        let (mut number, whole) = self.digits(0);
        let has_zero = whole > 1 && self.rest().first() == Some(&b'0');
        self.at += whole;
        let mut fraction = 0;
        let is_float = self.eat(b'.').is_some();
        if is_float {
            (number, fraction) = self.digits(number);
            self.at += fraction;
        }
        if has_zero || whole + fraction > MAX_DIGITS || is_float && fraction == 0 {
            return None;
        }
        if !is_float {
            return Some(Value::Int(number));
        }
        Some(Value::Float(number as f64 / POWERS.get(fraction)?))
    }

    /// Appends the next digits to a number; also how many there are. Wraps when there are too many.
    #[inline]
    fn digits(&self, number: i64) -> (i64, usize) {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold((number, 0), |(number, count), digit| {
            (number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
        })
    }
}
