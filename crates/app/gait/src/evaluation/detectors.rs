//! How far the word of each detector is to be trusted: among the clients whose verdict has it as a reason, how many
//! are what it says.
//!
//! Counts clients, not nats. Terms of the model are no detectors and are left out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{interval::Proportion, pairing::Pair};

/// What the ids of terms of the model begin with.
const TERM: &str = "model.";

/// One detector and what it speaks for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DetectorRow {
    /// Its full id.
    pub(crate) id: String,
    /// Whether its word speaks for a program; else for a person. One that says both has two rows.
    pub(crate) for_program: bool,
    /// People of whom it said so.
    pub(crate) people: usize,
    /// Non-human clients of whom it said so.
    pub(crate) non_human: usize,
    /// Those of both who are what it said.
    pub(crate) precision: Proportion,
}

/// One row per detector and direction, in order of id. Declared bots, monitors and the like count for nothing.
pub(super) fn rows(people: &[&Pair], non_human: &[&Pair]) -> Vec<DetectorRow> {
    let mut counts: BTreeMap<(&str, bool), [usize; 2]> = BTreeMap::new();
    for (pairs, side) in [(people, 0), (non_human, 1)] {
        for reason in pairs.iter().flat_map(|pair| &pair.verdict.reasons) {
            if !reason.detector.starts_with(TERM) && reason.nats != 0.0 {
                let count = counts.entry((&reason.detector, reason.nats > 0.0)).or_default();
                count[side] += 1;
            }
        }
    }
    let row = |((id, for_program), [people, non_human]): ((&str, bool), [usize; 2])| {
        let right = if for_program { non_human } else { people };
        let precision = Proportion::new(right, people + non_human);
        DetectorRow { id: id.to_owned(), for_program, people, non_human, precision }
    };
    counts.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use crate::evaluation::Pool;

    #[test]
    fn a_word_is_counted_by_client_and_direction() {
        let truth =
            "client_ip,user_agent,label\np1,A,human\np2,A,human\nn1,A,scripted\nm1,A,monitor\n";
        let reasons = [
            ("p1", vec![("timing.a", 1.0), ("model.gap_cv", 2.0)]),
            ("p2", vec![("timing.b", -0.5)]),
            ("n1", vec![("timing.a", 0.5), ("timing.b", 0.5)]),
            ("m1", vec![("timing.a", 3.0)]),
        ];
        let lines = reasons.map(|(ip, said)| {
            let reasons: Vec<_> = said
                .iter()
                .map(|(id, nats)| serde_json::json!({"detector": id, "nats": nats, "features": []}))
                .collect();
            serde_json::json!({"client": {"id": "00", "ip": ip, "user_agent": "A"}, "class": "human",
                "score": 1.0, "enforceable": false, "events": 5, "decision_steps": 5,
                "decided_at": null, "reasons": reasons})
            .to_string()
        });
        let mut pool = Pool::default();
        pool.add(truth, lines.join("\n").as_bytes()).unwrap();
        let rows = pool.report().detectors;
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.id.as_str(), row.for_program, row.precision.count, row.precision.of))
            .collect();
        let want = [("timing.a", true, 1, 2), ("timing.b", false, 1, 1), ("timing.b", true, 1, 1)];
        assert_eq!(told, want);
    }
}
