//! Where the classes begin: chosen on clients whose family the scoring model had not seen, at stated rates.
//!
//! A client is judged many times and an alert opens at any of them, so what counts of a person is the highest
//! log-odds of the visit, and of a program the lowest from the steps on at which people are named.

use std::{collections::BTreeMap, fmt};

use crate::{
    collect::Data,
    freeze::{GRAIN_MILLINATS, grain},
    measure::{Scored, cut_at, last_rows},
};

/// Share of people who may ever be called a program.
pub(crate) const PEOPLE_CALLED_PROGRAMS_MAX: f64 = 0.001;
/// Share of undeclared programs that may ever be called a person.
pub(crate) const PROGRAMS_CALLED_PEOPLE_MAX: f64 = 0.02;
/// Fewest decision steps before a client is called a person.
const HUMAN_DECISIONS_MIN: u32 = 3;
/// The threshold of a program is never below, nor that of a person above, whatever the simulations say.
const PROGRAM_MIN_MILLINATS: i32 = 1500;
const HUMAN_MAX_MILLINATS: i32 = -1500;
/// Least log-odds of what a gateway may act on, and its least distance from the threshold of a program.
const ENFORCED_MIN_MILLINATS: i32 = 3000;
const ENFORCED_ABOVE_MILLINATS: i32 = 500;

/// The thresholds of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    pub(crate) program_min_millinats: i32,
    pub(crate) human_max_millinats: i32,
}

/// The score that at most [`PEOPLE_CALLED_PROGRAMS_MAX`] of the people ever exceed.
pub(crate) fn people_cut(data: &Data, scores: &[f64]) -> f64 {
    cut_at(&extremes(data, scores, false), PEOPLE_CALLED_PROGRAMS_MAX)
}

/// Share of undeclared programs whose last score exceeds `cut`.
pub(crate) fn named_above(data: &Data, scores: &[f64], cut: f64) -> f64 {
    let programs = || last_rows(data, scores, |_| true).into_iter().filter(|s| s.program);
    let named: f64 = programs().filter(|s| s.score > cut).map(|s| s.weight).sum();
    named / programs().map(|s| s.weight).sum::<f64>().max(1e-12)
}

/// Chooses by `log_odds`, one per row, of models that had not seen the family of the row.
pub(crate) fn choose(data: &Data, log_odds: &[f64]) -> Chosen {
    let people = people_cut(data, log_odds);
    let programs = -cut_at(&extremes(data, log_odds, true), PROGRAMS_CALLED_PEOPLE_MAX);
    Chosen {
        program_min_millinats: (grain(people) + GRAIN_MILLINATS).max(PROGRAM_MIN_MILLINATS),
        human_max_millinats: (grain(programs) - GRAIN_MILLINATS).min(HUMAN_MAX_MILLINATS),
    }
}

/// The highest log-odds of each person, or the lowest of each program turned round: in both cases high is
/// where the mistake lies, and those who could suffer it stand as people.
fn extremes(data: &Data, log_odds: &[f64], programs: bool) -> Vec<Scored> {
    let mut most: BTreeMap<usize, f64> = BTreeMap::new();
    for (row, log_odds) in data.rows.iter().zip(log_odds) {
        let client = data.client(row);
        let early = programs && row.decisions < HUMAN_DECISIONS_MIN;
        let counts = client.masked && !client.is_declared() && !early;
        if client.is_program() != programs || !counts {
            continue;
        }
        let score = if programs { -log_odds } else { *log_odds };
        let held = most.entry(row.client).or_insert(f64::NEG_INFINITY);
        *held = held.max(score);
    }
    let mut of_persona: BTreeMap<&str, f64> = BTreeMap::new();
    for client in most.keys() {
        *of_persona.entry(data.clients[*client].persona).or_default() += 1.0;
    }
    let scored = |(client, score): (&usize, &f64)| Scored {
        score: *score,
        weight: 1.0 / of_persona[data.clients[*client].persona],
        program: false,
    };
    most.iter().map(scored).collect()
}

/// Shares of the undeclared programs called programs, and of the people called people, by the last word.
pub(crate) fn recall(data: &Data, log_odds: &[f64], chosen: Chosen) -> (f64, f64) {
    let last = last_rows(data, log_odds, |_| true);
    let share = |program: bool, fits: &dyn Fn(i32) -> bool| {
        let ours = || last.iter().filter(|scored| scored.program == program);
        let right = ours().filter(|scored| fits(grain(scored.score)));
        right.map(|s| s.weight).sum::<f64>() / ours().map(|s| s.weight).sum::<f64>().max(1e-12)
    };
    let programs = share(true, &|millinats| millinats >= chosen.program_min_millinats);
    (programs, share(false, &|millinats| millinats <= chosen.human_max_millinats))
}

/// How many of the people of `data` ever score above `cut`, of how many.
pub(crate) fn people_above(data: &Data, scores: &[f64], cut: f64) -> (usize, usize) {
    let people = extremes(data, scores, false);
    (people.iter().filter(|person| person.score > cut).count(), people.len())
}

impl fmt::Display for Chosen {
    /// The tables of the model file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program_min_millinats, human_max_millinats } = self;
        let enforced = program_min_millinats + ENFORCED_ABOVE_MILLINATS;
        writeln!(
            f,
            "[thresholds]\nhuman_max_millinats = {human_max_millinats}\n\
             human_decisions_min = {HUMAN_DECISIONS_MIN}\n\
             program_min_millinats = {program_min_millinats}\nagent_min_millinats = 0\n\
             disproof_min_millinats = 1500\n\n\
             [enforcement]\nprogram_min_millinats = {}\nfamilies_min = 2\n\
             family_floor_millinats = 1000\ndecisions_min = 4",
            enforced.max(ENFORCED_MIN_MILLINATS)
        )
    }
}
