//! Where one record ends and the next begins: lines, or the elements of a JSON array.
//!
//! A pure state machine over whatever bytes have arrived. It neither reads nor keeps bytes, so the same
//! code serves files, pipes, followed files and a first look that consumes nothing.

use gait_decode::{ArraySplitter, MAX_RECORD_BYTES};
use memchr::memchr_iter;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much white space may stand in front of a JSON array; behind more, everything is lines.
const MAX_LEADING_SPACE_BYTES: usize = 4096;

/// One byte more than a record may have: the decoder rejects what is cut to this as too long.
const MAX_KEPT_BYTES: usize = MAX_RECORD_BYTES + 1;

/// One record as it stands in the decompressed file, without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Which record of the input it is, from 1; of lines the same as `line`. Orders the records.
    pub number: u64,
    /// The line on which it ends, from 1.
    pub line: u64,
    /// The bytes, whatever they are; of a record that is too long its first [`MAX_RECORD_BYTES`] and one more.
    pub bytes: &'a [u8],
}

impl Record<'_> {
    /// True when the record is longer than [`MAX_RECORD_BYTES`], and `bytes` only its beginning.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.bytes.len() > MAX_RECORD_BYTES
    }
}

/// Cuts records off the front of the bytes it is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cutter {
    framing: Framing,
}

#[derive(Clone, Debug, Default)]
enum Framing {
    /// Too little was seen to tell.
    #[default]
    Undecided,
    /// A record is a line.
    Lines(LineCutter),
    /// A record is an element of a JSON array.
    Array(ArrayCutter),
}

impl Cutter {
    /// A cutter that takes every byte for a part of a line, from the first on.
    pub(crate) fn lines() -> Self {
        Self { framing: Framing::Lines(LineCutter::default()) }
    }

    /// As [`Cutter::lines`], for bytes that begin in the middle of a line: that line is passed over.
    pub(crate) fn lines_without_the_first() -> Self {
        Self { framing: Framing::Lines(LineCutter { ended: 0, skipping: true }) }
    }

    /// Lines that ended so far.
    pub(crate) fn lines_ended(&self) -> u64 {
        match &self.framing {
            Framing::Undecided => 0,
            Framing::Lines(lines) => lines.ended,
            Framing::Array(array) => array.lines_ended,
        }
    }

    /// True when everything was cut and an array was still open.
    pub(crate) fn ended_in_array(&self) -> bool {
        matches!(&self.framing, Framing::Array(array) if array.ended_inside)
    }

    /// Gives every complete record at the front of `bytes` to `sink` and returns how many bytes are done
    /// with; the caller shows the rest again with more behind it. With `at_end` nothing follows `bytes`, so
    /// what remains is a record too, and everything is done with.
    pub(crate) fn cut(
        &mut self,
        bytes: &[u8],
        at_end: bool,
        sink: &mut dyn FnMut(Record<'_>),
    ) -> usize {
        let start = if matches!(self.framing, Framing::Undecided) {
            let Some((start, framing)) = decide(bytes, at_end) else { return 0 };
            self.framing = framing;
            start
        } else {
            0
        };
        let bytes = &bytes[start..];
        start
            + match &mut self.framing {
                Framing::Undecided => 0,
                Framing::Lines(lines) => lines.cut(bytes, at_end, sink),
                Framing::Array(array) => array.cut(bytes, at_end, sink),
            }
    }
}

/// Tells the framing from the start of a file and where its first byte is; `None` while it is open.
fn decide(bytes: &[u8], at_end: bool) -> Option<(usize, Framing)> {
    if !at_end && bytes.len() < BYTE_ORDER_MARK.len() && BYTE_ORDER_MARK.starts_with(bytes) {
        return None;
    }
    let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let seen = &bytes[start..];
    let mut visible = seen.iter().filter(|byte| !byte.is_ascii_whitespace());
    let open = matches!((visible.next(), visible.next()), (None | Some(b'['), None));
    if open && !at_end && seen.len() < MAX_LEADING_SPACE_BYTES {
        return None;
    }
    let framing = if ArraySplitter::is_array(seen) {
        Framing::Array(ArrayCutter::default())
    } else {
        Framing::Lines(LineCutter::default())
    };
    Some((start, framing))
}

/// Numbers the elements that the splitter finds. The splitter keeps what it needs, so all bytes are done with.
#[derive(Clone, Debug, Default)]
struct ArrayCutter {
    splitter: ArraySplitter,
    lines_ended: u64,
    ended_inside: bool,
    elements: u64,
}

impl ArrayCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, sink: &mut dyn FnMut(Record<'_>)) -> usize {
        let Self { splitter, lines_ended, ended_inside, elements } = self;
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            let line = *lines_ended + 1;
            splitter.push(part, &mut |bytes| {
                *elements += 1;
                sink(Record { number: *elements, line, bytes });
            });
            *lines_ended += u64::from(part.ends_with(b"\n"));
        }
        if at_end {
            let line = *lines_ended + 1;
            let end = std::mem::take(splitter).finish(&mut |bytes| {
                *elements += 1;
                sink(Record { number: *elements, line, bytes });
            });
            *ended_inside = end.is_err();
        }
        bytes.len()
    }
}

/// Cuts at line feeds.
#[derive(Clone, Debug, Default)]
struct LineCutter {
    /// Lines that ended so far.
    ended: u64,
    /// Inside a line whose rest is passed over: it was reported as too long, or began before.
    skipping: bool,
}

