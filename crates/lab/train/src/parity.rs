//! What linfa fitted and what `gait-classify` infers from the frozen file are the same, to the quantisation.

use std::sync::Arc;

use gait_classify::assess;
use gait_detect::{Evidences, Family, Pack};
use gait_fingerprint::{Claim, ClaimKind};
use gait_sim::Split;

use crate::{
    candidate::RIDGE,
    client::Role,
    collect::{Plan, collect},
    encode::Encoder,
    freeze::{GRAIN_MILLINATS, Parts, freeze, knots},
    linear::Linear,
    thresholds::choose,
    train::calibration_blocks,
};

/// Rows that are fitted on.
const ROWS: usize = 240;

#[test]
fn the_frozen_model_says_what_was_fitted() {
    let pack = Arc::new(Pack::builtin());
    let plan = Plan { seed: 5, sites: 1, clients: 100 };
    let data = collect(plan, Split::Tuning, &pack);
    // A few rows of everybody: the smaller the fit, the faster, and the parity is the same.
    let rows: Vec<usize> = (0..data.rows.len()).step_by(data.rows.len() / ROWS).collect();
    let wanted = |at: usize| data.client(&data.rows[at]).is_program();
    let encoder = Encoder::families_and_terms(&data, &rows);
    let program = Linear::fit(encoder, &data, &rows, RIDGE, wanted).unwrap();
    let wanted = |at: usize| data.client(&data.rows[at]).role == Role::Agent;
    let kind = Linear::fit(Encoder::kind(&data, &rows), &data, &rows, RIDGE, wanted).unwrap();
    let scores: Vec<f64> = data.rows.iter().map(|row| program.log_odds(row)).collect();
    let calibration = knots(&calibration_blocks(&data, &scores)).unwrap();
    let chosen = choose(&data, &scores);
    let parts = || Parts {
        program: &program,
        kind: &kind,
        calibration: calibration.clone(),
        chosen,
        seed: plan.seed,
    };
    let (text, model) = freeze(&parts()).unwrap();
    assert_eq!(freeze(&parts()).unwrap().0, text, "the same fit gives the same bytes");
    assert!(text.len() < 40_000, "{} bytes", text.len());

    // Half a grain for the prior and for each term, half a permille of at most 12 nats for each family, and a
    // millinat for each word of evidence, which is cut to whole millinats. Terms too small to keep are left out.
    let terms = program.encoder.cuts.len() as f64;
    let grains = f64::from(GRAIN_MILLINATS) / 2.0 * (terms + 1.0);
    let families = Family::ALL.len() as f64 * 6.0 + pack.detectors().len() as f64;
    let left_out = (terms - model.terms().len() as f64) * 60.0;
    let bound = grains + families + left_out;
    let claim = Claim::plain(ClaimKind::Masked);
    let mut evidences = Evidences::default();
    for row in &data.rows {
        pack.evaluate(&row.features, &mut evidences);
        let judged = assess(&pack, &model, &row.features, claim, &evidences);
        for (frozen, fitted) in [
            (judged.millinats, program.log_odds(row)),
            (judged.agent_millinats, kind.log_odds(row)),
        ] {
            let distance = (f64::from(frozen) - fitted * 1000.0).abs();
            assert!(distance <= bound, "{frozen} and {fitted}: {distance} over {bound}");
        }
    }
}
