//! How numbers of the engine are written: scores with one decimal, evidence in nats with three.

use gait_classify::Score;

/// Percent with one decimal, as a number: 99.3, 50.0.
pub(crate) fn percent(score: Score) -> f64 {
    score.percent()
}

/// Thousandths of a nat as nats, to three decimals.
pub(crate) fn nats(millinats: i32) -> f64 {
    f64::from(millinats) / 1000.0
}
