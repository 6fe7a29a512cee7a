//! How well changes of hands are told: how many, how near to where they were, and of how many people.

use gait_classify::Class;
use serde::Serialize;

use super::{
    interval::{Proportion, Spread},
    pairing::Pair,
};

/// The figures of sessions that changed hands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Takeovers {
    /// Sessions that changed hands and were told to have.
    pub(crate) told: Proportion,
    /// Those that were told or called another undeclared program.
    pub(crate) alarmed: Proportion,
    /// Decision steps between the change and where it was put, over the told ones.
    pub(crate) distance_steps: Option<Spread>,
    /// People of whom it was said falsely.
    pub(crate) people_told: Proportion,
}

impl Takeovers {
    /// `sessions` are those that the truth labels as takeovers. Where the log ended before the change, the
    /// truth has no step, and the session counts for nothing here.
    pub(crate) fn new(sessions: &[&Pair], people: &[&Pair]) -> Self {
        let changed: Vec<_> =
            sessions.iter().filter(|pair| pair.truth.change_step.is_some()).collect();
        let distances = changed.iter().filter_map(|pair| {
            let put = pair.verdict.takeover_at.as_ref()?.step;
            Some(u64::from(put.abs_diff(pair.truth.change_step?)))
        });
        Self {
            told: Proportion::of(&changed, |pair| is_told(pair)),
            alarmed: Proportion::of(&changed, |pair| pair.verdict.class.is_undeclared_program()),
            distance_steps: Spread::new(distances.collect()),
            people_told: Proportion::of(people, |pair| is_told(pair)),
        }
    }
}

fn is_told(pair: &Pair) -> bool {
    pair.verdict.class == Class::Takeover
}

#[cfg(test)]
mod tests {
    use crate::evaluation::Pool;

    #[test]
    fn changes_are_counted_against_the_truth_and_people_against_none() {
        let truth = "client_ip,user_agent,label,change_step\n\
            t1,A,takeover,10\nt2,A,takeover,20\nt3,A,takeover,30\nt4,A,takeover,40\nt5,A,takeover,\n\
            p1,A,human,\np2,A,human,\n";
        // Two told, 1 before and 3 after; one called an agent, one missed; t5 never changed hands.
        let verdicts = [
            ("t1", "takeover", Some(9)),
            ("t2", "takeover", Some(23)),
            ("t3", "agent", None),
            ("t4", "human", None),
            ("t5", "takeover", Some(4)),
            ("p1", "human", None),
            ("p2", "takeover", Some(7)),
        ];
        let lines = verdicts.map(|(ip, class, step)| {
            let at = step.map(|step| serde_json::json!({"time": "t", "step": step}));
            serde_json::json!({"client": {"id": "00", "ip": ip, "user_agent": "A"}, "class": class,
                "score": 1.0, "enforceable": false, "events": 5, "decision_steps": 50,
                "decided_at": null, "takeover_at": at})
            .to_string()
        });
        let mut pool = Pool::default();
        pool.add(truth, lines.join("\n").as_bytes()).unwrap();
        let figures = pool.report().takeovers;
        assert_eq!((figures.told.count, figures.told.of), (2, 4));
        assert_eq!((figures.alarmed.count, figures.alarmed.of), (3, 4));
        assert_eq!((figures.people_told.count, figures.people_told.of), (1, 2));
        let steps = figures.distance_steps.unwrap();
        assert_eq!((steps.median, steps.p90), (1, 3));
    }
}
