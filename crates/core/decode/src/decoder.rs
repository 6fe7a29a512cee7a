//! From a record to its events: envelope off, frames apart, then the reader of the format.

use gait_event::{Event, Origin};
use memchr::memchr;

use crate::{
    MAX_RECORD_BYTES, agent,
    arena::Arena,
    assemble::{Rules, assemble},
    config::{DecodeConfig, DecodeConfigError, Framing, Unwrap},
    envelope::{self, CriLine, Joiner},
    format::FormatId,
    framing::ArraySplitter,
    json::{self, Preset, Trie},
    raw::RawFields,
    reject::{Fault, Reject, RejectReason},
    scan,
    text::{self, Cloudfront, Layout},
};

/// Envelopes inside of envelopes that are taken off before the decoder gives up.
const MAX_ENVELOPES: u8 = 3;

/// What one record, or a part of it, became.
#[derive(Debug)]
pub enum Decoded<'d, 'a> {
    /// A request, and the line it stands in, out of its envelope. Whoever keeps the event copies it.
    Event(&'d mut Event<'a>, &'a [u8]),
    /// No request, and why.
    Reject(Reject<'a>),
}

/// Where a record stands in its log, and where the text that is made of it is kept.
#[derive(Clone, Copy)]
struct Place<'r> {
    origin: Origin,
    arena: &'r Arena,
}

/// Decodes the records of one log. Stateful: CloudFront names its columns in a comment, and lines of a
/// container runtime come in parts. Otherwise each record stands for itself.
#[derive(Debug)]
pub struct Decoder {
    reader: Reader,
    rules: Rules,
    unwrap: Unwrap,
    framing: Framing,
    joiner: Joiner,
}

/// The format at work.
#[derive(Debug)]
struct Reader {
    format: FormatId,
    /// The table of a JSON format.
    trie: Option<Trie>,
    /// The columns of CloudFront.
    columns: Cloudfront,
}

impl Reader {
    /// The table by which records without objects in them become events with nothing more to do.
    fn plain_trie(&self) -> Option<&Trie> {
        self.trie.as_ref().filter(|_| self.format != FormatId::McpGateway)
    }

    fn read<'a>(&self, line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
        if let Some(trie) = &self.trie {
            return if self.format == FormatId::McpGateway {
                agent::read(trie, line, raw)
            } else {
                json::read(trie, line, raw)
            };
        }
        match self.format {
            FormatId::EnvoyText => text::read_envoy(line, raw),
            FormatId::Haproxy => text::read_haproxy(line, raw),
            FormatId::AwsAlb => text::read_alb(line, raw),
            FormatId::Cloudfront => self.columns.read(line, raw),
            _ => text::read_combined(line, raw),
        }
    }
}

impl Decoder {
    /// A decoder for a named format.
    ///
    /// # Errors
    /// When the format is `auto` ([`crate::recognise`] finds it), or the field map is missing or of no use.
    pub fn new(config: &DecodeConfig) -> Result<Self, DecodeConfigError> {
        let format = config.checked_format()?;
        let mut rules = Rules {
            trusted_proxies: config.trusted_proxies.clone(),
            site: config.site.clone(),
            ..Rules::default()
        };
        let mut trie = None;
        if let Some(preset) = Preset::of(format) {
            rules.duration_unit = preset.duration_unit;
            trie = Some(preset.trie());
        } else if let Some(layout) = Layout::of(format) {
            rules.duration_unit = layout.duration_unit;
        } else if let Some(map) = &config.field_map {
            rules.time_unit = map.time_unit();
            rules.duration_unit = map.duration_unit();
            trie = Some(map.trie());
        }
        Ok(Self {
            reader: Reader { format, trie, columns: Cloudfront::default() },
            rules,
            unwrap: config.unwrap.clone(),
            framing: config.framing,
            joiner: Joiner::default(),
        })
    }

    /// The format this decodes.
    #[must_use]
    pub fn format(&self) -> FormatId {
        self.reader.format
    }

