//! A report as a text that a person reads.

use std::fmt::Write;

use gait_classify::Class;

use super::{
    detectors::DetectorRow,
    families::Families,
    interval::{Proportion, Spread},
    kinds::{F1, Kinds},
    report::{Group, Report},
    role::Role,
    takeovers::Takeovers,
};
use crate::terminal::Table;

/// The columns of the confusion matrix.
const CLASSES: [Class; 7] = [
    Class::Human,
    Class::DeclaredBot,
    Class::Automation,
    Class::Agent,
    Class::Mixed,
    Class::Takeover,
    Class::Undecided,
];

/// What is said below the tables.
const NOTES: &str = "Intervals are 95 %: Wilson for shares; for AUC DeLong on the logit scale, or \
    Newcombe where the groups separate perfectly. Cuts are chosen on the people scored here.";

/// The report for a terminal.
pub(crate) fn text(report: &Report) -> String {
    let parts = parts(report).into_iter().map(|(title, table)| format!("\n{title}\n{table}"));
    format!("{}{}\n{NOTES}\n", coverage(report), parts.collect::<String>())
}

/// The report as a part of a Markdown page, whose headings are of the third level.
pub(crate) fn markdown(report: &Report) -> String {
    let parts = parts(report)
        .into_iter()
        .map(|(title, table)| format!("\n### {title}\n\n{}", table.markdown()));
    let coverage =
        coverage(report).trim_end().replace("\n  ", "\n- ").replacen("\n- ", "\n\n- ", 1);
    format!("{coverage}\n{}\n{NOTES}\n", parts.collect::<String>())
}

fn parts(report: &Report) -> Vec<(&'static str, Table)> {
    let mut parts = vec![
        ("Non-human clients against people", headline(report)),
        ("Agents against automation", kinds(&report.kinds)),
        ("Sessions that changed hands", takeovers(&report.takeovers)),
        ("Families", families(&report.families)),
        ("Confusion (clients by label and class)", confusion(&report.by_label)),
        ("By label", groups("label", &report.by_label)),
    ];
    if !report.detectors.is_empty() {
        parts.push(("Detectors", detectors(&report.detectors)));
    }
    if !report.by_persona.is_empty() {
        parts.push(("By persona", groups("persona", &report.by_persona)));
    }
    parts
}

/// Who was scored. Writing to a `String` cannot fail, so results of `writeln!` are dropped.
fn coverage(report: &Report) -> String {
    let mut out = String::new();
    let c = &report.coverage;
    _ = writeln!(
        out,
        "{} clients scored, from {} rows of truth and {} verdicts",
        c.paired, c.truth_rows, c.verdicts
    );
    let left_out = [
        (c.truth_without_verdict, "rows of truth without a verdict"),
        (c.verdicts_without_truth, "verdicts without a row of truth"),
        (c.truth_contradicting, "rows of truth that contradict another row of the same client"),
        (c.truth_repeated, "rows of truth that repeat another one"),
        (c.verdicts_repeated, "further verdicts of the same address and user agent"),
        (c.too_few_steps, "clients that took too few decision steps"),
    ];
    for (count, what) in left_out.iter().filter(|(count, _)| *count > 0) {
        _ = writeln!(out, "  left out: {count} {what}");
    }
    for (label, count) in &c.unknown_labels {
        _ = writeln!(out, "  left out: {count} rows with the unknown label `{label}`");
    }
    out
}

fn headline(report: &Report) -> Table {
    let mut table = Table::new(&["figure", "value", "95 % interval", "clients"]);
    let auc = report.auc.as_ref();
    table.row([
        "AUC".to_owned(),
        auc.map_or("-".to_owned(), |auc| format!("{:.4}", auc.area)),
        auc.map_or("-".to_owned(), |auc| format!("{:.4} to {:.4}", auc.low, auc.high)),
        auc.map_or("-".to_owned(), |auc| format!("{} against {}", auc.positives, auc.negatives)),
    ]);
    for point in &report.operating_points {
        let budget = percent_budget(point.fpr_budget);
        let cut = point.flagged_above.map_or("-".to_owned(), |cut| format!("{cut:.1}"));
        let people = point.false_positives.count;
        let name = format!("true positives at {budget} % false (above {cut}, {people} people)");
        table.row(share_row(name, &point.true_positives));
    }
    let rows = [
        ("people enforceable", &report.people_enforceable),
        ("people called a program", &report.people_alarmed),
        ("unscored apps enforceable", &report.unscored_enforceable),
        ("non-human enforceable", &report.non_human_enforceable),
        ("undecided, of all scored", &report.undecided),
        ("non-human decided", &report.non_human_decided.share),
    ];
    for (name, proportion) in rows {
        table.row(share_row(name.to_owned(), proportion));
    }
    let events = spread(report.non_human_decided.events);
    table.row(["requests until decided, median/P90".to_owned(), events]);
    let steps = spread(report.non_human_decided.steps);
    table.row(["decision steps until decided, median/P90".to_owned(), steps]);
    table
}

