//! The report of a training, as a page: what was compared, what was chosen, where it is weak.

use std::{collections::BTreeMap, fmt::Write as _};

use gait_classify::Model;
use gait_detect::Family;

use crate::{
    candidate::Kind,
    collect::{Data, Plan},
    encode::Column,
    folds::By,
    linear::Linear,
    measure::Figures,
    thresholds::{
        Chosen, PEOPLE_CALLED_PROGRAMS_MAX, PROGRAMS_CALLED_PEOPLE_MAX, people_above, recall,
    },
};

/// What stands above the figures: how to read them.
const HEAD: &str = include_str!("report_head.md");

/// One kind of model on every set.
pub(crate) struct Comparison {
    pub(crate) kind: Kind,
    pub(crate) by_family: Figures,
    pub(crate) by_site: Figures,
    pub(crate) held_out: Figures,
    /// At the cut that at most [`PEOPLE_CALLED_PROGRAMS_MAX`] of the people ever reach where families were held
    /// back: share of programs named there, of those of the held-out split, and its people ever above.
    pub(crate) named: f64,
    pub(crate) named_held_out: f64,
    pub(crate) people_above: (usize, usize),
}

/// The kind that ships, shrunk by some ridge, where families were held back.
pub(crate) struct Tried {
    pub(crate) ridge: f64,
    /// Log-odds of the tuning rows by models that had not seen their families, nats.
    pub(crate) unseen: Vec<f64>,
    pub(crate) chosen: Chosen,
    /// Shares of programs called programs and of people called people.
    pub(crate) recall: (f64, f64),
}

/// Everything that is reported.
pub(crate) struct Report<'a> {
    pub(crate) plan: Plan,
    pub(crate) tuning: &'a Data,
    pub(crate) held_out: &'a Data,
    /// What was tried and what was best of it.
    pub(crate) tried: &'a [Tried],
    pub(crate) best: &'a Tried,
    pub(crate) compared: Vec<Comparison>,
    /// Macro-F1 of agents against fixed plans: families held back, held-out split.
    pub(crate) kind_f1: [f64; 2],
    pub(crate) program: &'a Linear,
    pub(crate) model: &'a Model,
}

