//! From a stream of bytes that holds a JSON array to its elements, whatever the size of the chunks and
//! however the array is printed.

use memchr::memchr2;

use crate::MAX_RECORD_BYTES;

/// The array was not closed before the input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JSON array is not closed: the input ends after {elements} elements")]
pub struct UnclosedArray {
    /// How many elements were handed over, the unfinished one included.
    pub elements: u64,
}

/// Splits a stream that begins with `[` into the elements of the array. Several arrays may follow each
/// other. What stands outside of an array is handed over line by line, so that nothing is lost.
///
/// An element is handed over as it was written, without the space around it. Of one that is longer than
/// [`MAX_RECORD_BYTES`] one byte more than that is kept, so that a decoder rejects it as too long.
#[derive(Clone, Debug, Default)]
pub struct ArraySplitter {
    element: Vec<u8>,
    place: Place,
    /// Objects and arrays that are open inside the element.
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    elements: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Outside,
    /// On a line that is no array.
    Stray,
    Inside,
}

impl ArraySplitter {
    /// A splitter before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// True when a stream that begins like this is an array of objects, as far as can be seen. A log
    /// line that begins with a bracket, `[2026-11-22T…`, is none.
    #[must_use]
    pub fn is_array(start: &[u8]) -> bool {
        let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
        let Some(rest) = start.strip_prefix(b"[") else { return false };
        matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b']'))
    }

    /// How many elements were handed over.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.elements
    }

    /// Takes the next bytes and hands over every element that they complete.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = if self.in_string { self.string(rest) } else { self.structure(rest, sink) };
        }
    }

    /// Ends the input: hands over an unfinished element.
    ///
    /// # Errors
    /// When the array is not closed.
    pub fn finish(mut self, sink: &mut dyn FnMut(&[u8])) -> Result<(), UnclosedArray> {
        self.emit(sink);
        if self.place == Place::Inside {
            return Err(UnclosedArray { elements: self.elements });
        }
        Ok(())
    }

    /// Takes bytes up to the end of the string, or all.
    fn string<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.is_escaped {
            self.is_escaped = false;
            let (escaped, rest) = bytes.split_at_checked(1).unwrap_or((bytes, &[]));
            self.keep(escaped);
            return rest;
        }
        let end = memchr2(b'"', b'\\', bytes).map_or(bytes.len(), |at| at + 1);
        let (text, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
        match text.last() {
            Some(b'"') => self.in_string = false,
            Some(b'\\') => self.is_escaped = true,
            _ => {}
        }
        self.keep(text);
        rest
    }

    /// Takes one byte outside of strings.
    fn structure<'b>(&mut self, bytes: &'b [u8], sink: &mut dyn FnMut(&[u8])) -> &'b [u8] {
        let Some((byte, rest)) = bytes.split_first() else { return bytes };
        match (self.place, byte) {
            (Place::Outside, b'[') => self.place = Place::Inside,
            (Place::Outside, b',' | 0xef | 0xbb | 0xbf) => {}
            (Place::Outside, byte) if byte.is_ascii_whitespace() => {}
            (Place::Outside, byte) => {
                self.place = Place::Stray;
                self.keep(&[*byte]);
            }
            (Place::Stray, b'\n') => {
                self.emit(sink);
                self.place = Place::Outside;
            }
            (Place::Stray, byte) => self.keep(&[*byte]),
            (Place::Inside, b',') if self.depth == 0 => self.emit(sink),
            (Place::Inside, b']') if self.depth == 0 => {
                self.emit(sink);
                self.place = Place::Outside;
            }
            (Place::Inside, byte) => self.inside(*byte),
        }
        rest
    }

    fn inside(&mut self, byte: u8) {
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            byte if byte.is_ascii_whitespace() && self.element.is_empty() => return,
            _ => {}
        }
        self.keep(&[byte]);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = (MAX_RECORD_BYTES + 1).saturating_sub(self.element.len());
        self.element.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    fn emit(&mut self, sink: &mut dyn FnMut(&[u8])) {
        let element = self.element.trim_ascii();
        if !element.is_empty() {
            self.elements += 1;
            sink(element);
        }
        self.element.clear();
        self.depth = 0;
        self.in_string = false;
        self.is_escaped = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8], chunk: usize) -> (Vec<String>, Result<(), UnclosedArray>) {
        let mut elements = Vec::new();
        let mut splitter = ArraySplitter::new();
        let mut sink =
            |element: &[u8]| elements.push(String::from_utf8_lossy(element).into_owned());
        for part in text.chunks(chunk) {
            splitter.push(part, &mut sink);
        }
        let end = splitter.finish(&mut sink);
        (elements, end)
    }

    #[test]
    fn elements_do_not_depend_on_the_chunks() {
        let text = "\u{feff} [\n  {\"a\": \"],{\\\"\\\\\"},\n{\"b\":[1,{\"c\":2}]} , 3\n]\n[{\"d\":4}]\nstray line\n";
        let expected =
            ["{\"a\": \"],{\\\"\\\\\"}", "{\"b\":[1,{\"c\":2}]}", "3", "{\"d\":4}", "stray line"];
        for chunk in [1, 2, 3, 7, 1000] {
            let (elements, end) = split(text.as_bytes(), chunk);
            assert_eq!(elements, expected, "chunks of {chunk}");
            assert_eq!(end, Ok(()));
        }
    }

    #[test]
    fn an_unclosed_array_is_told_and_its_last_element_is_handed_over() {
        let (elements, end) = split(b"[{\"a\":1},{\"b\":", 4);
        assert_eq!(elements, ["{\"a\":1}", "{\"b\":"]);
        assert_eq!(end, Err(UnclosedArray { elements: 2 }));
        assert_eq!(split(b"[]", 1), (vec![], Ok(())));
    }

    #[test]
    fn a_long_element_is_cut_just_beyond_the_limit() {
        let mut text = b"[{\"a\":\"".to_vec();
        text.extend(vec![b'x'; MAX_RECORD_BYTES * 2]);
        text.extend(b"\"},{\"b\":1}]");
        let (elements, end) = split(&text, 65_536);
        let lengths: Vec<usize> = elements.iter().map(String::len).collect();
        assert_eq!((lengths, end), (vec![MAX_RECORD_BYTES + 1, 7], Ok(())));
    }

    #[test]
    fn arrays_are_told_from_lines_in_brackets() {
        for (start, is_array) in [
            (&b"[{\"a\":1}]"[..], true),
            (b" [\n {", true),
            (b"[", true),
            (b"[]", true),
            (b"[2016-04-15T20:17:00.310Z] \"POST", false),
            (b"{\"a\":[", false),
            (b"", false),
        ] {
            assert_eq!(ArraySplitter::is_array(start), is_array);
        }
    }
}
