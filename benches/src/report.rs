//! The table of budgets: one row per path, printed for people and written as JSON for programs.
//!
//! Every row is a cost, so that less is better: a row within its budget has a margin of at least 1.

use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::machine::Machine;

/// What a cost is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// CPU time per event, ns; printed as events per CPU-second.
    NsPerEvent,
    /// Memory per client, bytes.
    BytesPerClient,
    /// Latency, µs.
    Us,
}

/// One measured path.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was measured.
    pub path: String,
    /// The unit of the figures.
    pub unit: Unit,
    /// What it cost.
    pub measured: f64,
    /// The most it should cost.
    pub budget: Option<f64>,
    /// What the parts that cannot be avoided cost, as measured alone.
    pub floor: Option<f64>,
    /// Under which conditions.
    pub note: String,
}

impl Row {
    /// A row without budget and floor.
    #[must_use]
    pub fn new(path: impl Into<String>, unit: Unit, measured: f64) -> Self {
        Self { path: path.into(), unit, measured, budget: None, floor: None, note: String::new() }
    }

    /// With the most it should cost.
    #[must_use]
    pub fn budget(self, most: f64) -> Self {
        Self { budget: Some(most), ..self }
    }

    /// With a budget in events per CPU-second.
    #[must_use]
    pub fn budget_per_second(self, least: f64) -> Self {
        self.budget(1e9 / least)
    }

    /// With the cost of what cannot be avoided.
    #[must_use]
    pub fn floor(self, least: f64) -> Self {
        Self { floor: Some(least), ..self }
    }

    /// With the conditions.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// Budget over cost: at least 1 when the budget is kept.
    #[must_use]
    pub fn margin(&self) -> Option<f64> {
        self.budget.map(|budget| budget / self.measured)
    }

    /// Cost over floor: how many times the unavoidable is paid.
    #[must_use]
    pub fn over_floor(&self) -> Option<f64> {
        self.floor.map(|floor| self.measured / floor)
    }

    fn print(&self, figure: f64) -> String {
        match self.unit {
            Unit::NsPerEvent => format!("{figure:.0} ns, {}/s", count(1e9 / figure)),
            Unit::BytesPerClient => format!("{figure:.0} B"),
            Unit::Us if figure < 10.0 => format!("{figure:.2} µs"),
            Unit::Us => format!("{figure:.0} µs"),
        }
    }
}

/// A count with its thousands folded: `1.25 M`.
fn count(number: f64) -> String {
    match number {
        1e6.. => format!("{:.2} M", number / 1e6),
        1e3.. => format!("{:.0} k", number / 1e3),
        _ => format!("{number:.0}"),
    }
}

/// A path that was not measured, and why.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// The path.
    pub path: String,
    /// What it lacked.
    pub why: String,
}

/// All rows of one run on one machine.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Where it ran.
    pub machine: Machine,
    /// `full` or `smoke`. Figures of a smoke run show that the benches work, and nothing else.
    pub size: &'static str,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// What is missing.
    pub left_out: Vec<LeftOut>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.machine)?;
        let ratio = |ratio: Option<f64>| ratio.map_or("-".to_owned(), |r| format!("{r:.2}"));
        let mut lines = vec![
            ["path", "measured", "budget", "margin", "× floor", "conditions"].map(str::to_owned),
        ];
        lines.extend(self.rows.iter().map(|row| {
            [
                row.path.clone(),
                row.print(row.measured),
                row.budget.map_or("-".to_owned(), |budget| row.print(budget)),
                ratio(row.margin()),
                ratio(row.over_floor()),
                row.note.clone(),
            ]
        }));
        let widths: Vec<usize> = (0..6)
            .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
            .collect();
        for line in lines {
            let mut text = String::new();
            for (cell, width) in line.iter().zip(&widths) {
                write!(text, "{cell:<width$}  ")?;
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        for left_out in &self.left_out {
            writeln!(f, "left out: {}, {}", left_out.path, left_out.why)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_say_whether_the_budget_is_kept() {
        let row = Row::new("engine", Unit::NsPerEvent, 800.0).budget_per_second(1e6).floor(400.0);
        assert_eq!((row.margin(), row.over_floor()), (Some(1.25), Some(2.0)));
        assert_eq!(row.print(800.0), "800 ns, 1.25 M/s");
        assert_eq!(Row::new("x", Unit::Us, 1.0).margin(), None);
    }

    #[test]
    fn the_table_lines_up() {
        let report = Report {
            machine: Machine::here(),
            size: "smoke",
            rows: vec![
                Row::new("a", Unit::Us, 3.0).budget(20.0).note("idle"),
                Row::new("a longer path", Unit::BytesPerClient, 1400.0),
            ],
            left_out: vec![LeftOut { path: "Kafka".into(), why: "no broker".into() }],
        };
        let text = report.to_string();
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(rows[0].find("measured"), rows[1].find("3.00 µs"));
        assert!(rows[1].contains("6.67") && rows[3].starts_with("left out: Kafka"), "{text}");
    }
}