    /// Decodes one record: a log line without its newline, or a Kafka value. Calls `sink` once per event
    /// or reject: several times for an array, never for blank lines, comments and parts of a line.
    ///
    /// What `sink` gets borrows from the record and from `arena`, so events of several records can be kept
    /// together; the caller resets the arena when they are done with.
    pub fn decode<'r>(
        &mut self,
        record: &'r [u8],
        origin: Origin,
        arena: &'r Arena,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        let place = Place { origin, arena };
        let record = record.strip_prefix("\u{feff}".as_bytes()).unwrap_or(record).trim_ascii();
        if record.is_empty() {
            return;
        }
        if record.len() > MAX_RECORD_BYTES {
            let fault = Fault::at(RejectReason::TooLong, MAX_RECORD_BYTES);
            return sink(Decoded::Reject(fault.reject(origin, record)));
        }
        if self.is_bare() && self.plain(record, place, sink).is_some() {
            return;
        }
        self.frames(record, place, sink);
    }

    /// Ends the input: what remains of an unfinished line is rejected as truncated.
    pub fn finish<'r>(&mut self, arena: &'r Arena, sink: &mut dyn FnMut(Decoded<'_, 'r>)) {
        for (origin, bytes) in self.joiner.finish() {
            let fault = Fault::at(RejectReason::Truncated, bytes.len());
            reject(fault, arena.keep_bytes(&bytes), origin, sink);
        }
    }

    /// True when a record that is a plain line is what is looked for: it holds no line end, so it is one
    /// frame, and none of the envelopes that are known by their shape.
    fn is_bare(&self) -> bool {
        matches!(self.framing, Framing::Auto | Framing::None)
            && matches!(self.unwrap, Unwrap::Auto | Unwrap::None)
    }

    /// The short way for the lines that logs nearly always hold. `None` when the line, which may be a good
    /// one, is left to the general way.
    #[inline]
    fn plain<'r>(
        &self,
        line: &'r [u8],
        place: Place<'r>,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) -> Option<()> {
        let text = simdutf8::basic::from_utf8(line).ok()?;
        if let Some(trie) = self.reader.plain_trie() {
            let mut raw = RawFields::new(place.arena);
            json::read_flat(trie, text, &mut raw)?;
            assemble(&mut raw, &self.rules, text).ok()?;
            raw.event.origin = place.origin;
            sink(Decoded::Event(&mut raw.event, line));
        } else if self.reader.format == FormatId::Combined {
            let mut event = text::read_plain(text, &self.rules.calendar)?;
            event.origin = place.origin;
            sink(Decoded::Event(&mut event, line));
        } else {
            return None;
        }
        Some(())
    }

    /// Takes the records of one value apart.
    fn frames<'r>(
        &mut self,
        record: &'r [u8],
        place: Place<'r>,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        let framing = match self.framing {
            Framing::Auto => frame_by_shape(record),
            framing => framing,
        };
        match framing {
            Framing::JsonArray => {
                let mut splitter = ArraySplitter::new();
                let mut elements =
                    |element: &[u8]| self.envelope(place.arena.keep_bytes(element), place, sink);
                splitter.push(record, &mut elements);
                // What is missing at the end shows as a truncated last element.
                let _unclosed = splitter.finish(&mut elements);
            }
            Framing::Ndjson => {
                for line in record.split(|byte| *byte == b'\n') {
                    self.envelope(line.trim_ascii(), place, sink);
                }
            }
            Framing::Auto | Framing::None => self.envelope(record, place, sink),
        }
    }

    /// Takes the envelope off.
    fn envelope<'r>(
        &mut self,
        record: &'r [u8],
        place: Place<'r>,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        let no_envelope = Fault::new(RejectReason::BadEnvelope);
        match &self.unwrap {
            Unwrap::Auto => self.by_shape(record, place, MAX_ENVELOPES, sink),
            Unwrap::None => self.line(record, place, sink),
            Unwrap::Cri => match envelope::parse_cri(record) {
                Some(part) => self.container_line(&part, place, 0, sink),
                None => reject(no_envelope, record, place.origin, sink),
            },
            Unwrap::Syslog => match envelope::strip_syslog(record) {
                Some(message) => self.line(message, place, sink),
                None => reject(no_envelope, record, place.origin, sink),
            },
            Unwrap::Docker | Unwrap::Field(_) => {
                let path = if let Unwrap::Field(path) = &self.unwrap { path } else { "log" };
                let text = std::str::from_utf8(record).unwrap_or_default();
                match envelope::field(text, path, place.arena) {
                    Some(line) => self.line(line.trim().as_bytes(), place, sink),
                    None => reject(no_envelope, record, place.origin, sink),
                }
            }
        }
    }

    /// Takes off the envelopes that show by their shape. A JSON record that is an event is one by
    /// itself: only in those that are not, an envelope is looked for.
    fn by_shape<'r>(
        &mut self,
        record: &'r [u8],
        place: Place<'r>,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        if record.starts_with(b"{") {
            return self.json_by_shape(record, place, depth, sink);
        }
        let inner_depth = depth.saturating_sub(1);
        if depth > 0
            && let Some(part) = envelope::parse_cri(record)
        {
            self.container_line(&part, place, inner_depth, sink);
        } else if depth > 0
            && let Some(message) = envelope::strip_syslog(record)
        {
            self.by_shape(message.trim_ascii(), place, inner_depth, sink);
        } else {
            self.line(record, place, sink);
        }
    }

    fn json_by_shape<'r>(
        &mut self,
        record: &'r [u8],
        place: Place<'r>,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        let Err(fault) = self.event(record, place, sink) else { return };
        let is_json = !matches!(fault.reason, RejectReason::NotJson | RejectReason::NotUtf8);
        let line =
            std::str::from_utf8(record).ok().filter(|_| is_json && depth > 0).and_then(|text| {
                envelope::KNOWN_FIELDS
                    .into_iter()
                    .find_map(|name| envelope::field(text, name, place.arena))
            });
        match line {
            Some(line) => self.by_shape(line.trim().as_bytes(), place, depth - 1, sink),
            None => reject(fault, record, place.origin, sink),
        }
    }

    /// A line of a container runtime, whole or in parts.
    fn container_line<'r>(
        &mut self,
        part: &CriLine<'r>,
        place: Place<'r>,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        if let Some(joined) = self.joiner.push(part, place.origin, place.arena) {
            if joined.len() > MAX_RECORD_BYTES {
                let fault = Fault::at(RejectReason::TooLong, MAX_RECORD_BYTES);
                reject(fault, joined, place.origin, sink);
            } else {
                self.by_shape(joined.trim_ascii(), place, depth, sink);
            }
        } else if !part.is_partial {
            self.by_shape(part.text.trim_ascii(), place, depth, sink);
        }
    }

    /// A bare line.
    fn line<'r>(
        &mut self,
        line: &'r [u8],
        place: Place<'r>,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) {
        match line {
            [] => {}
            [b'#', ..] => {
                if let Ok(comment) = std::str::from_utf8(line) {
                    self.reader.columns.comment(comment);
                }
            }
            _ => {
                if let Err(fault) = self.event(line, place, sink) {
                    reject(fault, line, place.origin, sink);
                }
            }
        }
    }

    /// Hands the event over, or says why there is none.
    fn event<'r>(
        &self,
        line: &'r [u8],
        place: Place<'r>,
        sink: &mut dyn FnMut(Decoded<'_, 'r>),
    ) -> Result<(), Fault> {
        if self.plain(line, place, sink).is_some() {
            return Ok(());
        }
        let text = simdutf8::compat::from_utf8(line)
            .map_err(|error| Fault::at(RejectReason::NotUtf8, error.valid_up_to()))?;
        // JSON cannot hold them bare, and whatever reads an event may rely on there being none.
        if self.reader.trie.is_none() && scan::any(line, |byte| byte.is_ascii_control()) {
            let at = line.iter().position(|byte| *byte != b'\t' && byte.is_ascii_control());
            at.map_or(Ok(()), |at| Err(Fault::at(RejectReason::Binary, at)))?;
        }
        let mut raw = RawFields::new(place.arena);
        self.reader.read(text, &mut raw)?;
        assemble(&mut raw, &self.rules, text)?;
        raw.event.origin = place.origin;
        sink(Decoded::Event(&mut raw.event, line));
        Ok(())
    }
}

