//! The short way for the records gateways nearly always write: one object without objects or arrays in it,
//! without escapes, its keys in the order of the record before. Where it ends it has read what the parser
//! would have read; whatever else it meets, a broken record too, it leaves to the parser.

use super::trie::{KeyId, Leaf, Node, Trie};
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
#[inline]
pub(crate) fn read<'a>(trie: &Trie, record: &'a str, raw: &mut RawFields<'a>) -> Option<()> {
    let root = trie.flat_root()?;
    if scan::any(record.as_bytes(), |byte| matches!(byte, b'\\' | 0..=31)) {
        return None;
    }
    raw.see(root.implied.bits, root.implied.logged);
    let mut flat = Flat { record, rest: record.as_bytes() };
    flat.eat(b'{')?;
    let mut before = None;
    loop {
        let leaf = flat.key(root, &mut before)?;
        flat.skip_space();
        let value = flat.value()?;
        if let Some(leaf) = leaf {
            raw.see(leaf.seen.bits, leaf.seen.logged);
            match value {
                Value::Text(text) => raw.fill_text(leaf.field, leaf.rank, text),
                value => raw.fill(leaf.field, leaf.rank, value),
            }
        }
        if flat.eat(b',').is_none() {
            flat.eat(b'}')?;
            return flat.rest.is_empty().then_some(());
        }
        flat.skip_space();
    }
}

/// A record and what of it has not been read.
struct Flat<'a> {
    record: &'a str,
    rest: &'a [u8],
}

impl<'a> Flat<'a> {
    #[inline]
    fn eat(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == byte).then(|| self.rest = rest)
    }

    /// Libraries that write JSON put a space behind `:` and `,`, or none.
    #[inline]
    fn skip_space(&mut self) {
        if let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// The text up to the next quote, which is read too.
    #[inline]
    fn text(&mut self) -> Option<&'a str> {
        let start = self.record.len() - self.rest.len();
        let length = scan::find(self.rest, b'"')?;
        self.rest = self.rest.get(length + 1..)?;
        self.record.get(start..start + length)
    }

    /// A key with its colon, and what its value fills. `before` is the known key that came last, from now on
    /// this one; `Some(None)` when the value of the key is not looked for.
    #[inline]
    #[expect(clippy::option_option, reason = "the reading can end, and a key can be unknown")]
    fn key(&mut self, node: &Node, before: &mut Option<KeyId>) -> Option<Option<Leaf>> {
        if let Some((id, key)) = node.expected(*before)
            && let Some(rest) = self.rest.strip_prefix(key.spelled.as_bytes())
        {
            self.rest = rest;
            *before = Some(id);
            return Some(key.leaf);
        }
        self.eat(b'"')?;
        let found = self.text().map(|name| node.find(name, *before))?;
        self.eat(b':')?;
        *before = found.or(*before);
        Some(found.and_then(|key| node.leaf_of(key)))
    }

    #[inline]
    fn value(&mut self) -> Option<Value<'a>> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::reader, *};
    use crate::{arena::Arena, format::FormatId, json::Preset};

    /// Reads a record in the short way, after the keys of `before`; `None` when it is left to the parser.
    /// What is read must be what the parser reads.
    fn read_alike(before: &str, record: &str) -> Option<()> {
        let trie = Preset::of(FormatId::NginxJson)?.trie();
        let arena = Arena::new();
        let _keys_in_this_order = read(&trie, before, &mut RawFields::new(&arena));
        let (mut short, mut long) = (RawFields::new(&arena), RawFields::new(&arena));
        read(&trie, record, &mut short)?;
        assert_eq!(reader::read(&trie, record, &mut long), Ok(()), "{record}");
        assert_eq!(format!("{short:?}"), format!("{long:?}"), "{record}");
        Some(())
    }

    #[test]
    fn plain_objects_are_read_and_everything_else_is_left() {
        for (record, is_read) in [
            (r#"{"status":200}"#, true),
            (r#"{"status": 200, "ua": "Größe", "unknown": null}"#, true),
            (r#"{"rt":0.093,"msec":1795354724.421,"auth":true,"conn":false,"status":0}"#, true),
            (r#"{"status":200,"status":404,"request_method":"-","ua":""}"#, true),
            (r#"{"bytes":999999999999999,"rt":123456789012.345}"#, true),
            (r#"{"bytes":1000000000000000}"#, false),
            (r#"{"rt":1234567890123.456}"#, false),
            (r#"{"status":0200}"#, false),
            (r#"{"status":-1}"#, false),
            (r#"{"rt":1e3}"#, false),
            (r#"{"rt":1.5e3}"#, false),
            (r#"{"rt":1.}"#, false),
            (r#"{"rt":1.2.3}"#, false),
            (r#"{"ua":"a\"b"}"#, false),
            (r#"{"st\u0061tus":1}"#, false),
            ("{\"ua\":\"a\tb\"}", false),
            (r#"{"headers":{"a":1}}"#, false),
            (r#"{"xff":["a"]}"#, false),
            (r#"{"ua":nul}"#, false),
            (r#"{"ua":nulls}"#, false),
            (r#"{"status":200,}"#, false),
            (r#"{"status":200"#, false),
            (r#"{"ua":"open"#, false),
            (r#"{"status":200}x"#, false),
            (r#"{"status":200}}"#, false),
            (r#"{"status" 200}"#, false),
            ("{}", false),
            ("[1]", false),
            ("", false),
        ] {
            assert_eq!(read_alike("", record).is_some(), is_read, "{record}");
        }
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<u32>().prop_map(|number| number.to_string()),
            "[0-9]{1,17}",
            "[0-9]{1,12}\\.[0-9]{0,8}",
            "-?[0-9]{1,4}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
            "\"[ -~]{0,12}\"",
            "\"[^\"\\\\]{0,6}\"",
            Just(String::from("\"-\"")),
            Just(String::from("null")),
            Just(String::from("true")),
            Just(String::from("false")),
            Just(String::from("[1]")),
            Just(String::from("{\"ua\":1}")),
        ]
    }

    /// One object of known and unknown keys.
    fn object() -> impl Strategy<Value = String> {
        let keys = Preset::of(FormatId::NginxJson).map_or(&[][..], |preset| preset.keys);
        let known = proptest::sample::select(keys).prop_map(|(path, _)| path.to_owned());
        let key = prop_oneof![4 => known, 1 => "[a-z_]{0,6}"];
        let space = || prop_oneof![3 => Just(""), 1 => Just(" ")];
        let pair = (key, space(), value(), space())
            .prop_map(|(key, before, value, after)| format!("{after}\"{key}\":{before}{value}"));
        proptest::collection::vec(pair, 0..8).prop_map(|pairs| format!("{{{}}}", pairs.join(",")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_read_is_what_the_parser_reads(before in object(), record in object()) {
            let _left_to_the_parser = read_alike(&before, &record);
            let _left_to_the_parser = read_alike(&record, &record);
        }

        #[test]
        fn a_damaged_record_is_read_alike(record in object(), at in 0_usize..80, byte in "[ -~]") {
            let at = at % record.len();
            if let (Some(head), Some(tail)) = (record.get(..at), record.get(at + 1..)) {
                let _left_to_the_parser = read_alike(&record, &format!("{head}{byte}{tail}"));
                let _left_to_the_parser = read_alike(&record, head);
            }
        }
    }
}
