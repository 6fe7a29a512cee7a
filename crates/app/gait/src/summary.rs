//! What a replay came to, for people and for programs.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use gait_classify::Class;
use gait_engine::Stats;
use serde::Serialize;

use crate::{
    pipeline::{Outcome, RejectSummary, Rejects},
    terminal::{Table, counted, grouped, rate},
};

/// The figures of a replay.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// Files read.
    pub(crate) files: usize,
    /// Requests that were judged.
    pub(crate) events: u64,
    /// Requests so far behind their client's latest that they were kept from its clocks.
    pub(crate) events_late: u64,
    /// Lines that gave no request.
    pub(crate) rejects: u64,
    /// Those lines by reason, each with the first of them.
    pub(crate) rejects_by_reason: Vec<RejectSummary>,
    /// Clients with a verdict.
    pub(crate) clients: u64,
    /// Those clients by class.
    pub(crate) clients_by_class: BTreeMap<&'static str, u64>,
    /// How many of them a gateway may act on.
    pub(crate) clients_enforceable: u64,
    /// Clients that had to make room and came out with the verdict they had then.
    pub(crate) clients_evicted: u64,
    /// Steps of alerts: opened, changed, closed.
    pub(crate) alerts: u64,
    /// Calls of identified agents.
    pub(crate) agent_calls: u64,
    /// Those that broke a hard limit of their grant; `None` without grants.
    pub(crate) violations: Option<u64>,
    /// Notices about identified agents; `None` without grants.
    pub(crate) notices: Option<u64>,
    /// Changes of habits inside their grants; `None` without grants.
    pub(crate) drifts: Option<u64>,
    /// What could not be read to its end.
    pub(crate) unreadable: Vec<String>,
    /// How long it took.
    pub(crate) seconds: f64,
}

impl Summary {
    /// The figures that are known once everything was read.
    pub(crate) fn new(read: Outcome, rejects: &Rejects) -> Self {
        Self {
            files: read.files,
            rejects: rejects.total(),
            rejects_by_reason: rejects.summary(),
            unreadable: read.unreadable,
            ..Self::default()
        }
    }

    /// Takes the engine's counts; those of findings mean something only where there are grants.
    pub(crate) fn count(&mut self, stats: &Stats, has_grants: bool) {
        self.events = stats.events;
        self.events_late = stats.events_late;
        self.clients_evicted = stats.clients_evicted;
        self.agent_calls = stats.agent_calls;
        self.violations = has_grants.then_some(stats.violations);
        self.notices = has_grants.then_some(stats.notices);
        self.drifts = has_grants.then_some(stats.drifts);
    }

    /// Counts the verdict on one client.
    pub(crate) fn client(&mut self, class: Class, enforceable: bool) {
        self.clients += 1;
        *self.clients_by_class.entry(class.as_str()).or_default() += 1;
        self.clients_enforceable += u64::from(enforceable);
    }

    /// The summary for a terminal.
    pub(crate) fn text(&self) -> String {
        let took = Duration::from_secs_f64(self.seconds);
        let mut out = String::new();
        _ = writeln!(
            out,
            "{} from {} in {:.2} s ({})",
            counted(self.events, "request"),
            counted(self.files as u64, "file"),
            self.seconds,
            rate(self.events, took)
        );
        if self.events_late > 0 {
            _ = writeln!(out, "{} too late for the clocks", counted(self.events_late, "request"));
        }
        let mut table = Table::new(&["class", "clients"]);
        for (class, count) in &self.clients_by_class {
            table.row([(*class).to_owned(), grouped(*count)]);
        }
        table.row(["all".to_owned(), grouped(self.clients)]);
        table.row(["enforceable".to_owned(), grouped(self.clients_enforceable)]);
        _ = write!(out, "\n{table}\n{}", counted(self.alerts, "alert step"));
        if self.clients_evicted > 0 {
            _ = write!(out, ", {} evicted to make room", counted(self.clients_evicted, "client"));
        }
        out.push('\n');
        if self.agent_calls > 0 {
            _ = write!(out, "{} of identified agents", counted(self.agent_calls, "call"));
            let told =
                [(self.violations, "violation"), (self.notices, "notice"), (self.drifts, "drift")];
            for (count, what) in told {
                if let Some(count) = count {
                    _ = write!(out, ", {}", counted(count, what));
                }
            }
            out.push('\n');
        }
        if self.rejects > 0 {
            let mut table = Table::new(&["rejected because", "lines", "first"]);
            for RejectSummary { reason, count, first } in &self.rejects_by_reason {
                table.row([(*reason).to_owned(), grouped(*count), first.clone()]);
            }
            _ = write!(out, "\n{table}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_same_in_both_shapes() {
        let read = Outcome { files: 2, unreadable: vec!["b.log is cut".into()], unrecognised: 0 };
        let mut summary = Summary::new(read, &Rejects::default());
        summary.events = 1500;
        summary.seconds = 0.5;
        summary.client(Class::Human, false);
        summary.client(Class::Agent, true);
        let text = summary.text();
        assert!(text.starts_with("1,500 requests from 2 files in 0.50 s (3 k/s)\n"), "{text}");
        assert!(text.contains("\nagent              1\n"), "{text}");
        let json = serde_json::to_value(&summary).unwrap();
        assert_eq!(json["clients_by_class"]["human"], 1);
        assert_eq!((&json["clients"], &json["clients_enforceable"]), (&2.into(), &1.into()));
        assert_eq!(json["unreadable"][0], "b.log is cut");
    }
}
