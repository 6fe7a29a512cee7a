//! A record as a tree of values in the arena: for the lines whose content has no fixed shape.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    cursor::Cursor,
    reader,
    trie::{NodeId, Trie},
};
use crate::{
    arena::Arena,
    nesting::{MAX_NESTING, too_deep},
    raw::{RawFields, Value},
    reject::{Fault, RejectReason},
};

/// One JSON value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Tree<'a> {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    List(&'a [Tree<'a>]),
    Object(&'a [(&'a str, Tree<'a>)]),
}

impl<'a> Tree<'a> {
    /// Reads one JSON object.
    ///
    /// # Errors
    /// As for a record that is not kept as a tree.
    pub(crate) fn read(record: &'a str, arena: &'a Arena) -> Result<Self, Fault> {
        match plain_record(record, arena) {
            Some(tree) => Ok(tree),
            None => Self::parse(record, arena),
        }
    }

    /// The same for any JSON, by the parser.
    fn parse(record: &'a str, arena: &'a Arena) -> Result<Self, Fault> {
        if let Some(at) = too_deep(record) {
            return Err(Fault::at(RejectReason::WrongFormat, at));
        }
        let mut json = sonic_rs::Deserializer::from_str(record);
        let tree = Seed { arena }.deserialize(&mut json).and_then(|tree| json.end().map(|()| tree));
        match tree {
            Ok(tree @ Tree::Object(_)) => Ok(tree),
            Ok(_) => Err(Fault::new(RejectReason::WrongFormat)),
            Err(error) => Err(reader::fault(record, &error)),
        }
    }

    /// Fills the slots that the table of a format finds in the tree. Of a list the first value counts.
    pub(crate) fn fill(self, trie: &Trie, raw: &mut RawFields<'a>) {
        self.fill_at(trie, 0, raw);
    }

    /// Recursion as deep as the record nests, which was bounded before it was read.
    fn fill_at(self, trie: &Trie, at: NodeId, raw: &mut RawFields<'a>) {
        let Some(node) = trie.node(at) else { return };
        let value = match self {
            Tree::List([first, ..]) => return first.fill_at(trie, at, raw),
            Tree::Null | Tree::List([]) => Value::Absent,
            Tree::Bool(truth) => Value::Bool(truth),
            Tree::Int(number) => Value::Int(number),
            Tree::Float(number) => Value::Float(number),
            Tree::Text(text) => Value::Text(text),
            Tree::Object(entries) => {
                raw.see(node.implied.bits, node.implied.logged);
                let mut before = None;
                for (name, value) in entries {
                    if let Some(key) = node.find(name, before) {
                        before = Some(key);
                        node.child(key).into_iter().for_each(|at| value.fill_at(trie, at, raw));
                    }
                }
                Value::Object
            }
        };
        let Some(leaf) = node.leaf else { return };
        raw.see(leaf.seen.bits, leaf.seen.logged);
        match value {
            Value::Text(text) => raw.fill_text(leaf.field, leaf.rank, text),
            value => raw.fill(leaf.field, leaf.rank, value),
        }
    }

    /// The value of a key; the last one where it stands several times, null where it does not.
    pub(crate) fn get(self, key: &str) -> Tree<'a> {
        let Tree::Object(entries) = self else { return Tree::Null };
        let found = entries.iter().rev().find(|(name, _)| *name == key);
        found.map_or(Tree::Null, |(_, value)| *value)
    }
}

/// The short way for a plain record.
fn plain_record<'a>(record: &'a str, arena: &'a Arena) -> Option<Tree<'a>> {
    let mut cursor = Cursor::new(record)?;
    cursor.eat(b'{')?;
    let tree = plain_object(&mut cursor, arena, MAX_NESTING)?;
    cursor.is_at_end().then_some(tree)
}

/// The value at the cursor, which may nest so many levels more.
fn plain_value<'a>(cursor: &mut Cursor<'a>, arena: &'a Arena, levels: usize) -> Option<Tree<'a>> {
    cursor.skip_space();
    if cursor.eat(b'{').is_some() {
        return plain_object(cursor, arena, levels);
    }
    if cursor.eat(b'[').is_some() {
        return plain_list(cursor, arena, levels);
    }
    Some(match cursor.value()? {
        Value::Absent | Value::Object => Tree::Null,
        Value::Bool(truth) => Tree::Bool(truth),
        Value::Int(number) => Tree::Int(number),
        Value::Float(number) => Tree::Float(number),
        Value::Text(text) => Tree::Text(text),
    })
}

