//! One pass over a JSON record: keys go down the trie, values into their slots, the rest is skipped.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::trie::{KeyId, Node, NodeId, Trie};
use crate::{
    field::Field,
    nesting::too_deep,
    raw::{RawFields, Value},
    reject::{Fault, RejectReason},
};

/// Reads one JSON object into `raw`.
///
/// # Errors
/// `truncated` when the text ends in the middle, `not_json` when it is none or goes on after the
/// object, `wrong_format` when it is JSON but no object,
/// or nests too deep.
#[inline(never)]
pub(crate) fn read<'a>(trie: &Trie, record: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    if let Some(at) = too_deep(record) {
        return Err(Fault::at(RejectReason::WrongFormat, at));
    }
    let mut json = sonic_rs::Deserializer::from_str(record);
    let walk = Walk { trie, at: 0, raw };
    let read = walk.deserialize(&mut json).and_then(|()| json.end());
    match read {
        Ok(()) if record.starts_with('{') => Ok(()),
        Ok(()) => Err(Fault::new(RejectReason::WrongFormat)),
        Err(error) => Err(fault(record, &error)),
    }
}

pub(super) fn fault(record: &str, error: &sonic_rs::Error) -> Fault {
    let offset = error.offset().min(record.len());
    let reason = if error.is_eof() { RejectReason::Truncated } else { RejectReason::NotJson };
    Fault::at(reason, offset)
}

/// A value at a node of the trie.
struct Walk<'t, 'r, 'a> {
    trie: &'t Trie,
    at: NodeId,
    raw: &'r mut RawFields<'a>,
}

impl<'a> Walk<'_, '_, 'a> {
    #[inline]
    fn leaf(self, value: Value<'a>) {
        if let Some(leaf) = self.trie.node(self.at).and_then(|node| node.leaf) {
            self.raw.see(leaf.seen.bits, leaf.seen.logged);
            self.raw.fill(leaf.field, leaf.rank, value);
        }
    }

    #[inline]
    fn text(self, text: &'a str) {
        if let Some(leaf) = self.trie.node(self.at).and_then(|node| node.leaf) {
            self.raw.see(leaf.seen.bits, leaf.seen.logged);
            self.raw.fill_text(leaf.field, leaf.rank, text);
        }
    }

    /// `X-Forwarded-For` sent as several headers is one list; of any other array the first counts.
    fn joins(&self) -> bool {
        let leaf = self.trie.node(self.at).and_then(|node| node.leaf);
        leaf.is_some_and(|leaf| leaf.field == Field::ForwardedFor)
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        // Escaped text alone can hold control characters; no text of an event does.
        let kept = self.raw.arena.keep(&text.replace(char::is_control, "\u{fffd}"));
        self.text(kept);
        Ok(())
    }

    #[inline]
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.leaf(Value::Int(number));
        Ok(())
    }

    #[inline]
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.leaf(i64::try_from(number).map_or(Value::Float(number as f64), Value::Int));
        Ok(())
    }

    #[inline]
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.leaf(Value::Float(number));
        Ok(())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.leaf(Value::Bool(truth));
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.leaf(Value::Absent);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut array: A) -> Result<(), A::Error> {
        if self.joins() {
            let mut entries: Vec<String> = Vec::new();
            while let Some(entry) = array.next_element::<serde_json::Value>()? {
                entries.extend(entry.as_str().map(str::to_owned));
            }
            let joined = self.raw.arena.keep(&entries.join(","));
            self.text(joined);
            return Ok(());
        }
        let Walk { trie, at, raw } = self;
        let first = array.next_element_seed(Walk { trie, at, raw: &mut *raw })?;
        if first.is_none() {
            Walk { trie, at, raw }.leaf(Value::Absent);
            return Ok(());
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    #[inline]
    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<(), A::Error> {
        let Walk { trie, at, raw } = self;
        let Some(node) = trie.node(at) else { return Ok(()) };
        raw.see(node.implied.bits, node.implied.logged);
        if node.leaf.is_some() {
            Walk { trie, at, raw: &mut *raw }.leaf(Value::Object);
        }
        if !node.has_keys() {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let mut before = None;
        while let Some(key) = object.next_key_seed(KeyOf { node, before })? {
            before = key.or(before);
            match key.and_then(|key| node.child(key)) {
                Some(at) => object.next_value_seed(Walk { trie, at, raw: &mut *raw })?,
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A key of an object, when the table knows it.
struct KeyOf<'t> {
    node: &'t Node,
    before: Option<KeyId>,
}

impl<'a> DeserializeSeed<'a> for KeyOf<'_> {
    type Value = Option<KeyId>;

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf<'_> {
    type Value = Option<KeyId>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.node.find(name, self.before))
    }
}
