//! The kinds of model that are compared.

use anyhow::{Context, Result};
use gait_fingerprint::FeatureId;
use linfa::{
    Dataset,
    traits::{Fit, Predict},
};
use linfa_ensemble::{AdaBoost, AdaBoostParams, EnsembleLearnerParams, RandomForest};
use linfa_trees::DecisionTree;
use ndarray::{Array1, Array2, Axis};
use rand::{SeedableRng, rngs::SmallRng};

use crate::{collect::Data, encode::Encoder, linear::Linear, sample::balanced, term_plan};

/// Rows per persona that a model is fitted on.
const ROWS_PER_PERSONA: usize = 200;
/// How much weights are shrunk: the candidates, of which the best at naming programs of unseen families is taken.
pub(crate) const RIDGES: [f64; 3] = [60.0, 200.0, 600.0];
/// How much the weights of what tells agents from fixed plans are shrunk.
pub(crate) const RIDGE: f64 = 200.0;
/// Trees of the forest, and their depth.
const FOREST: (usize, usize) = (24, 8);
/// Boosted stumps.
const STUMPS: usize = 60;
/// Stands for a value that abstains: below all that features can be.
const ABSENT: f64 = -1e6;

/// A kind of model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Evidence at its word: no fitting.
    Reasoned,
    /// Logistic regression on what each detector said.
    Detectors,
    /// Step functions of features alone.
    Terms,
    /// The families of detectors and step functions of features.
    Hybrid,
    /// Boosted trees of one split: additive like the terms, without smoothing or directions.
    Stumps,
    /// A random forest on features: an upper bound that no reason explains.
    Forest,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Reasoned, Self::Detectors, Self::Terms, Self::Hybrid, Self::Stumps, Self::Forest];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reasoned => "evidence at its word",
            Self::Detectors => "logistic on detectors",
            Self::Terms => "terms alone",
            Self::Hybrid => "families and terms",
            Self::Stumps => "boosted stumps",
            Self::Forest => "random forest",
        }
    }
}

/// A fitted model that scores rows: higher is more of a program.
pub(crate) enum Fitted {
    Reasoned,
    Linear(Linear),
    Stumps(AdaBoost<DecisionTree<f64, usize>, usize>),
    Forest(RandomForest<f64, usize>),
}

/// Fits a kind of model to tell programs from people; `ridge` is for the linear ones.
///
/// # Errors
/// linfa finds no solution.
pub(crate) fn fit(
    kind: Kind,
    data: &Data,
    rows: &[usize],
    ridge: f64,
    seed: u64,
) -> Result<Fitted> {
    let rows = balanced(data, rows, ROWS_PER_PERSONA);
    let wanted = |at: usize| data.client(&data.rows[at]).is_program();
    let linear = |encoder| Linear::fit(encoder, data, &rows, ridge, wanted).map(Fitted::Linear);
    let trees = || {
        let targets: Array1<usize> = rows.iter().map(|at| usize::from(wanted(*at))).collect();
        Dataset::new(raw(data, &rows), targets)
    };
    let random = SmallRng::seed_from_u64(seed);
    match kind {
        Kind::Reasoned => Ok(Fitted::Reasoned),
        Kind::Detectors => linear(Encoder::detectors(data.rows[rows[0]].evidence.len())),
        Kind::Terms => linear(Encoder::terms(data, &rows)),
        Kind::Hybrid => linear(Encoder::families_and_terms(data, &rows)),
        Kind::Stumps => {
            let stump = DecisionTree::params().max_depth(Some(1));
            let params = AdaBoostParams::new_fixed_rng(stump, random).n_estimators(STUMPS);
            params.fit(&trees()).map(Fitted::Stumps).context("boosted stumps")
        }
        Kind::Forest => {
            let (size, depth) = FOREST;
            let tree = DecisionTree::params().max_depth(Some(depth)).min_weight_leaf(3.0);
            let params = EnsembleLearnerParams::new_fixed_rng(tree, random)
                .ensemble_size(size)
                .bootstrap_proportion(0.5)
                .feature_proportion(0.4);
            params.fit(&trees()).map(Fitted::Forest).context("random forest")
        }
    }
}

/// Fits what tells agents from fixed plans, on programs alone.
///
/// # Errors
/// linfa finds no solution.
pub(crate) fn fit_kind(data: &Data, rows: &[usize]) -> Result<Linear> {
    let programs: Vec<usize> =
        rows.iter().copied().filter(|at| data.client(&data.rows[*at]).is_program()).collect();
    let rows = balanced(data, &programs, ROWS_PER_PERSONA);
    let wanted = |at: usize| data.client(&data.rows[at]).role == crate::client::Role::Agent;
    Linear::fit(Encoder::kind(data, &rows), data, &rows, RIDGE, wanted)
}

impl Fitted {
    /// One score per row: log-odds where the model has them.
    pub(crate) fn scores(&self, data: &Data, rows: &[usize]) -> Vec<f64> {
        let each = |score: &dyn Fn(usize) -> f64| rows.iter().map(|at| score(*at)).collect();
        match self {
            Self::Reasoned => {
                each(&|at| f64::from(data.rows[at].families.iter().sum::<i32>()) / 1000.0 - 1.0)
            }
            Self::Linear(model) => each(&|at| model.log_odds(&data.rows[at])),
            Self::Stumps(model) => {
                let votes = model.models.iter().zip(&model.model_weights);
                let records = raw(data, rows);
                sum(rows.len(), votes.map(|(tree, weight)| (tree.predict(&records), *weight)))
            }
            Self::Forest(model) => {
                let share = 1.0 / model.models.len().max(1) as f64;
                let records = raw(data, rows);
                let votes = model.models.iter().zip(&model.model_features);
                let votes = votes.map(|(tree, features)| {
                    (tree.predict(&records.select(Axis(1), features)), share)
                });
                sum(rows.len(), votes)
            }
        }
    }
}

/// Votes for a program less votes against, each by its weight.
fn sum(rows: usize, votes: impl Iterator<Item = (Array1<usize>, f64)>) -> Vec<f64> {
    let mut scores = vec![0.0; rows];
    for (votes, weight) in votes {
        for (score, vote) in scores.iter_mut().zip(votes) {
            *score += if vote == 1 { weight } else { -weight };
        }
    }
    scores
}

/// The features that terms may read, as they are.
fn raw(data: &Data, rows: &[usize]) -> Array2<f64> {
    let features: Vec<FeatureId> = term_plan::features().into_iter().map(|(id, _)| id).collect();
    Array2::from_shape_fn((rows.len(), features.len()), |(row, column)| {
        data.rows[rows[row]].features.get(features[column]).map_or(ABSENT, f64::from)
    })
}
