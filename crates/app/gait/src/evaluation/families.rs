//! How well families of clients are told: whether a fleet is one of them, and whether they hold what belongs
//! together.
//!
//! What belongs together is what the truth puts in one group, as the clients of one fleet; clients that work
//! alone belong to their persona.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{interval::Proportion, pairing::Pair};

/// Clients of one group that are a fleet: fewer make no family.
const FLEET_MIN: usize = 8;

/// The figures of families.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Families {
    /// How many families there are.
    pub(crate) count: usize,
    /// Clients of fleets that are in the family where most of their fleet is.
    pub(crate) whole: Proportion,
    /// Members of families with a client of a fleet, that are of the fleet or persona that most members are of.
    pub(crate) pure: Proportion,
    /// The same of all families.
    pub(crate) alike: Proportion,
    /// People in a family.
    pub(crate) people: Proportion,
}

impl Families {
    /// Scores the families of `pairs`, among whom are the `people`.
    pub(crate) fn new(pairs: &[Pair], people: &[&Pair]) -> Self {
        let fleets = fleets(pairs);
        let whole = fleets.values().fold((0, 0), |(most, all), fleet| {
            let families = fleet.iter().filter_map(|pair| pair.verdict.family.as_deref());
            (most + largest(families), all + fleet.len())
        });
        let mut families: BTreeMap<&str, Vec<Belongs<'_>>> = BTreeMap::new();
        for pair in pairs {
            if let Some(family) = pair.verdict.family.as_deref() {
                families.entry(family).or_default().push(Belongs::of(pair, &fleets));
            }
        }
        let purity = |counts: &dyn Fn(&[Belongs<'_>]) -> bool| {
            let counted = families.values().filter(|members| counts(members));
            let (most, all) = counted.fold((0, 0), |(most, all), members| {
                (most + largest(members.iter()), all + members.len())
            });
            Proportion::new(most, all)
        };
        Self {
            count: families.len(),
            whole: Proportion::new(whole.0, whole.1),
            pure: purity(&|members| members.iter().any(|m| matches!(m, Belongs::Fleet(_)))),
            alike: purity(&|_| true),
            people: Proportion::of(people, |pair| pair.verdict.family.is_some()),
        }
    }
}

/// What a client belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Belongs<'p> {
    Fleet(&'p str),
    Persona(&'p str, &'p str),
}

impl<'p> Belongs<'p> {
    fn of(pair: &'p Pair, fleets: &BTreeMap<&str, Vec<&Pair>>) -> Self {
        let group = pair.truth.group.as_deref();
        match group.filter(|group| fleets.contains_key(group)) {
            Some(fleet) => Self::Fleet(fleet),
            None => {
                Self::Persona(&pair.truth.label, pair.truth.persona.as_deref().unwrap_or_default())
            }
        }
    }
}

/// The clients of each fleet.
fn fleets(pairs: &[Pair]) -> BTreeMap<&str, Vec<&Pair>> {
    let mut groups: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        if let Some(group) = pair.truth.group.as_deref() {
            groups.entry(group).or_default().push(pair);
        }
    }
    groups.retain(|_, clients| clients.len() >= FLEET_MIN);
    groups
}

/// How often the most frequent item comes.
fn largest<T: Ord>(items: impl Iterator<Item = T>) -> usize {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::evaluation::Pool;

    #[test]
    fn families_are_held_against_fleets_and_personas() {
        let mut truth = String::from("client_ip,user_agent,label,persona,group\n");
        let mut verdicts = String::new();
        let mut client = |label: &str, persona: &str, group: u32, family: Option<&str>| {
            let ip = format!("c{}", truth.lines().count());
            writeln!(truth, "{ip},A,{label},{persona},{group}").unwrap();
            let verdict = serde_json::json!({"client": {"id": "00", "ip": ip, "user_agent": "A"},
                "class": "undecided", "score": 1.0, "enforceable": false, "events": 5,
                "decision_steps": 5, "decided_at": null, "family": family});
            writeln!(verdicts, "{verdict}").unwrap();
        };
        // Eight of ten are in one family, with a cron and a person; five crons are another one.
        for n in 0..10 {
            client("scripted", "fleet", 1, (n < 8).then_some("f"));
        }
        client("scripted", "cron", 11, Some("f"));
        client("human", "reader", 12, Some("f"));
        client("human", "reader", 13, None);
        for n in 0..5 {
            client("scripted", "cron", 20 + n, Some("g"));
        }
        let mut pool = Pool::default();
        // Numbers of groups mean nothing beyond their log.
        pool.add(&truth, verdicts.as_bytes()).unwrap();
        pool.add(&truth, verdicts.as_bytes()).unwrap();
        let figures = pool.report().families;
        assert_eq!(figures.count, 4);
        assert_eq!((figures.whole.count, figures.whole.of), (16, 20));
        assert_eq!((figures.pure.count, figures.pure.of), (16, 20));
        assert_eq!((figures.alike.count, figures.alike.of), (26, 30));
        assert_eq!((figures.people.count, figures.people.of), (2, 4));
    }
}
