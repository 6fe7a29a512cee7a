//! What a log lets Gaitkeeper see: its clock, its fields, its order, and which detectors cannot speak on it.
//!
//! Everything is counted on the log itself, by judging it. What follows from the counts is in `advice`.

mod advice;
mod field;
mod print;
mod share;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use gait_decide::Verdict;
use gait_detect::{CLIENTS_MIN, Pack, STEPS};
use gait_event::{Event, EventTime, Resolution, TimeKind};
use gait_fingerprint::FeatureId;
use serde::Serialize;

pub(crate) use advice::Finding;
use field::FIELDS;
use share::Share;

use crate::pipeline::RejectSummary;

/// An address with more clients than this may be a proxy: people of one household or office are fewer.
const PROXY_CLIENTS_MIN: u64 = 20;

/// What was counted so far.
#[derive(Debug)]
pub(crate) struct Examination {
    events: u64,
    /// Events of each step of the clock.
    resolutions: BTreeMap<Resolution, u64>,
    /// Events whose time is the start of the request.
    starts: u64,
    /// Events that log a field, and those that have something in it, in the order of [`FIELDS`].
    fields: [(u64, u64); FIELDS.len()],
    first: Option<EventTime>,
    last: Option<EventTime>,
    clients: u64,
    /// Browsers, by their claim, that did enough to calibrate on.
    browsers: u64,
    /// Events and clients of each address.
    addresses: BTreeMap<String, (u64, u64)>,
    /// Features that were measured of any client.
    measured: Vec<bool>,
}

/// What the log lets be seen.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The formats of the files.
    pub(crate) formats: Vec<&'static str>,
    /// Requests read.
    pub(crate) events: u64,
    /// Lines that gave none, by reason.
    pub(crate) rejects: Vec<RejectSummary>,
    /// Who sent them: address, user agent and what else tells clients apart.
    pub(crate) clients: u64,
    /// Time of the first and of the last request.
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// Step of the clock: `second`, `millisecond` or `microsecond`; the coarsest of the log.
    pub(crate) clock: Option<&'static str>,
    /// Share of requests whose time is their start.
    pub(crate) starts: Share,
    /// Share of requests that came after a later one of their client.
    pub(crate) reordered: Share,
    /// Share of requests that came too late for their client's clocks.
    pub(crate) late: Share,
    /// The fields, with the shares of requests that log them and that have something in them.
    pub(crate) fields: Vec<FieldReport>,
    /// Detectors that could not speak about any client, and what they waited for.
    pub(crate) silent: Vec<Silent>,
    /// How many detectors there are.
    pub(crate) detectors: usize,
    /// What to do about it.
    pub(crate) findings: Vec<Finding>,
}

/// One field of the log.
#[derive(Debug, Serialize)]
pub(crate) struct FieldReport {
    /// As events name it.
    pub(crate) name: &'static str,
    pub(crate) logged: Share,
    pub(crate) filled: Share,
}

/// A detector that could not speak.
#[derive(Debug, Serialize)]
pub(crate) struct Silent {
    pub(crate) detector: String,
    /// The features that it reads and that were measured of no client.
    pub(crate) unmeasured: Vec<&'static str>,
}

/// What only the reading and the judging of the log tell.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) formats: Vec<&'static str>,
    pub(crate) rejects: Vec<RejectSummary>,
    pub(crate) reordered: u64,
    pub(crate) late: u64,
}

impl Default for Examination {
    fn default() -> Self {
        Self {
            events: 0,
            resolutions: BTreeMap::new(),
            starts: 0,
            fields: [(0, 0); FIELDS.len()],
            first: None,
            last: None,
            clients: 0,
            browsers: 0,
            addresses: BTreeMap::new(),
            measured: vec![false; FeatureId::all().len()],
        }
    }
}

impl Examination {
    /// Counts one request.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        self.events += 1;
        *self.resolutions.entry(event.resolution).or_default() += 1;
        self.starts += u64::from(event.time_kind == TimeKind::Start);
        for ((logged, filled), field) in self.fields.iter_mut().zip(&FIELDS) {
            *logged += u64::from(event.logged.contains(field.set));
            *filled += u64::from((field.is_filled)(event));
        }
        self.first = Some(self.first.map_or(event.time, |first| first.min(event.time)));
        self.last = Some(self.last.map_or(event.time, |last| last.max(event.time)));
    }

    /// Counts what became of one client.
    pub(crate) fn client(&mut self, verdict: &Verdict<'_>) {
        self.clients += 1;
        let address = self.addresses.entry(verdict.client.ip.to_owned()).or_default();
        address.0 += verdict.assessment.events;
        address.1 += 1;
        for (id, _) in verdict.features.iter() {
            if let Some(measured) = self.measured.get_mut(id.index()) {
                *measured = true;
            }
        }
        let claim = FeatureId::by_name("claims_browser").and_then(|id| verdict.features.get(id));
        let is_browser = claim.is_some_and(|claim| claim > 0.0);
        self.browsers += u64::from(is_browser && verdict.assessment.decisions >= STEPS[0]);
    }

    /// What it comes to.
    pub(crate) fn report(&self, pack: &Pack, counted: Counted) -> Report {
        let of_events = |count| Share::new(count, self.events);
        let field = |((logged, filled), field): (&(u64, u64), &field::Field)| FieldReport {
            name: field.name,
            logged: of_events(*logged),
            filled: of_events(*filled),
        };
        let mut report = Report {
            formats: counted.formats,
            events: self.events,
            rejects: counted.rejects,
            clients: self.clients,
            first: self.first.map(|time| time.to_string()),
            last: self.last.map(|time| time.to_string()),
            clock: self.resolutions.keys().next_back().map(|step| clock_name(*step)),
            starts: of_events(self.starts),
            reordered: of_events(counted.reordered),
            late: of_events(counted.late),
            fields: self.fields.iter().zip(&FIELDS).map(field).collect(),
            silent: self.silent(pack),
            detectors: pack.detectors().len(),
            findings: Vec::new(),
        };
        report.findings = advice::findings(&report, self);
        report
    }

    /// The detectors that read a feature which was measured of nobody.
    fn silent(&self, pack: &Pack) -> Vec<Silent> {
        let is_measured = |id: &FeatureId| self.measured.get(id.index()).copied().unwrap_or(false);
        let silent = pack.detectors().iter().filter_map(|detector| {
            let unmeasured: Vec<_> = detector
                .features
                .iter()
                .filter(|id| !is_measured(id))
                .map(|id| id.name())
                .collect();
            let detector = detector.id.clone();
            (!unmeasured.is_empty()).then_some(Silent { detector, unmeasured })
        });
        silent.collect()
    }

    /// The address with the most requests, when so many clients stand behind it that it may be a proxy.
    fn busiest_proxy(&self) -> Option<(&str, Share)> {
        let busiest = self.addresses.iter().max_by_key(|(_, (events, _))| *events);
        let (ip, (events, clients)) = busiest?;
        (*clients >= PROXY_CLIENTS_MIN).then(|| (ip.as_str(), Share::new(*events, self.events)))
    }

    /// True when people can be learnt from the log.
    fn can_calibrate(&self) -> bool {
        self.browsers >= u64::from(CLIENTS_MIN)
    }
}

fn clock_name(step: Resolution) -> &'static str {
    match step {
        Resolution::Microsecond => "microsecond",
        Resolution::Millisecond => "millisecond",
        Resolution::Second => "second",
    }
}
