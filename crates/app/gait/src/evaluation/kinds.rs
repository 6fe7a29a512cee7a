//! Agents told from automation: both are programs, and only one of them decides its next step.
//!
//! Looks at the clients whose label has one right class of the two. Whether they were told from people is
//! scored elsewhere: here a program that was taken for a person is missed.

use gait_classify::Class;
use serde::Serialize;

use super::{
    pairing::Pair,
    report::{Decided, is_undecided},
    role::right_class,
};

/// The two classes, and how soon agents were decided.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Kinds {
    /// Over all of them: one without a decided class is missed.
    pub(crate) all: F1,
    /// Over those with a decided class.
    pub(crate) decided: F1,
    /// How soon agents were decided.
    pub(crate) agents_decided: Decided,
}

/// The harmonic mean of precision and recall, averaged over both classes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct F1 {
    /// 0..=1; absent unless both kinds are there.
    pub(crate) macro_f1: Option<f64>,
    /// Over so many clients.
    pub(crate) clients: usize,
}

impl Kinds {
    pub(crate) fn new(non_human: &[&Pair]) -> Self {
        let right = |pair: &Pair| right_class(&pair.truth.label);
        let agents: Vec<_> =
            non_human.iter().copied().filter(|pair| right(pair) == Some(Class::Agent)).collect();
        let called = |pair: &Pair| Some((right(pair)?, pair.verdict.class));
        let all: Vec<_> = non_human.iter().filter_map(|pair| called(pair)).collect();
        let decided: Vec<_> = non_human
            .iter()
            .filter(|pair| !is_undecided(pair))
            .filter_map(|pair| called(pair))
            .collect();
        Self {
            all: F1::new(&all),
            decided: F1::new(&decided),
            agents_decided: Decided::new(&agents),
        }
    }
}

impl F1 {
    /// `clients` are right classes with those that were given.
    fn new(clients: &[(Class, Class)]) -> Self {
        let both = [Class::Agent, Class::Automation].map(|class| of_class(clients, class));
        let macro_f1 = match both {
            [Some(agent), Some(automation)] => Some(f64::midpoint(agent, automation)),
            _ => None,
        };
        Self { macro_f1, clients: clients.len() }
    }
}

fn of_class(clients: &[(Class, Class)], class: Class) -> Option<f64> {
    let count = |of: fn(bool, bool) -> bool| {
        clients.iter().filter(|(right, given)| of(*right == class, *given == class)).count() as f64
    };
    let hits = count(|right, given| right && given);
    let wrong = count(|right, given| right != given);
    let is_there = clients.iter().any(|(right, _)| *right == class);
    is_there.then_some(2.0 * hits / (2.0 * hits + wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_classes_count_alike() {
        use Class::{Agent, Automation, Human};
        let clients = [
            (Agent, Agent),
            (Agent, Agent),
            (Agent, Automation),
            (Agent, Human),
            (Automation, Automation),
            (Automation, Agent),
        ];
        // Agents: 2 right, 1 false, 2 missed; automation: 1 right, 1 false, 1 missed.
        let f1 = F1::new(&clients);
        let (agents, automation) = (4.0 / 7.0, 2.0 / 4.0);
        assert_eq!((f1.macro_f1, f1.clients), (Some(f64::midpoint(agents, automation)), 6));
        assert_eq!(F1::new(&clients[..4]).macro_f1, None);
    }
}
