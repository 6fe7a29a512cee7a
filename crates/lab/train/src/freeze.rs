//! A fitted model as the frozen file that `gait-classify` reads: whole millinats, calibration, thresholds.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use gait_classify::{Calibration, KNOTS_MAX, Knot, Model, STEP_MILLINATS_MAX};
use gait_detect::Family;
use gait_fingerprint::CATALOGUE_VERSION;

use crate::{encode::Column, isotonic::Block, linear::Linear, thresholds::Chosen};

/// What a step adds is a multiple of this, millinats: fits that differ in the last bits freeze alike.
pub(crate) const GRAIN_MILLINATS: i32 = 10;
/// A term none of whose steps adds as much is left out, millinats.
const TERM_MILLINATS_MIN: i32 = 60;
/// Scores at the ends of what was seen, tenths of a percent: beyond them is only more of the same.
const ENDS_TENTHS: (u16, u16) = (3, 997);
/// How far beyond what was seen the score goes on to 0 and to 100 %, millinats.
const TAIL_MILLINATS: i32 = 8000;

/// Everything that a model file says.
pub(crate) struct Parts<'a> {
    /// Programs against people.
    pub(crate) program: &'a Linear,
    /// Agents against fixed plans.
    pub(crate) kind: &'a Linear,
    pub(crate) calibration: Vec<Knot>,
    pub(crate) chosen: Chosen,
    pub(crate) seed: u64,
}

/// Writes the file and reads it back.
///
/// # Errors
/// `gait-classify` refuses the model, which names the value.
pub(crate) fn freeze(parts: &Parts<'_>) -> Result<(String, Model)> {
    let draft = text(parts, None);
    let hash = Model::parse(&draft).context("the fitted model")?.hash().to_string();
    let text = text(parts, Some(&hash));
    let model = Model::parse(&text).context("the fitted model")?;
    ensure!(model.hash().to_string() == hash, "the hash of a model covers itself");
    Ok((text, model))
}

fn text(parts: &Parts<'_>, hash: Option<&str>) -> String {
    let Parts { program, kind, calibration, chosen, seed } = parts;
    let mut out = format!(
        "# The model that ships: made by `make train` (seed {seed}, feature catalogue \
         {CATALOGUE_VERSION}), not edited by\n\
         # hand. docs/training.md says on what. Log-odds are in millinats of program against \
         person.\n\n\
         name = \"shipped\"\nversion = 2\n"
    );
    if let Some(hash) = hash {
        _ = writeln!(out, "hash = \"{hash}\"");
    }
    _ = writeln!(out, "prior_millinats = {}\nrest_permille = 300", grain(program.intercept));
    out.push_str("\n[families_permille]\n");
    for (index, family) in Family::ALL.iter().enumerate() {
        _ = writeln!(out, "{} = {}", family.as_str(), family_permille(program, index));
    }
    _ = writeln!(
        out,
        "\n[kind]\nprior_millinats = {}\nevidence_permille = {}",
        grain(kind.intercept),
        permille(kind.weight(Column::Kind))
    );
    _ = write!(out, "\n{chosen}\n[calibration]\nknots = [\n");
    for (millinats, tenths) in calibration {
        _ = writeln!(out, "    [{millinats}, {tenths}],");
    }
    out.push_str("]\n");
    terms(&mut out, program, kind);
    out
}

/// The terms of both heads, step by step where either of them has a cut.
fn terms(out: &mut String, program: &Linear, kind: &Linear) {
    for (at, cuts) in program.encoder.cuts.iter().enumerate() {
        let other = kind.encoder.cuts.iter().position(|other| other.feature == cuts.feature);
        let mut places = cuts.places.clone();
        places.extend(other.iter().flat_map(|other| &kind.encoder.cuts[*other].places));
        places.sort_by(f32::total_cmp);
        places.dedup();
        let ours = spread(&places, &cuts.places, &program.steps(at));
        let theirs = match other {
            Some(other) => spread(&places, &kind.encoder.cuts[other].places, &kind.steps(other)),
            None => vec![0; places.len() + 1],
        };
        if ours.iter().chain(&theirs).all(|step| step.abs() < TERM_MILLINATS_MIN) {
            continue;
        }
        let (places, ours, theirs) = joined(&places, &ours, &theirs);
        let name = cuts.feature.name();
        _ = write!(
            out,
            "\n[[terms]]\nfeature = \"{name}\"\ncuts = {places:?}\n\
             program_millinats = {ours:?}\nagent_millinats = {theirs:?}\n"
        );
    }
}

/// The steps of a term at all `places`, of which its own cuts are some.
fn spread(places: &[f32], cuts: &[f32], steps: &[f64]) -> Vec<i32> {
    let step_at = |place: Option<&f32>| {
        let reached = place.map_or(0, |place| cuts.iter().filter(|cut| *cut <= place).count());
        grain(steps[reached]).clamp(-STEP_MILLINATS_MAX, STEP_MILLINATS_MAX)
    };
    std::iter::once(step_at(None)).chain(places.iter().map(|place| step_at(Some(place)))).collect()
}

/// Leaves out the cuts at which nothing changes.
fn joined(places: &[f32], ours: &[i32], theirs: &[i32]) -> (Vec<f32>, Vec<i32>, Vec<i32>) {
    let mut kept = (Vec::new(), vec![ours[0]], vec![theirs[0]]);
    for (at, place) in places.iter().enumerate() {
        if ours[at + 1] != ours[at] || theirs[at + 1] != theirs[at] {
            kept.0.push(*place);
            kept.1.push(ours[at + 1]);
            kept.2.push(theirs[at + 1]);
        }
    }
    kept
}

/// Nats to whole grains of millinats.
#[expect(
    clippy::cast_possible_truncation,
    reason = "weights are a few nats; the conversion saturates"
)]
pub(crate) fn grain(nats: f64) -> i32 {
    (nats * 1000.0 / f64::from(GRAIN_MILLINATS)).round() as i32 * GRAIN_MILLINATS
}

/// What the word of a family is worth, in permille. One that the training never heard counts in full.
fn family_permille(model: &Linear, family: usize) -> u16 {
    if model.saw(Column::Family(family)) { permille(model.family_weight(family)) } else { 1000 }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what a model may hold"
)]
fn permille(weight: f64) -> u16 {
    (weight * 1000.0).round().clamp(0.0, 2000.0) as u16
}

/// Knots through the middles of the blocks, with tails, so that more log-odds are never the same score by
/// chance of the data.
pub(crate) fn knots(blocks: &[Block]) -> Result<Vec<Knot>> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share times a thousand"
    )]
    let tenths =
        |block: &Block| ((block.share * 1000.0).round() as u16).clamp(ENDS_TENTHS.0, ENDS_TENTHS.1);
    let mut knots: Vec<Knot> =
        blocks.iter().map(|block| (grain(block.score), tenths(block))).collect();
    knots.dedup_by_key(|knot| knot.0);
    let (first, last) = (knots.first().context("no rows")?.0, knots.last().context("no rows")?.0);
    knots.insert(0, (first - TAIL_MILLINATS, 0));
    knots.push((last + TAIL_MILLINATS, 1000));
    ensure!(knots.len() <= KNOTS_MAX, "{} knots are too many", knots.len());
    ensure!(Calibration::new(knots.clone()).is_some(), "the calibration does not rise: {knots:?}");
    Ok(knots)
}
