//! Which verdict belongs to which client of the truth file.
//!
//! The join is by network (an IPv6 address counts by its /64, as in the client key) and user agent.
//! Whatever does not pair is counted by its reason, so that no figure hides a missing client.

use std::collections::BTreeMap;

use gait_event::net_of;
use gait_wire::VerdictRecord;
use serde::Serialize;

use super::{
    role::Role,
    truth::{TruthRow, absent_is_empty},
};

/// One client with its truth and its verdict.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// What the client was.
    pub(crate) truth: TruthRow,
    /// What its label stands for.
    pub(crate) role: Role,
    /// What was said about it.
    pub(crate) verdict: VerdictRecord,
}

impl Pair {
    /// The pair with names of fleet and family that hold in all of several logs.
    pub(crate) fn of_log(mut self, log: usize) -> Self {
        for name in [&mut self.truth.group, &mut self.verdict.family].into_iter().flatten() {
            *name = format!("{log}/{name}");
        }
        self
    }
}

/// How the two files met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Coverage {
    /// Rows of the truth file.
    pub(crate) truth_rows: usize,
    /// Lines of the verdict file.
    pub(crate) verdicts: usize,
    /// Clients that are scored below.
    pub(crate) paired: usize,
    /// Truth rows without a verdict.
    pub(crate) truth_without_verdict: usize,
    /// Verdicts that no truth row speaks of.
    pub(crate) verdicts_without_truth: usize,
    /// Truth rows left out because another row gives the same address and user agent another label.
    pub(crate) truth_contradicting: usize,
    /// Further truth rows of an address and user agent with the same label.
    pub(crate) truth_repeated: usize,
    /// Verdicts left out because another one of the same address and user agent saw more requests.
    pub(crate) verdicts_repeated: usize,
    /// Pairs left out because the client took too few decision steps.
    pub(crate) too_few_steps: usize,
    /// Truth rows by label that the table of roles does not know.
    pub(crate) unknown_labels: BTreeMap<String, usize>,
}

impl Coverage {
    /// Counts another pair of files in.
    pub(crate) fn add(&mut self, other: Self) {
        self.truth_rows += other.truth_rows;
        self.verdicts += other.verdicts;
        self.paired += other.paired;
        self.truth_without_verdict += other.truth_without_verdict;
        self.verdicts_without_truth += other.verdicts_without_truth;
        self.truth_contradicting += other.truth_contradicting;
        self.truth_repeated += other.truth_repeated;
        self.verdicts_repeated += other.verdicts_repeated;
        self.too_few_steps += other.too_few_steps;
        for (label, count) in other.unknown_labels {
            *self.unknown_labels.entry(label).or_default() += count;
        }
    }
}

type Key = (String, String);

/// Pairs truth and verdicts. The pairs stand in the order of their keys.
pub(crate) fn pair(truth: Vec<TruthRow>, verdicts: Vec<VerdictRecord>) -> (Vec<Pair>, Coverage) {
    let mut coverage =
        Coverage { truth_rows: truth.len(), verdicts: verdicts.len(), ..Coverage::default() };
    let mut verdicts = busiest_by_key(verdicts, &mut coverage);
    let mut pairs = Vec::new();
    for (key, rows) in rows_by_key(truth) {
        let verdict = verdicts.remove(&key);
        let row_count = rows.len();
        let mut rows = rows.into_iter();
        let Some(row) = rows.next() else { continue };
        if rows.any(|other| other.label != row.label) {
            coverage.truth_contradicting += row_count;
            continue;
        }
        coverage.truth_repeated += row_count - 1;
        let Some(role) = Role::of(&row.label) else {
            *coverage.unknown_labels.entry(row.label).or_default() += row_count;
            continue;
        };
        match verdict {
            Some(verdict) => pairs.push(Pair { truth: row, role, verdict }),
            None => coverage.truth_without_verdict += 1,
        }
    }
    coverage.paired = pairs.len();
    coverage.verdicts_without_truth = verdicts.len();
    (pairs, coverage)
}

fn rows_by_key(truth: Vec<TruthRow>) -> BTreeMap<Key, Vec<TruthRow>> {
    let mut by_key: BTreeMap<Key, Vec<TruthRow>> = BTreeMap::new();
    for row in truth {
        let key = (net_of(&row.ip).into_owned(), row.user_agent.clone());
        by_key.entry(key).or_default().push(row);
    }
    by_key
}

/// One verdict per key: a client seen on several sites is judged by where it did most.
fn busiest_by_key(
    verdicts: Vec<VerdictRecord>,
    coverage: &mut Coverage,
) -> BTreeMap<Key, VerdictRecord> {
    let mut by_key: BTreeMap<Key, VerdictRecord> = BTreeMap::new();
    for verdict in verdicts {
        let ip = verdict.client.ip.as_str();
        let user_agent = verdict.client.user_agent.as_deref().unwrap_or_default();
        let key = (net_of(ip).into_owned(), absent_is_empty(user_agent));
        match by_key.get_mut(&key) {
            None => {
                by_key.insert(key, verdict);
            }
            Some(kept) => {
                coverage.verdicts_repeated += 1;
                if verdict.events > kept.events {
                    *kept = verdict;
                }
            }
        }
    }
    by_key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{truth, verdicts};

    #[test]
    fn every_row_and_every_verdict_is_accounted_for() {
        let truth = truth::read(
            "ip,user_agent,label\n\
             192.0.2.1,A,human\n\
             2001:db8::1,A,scripted\n\
             192.0.2.3,-,scanner\n\
             192.0.2.4,A,human\n192.0.2.4,A,scripted\n\
             192.0.2.5,A,human\n192.0.2.5,A,human\n\
             192.0.2.6,A,martian\n\
             192.0.2.7,A,human\n",
        )
        .unwrap();
        let verdict = |ip: &str, ua: &str, events: u64| {
            format!(
                r#"{{"client":{{"id":"00","ip":"{ip}","user_agent":{ua}}},"class":"human","score":1.0,"enforceable":false,"events":{events},"decision_steps":1,"decided_at":null}}"#
            )
        };
        let lines = [
            verdict("192.0.2.1", "\"A\"", 3),
            verdict("192.0.2.1", "\"A\"", 9),
            verdict("2001:db8::2", "\"A\"", 1),
            verdict("192.0.2.3", "null", 1),
            verdict("192.0.2.4", "\"A\"", 1),
            verdict("192.0.2.5", "\"A\"", 1),
            verdict("192.0.2.6", "\"A\"", 1),
            verdict("192.0.2.9", "\"A\"", 1),
        ];
        let verdicts = verdicts::read(lines.join("\n").as_bytes()).unwrap();
        let (pairs, coverage) = pair(truth, verdicts);
        let events: Vec<u64> = pairs.iter().map(|pair| pair.verdict.events).collect();
        assert_eq!(events, [9, 1, 1, 1]);
        let unknown_labels = BTreeMap::from([("martian".to_owned(), 1)]);
        let want = Coverage {
            truth_rows: 9,
            verdicts: 8,
            paired: 4,
            truth_without_verdict: 1,
            verdicts_without_truth: 1,
            truth_contradicting: 2,
            truth_repeated: 1,
            verdicts_repeated: 1,
            too_few_steps: 0,
            unknown_labels,
        };
        assert_eq!(coverage, want);
    }
}