impl Report<'_> {
    /// The page.
    pub(crate) fn markdown(&self) -> String {
        let mut out = HEAD.to_owned();
        self.tell_data(&mut out);
        self.tell_comparison(&mut out);
        self.tell_choice(&mut out);
        self.tell_personas(&mut out);
        self.tell_weights(&mut out);
        out
    }

    fn tell_data(&self, out: &mut String) {
        let Plan { seed, sites, clients } = self.plan;
        let count = |data: &Data| (data.clients.len(), data.rows.len());
        let (tuning, held_out) = (count(self.tuning), count(self.held_out));
        _ = write!(
            out,
            "\n## Data\n\nSeed {seed}; {sites} sites of each archetype, {clients} visitors each, \
             three hours. Tuning: {} clients, {} rows. Held out: {} clients, {} rows.\n",
            tuning.0, tuning.1, held_out.0, held_out.1
        );
    }

    fn tell_comparison(&self, out: &mut String) {
        _ = write!(
            out,
            "\n## Kinds of model\n\nEvery cell: AUC / true positives at 1 % false / AUC of \
             browser agents alone / \
             calibration error. Then, at the cut that {:.1} % of the people may ever reach where \
             families are held back: \
             programs named there, programs named on the held-out split, its people ever above.\n\n\
             | model | {} | {} | held-out split | named | named, held out | people above \
             |\n|---|---|---|---|---:|---:|---:|\n",
            PEOPLE_CALLED_PROGRAMS_MAX * 100.0,
            By::Family.name(),
            By::Site.name()
        );
        for compared in &self.compared {
            let cell = |figures: &Figures| {
                let Figures { auc, caught, auc_browser, calibration_error } = figures;
                format!(
                    "{auc:.3} / {:.0} % / {auc_browser:.3} / {calibration_error:.3}",
                    caught * 100.0
                )
            };
            let [a, b, c] = [&compared.by_family, &compared.by_site, &compared.held_out].map(cell);
            let Comparison { kind, named, named_held_out, people_above: (people, of), .. } =
                compared;
            let (named, held_out) = (named * 100.0, named_held_out * 100.0);
            let name = kind.name();
            _ = writeln!(
                out,
                "| {name} | {a} | {b} | {c} | {named:.0} % | {held_out:.0} % | {people} of {of} |"
            );
        }
        let [held_back, held_out] = self.kind_f1;
        _ = write!(
            out,
            "\nAgents against fixed plans, macro-F1 on the last word on every program: \
             {held_back:.3} with families held \
             back, {held_out:.3} on the held-out split.\n"
        );
    }

    fn tell_choice(&self, out: &mut String) {
        _ = write!(
            out,
            "\n## Shrinking and thresholds\n\nOf the shrinking that was tried, the one that names \
             most undeclared programs of \
             unseen families is taken. The thresholds go with it: at most {:.1} % of the people \
             ever at or above that of a \
             program, at most {:.0} % of undeclared programs ever at or below that of a person.\n\n\
             | ridge | a program from, millinats | a person up to | programs called programs | \
             people called people |\n\
             |---:|---:|---:|---:|---:|\n",
            PEOPLE_CALLED_PROGRAMS_MAX * 100.0,
            PROGRAMS_CALLED_PEOPLE_MAX * 100.0,
        );
        for Tried { ridge, chosen, recall, .. } in self.tried {
            let Chosen { program_min_millinats, human_max_millinats } = chosen;
            let (programs, people) = (recall.0 * 100.0, recall.1 * 100.0);
            _ = writeln!(
                out,
                "| {ridge} | {program_min_millinats} | {human_max_millinats} | {programs:.0} % | \
                 {people:.0} % |"
            );
        }
        let reported: Vec<f64> =
            self.held_out.rows.iter().map(|row| self.program.log_odds(row)).collect();
        let cut = f64::from(self.best.chosen.program_min_millinats) / 1000.0;
        let (ours, of_ours) = people_above(self.tuning, &self.best.unseen, cut);
        let (theirs, of_theirs) = people_above(self.held_out, &reported, cut);
        let (programs, people) = recall(self.held_out, &reported, self.best.chosen);
        _ = write!(
            out,
            "\nTaken: ridge {}. People ever above: {ours} of {of_ours} where families were held \
             back, {theirs} of {of_theirs} \
             on the held-out split, which names {:.0} % of the programs and {:.0} % of the \
             people. Being above is not being \
             enforceable: that asks for two families of detectors besides.\n",
            self.best.ridge,
            programs * 100.0,
            people * 100.0,
        );
    }

    /// What the frozen model says of every persona of the held-out split at the end.
    fn tell_personas(&self, out: &mut String) {
        let (data, chosen) = (self.held_out, self.best.chosen);
        let mut personas: BTreeMap<(bool, &str), [usize; 3]> = BTreeMap::new();
        for at in (0..data.rows.len()).filter(|at| data.is_last(*at)) {
            let (row, client) = (&data.rows[at], data.client(&data.rows[at]));
            if !client.masked {
                continue;
            }
            let counts = personas.entry((client.is_program(), client.persona)).or_default();
            let millinats = self.program.log_odds(row) * 1000.0;
            counts[0] += 1;
            counts[1] += usize::from(millinats >= f64::from(chosen.program_min_millinats));
            counts[2] += usize::from(millinats <= f64::from(chosen.human_max_millinats));
        }
        out.push_str(
            "\n## Held-out personas\n\nAt the end of the visit, by the log-odds alone.\n\n\
             | persona | clients | called a program | called a person |\n|---|---:|---:|---:|\n",
        );
        for ((_, persona), [clients, programs, people]) in personas {
            let share = |count: usize| 100.0 * count as f64 / clients as f64;
            let (programs, people) = (share(programs), share(people));
            _ = writeln!(out, "| {persona} | {clients} | {programs:.1} % | {people:.1} % |");
        }
    }

    fn tell_weights(&self, out: &mut String) {
        _ = write!(
            out,
            "\n## What it weighs\n\nModel `{}`. Families of detectors, of their word:",
            self.model.hash()
        );
        for (index, family) in Family::ALL.iter().enumerate() {
            let column = Column::Family(index);
            let weight = if self.program.saw(column) {
                format!("{:.0} %", self.program.family_weight(index) * 100.0)
            } else {
                "100 % (never seen)".to_owned()
            };
            _ = write!(out, "{} {} {weight}", if index == 0 { "" } else { "," }, family.as_str());
        }
        out.push_str(
            ".\n\n| feature | most for a program, nats | most for a person, nats \
        |\n|---|---:|---:|\n",
        );
        for term in self.model.terms() {
            let nats = |millinats: Option<i32>| f64::from(millinats.unwrap_or(0)) / 1000.0;
            let steps = || term.steps().iter().map(|(program, _)| *program);
            let (most, least) = (nats(steps().max()), nats(steps().min()));
            _ = writeln!(out, "| `{}` | {most:+.2} | {least:+.2} |", term.feature().name());
        }
    }
}
