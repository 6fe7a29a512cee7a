//! Who among the clients of one site that speak alike goes in step, and whether that is a family.

use gait_fingerprint::Gait;

use crate::{
    likeness::{alike, reach_milli},
    summary::{Lean, Summary},
};

/// Programs that found a family.
pub(crate) const PROGRAMS_MIN: usize = 8;
/// Clients of whom none is decided that found one.
pub(crate) const CROWD_MIN: usize = 16;
/// A crowd's median spread of ln(gap) is no more than this, thousandths.
const CROWD_SPREAD_MAX_MILLI: u32 = 150;
/// A crowd's median share of new targets is at least this, thousandths: who watches a page asks for it again.
const CROWD_NEW_TARGETS_MIN_MILLI: u32 = 750;
/// At most one in so many of those who go like a family may be a person.
const PEOPLE_ONE_IN: usize = 20;
/// Centres that are tried among the clients of one site that speak alike, the densest first.
const CENTRES_MAX: usize = 32;

/// Clients that go in step, and how they go.
#[derive(Debug)]
pub(crate) struct Cohort {
    pub(crate) centre: Gait,
    pub(crate) members: Vec<Summary>,
}

/// The families among `summaries`, which are of one site and speak alike; found ones are taken out.
pub(crate) fn cohorts(summaries: &mut Vec<Summary>) -> Vec<Cohort> {
    if !are_enough(summaries) {
        return Vec::new();
    }
    summaries.sort_unstable_by_key(|summary| (summary.gait.ln_gap_milli, summary.client()));
    let mut found = Vec::new();
    let mut tried: Vec<Summary> = Vec::new();
    for _ in 0..CENTRES_MAX {
        let Some(centre) = densest(summaries, &tried) else { break };
        tried.push(centre);
        let gait = Gait { templates: common_routes(in_reach(summaries, &centre)), ..centre.gait };
        let (alike, others): (Vec<Summary>, Vec<Summary>) =
            summaries.iter().partition(|summary| alike(&gait, &summary.gait));
        if !is_family(&alike) {
            continue;
        }
        let members = alike.into_iter().filter(|member| member.lean() != Lean::Person).collect();
        found.push(Cohort { centre: gait, members });
        *summaries = others;
        tried.clear();
    }
    found
}

/// Those whose pace is within reach of this one's. `summaries` are in the order of their pace.
fn in_reach<'s>(summaries: &'s [Summary], centre: &Summary) -> &'s [Summary] {
    let (pace, reach) = (centre.gait.ln_gap_milli, reach_milli(&centre.gait));
    let from = summaries.partition_point(|other| other.gait.ln_gap_milli < pace - reach);
    let to = summaries.partition_point(|other| other.gait.ln_gap_milli <= pace + reach);
    summaries.get(from..to).unwrap_or_default()
}

/// The client with most others in reach, and enough, that was not tried; the one of shortest pace among equals.
fn densest(summaries: &[Summary], tried: &[Summary]) -> Option<Summary> {
    let mut best: Option<(usize, Summary)> = None;
    for centre in summaries.iter().filter(|centre| !tried.contains(centre)) {
        let around = in_reach(summaries, centre);
        let count = around.len();
        if best.is_none_or(|(most, _)| count > most) && are_enough(around) {
            best = Some((count, *centre));
        }
    }
    best.map(|(_, centre)| centre)
}

/// The routes that at least a quarter of these take.
fn common_routes(summaries: &[Summary]) -> [u64; 2] {
    let mut common = [0_u64; 2];
    for (half, word) in common.iter_mut().enumerate() {
        for bit in 0..u64::BITS {
            let takes =
                |s: &&Summary| s.gait.templates.get(half).is_some_and(|w| w >> bit & 1 == 1);
            let count = summaries.iter().filter(takes).count();
            *word |= u64::from(count * 4 >= summaries.len() && count > 0) << bit;
        }
    }
    common
}

/// True when there are programs or others enough among these for a family.
fn are_enough(summaries: &[Summary]) -> bool {
    let count = |wanted: fn(Lean) -> bool| summaries.iter().filter(|s| wanted(s.lean())).count();
    summaries.len() >= PROGRAMS_MIN
        && (count(|lean| lean == Lean::Program) >= PROGRAMS_MIN
            || count(|lean| lean != Lean::Person) >= CROWD_MIN)
}

fn is_family(alike: &[Summary]) -> bool {
    let count = |lean| alike.iter().filter(|summary| summary.lean() == lean).count();
    let (people, programs) = (count(Lean::Person), count(Lean::Program));
    if people * PEOPLE_ONE_IN > alike.len() {
        return false;
    }
    let of_programs = programs >= PROGRAMS_MIN && programs * 2 >= alike.len();
    let is_crowd = alike.len() - people >= CROWD_MIN
        && median(alike, |gait| gait.spread_milli) <= CROWD_SPREAD_MAX_MILLI
        && median(alike, |gait| gait.new_targets_milli) >= CROWD_NEW_TARGETS_MIN_MILLI;
    of_programs || is_crowd
}

fn median(summaries: &[Summary], value: impl Fn(&Gait) -> u32) -> u32 {
    let mut values: Vec<u32> = summaries.iter().map(|summary| value(&summary.gait)).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}
