//! From a record to its events: envelope off, frames apart, then the reader of the format.

use gait_event::{Event, Origin};
use memchr::memchr;

use crate::{
    MAX_RECORD_BYTES,
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
#[expect(
    clippy::large_enum_variant,
    reason = "lives on the stack for one call; a box would allocate"
)]
pub enum Decoded<'a> {
    /// A request, and the line it stands in, out of its envelope.
    Event(Event<'a>, &'a [u8]),
    /// No request, and why.
    Reject(Reject<'a>),
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
    fn read<'a>(&self, line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
        if let Some(trie) = &self.trie {
            return json::read(trie, line, raw);
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
        let mut rules =
            Rules { trusted_proxies: config.trusted_proxies.clone(), ..Rules::default() };
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
    pub fn decode(&mut self, record: &[u8], origin: Origin, sink: &mut dyn FnMut(Decoded<'_>)) {
        let record = record.strip_prefix("\u{feff}".as_bytes()).unwrap_or(record).trim_ascii();
        if record.is_empty() {
            return;
        }
        if record.len() > MAX_RECORD_BYTES {
            let fault = Fault::at(RejectReason::TooLong, MAX_RECORD_BYTES);
            return sink(Decoded::Reject(fault.reject(origin, record)));
        }
        self.frames(record, origin, sink);
    }

    /// Ends the input: what remains of an unfinished line is rejected as truncated.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Decoded<'_>)) {
        for (origin, bytes) in self.joiner.finish() {
            reject(Fault::at(RejectReason::Truncated, bytes.len()), &bytes, origin, sink);
        }
    }

    /// Takes the records of one value apart.
    fn frames(&mut self, record: &[u8], origin: Origin, sink: &mut dyn FnMut(Decoded<'_>)) {
        let framing = match self.framing {
            Framing::Auto => frame_by_shape(record),
            framing => framing,
        };
        match framing {
            Framing::JsonArray => {
                let mut splitter = ArraySplitter::new();
                let mut elements = |element: &[u8]| self.envelope(element, origin, sink);
                splitter.push(record, &mut elements);
                // What is missing at the end shows as a truncated last element.
                let _unclosed = splitter.finish(&mut elements);
            }
            Framing::Ndjson => {
                for line in record.split(|byte| *byte == b'\n') {
                    self.envelope(line.trim_ascii(), origin, sink);
                }
            }
            Framing::Auto | Framing::None => self.envelope(record, origin, sink),
        }
    }

    /// Takes the envelope off.
    fn envelope(&mut self, record: &[u8], origin: Origin, sink: &mut dyn FnMut(Decoded<'_>)) {
        let no_envelope = Fault::new(RejectReason::BadEnvelope);
        match &self.unwrap {
            Unwrap::Auto => self.by_shape(record, origin, MAX_ENVELOPES, sink),
            Unwrap::None => self.line(record, origin, sink),
            Unwrap::Cri => match envelope::parse_cri(record) {
                Some(part) => self.container_line(&part, origin, 0, sink),
                None => reject(no_envelope, record, origin, sink),
            },
            Unwrap::Syslog => match envelope::strip_syslog(record) {
                Some(message) => self.line(message, origin, sink),
                None => reject(no_envelope, record, origin, sink),
            },
            Unwrap::Docker | Unwrap::Field(_) => {
                let path = if let Unwrap::Field(path) = &self.unwrap { path } else { "log" };
                let text = std::str::from_utf8(record).unwrap_or_default();
                match envelope::field(text, path) {
                    Some(line) => self.line(line.trim().as_bytes(), origin, sink),
                    None => reject(no_envelope, record, origin, sink),
                }
            }
        }
    }

    /// Takes off the envelopes that show by their shape. A JSON record that is an event is one by
    /// itself: only in those that are not, an envelope is looked for.
    fn by_shape(
        &mut self,
        record: &[u8],
        origin: Origin,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_>),
    ) {
        if record.starts_with(b"{") {
            return self.json_by_shape(record, origin, depth, sink);
        }
        let inner_depth = depth.saturating_sub(1);
        if depth > 0
            && let Some(part) = envelope::parse_cri(record)
        {
            self.container_line(&part, origin, inner_depth, sink);
        } else if depth > 0
            && let Some(message) = envelope::strip_syslog(record)
        {
            self.by_shape(message.trim_ascii(), origin, inner_depth, sink);
        } else {
            self.line(record, origin, sink);
        }
    }

    fn json_by_shape(
        &mut self,
        record: &[u8],
        origin: Origin,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_>),
    ) {
        let Err(fault) = self.event(record, origin, sink) else { return };
        let is_json = !matches!(fault.reason, RejectReason::NotJson | RejectReason::NotUtf8);
        let line =
            std::str::from_utf8(record).ok().filter(|_| is_json && depth > 0).and_then(|text| {
                envelope::KNOWN_FIELDS.into_iter().find_map(|name| envelope::field(text, name))
            });
        match line {
            Some(line) => self.by_shape(line.trim().as_bytes(), origin, depth - 1, sink),
            None => reject(fault, record, origin, sink),
        }
    }

    /// A line of a container runtime, whole or in parts.
    fn container_line(
        &mut self,
        part: &CriLine<'_>,
        origin: Origin,
        depth: u8,
        sink: &mut dyn FnMut(Decoded<'_>),
    ) {
        if let Some(joined) = self.joiner.push(part, origin) {
            if joined.len() > MAX_RECORD_BYTES {
                reject(Fault::at(RejectReason::TooLong, MAX_RECORD_BYTES), &joined, origin, sink);
            } else {
                self.by_shape(joined.trim_ascii(), origin, depth, sink);
            }
            self.joiner.recycle(part.stream, joined);
        } else if !part.is_partial {
            self.by_shape(part.text.trim_ascii(), origin, depth, sink);
        }
    }

    /// A bare line.
    fn line(&mut self, line: &[u8], origin: Origin, sink: &mut dyn FnMut(Decoded<'_>)) {
        match line {
            [] => {}
            [b'#', ..] => {
                if let Ok(comment) = std::str::from_utf8(line) {
                    self.reader.columns.comment(comment);
                }
            }
            _ => {
                if let Err(fault) = self.event(line, origin, sink) {
                    reject(fault, line, origin, sink);
                }
            }
        }
    }

    /// Hands the event over, or says why there is none.
    fn event(
        &self,
        line: &[u8],
        origin: Origin,
        sink: &mut dyn FnMut(Decoded<'_>),
    ) -> Result<(), Fault> {
        let text = std::str::from_utf8(line)
            .map_err(|error| Fault::at(RejectReason::NotUtf8, error.valid_up_to()))?;
        // JSON cannot hold them bare, and whatever reads an event may rely on there being none.
        if self.reader.trie.is_none() && scan::any(line, |byte| byte.is_ascii_control()) {
            let at = line.iter().position(|byte| *byte != b'\t' && byte.is_ascii_control());
            at.map_or(Ok(()), |at| Err(Fault::at(RejectReason::Binary, at)))?;
        }
        let mut raw = RawFields::new();
        self.reader.read(text, &mut raw)?;
        assemble(&mut raw, &self.rules, text)?;
        raw.event.origin = origin;
        sink(Decoded::Event(raw.event, line));
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

fn reject(fault: Fault, record: &[u8], origin: Origin, sink: &mut dyn FnMut(Decoded<'_>)) {
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
