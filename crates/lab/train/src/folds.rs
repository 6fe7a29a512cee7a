//! Cross-validation by what a model must carry over to: generator families it has not seen, or sites it has not
//! seen. Never by random rows: two rows of one client, or two clients of one family, know each other.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::{client::Client, collect::Data};

/// Parts that families are dealt into.
const FAMILY_FOLDS: usize = 5;

/// What is held back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Families of programs and personas of people, a fifth of each at a time.
    Family,
    /// One archetype of sites at a time.
    Site,
}

impl By {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Family => "families held back",
            Self::Site => "sites held back",
        }
    }

    /// The fold in which each client is held back.
    fn folds(self, data: &Data) -> Vec<usize> {
        let group = |client: &Client| match self {
            Self::Family => (client.is_program(), client.family),
            Self::Site => (false, client.site),
        };
        let groups: BTreeSet<_> = data.clients.iter().map(group).collect();
        let mut dealt = [0, 0];
        let mut fold_of = BTreeMap::new();
        for key in groups {
            let turn = &mut dealt[usize::from(key.0)];
            fold_of.insert(key, if self == Self::Family { *turn % FAMILY_FOLDS } else { *turn });
            *turn += 1;
        }
        data.clients.iter().map(|client| fold_of[&group(client)]).collect()
    }
}

/// Scores every row by a model that was fitted without its group: `fit` gets the rows to fit on and gives
/// what scores the rows held back.
///
/// # Errors
/// A fit fails.
pub(crate) fn held_back<F>(
    by: By,
    data: &Data,
    fit: impl Fn(&[usize]) -> Result<F>,
    score: impl Fn(&F, &[usize]) -> Vec<f64>,
) -> Result<Vec<f64>> {
    let fold_of = by.folds(data);
    let folds = fold_of.iter().max().map_or(0, |last| last + 1);
    let mut scores = vec![0.0; data.rows.len()];
    for fold in 0..folds {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..data.rows.len()).partition(|at| fold_of[data.rows[*at].client] == fold);
        let model = fit(&train)?;
        for (at, score) in test.iter().zip(score(&model, &test)) {
            scores[*at] = score;
        }
    }
    Ok(scores)
}
