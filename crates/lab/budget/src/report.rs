//! What the days came to, as a page and as rows.

use std::fmt::Write;

use gait_sim::SiteKind;

use crate::{
    bound::Mean,
    trial::Day,
    world::{CLIENTS_A_DAY, HISTORY_DAYS},
};

/// All days of one way to be under a budget.
#[derive(Debug)]
pub(crate) struct Lived {
    pub(crate) calibration: &'static str,
    pub(crate) per_day: Option<f64>,
    pub(crate) days: Vec<(SiteKind, u64, Day)>,
}

impl Lived {
    fn on(&self, site: Option<SiteKind>) -> Vec<Day> {
        let of = self.days.iter().filter(|(kind, _, _)| site.is_none_or(|site| *kind == site));
        of.map(|(_, _, day)| *day).collect()
    }

    fn budget(&self) -> String {
        self.per_day.map_or_else(|| "none".to_owned(), |per_day| per_day.to_string())
    }
}

fn mean(days: &[Day]) -> Mean {
    Mean::of(&days.iter().map(|day| day.false_alarms).collect::<Vec<_>>())
}

fn recall(days: &[Day]) -> String {
    let (caught, programs) =
        days.iter().fold((0, 0), |sum, day| (sum.0 + day.caught, sum.1 + day.programs));
    format!("{:.1} %", 100.0 * f64::from(caught) / f64::from(programs.max(1)))
}

/// The page without its head.
pub(crate) fn page(all: &[Lived]) -> String {
    let mut text = String::new();
    let Some(first) = all.first() else { return text };
    let people: u32 = first.days.iter().map(|(_, _, day)| day.people).sum();
    let programs: u32 = first.days.iter().map(|(_, _, day)| day.programs).sum();
    let epochs = first.days.len();
    _ = writeln!(
        text,
        "{epochs} days of {CLIENTS_A_DAY} visitors each, {people} people and {programs} undeclared programs \
         with steps enough in all; histories of {HISTORY_DAYS} other days of the same site, unlabelled. User \
         agents are hidden.\n"
    );
    text += "| calibrated on | budget B | false alarms a day | upper 95 % bound | bound ≤ B | recall | levels \
             spent a day | alerts held a day |\n|---|---:|---:|---:|:---:|---:|---:|---:|\n";
    for lived in all {
        let days = lived.on(None);
        let Mean { mean, upper } = mean(&days);
        let holds = match lived.per_day {
            None => "",
            Some(per_day) if upper <= per_day => "yes",
            Some(_) => "**no**",
        };
        let a_day = |sum: u64| sum as f64 / days.len().max(1) as f64;
        let levels = a_day(days.iter().map(|day| day.levels_nano).sum()) / 1e9;
        let held = a_day(days.iter().map(|day| day.held).sum());
        _ = writeln!(
            text,
            "| {} | {} | {mean:.3} | {upper:.3} | {holds} | {} | {levels:.2} | {held:.1} |",
            lived.calibration,
            lived.budget(),
            recall(&days),
        );
    }
    text += "\nBy site: false alarms a day (upper bound), recall.\n\n| calibrated on | budget B |";
    let sites: Vec<SiteKind> = crate::SITES.to_vec();
    for site in &sites {
        _ = write!(text, " {} |", site.name());
    }
    text += "\n|---|---:|---:|---:|---:|\n";
    for lived in all {
        _ = write!(text, "| {} | {} |", lived.calibration, lived.budget());
        for site in &sites {
            let days = lived.on(Some(*site));
            let Mean { mean, upper } = mean(&days);
            _ = write!(text, " {mean:.2} ({upper:.2}), {} |", recall(&days));
        }
        text.push('\n');
    }
    text
}

/// Every day, one a row.
pub(crate) fn rows(all: &[Lived]) -> String {
    let mut text = String::from(
        "calibration,budget,site,seed,people,false_alarms,programs,caught,levels_nano,held\n",
    );
    for lived in all {
        for (site, seed, day) in &lived.days {
            _ = writeln!(
                text,
                "{},{},{},{seed},{},{},{},{},{},{}",
                lived.calibration,
                lived.budget(),
                site.name(),
                day.people,
                day.false_alarms,
                day.programs,
                day.caught,
                day.levels_nano,
                day.held
            );
        }
    }
    text
}