fn takeovers(takeovers: &Takeovers) -> Table {
    let mut table = Table::new(&["figure", "value", "95 % interval", "clients"]);
    let rows = [
        ("told", &takeovers.told),
        ("told, or called a program", &takeovers.alarmed),
        ("people told to be taken over", &takeovers.people_told),
    ];
    for (name, proportion) in rows.into_iter().filter(|(_, proportion)| proportion.of > 0) {
        table.row(share_row_to(2, name.to_owned(), proportion));
    }
    if takeovers.distance_steps.is_some() {
        let steps = spread(takeovers.distance_steps);
        table.row(["decision steps from the change, median/P90".to_owned(), steps]);
    }
    table
}

fn detectors(rows: &[DetectorRow]) -> Table {
    let columns = ["detector", "speaks for a", "people", "non-human", "precision", "95 % interval"];
    let mut table = Table::new(&columns);
    for row in rows {
        let [_, share, interval, _] = share_row(String::new(), &row.precision);
        table.row([
            row.id.clone(),
            if row.for_program { "program" } else { "person" }.to_owned(),
            row.people.to_string(),
            row.non_human.to_string(),
            share,
            interval,
        ]);
    }
    table
}

fn kinds(kinds: &Kinds) -> Table {
    let mut table = Table::new(&["figure", "value", "95 % interval", "clients"]);
    let f1 = |name: &str, f1: &F1| {
        let value = f1.macro_f1.map_or("-".to_owned(), |value| format!("{value:.3}"));
        [name.to_owned(), value, String::new(), format!("{}", f1.clients)]
    };
    table.row(f1("macro-F1, undecided counted as missed", &kinds.all));
    table.row(f1("macro-F1 over the decided", &kinds.decided));
    table.row(share_row("agents decided".to_owned(), &kinds.agents_decided.share));
    let steps = spread(kinds.agents_decided.steps);
    table.row(["decision steps until agents are decided, median/P90".to_owned(), steps]);
    table
}

fn families(families: &Families) -> Table {
    let mut table = Table::new(&["figure", "value", "95 % interval", "clients"]);
    let rows = [
        ("of fleets, in the one family of their fleet", &families.whole),
        ("in families with a fleet, of that fleet", &families.pure),
        ("in any family, of its fleet or persona", &families.alike),
        ("people in a family", &families.people),
    ];
    for (name, proportion) in rows {
        table.row(share_row_to(2, name.to_owned(), proportion));
    }
    table.row(["families".to_owned(), families.count.to_string()]);
    table
}

/// `0.01` as `1`, `0.001` as `0.1`.
fn percent_budget(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn confusion(groups: &[Group]) -> Table {
    let mut header = vec!["label"];
    header.extend(CLASSES.map(Class::as_str));
    let mut table = Table::new(&header);
    for group in groups {
        let cell = |class: &Class| {
            group.classes.get(class.as_str()).map_or("·".to_owned(), usize::to_string)
        };
        table.row(std::iter::once(group.name.clone()).chain(CLASSES.iter().map(cell)));
    }
    table
}

fn groups(name: &str, groups: &[Group]) -> Table {
    let columns = [name, "clients", "right", "called a program", "enforceable", "undecided"];
    let mut table =
        Table::new(&[&columns[..], &["caught at 1 %", "AUC", "steps median/P90"]].concat());
    for group in groups {
        let caught = match group.role {
            Role::NonHuman => brief(&group.flagged_at_1_percent),
            _ => format!("({})", brief(&group.flagged_at_1_percent)),
        };
        table.row([
            group.name.clone(),
            group.clients.to_string(),
            group.right.as_ref().map_or("-".to_owned(), brief),
            counted(&group.alarmed),
            counted(&group.enforceable),
            brief(&group.undecided),
            caught,
            group.auc.as_ref().map_or("-".to_owned(), |auc| format!("{:.3}", auc.area)),
            spread(group.decided.steps),
        ]);
    }
    table
}

/// `96.3 %`, `92.1 to 98.4`, `131 of 136` under a name.
fn share_row(name: String, p: &Proportion) -> [String; 4] {
    share_row_to(1, name, p)
}

fn share_row_to(decimals: usize, name: String, p: &Proportion) -> [String; 4] {
    let percent = |share: f64| format!("{:.decimals$}", share * 100.0);
    match (p.share, p.low, p.high) {
        (Some(share), Some(low), Some(high)) => [
            name,
            format!("{} %", percent(share)),
            format!("{} to {}", percent(low), percent(high)),
            format!("{} of {}", p.count, p.of),
        ],
        _ => [name, "-".to_owned(), "-".to_owned(), "none".to_owned()],
    }
}

/// `96 %`.
fn brief(p: &Proportion) -> String {
    p.share.map_or("-".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

/// `0.3 % (12)`: the count too, where a single client matters.
fn counted(p: &Proportion) -> String {
    let share = p.share.map(|share| format!("{:.1} % ({})", share * 100.0, p.count));
    share.unwrap_or("-".to_owned())
}

fn spread(spread: Option<Spread>) -> String {
    spread.map_or("-".to_owned(), |s| format!("{}/{}", s.median, s.p90))
}
