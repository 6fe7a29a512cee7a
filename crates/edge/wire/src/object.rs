//! JSON objects, written key by key to the end of a buffer.
//!
//! Keys and words are known to need no escapes, so they are copied as they are. Text of a log is looked at
//! once, and numbers are written, by `serde_json`'s rules.

use std::{
    fmt::Display,
    io::{self, Write},
};

use serde::Serialize;

/// An object that is being written: `{` stands there, `}` comes with [`Object::close`].
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    /// Begins an object at the end of `out`.
    pub(crate) fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    /// Ends the object.
    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a key; its value is to follow in the buffer that is handed out.
    pub(crate) fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        quote(key, self.out);
        self.out.push(b':');
        self.out
    }

    /// A value as the text that `Display` gives: times, ids, hashes, words. None of them needs an escape.
    pub(crate) fn word(&mut self, key: &'static str, value: impl Display) {
        let out = self.key(key);
        out.push(b'"');
        in_memory(write!(out, "{value}"));
        out.push(b'"');
    }

    /// A name out of this program, in parts that follow on each other. None of them needs an escape.
    pub(crate) fn name(&mut self, key: &'static str, parts: &[&str]) {
        let out = self.key(key);
        out.push(b'"');
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
        out.push(b'"');
    }

    /// Text of a log, or null.
    pub(crate) fn text(&mut self, key: &'static str, text: Option<&str>) {
        let out = self.key(key);
        match text {
            Some(text) if is_plain(text) => quote(text, out),
            text => in_memory(serde_json::to_writer(out, &text).map_err(io::Error::from)),
        }
    }

    /// A number, yes or no, or null.
    pub(crate) fn plain(&mut self, key: &'static str, value: impl Serialize) {
        in_memory(serde_json::to_writer(self.key(key), &value).map_err(io::Error::from));
    }

    /// A list of words; none of them needs an escape.
    pub(crate) fn words(&mut self, key: &'static str, words: impl Iterator<Item = &'static str>) {
        list(self.key(key), words, quote);
    }

    /// A list of ids.
    pub(crate) fn ids(&mut self, key: &'static str, ids: impl Iterator<Item = impl Display>) {
        list(self.key(key), ids, |id, out| in_memory(write!(out, "\"{id}\"")));
    }

    /// A list of objects, each filled by `fill`.
    pub(crate) fn objects<T>(
        &mut self,
        key: &'static str,
        items: impl Iterator<Item = T>,
        fill: impl Fn(T, &mut Object<'_>),
    ) {
        list(self.key(key), items, |item, out| {
            let mut object = Object::open(out);
            fill(item, &mut object);
            object.close();
        });
    }
}

fn list<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, write: impl Fn(T, &mut Vec<u8>)) {
    out.push(b'[');
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

/// Writes text that needs no escape.
fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// True when no byte needs an escape.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches many bytes are looked at at once"
)]
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\'))
}

fn in_memory(written: io::Result<()>) {
    written.expect("text and numbers are written to memory");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_written_as_serde_json_writes_it() {
        let all: String = (0..=0x180).filter_map(char::from_u32).collect();
        let each = all.chars().map(String::from);
        for text in each.chain([all.clone(), String::new(), "plain ü".into(), "a\"b\\c".into()]) {
            let mut out = Vec::new();
            let mut object = Object::open(&mut out);
            object.text("key", Some(&text));
            object.text("none", None);
            object.close();
            let expected = serde_json::to_string(&text).expect("text is JSON");
            let expected = format!("{{\"key\":{expected},\"none\":null}}");
            assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
        }
    }
}