/// The entries of an object behind its brace.
fn plain_object<'a>(cursor: &mut Cursor<'a>, arena: &'a Arena, levels: usize) -> Option<Tree<'a>> {
    let levels = levels.checked_sub(1)?;
    let mut entries = arena.list();
    if cursor.eat(b'}').is_some() {
        return Some(Tree::Object(&[]));
    }
    loop {
        cursor.eat(b'"')?;
        let key = cursor.text()?;
        cursor.eat(b':')?;
        entries.push((key, plain_value(cursor, arena, levels)?));
        if cursor.eat(b',').is_none() {
            cursor.eat(b'}')?;
            return Some(Tree::Object(entries.into_bump_slice()));
        }
        cursor.skip_space();
    }
}

/// The values of a list behind its bracket.
fn plain_list<'a>(cursor: &mut Cursor<'a>, arena: &'a Arena, levels: usize) -> Option<Tree<'a>> {
    let levels = levels.checked_sub(1)?;
    let mut values = arena.list();
    if cursor.eat(b']').is_some() {
        return Some(Tree::List(&[]));
    }
    loop {
        values.push(plain_value(cursor, arena, levels)?);
        if cursor.eat(b',').is_none() {
            cursor.eat(b']')?;
            return Some(Tree::List(values.into_bump_slice()));
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    arena: &'a Arena,
}

impl<'a> Seed<'a> {
    /// No text of an event holds control characters; escaped text alone can.
    fn made(self, text: &str) -> &'a str {
        self.arena.keep(&text.replace(char::is_control, "\u{fffd}"))
    }
}

impl<'a> DeserializeSeed<'a> for Seed<'a> {
    type Value = Tree<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Tree<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Seed<'a> {
    type Value = Tree<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree<'a>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Tree<'a>, E> {
        Ok(Tree::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Tree<'a>, E> {
        Ok(Tree::Int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Tree<'a>, E> {
        Ok(i64::try_from(number).map_or(Tree::Float(number as f64), Tree::Int))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree<'a>, E> {
        Ok(Tree::Float(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Tree<'a>, E> {
        Ok(Tree::Text(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree<'a>, E> {
        Ok(Tree::Text(self.made(text)))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut array: A) -> Result<Tree<'a>, A::Error> {
        let mut values = self.arena.list();
        while let Some(value) = array.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Tree::List(values.into_bump_slice()))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Tree<'a>, A::Error> {
        let mut entries = self.arena.list();
        while let Some(key) = object.next_key_seed(Key(self))? {
            let value = object.next_value_seed(self)?;
            entries.push((key, value));
        }
        Ok(Tree::Object(entries.into_bump_slice()))
    }
}

struct Key<'a>(Seed<'a>);

impl<'a> DeserializeSeed<'a> for Key<'a> {
    type Value = &'a str;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<&'a str, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key<'a> {
    type Value = &'a str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<&'a str, E> {
        Ok(text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<&'a str, E> {
        Ok(self.0.made(text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_records_are_read_and_all_others_are_left() {
        for (record, is_read) in [
            (r#"{"a": {"b": [1, 2.5, {"c": null}], "d": {}}, "e": [], "f": true}"#, true),
            (r#"{"a":"x","a":"y"}"#, true),
            (r#"{"a":-1}"#, false),
            (r#"{"a":"\n"}"#, false),
            (r#"{"a":[1,]}"#, false),
            (r#"{"a":[1}"#, false),
            (r#"{"a":1}}"#, false),
            (r#"[{"a":1}]"#, false),
            ("", false),
        ] {
            let arena = Arena::new();
            let plain = plain_record(record, &arena);
            assert_eq!(plain.is_some(), is_read, "{record}");
            if plain.is_some() {
                assert_eq!(Tree::parse(record, &arena).ok(), plain);
            }
        }
    }

    #[test]
    fn as_deep_as_the_parser_may_go_and_no_deeper() {
        let nested = |levels: usize| {
            format!("{{\"a\":{}1{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1))
        };
        for (levels, is_read) in [(MAX_NESTING, true), (MAX_NESTING + 1, false)] {
            let (arena, record) = (Arena::new(), nested(levels));
            assert_eq!(plain_record(&record, &arena).is_some(), is_read);
            assert_eq!(Tree::parse(&record, &arena).is_ok(), is_read);
        }
    }

    proptest! {
        #[test]
        fn what_is_read_in_the_short_way_is_what_the_parser_reads(
            record in r#"\{"[ab]": ?(\{"a":[0-9.,"ab\[\]{}: ]{0,12}\}|\[[0-9.,"ab\[\]{}: ]{0,12}\]|[0-9.]{1,4}|"a?"),? ?("b":1)?\}"#
        ) {
            let arena = Arena::new();
            if let Some(plain) = plain_record(&record, &arena) {
                prop_assert_eq!(Tree::parse(&record, &arena).ok(), Some(plain));
            }
        }
    }
}
