//! Finding the format from the first records, or saying what was seen and how to map it.

mod unknown;

use gait_event::{Origin, Resolution, TimeKind};
use serde_json::{Map, Value};

use crate::{
    arena::Arena,
    config::{DecodeConfig, Framing, Unwrap},
    decoder::{Decoded, Decoder},
    envelope::{self, KNOWN_FIELDS},
    facts::TimestampFacts,
    format::{FormatChoice, FormatId},
    framing::ArraySplitter,
    json::Preset,
};
pub use unknown::Unrecognised;

/// How many records are looked at, and how many bytes of them: a telling record is a short one.
const MAX_SAMPLE: usize = 200;
const MAX_SAMPLE_BYTES: usize = 1 << 18;

/// Formats from the most telling to the least: the first of equals is chosen.
const CANDIDATES: [FormatId; 13] = [
    FormatId::IstioJson,
    FormatId::EnvoyJson,
    FormatId::Kong,
    FormatId::TraefikJson,
    FormatId::Caddy,
    FormatId::Cloudflare,
    FormatId::McpGateway,
    FormatId::NginxJson,
    FormatId::AwsAlb,
    FormatId::Cloudfront,
    FormatId::EnvoyText,
    FormatId::Haproxy,
    FormatId::Combined,
];

/// A format that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The format.
    pub format: FormatId,
    /// The envelope around its lines.
    pub unwrap: Unwrap,
    /// Why, in plain words: `198 of 200 records read as nginx-json`.
    pub why: String,
    /// What the timestamps of the records looked at mean.
    pub timestamp: TimestampFacts,
}

/// Finds the format in which more than half of the records can be read. `sample` holds records, such as the
/// first lines of a file or some Kafka values; the lines of a printed JSON array are put together.
///
/// # Errors
/// What was seen instead, and how to go on, when there is no such format.
pub fn recognise(sample: &[&[u8]]) -> Result<Recognised, Unrecognised> {
    let elements = elements(sample);
    let records: Vec<&[u8]> = match &elements {
        Some(elements) => elements.iter().map(Vec::as_slice).collect(),
        None => sample.to_vec(),
    };
    let records = head(&records);
    let objects: Vec<_> = records.iter().filter_map(|record| unknown::object(record)).collect();
    let mut best: Option<Trial> = None;
    // Looked for only when the plainest way leaves something unread.
    let wrapped = std::iter::once_with(|| envelopes(records)).flatten();
    'trials: for unwrap in std::iter::once(Unwrap::None).chain(wrapped) {
        for format in CANDIDATES {
            if unwrap == Unwrap::None && !tells(format, &objects) {
                continue;
            }
            let Some(trial) = Trial::run(format, &unwrap, records) else { continue };
            if best.as_ref().is_none_or(|best| trial.events > best.events) {
                let is_all = trial.events > 0 && trial.rejects == 0;
                best = Some(trial);
                if is_all {
                    break 'trials;
                }
            }
        }
    }
    match best {
        Some(best) if best.events > best.rejects => Ok(best.into_recognised()),
        best => {
            let nearest = best.filter(|best| best.events > 0).map(|best| best.why());
            Err(unknown::describe(records, &objects, nearest))
        }
    }
}

/// The first records, as far as the limits allow; the first one always.
fn head<'s, 'r>(records: &'s [&'r [u8]]) -> &'s [&'r [u8]] {
    let mut bytes = 0;
    let within = records.iter().take(MAX_SAMPLE).take_while(|record| {
        let fits = bytes <= MAX_SAMPLE_BYTES;
        bytes += record.len();
        fits
    });
    records.get(..within.count()).unwrap_or(records)
}

