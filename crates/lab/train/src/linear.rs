//! Logistic regression by linfa, with weights that must not be negative held at 0.

use anyhow::{Context, Result};
use linfa::{Dataset, traits::Fit};
use linfa_logistic::LogisticRegression;
use ndarray::Array1;

use crate::{
    collect::{Data, Row},
    encode::{Column, EVIDENCE_SCALE, Encoder},
};

/// Steps of L-BFGS at most.
const ITERATIONS_MAX: u64 = 200;
/// Rounds of holding negative weights at most; what is left after them is set to 0.
const ROUNDS_MAX: usize = 8;

/// A fitted linear model. Weights are in the order of the encoder's columns.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    pub(crate) encoder: Encoder,
    pub(crate) intercept: f64,
    pub(crate) weights: Vec<f64>,
    /// Whether the rows had anything but 0 in a column.
    seen: Vec<bool>,
}

impl Linear {
    /// Fits `wanted` on `rows`, where rows may repeat to weigh more. `ridge` shrinks the weights: it counts
    /// like that many rows.
    ///
    /// # Errors
    /// linfa finds no solution.
    pub(crate) fn fit(
        encoder: Encoder,
        data: &Data,
        rows: &[usize],
        ridge: f64,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Self> {
        let targets: Array1<usize> = rows.iter().map(|at| usize::from(wanted(*at))).collect();
        let mut active: Vec<Column> = encoder.columns.clone();
        let mut fitted = (0.0, Vec::new());
        for _ in 0..ROUNDS_MAX {
            let records = encoder.matrix(&active, data, rows);
            let model = LogisticRegression::default()
                .alpha(ridge)
                .max_iterations(ITERATIONS_MAX)
                .gradient_tolerance(1e-3)
                .fit(&Dataset::new(records, targets.clone()))
                .context("logistic regression")?;
            let sign = if model.labels().pos.class == 1 { 1.0 } else { -1.0 };
            fitted = (model.intercept() * sign, model.params().iter().map(|w| w * sign).collect());
            let held: Vec<Column> = active
                .iter()
                .zip(&fitted.1)
                .filter(|(column, weight)| **weight >= 0.0 || !encoder.is_constrained(**column))
                .map(|(column, _)| *column)
                .collect();
            if held.len() == active.len() {
                break;
            }
            active = held;
        }
        let weight_of = |column: &Column| {
            let weight = active.iter().position(|held| held == column).map(|at| fitted.1[at]);
            let weight = weight.unwrap_or(0.0);
            if encoder.is_constrained(*column) { weight.max(0.0) } else { weight }
        };
        let weights = encoder.columns.iter().map(weight_of).collect();
        let is_seen =
            |column: &Column| rows.iter().any(|at| encoder.value(*column, &data.rows[*at]) != 0.0);
        let seen = encoder.columns.iter().map(is_seen).collect();
        Ok(Self { intercept: fitted.0, weights, seen, encoder })
    }

    /// Log-odds, nats.
    pub(crate) fn log_odds(&self, row: &Row) -> f64 {
        let columns = self.encoder.columns.iter().zip(&self.weights);
        let sum: f64 = columns.map(|(column, w)| w * self.encoder.value(*column, row)).sum();
        self.intercept + sum
    }

    /// The weight of a column; 0 when the model does not have it.
    pub(crate) fn weight(&self, column: Column) -> f64 {
        let at = self.encoder.columns.iter().position(|held| *held == column);
        at.map_or(0.0, |at| self.weights[at])
    }

    /// What the word of a family of detectors is worth.
    pub(crate) fn family_weight(&self, family: usize) -> f64 {
        self.weight(Column::Evidence) * EVIDENCE_SCALE + self.weight(Column::Family(family))
    }

    /// Whether the training had anything to say about a column.
    pub(crate) fn saw(&self, column: Column) -> bool {
        let at = self.encoder.columns.iter().position(|held| *held == column);
        at.is_some_and(|at| self.seen[at])
    }

    /// What each step of a term adds, nats: one more than it has cuts.
    pub(crate) fn steps(&self, term: usize) -> Vec<f64> {
        let mut level = self.weight(Column::Present(term));
        let mut steps = vec![level];
        for cut in 0..self.encoder.cuts[term].places.len() {
            let column = Column::Reached(term, cut);
            level += self.weight(column) * self.encoder.sign(column);
            steps.push(level);
        }
        steps
    }
}
