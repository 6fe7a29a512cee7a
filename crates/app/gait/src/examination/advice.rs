//! What follows from the counts, each with the next step. What a log lacks costs detectors, never false alarms:
//! they abstain.

use serde::Serialize;

use super::{Examination, PROXY_CLIENTS_MIN, Report};
use crate::terminal::grouped;

/// Shares above which something is worth saying.
const REJECTED_MIN: f64 = 0.001;
const LATE_MIN: f64 = 0.001;
const PROXY_MIN: f64 = 0.2;

/// Where the format is that loses nothing.
const FULL_FORMAT: &str =
    "docs/gateways/nginx-log-format.conf shows a format with all that NGINX can log";

/// One thing that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// What is so.
    pub(crate) finding: String,
    /// What can be done.
    pub(crate) next: String,
}

fn finding(finding: impl Into<String>, next: impl Into<String>) -> Finding {
    Finding { finding: finding.into(), next: next.into() }
}

/// What to say about a log, the costliest first.
pub(super) fn findings(report: &Report, seen: &Examination) -> Vec<Finding> {
    if report.events == 0 {
        let next = "name the format by --format, or map its keys by --field-map (docs/formats.md)";
        return vec![finding("no request was read", next)];
    }
    let mut findings = Vec::new();
    findings.extend(rejected(report));
    findings.extend(clock(report));
    findings.extend(missing(report));
    findings.extend(proxy(seen));
    findings.extend(order(report));
    findings.push(history(seen));
    findings
}

fn rejected(report: &Report) -> Option<Finding> {
    let lines: u64 = report.rejects.iter().map(|reason| reason.count).sum();
    let of = lines + report.events;
    let is_many = lines as f64 > of as f64 * REJECTED_MIN;
    let what = format!("{} of {} lines were rejected", grouped(lines), grouped(of));
    let next =
        "look at the first of each reason above; `gait replay --rejects FILE` keeps them all";
    is_many.then(|| finding(what, next))
}

fn clock(report: &Report) -> Option<Finding> {
    let whole_seconds = report.clock == Some("second");
    let ends = report.starts.is_below(1.0);
    let next = format!("log milliseconds and the duration of each request; {FULL_FORMAT}");
    if whole_seconds {
        let what = "times are whole seconds: order and counts can be trusted, cadence cannot, so \
                    features of cadence abstain and agents are told later or not at all";
        Some(finding(what, next))
    } else if ends {
        let what = "times are those of the end of a request: what started together cannot be seen";
        Some(finding(what, next))
    } else {
        None
    }
}

/// The fields that the log does not carry, in one finding.
fn missing(report: &Report) -> Option<Finding> {
    let names: Vec<_> =
        report.fields.iter().filter(|f| f.logged.is_none_of_it()).map(|f| f.name).collect();
    let silent = report.silent.len();
    let what = format!(
        "not logged: {}; {silent} of {} detectors could not speak about anybody (listed above)",
        names.join(", "),
        report.detectors
    );
    (!names.is_empty()).then(|| finding(what, FULL_FORMAT))
}

fn proxy(seen: &Examination) -> Option<Finding> {
    let (ip, of_events) = seen.busiest_proxy()?;
    let is_busy = of_events.is_above(PROXY_MIN);
    let what = format!(
        "{of_events} of all requests come from `{ip}`, behind which {PROXY_CLIENTS_MIN} or more clients \
         stand: it may be a proxy"
    );
    let next = format!("if it is yours, log X-Forwarded-For and give --trusted-proxy {ip}");
    is_busy.then(|| finding(what, next))
}

fn order(report: &Report) -> Option<Finding> {
    let is_late = report.late.is_above(LATE_MIN);
    let what = format!(
        "{} of all requests came too late for their client's clocks: the log is out of order",
        report.late
    );
    let next = "give the files in the order in which they were written, or one directory of them; \
                key a topic by client";
    is_late.then(|| finding(what, next))
}

fn history(seen: &Examination) -> Finding {
    if seen.can_calibrate() {
        let what = format!("{} browsers did enough to learn from", grouped(seen.browsers));
        let next = "gait calibrate --out site.model LOG… makes a site model for replay and run \
                    (docs/site-model.md)";
        return finding(what, next);
    }
    let what = format!(
        "only {} browsers did enough to learn from: too few for a site model",
        grouped(seen.browsers)
    );
    finding(what, "calibrate on a longer history; until then the shipped model judges alone")
}