impl LineCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, sink: &mut dyn FnMut(Record<'_>)) -> usize {
        let mut start = 0;
        for end in memchr_iter(b'\n', bytes) {
            self.end_line(&bytes[start..end], sink);
            start = end + 1;
        }
        let rest = &bytes[start..];
        if at_end && (self.skipping || !rest.is_empty()) {
            self.end_line(rest, sink);
        } else if !self.skipping && rest.len() > MAX_RECORD_BYTES {
            give_line(self.ended + 1, rest, sink);
            self.skipping = true;
        } else if !self.skipping {
            return start;
        }
        bytes.len()
    }

    /// Takes `line`, which has come to its end.
    fn end_line(&mut self, line: &[u8], sink: &mut dyn FnMut(Record<'_>)) {
        self.ended += 1;
        if !std::mem::take(&mut self.skipping) {
            give_line(self.ended, line.strip_suffix(b"\r").unwrap_or(line), sink);
        }
    }
}

fn give_line(line: u64, bytes: &[u8], sink: &mut dyn FnMut(Record<'_>)) {
    let bytes = &bytes[..bytes.len().min(MAX_KEPT_BYTES)];
    sink(Record { number: line, line, bytes });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shows `bytes` in pieces of `step` bytes and returns line and bytes of every record.
    fn cut_in_steps(bytes: &[u8], step: usize) -> Vec<(u64, Vec<u8>)> {
        let mut records = Vec::new();
        let mut cutter = Cutter::default();
        let (mut done, mut shown) = (0, 0);
        loop {
            shown = (shown + step).min(bytes.len());
            let at_end = shown == bytes.len();
            done += cutter.cut(&bytes[done..shown], at_end, &mut |record| {
                records.push((record.line, record.bytes.to_vec()));
                assert_eq!(record.number, records.len() as u64);
            });
            if at_end {
                assert_eq!(done, bytes.len(), "at the end everything is done with");
                return records;
            }
        }
    }

    fn texts(bytes: &[u8]) -> Vec<(u64, String)> {
        let records = cut_in_steps(bytes, bytes.len().max(1));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        records.iter().map(|(line, bytes)| (*line, text(bytes))).collect()
    }

    #[test]
    fn line_ends_and_byte_order_marks_are_not_part_of_a_record() {
        let two = vec![(1, "a".to_owned()), (2, "b".to_owned())];
        for input in ["a\nb\n", "a\nb", "a\r\nb\r\n", "\u{feff}a\nb", "\u{feff}a\r\nb"] {
            assert_eq!(texts(input.as_bytes()), two, "{input:?}");
        }
        assert_eq!(texts(b""), []);
        assert_eq!(texts(b"\n"), [(1, String::new())]);
        assert_eq!(texts(b"\xef\xbb"), [(1, "\u{fffd}".into())], "an unfinished mark is text");
        assert_eq!(texts(b"a\0b\n"), [(1, "a\0b".into())]);
    }

    #[test]
    fn a_bracket_begins_an_array_only_in_front_of_an_object() {
        assert_eq!(texts(b"[2026-11-22T10:00:00Z] \"GET /\"\n").len(), 1);
        assert_eq!(texts(b"[\"a\", 1]\n").len(), 1);
        assert_eq!(
            texts(b" \n[ {\"a\":1},\n{\"b\":2}]"),
            [(2, "{\"a\":1}".into()), (3, "{\"b\":2}".into())]
        );
        assert_eq!(
            texts(b"[{\"a\":1},{\"b\":2}]"),
            [(1, "{\"a\":1}".into()), (1, "{\"b\":2}".into())]
        );
        assert_eq!(texts(b"[ ]"), []);
    }

    #[test]
    fn an_array_that_is_not_closed_gives_what_is_there_and_says_so() {
        for (input, expected, open) in [
            (&b"[{},{\"a\""[..], 2, true),
            (b"[", 0, true),
            (b"[{}]\n", 1, false),
            (b"{\"a\"", 1, false),
        ] {
            let (mut cutter, mut records) = (Cutter::default(), 0);
            cutter.cut(input, true, &mut |_| records += 1);
            assert_eq!((records, cutter.ended_in_array()), (expected, open));
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_reported_once_and_not_kept() {
        let mut input = vec![b'x'; 3 * MAX_RECORD_BYTES];
        input.extend(b"\nnext\n");
        for step in [4096, MAX_RECORD_BYTES + 1, input.len()] {
            let records = cut_in_steps(&input, step);
            assert_eq!(records.len(), 2, "step {step}");
            assert_eq!((records[0].0, records[0].1.len()), (1, MAX_KEPT_BYTES));
            assert_eq!(records[1], (2, b"next".to_vec()));
        }
        let exact = [vec![b'x'; MAX_RECORD_BYTES], b"\r\n".to_vec()].concat();
        let records = cut_in_steps(&exact, exact.len());
        assert_eq!(records[0].1.len(), MAX_RECORD_BYTES, "the line end does not count");
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same_records(
            input in proptest::collection::vec(
                proptest::sample::select(b"[{}],\"\\ \r\nab\xef\xbb\xbf".to_vec()), 0..60),
            step in 1_usize..9,
        ) {
            prop_assert_eq!(cut_in_steps(&input, step), cut_in_steps(&input, input.len().max(1)));
        }
    }
}
