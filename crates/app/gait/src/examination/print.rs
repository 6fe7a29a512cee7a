//! The report for a terminal.

use std::fmt::Write as _;

use super::Report;
use crate::terminal::{Table, counted, grouped};

impl Report {
    /// The report as text.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let formats = self.formats.join(", ");
        let (requests, clients) =
            (counted(self.events, "request"), counted(self.clients, "client"));
        _ = writeln!(out, "{requests} by {clients}; format {formats}");
        if let (Some(first), Some(last)) = (&self.first, &self.last) {
            _ = writeln!(out, "from {first} to {last}");
        }
        if let Some(clock) = self.clock {
            _ = writeln!(
                out,
                "clock: {clock}, {} of the times are the start of a request",
                self.starts
            );
            _ = writeln!(
                out,
                "order: {} behind a later request of their client, {} too late for its clocks",
                self.reordered, self.late
            );
        }
        for reject in &self.rejects {
            _ = writeln!(
                out,
                "rejected, {}: {} (first: {})",
                reject.reason,
                grouped(reject.count),
                reject.first
            );
        }
        if self.events > 0 {
            _ = write!(out, "\n{}", self.fields_table());
        }
        if self.events > 0 && !self.silent.is_empty() {
            _ = write!(out, "\n{}", self.silent_list());
        }
        out.push('\n');
        for found in &self.findings {
            _ = writeln!(out, "* {}\n  {}", found.finding, found.next);
        }
        out
    }

    fn fields_table(&self) -> Table {
        let mut table = Table::new(&["field", "logged", "filled"]);
        for field in &self.fields {
            table.row([field.name.to_owned(), field.logged.to_string(), field.filled.to_string()]);
        }
        table
    }

    fn silent_list(&self) -> String {
        let many = self.silent.len();
        let mut out =
            format!("{many} of {} detectors cannot speak; nobody showed\n", self.detectors);
        for silent in &self.silent {
            _ = writeln!(out, "  {}: {}", silent.detector, silent.unmeasured.join(", "));
        }
        out
    }
}