/// An array of objects is told by its start, a value of several lines by the end of its first.
fn frame_by_shape(record: &[u8]) -> Framing {
    if record.starts_with(b"[") && ArraySplitter::is_array(record) {
        return Framing::JsonArray;
    }
    match memchr(b'\n', record).and_then(|end| record.get(..end)) {
        // An object that is printed over several lines is one record.
        Some(first) if !first.starts_with(b"{") || first.trim_ascii_end().ends_with(b"}") => {
            Framing::Ndjson
        }
        _ => Framing::None,
    }
}

fn reject<'r>(
    fault: Fault,
    record: &'r [u8],
    origin: Origin,
    sink: &mut dyn FnMut(Decoded<'_, 'r>),
) {
    let fault = match record.iter().position(|byte| is_binary(*byte)) {
        Some(at) if hides_binary(fault.reason) => Fault::at(RejectReason::Binary, at),
        _ => fault,
    };
    sink(Decoded::Reject(fault.reject(origin, record)));
}

/// The reasons that say nothing about a record of bytes that are no text.
fn hides_binary(reason: RejectReason) -> bool {
    matches!(
        reason,
        RejectReason::NotUtf8
            | RejectReason::NotJson
            | RejectReason::WrongFormat
            | RejectReason::Truncated
            | RejectReason::BadEnvelope
    )
}

/// Control bytes that no log line holds; tab, line ends and escape are not among them.
fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31)
}

#[cfg(test)]
mod tests;