/// The elements, when the sample is a JSON array printed over its records.
fn elements(sample: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
    let first = sample.iter().find(|record| !record.trim_ascii().is_empty())?;
    if !ArraySplitter::is_array(first) {
        return None;
    }
    let mut elements = Vec::new();
    let mut splitter = ArraySplitter::new();
    let mut bytes = 0;
    for record in sample {
        let mut keep = |element: &[u8]| elements.push(element.to_vec());
        splitter.push(record, &mut keep);
        splitter.push(b"\n", &mut keep);
        bytes += record.len();
        if bytes > MAX_SAMPLE_BYTES && !elements.is_empty() {
            break;
        }
    }
    // The sample may end inside the array: the unfinished element is no sample.
    Some(elements)
}

/// The envelopes that the records may have, the plainest first.
fn envelopes(records: &[&[u8]]) -> Vec<Unwrap> {
    let mut found = Vec::new();
    let any = |shape: &dyn Fn(&[u8]) -> bool| records.iter().any(|record| shape(record));
    if any(&|record| envelope::parse_cri(record).is_some()) {
        found.push(Unwrap::Cri);
    }
    if any(&|record| envelope::strip_syslog(record).is_some()) {
        found.push(Unwrap::Syslog);
    }
    let arena = Arena::new();
    let has = |key: &str| {
        any(&|record| {
            record.starts_with(b"{")
                && std::str::from_utf8(record)
                    .is_ok_and(|text| envelope::field(text, key, &arena).is_some())
        })
    };
    if has("log") && has("stream") && has("time") {
        found.push(Unwrap::Docker);
    }
    found.extend(
        KNOWN_FIELDS.iter().filter(|name| has(name)).map(|name| Unwrap::Field((*name).into())),
    );
    found.push(Unwrap::Auto);
    found
}

/// How a format did on the sample.
#[derive(Debug)]
struct Trial {
    format: FormatId,
    unwrap: Unwrap,
    events: usize,
    rejects: usize,
    ends: usize,
    steps: Vec<Resolution>,
}

impl Trial {
    /// Reads the sample; `None` when the format needs more than its name.
    fn run(format: FormatId, unwrap: &Unwrap, records: &[&[u8]]) -> Option<Self> {
        let config = DecodeConfig {
            format: FormatChoice::Named(format),
            unwrap: unwrap.clone(),
            framing: Framing::Auto,
            ..DecodeConfig::default()
        };
        let mut decoder = Decoder::new(&config).ok()?;
        let mut trial = Self {
            format,
            unwrap: unwrap.clone(),
            events: 0,
            rejects: 0,
            ends: 0,
            steps: Vec::new(),
        };
        let mut arena = Arena::new();
        for record in records {
            arena.reset();
            decoder.decode(record, Origin::default(), &arena, &mut |decoded| match decoded {
                Decoded::Event(event, _) => {
                    trial.events += 1;
                    trial.ends += usize::from(event.time_kind == TimeKind::End);
                    trial.steps.push(event.resolution);
                }
                Decoded::Reject(_) => trial.rejects += 1,
            });
        }
        Some(trial)
    }

    fn why(&self) -> String {
        let records = self.events + self.rejects;
        let around = match &self.unwrap {
            Unwrap::None | Unwrap::Auto => String::new(),
            unwrap => format!(" inside the envelope `{unwrap}`"),
        };
        format!("{} of {records} records read as {}{around}", self.events, self.format)
    }

    fn into_recognised(mut self) -> Recognised {
        self.steps.sort_unstable();
        let resolution = self.steps.get(self.steps.len() / 2).copied().unwrap_or_default();
        let kind = if self.ends * 2 > self.events { TimeKind::End } else { TimeKind::Start };
        let why = self.why();
        Recognised {
            format: self.format,
            unwrap: self.unwrap,
            why,
            timestamp: TimestampFacts { kind, resolution },
        }
    }
}

/// True for text formats, and for a JSON format whose telling keys stand in some record.
fn tells(format: FormatId, objects: &[Map<String, Value>]) -> bool {
    let Some(preset) = Preset::of(format) else { return true };
    objects.iter().any(|object| preset.telling.iter().all(|key| object.contains_key(*key)))
}

#[cfg(test)]
mod tests;
