//! Kubernetes container logs: `2026-11-22T12:00:00.000000000Z stdout F the line`. A line that was too
//! long for the runtime comes in parts, `P`, up to the last one, `F`.

use gait_event::Origin;

use crate::{MAX_RECORD_BYTES, arena::Arena};

/// The stream a line was written to; each is joined apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// A line of the container runtime taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CriLine<'a> {
    pub(crate) stream: Stream,
    pub(crate) is_partial: bool,
    pub(crate) text: &'a [u8],
}

/// Takes a line apart when it has the shape. Tags after `P` or `F`, `F:tag`, are not read.
pub(crate) fn parse(record: &[u8]) -> Option<CriLine<'_>> {
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] = record else { return None };
    let mut words = record.splitn(4, |byte| *byte == b' ');
    let _time = words.next()?;
    let stream = match words.next()? {
        b"stdout" => Stream::Stdout,
        b"stderr" => Stream::Stderr,
        _ => return None,
    };
    let is_partial = match words.next()? {
        [b'F'] | [b'F', b':', ..] => false,
        [b'P'] | [b'P', b':', ..] => true,
        _ => return None,
    };
    Some(CriLine { stream, is_partial, text: words.next().unwrap_or_default() })
}

/// Joins the parts of lines, at most one unfinished line per stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joiner {
    stdout: Parts,
    stderr: Parts,
}

#[derive(Clone, Debug, Default)]
struct Parts {
    bytes: Vec<u8>,
    is_open: bool,
    last: Origin,
}

impl Joiner {
    fn parts(&mut self, stream: Stream) -> &mut Parts {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }

    /// Takes a part. `None` when the line is whole by itself or goes on; the joined line, kept in `arena`,
    /// when this part ends one. Beyond the limit one byte is kept, so that the line is rejected as too long.
    pub(crate) fn push<'a>(
        &mut self,
        line: &CriLine<'_>,
        origin: Origin,
        arena: &'a Arena,
    ) -> Option<&'a [u8]> {
        let parts = self.parts(line.stream);
        if !parts.is_open && !line.is_partial {
            return None;
        }
        let room = (MAX_RECORD_BYTES + 1).saturating_sub(parts.bytes.len());
        parts.bytes.extend(line.text.iter().take(room));
        parts.is_open = line.is_partial;
        parts.last = origin;
        if line.is_partial {
            return None;
        }
        let joined = arena.keep_bytes(&parts.bytes);
        parts.bytes.clear();
        Some(joined)
    }

    /// Takes the unfinished lines out, with the origin of their last part.
    pub(crate) fn finish(&mut self) -> impl Iterator<Item = (Origin, Vec<u8>)> {
        let open = [std::mem::take(&mut self.stdout), std::mem::take(&mut self.stderr)];
        open.into_iter().filter(|parts| parts.is_open).map(|parts| (parts.last, parts.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Origin = Origin { partition: 0, offset: 7 };

    fn line(text: &str) -> Option<CriLine<'_>> {
        parse(text.as_bytes())
    }

    #[test]
    fn only_the_shape_is_taken_apart() {
        let whole = line("2026-11-22T12:00:00.000000000Z stdout F GET /x");
        assert_eq!(whole.map(|line| line.text), Some(&b"GET /x"[..]));
        assert!(line("2026-11-22T12:00:00.0Z stderr P:a b").is_some_and(|line| line.is_partial));
        assert!(line("2026-11-22T12:00:00Z stdout F").is_some_and(|line| line.text.is_empty()));
        for text in [
            "2026-11-22 12:00:00 stdout F x",
            "2026-11-22T12:00:00Z stdlog F x",
            "2026-11-22T12:00:00Z stdout X x",
            "",
        ] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    #[test]
    fn parts_of_both_streams_are_joined_apart() {
        let (mut joiner, arena) = (Joiner::default(), Arena::new());
        let part = |stream, is_partial, text| CriLine { stream, is_partial, text };
        assert_eq!(joiner.push(&part(Stream::Stdout, true, b"a"), AT, &arena), None);
        assert_eq!(joiner.push(&part(Stream::Stderr, false, b"x"), AT, &arena), None);
        assert_eq!(joiner.push(&part(Stream::Stdout, true, b"b"), AT, &arena), None);
        assert_eq!(joiner.push(&part(Stream::Stdout, false, b"c"), AT, &arena), Some(&b"abc"[..]));
        assert_eq!(joiner.push(&part(Stream::Stderr, true, b"left"), AT, &arena), None);
        assert_eq!(joiner.finish().collect::<Vec<_>>(), [(AT, b"left".to_vec())]);
        assert_eq!(joiner.finish().count(), 0);
    }

    #[test]
    fn a_line_that_never_ends_is_bounded() {
        let (mut joiner, arena) = (Joiner::default(), Arena::new());
        let chunk = vec![b'a'; 300_000];
        for _ in 0..10 {
            let part = CriLine { stream: Stream::Stdout, is_partial: true, text: &chunk };
            assert_eq!(joiner.push(&part, AT, &arena), None);
        }
        let held: Vec<usize> = joiner.finish().map(|(_, bytes)| bytes.len()).collect();
        assert_eq!(held, [MAX_RECORD_BYTES + 1]);
    }
}
