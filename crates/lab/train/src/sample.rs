//! Which rows a model is fitted on: every family weighs the same, however many clients or steps it has.
//!
//! linfa's logistic regression takes no weights, so rows are counted out: the same number for every persona of a
//! role, its clients by turns and the steps of each client by turns. Rows repeat where a persona is rare.

use std::collections::BTreeMap;

use crate::collect::Data;

/// Rows per persona of people for each row per persona of programs: a wrong word about a person costs more.
const PERSON_WEIGHT: usize = 2;

/// `per_persona` rows of each persona among `rows`, people [`PERSON_WEIGHT`] times as many.
pub(crate) fn balanced(data: &Data, rows: &[usize], per_persona: usize) -> Vec<usize> {
    let mut personas: BTreeMap<&str, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for at in rows {
        let row = &data.rows[*at];
        let clients = personas.entry(data.clients[row.client].persona).or_default();
        clients.entry(row.client).or_default().push(*at);
    }
    let mut chosen = Vec::new();
    for clients in personas.values() {
        let clients: Vec<&Vec<usize>> = clients.values().collect();
        let is_program = data.client(&data.rows[clients[0][0]]).is_program();
        let count = if is_program { per_persona } else { per_persona * PERSON_WEIGHT };
        chosen.extend((0..count).map(|nth| {
            let (client, turn) = (clients[nth % clients.len()], nth / clients.len());
            // From the last step back: what was known at the end counts first.
            client[client.len() - 1 - turn % client.len()]
        }));
    }
    chosen
}
