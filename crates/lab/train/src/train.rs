//! The way from simulations to a model and its report.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, Result, bail};
use gait_detect::Pack;
use gait_sim::Split;

use crate::{
    candidate::{Fitted, Kind, RIDGES, fit, fit_kind},
    client::Role,
    collect::{Data, Plan, Row, collect},
    folds::{By, held_back},
    freeze::{Parts, freeze, knots},
    isotonic::{Block, pool},
    linear::Linear,
    measure::{figures, macro_f1},
    report::{Comparison, Report, Tried},
    thresholds::{choose, named_above, people_above, people_cut, recall},
};

/// Least weight of a block of the calibration, as a share of all.
const BLOCK_SHARE_MIN: f64 = 0.02;
/// How much a person weighs in the calibration against a program, as in the rows a model is fitted on.
const PERSON_WEIGHT: f64 = 2.0;

/// What a training gives.
pub(crate) struct Trained {
    /// The model file.
    pub(crate) model: String,
    /// The report, Markdown.
    pub(crate) report: String,
}

/// Simulates, compares, fits and freezes.
pub(crate) fn train(plan: Plan, pack: &Arc<Pack>) -> Result<Trained> {
    let tuning = collect(plan, Split::Tuning, pack);
    let held_out = collect(plan, Split::HeldOut, pack);
    let tried = try_ridges(plan, &tuning)?;
    let best = tried.iter().max_by(|a, b| a.recall.0.total_cmp(&b.recall.0));
    let best = best.context("there is a ridge to choose")?;
    let compared = compare(plan, best.ridge, &tuning, &held_out)?;
    let all: Vec<usize> = (0..tuning.rows.len()).collect();
    let Fitted::Linear(program) = fit(Kind::Hybrid, &tuning, &all, best.ridge, plan.seed)? else {
        bail!("the model that ships is linear")
    };
    let kind = fit_kind(&tuning, &all)?;
    let calibration = knots(&calibration_blocks(&tuning, &best.unseen))?;
    let chosen = best.chosen;
    let parts = Parts { program: &program, kind: &kind, calibration, chosen, seed: plan.seed };
    let (text, model) = freeze(&parts)?;
    let report = Report {
        plan,
        tuning: &tuning,
        held_out: &held_out,
        best,
        tried: &tried,
        compared,
        kind_f1: kind_figures(&tuning, &held_out, &kind)?,
        program: &program,
        model: &model,
    };
    Ok(Trained { model: text, report: report.markdown() })
}

/// Scores of every row by a model that had not seen its family, or its site.
fn unseen_scores(kind: Kind, by: By, ridge: f64, plan: Plan, data: &Data) -> Result<Vec<f64>> {
    let fit = |rows: &[usize]| fit(kind, data, rows, ridge, plan.seed);
    held_back(by, data, fit, |model, rows| model.scores(data, rows))
}

/// How the kind that ships does on unseen families, by how much it is shrunk.
fn try_ridges(plan: Plan, tuning: &Data) -> Result<Vec<Tried>> {
    let each = |ridge: f64| {
        let unseen = unseen_scores(Kind::Hybrid, By::Family, ridge, plan, tuning)?;
        let chosen = choose(tuning, &unseen);
        let recall = recall(tuning, &unseen, chosen);
        Ok(Tried { ridge, unseen, chosen, recall })
    };
    RIDGES.into_iter().map(each).collect()
}

fn compare(plan: Plan, ridge: f64, tuning: &Data, held_out: &Data) -> Result<Vec<Comparison>> {
    let all: Vec<usize> = (0..tuning.rows.len()).collect();
    let reports: Vec<usize> = (0..held_out.rows.len()).collect();
    let mut compared = Vec::new();
    for kind in Kind::ALL {
        let by_family = unseen_scores(kind, By::Family, ridge, plan, tuning)?;
        // What a score means is learnt where families were held back, for every kind alike.
        let blocks = calibration_blocks(tuning, &by_family);
        let to_probability = |score: f64| {
            let at = blocks.partition_point(|block| block.score <= score);
            blocks.get(at.saturating_sub(1)).map_or(0.5, |block| block.share)
        };
        let by_site = unseen_scores(kind, By::Site, ridge, plan, tuning)?;
        let whole = fit(kind, tuning, &all, ridge, plan.seed)?.scores(held_out, &reports);
        let cut = people_cut(tuning, &by_family);
        compared.push(Comparison {
            kind,
            named: named_above(tuning, &by_family, cut),
            named_held_out: named_above(held_out, &whole, cut),
            people_above: people_above(held_out, &whole, cut),
            by_family: figures(tuning, &by_family, &to_probability),
            by_site: figures(tuning, &by_site, &to_probability),
            held_out: figures(held_out, &whole, &to_probability),
        });
    }
    Ok(compared)
}

/// Blocks of what came true over all rows, every persona alike, people as heavy as in the fit.
pub(crate) fn calibration_blocks(data: &Data, scores: &[f64]) -> Vec<Block> {
    let mut rows_of = BTreeMap::<&str, f64>::new();
    for row in &data.rows {
        *rows_of.entry(data.client(row).persona).or_default() += 1.0;
    }
    let point = |(row, score): (&Row, &f64)| {
        let client = data.client(row);
        let weight = if client.is_program() { 1.0 } else { PERSON_WEIGHT };
        (*score, client.is_program(), weight / rows_of[client.persona])
    };
    let points: Vec<_> = data.rows.iter().zip(scores).map(point).collect();
    let all: f64 = points.iter().map(|point| point.2).sum();
    pool(&points, all * BLOCK_SHARE_MIN)
}

/// Macro-F1 of agents against fixed plans, with families held back and on the held-out split.
fn kind_figures(tuning: &Data, held_out: &Data, kind: &Linear) -> Result<[f64; 2]> {
    let unseen = held_back(
        By::Family,
        tuning,
        |rows| fit_kind(tuning, rows),
        |model, rows| rows.iter().map(|at| model.log_odds(&tuning.rows[*at])).collect(),
    )?;
    let theirs: Vec<f64> = held_out.rows.iter().map(|row| kind.log_odds(row)).collect();
    Ok([kind_f1(tuning, &unseen), kind_f1(held_out, &theirs)])
}

fn kind_f1(data: &Data, log_odds: &[f64]) -> f64 {
    let mut clients_of = BTreeMap::<&str, f64>::new();
    let last: Vec<usize> = (0..data.rows.len())
        .filter(|at| data.is_last(*at))
        .filter(|at| {
            let client = data.client(&data.rows[*at]);
            client.masked && client.is_program() && !client.is_declared()
        })
        .collect();
    for at in &last {
        *clients_of.entry(data.client(&data.rows[*at]).persona).or_default() += 1.0;
    }
    let call = |at: &usize| {
        let client = data.client(&data.rows[*at]);
        (client.role == Role::Agent, log_odds[*at] >= 0.0, 1.0 / clients_of[client.persona])
    };
    macro_f1(&last.iter().map(call).collect::<Vec<_>>())
}
