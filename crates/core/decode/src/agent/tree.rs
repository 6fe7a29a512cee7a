//! A record as a tree of values in the arena: for the lines whose content has no fixed shape.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::arena::{Arena, Gathered};

/// One JSON value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tree<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    List(&'a [Tree<'a>]),
    Object(&'a [(&'a str, Tree<'a>)]),
}

impl<'a> Tree<'a> {
    /// Reads one value. The caller has seen that it nests no deeper than the stack allows.
    pub(super) fn read(text: &'a str, arena: &'a Arena) -> Result<Self, sonic_rs::Error> {
        let mut json = sonic_rs::Deserializer::from_str(text);
        Seed { arena }.deserialize(&mut json)
    }

    /// The value of a key; the last one where it stands several times, null where it does not.
    pub(super) fn get(self, key: &str) -> Tree<'a> {
        let Tree::Object(entries) = self else { return Tree::Null };
        let found = entries.iter().rev().find(|(name, _)| *name == key);
        found.map_or(Tree::Null, |(_, value)| *value)
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
        let mut values = Gathered::default();
        while let Some(value) = array.next_element_seed(self)? {
            values.push(value, self.arena);
        }
        Ok(Tree::List(self.arena.keep_list(&values)))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Tree<'a>, A::Error> {
        let mut entries = Gathered::default();
        while let Some(key) = object.next_key_seed(Key(self))? {
            let value = object.next_value_seed(self)?;
            entries.push((key, value), self.arena);
        }
        Ok(Tree::Object(self.arena.keep_list(&entries)))
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
