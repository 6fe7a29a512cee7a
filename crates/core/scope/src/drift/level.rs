//! A usual level, and the bet that it has risen.
//!
//! The bet compares two Student distributions with seven degrees of freedom, one about the usual level and
//! one about a raised one. Both integrate to one, so the ratio is an e-value whenever calls scatter no wider than
//! that; heavy tails keep any single call from deciding alone. How far the level is taken to be raised follows
//! what was seen since the presumed beginning, never the call that is bet on.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use super::detector::Detector;

/// Degrees of freedom.
const FREEDOM: f32 = 7.0;

/// Weight of the presumed scatter, in observations.
const PRIOR_WEIGHT: f32 = 4.0;

/// Weight of the presumed shift, in observations.
const SHIFT_WEIGHT: f32 = 1.0;

/// Bounds of the shift that is bet on, in scatters.
const SHIFT_MIN: f32 = 1.0;
const SHIFT_MAX: f32 = 6.0;

/// An observation moves the usual level as if it were no farther from it than so many scatters.
const PULL_MAX: f32 = 2.0;

/// Observations that are not taken in yet: their number and the sums of their deviations and of the squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) number: f32,
    pub(crate) sum: f32,
    pub(crate) squares: f32,
}

/// A level and its scatter, over `count` observations. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Level {
    pub(crate) mean: f32,
    /// Mean squared deviation.
    pub(crate) variance: f32,
    pub(crate) count: f32,
}

impl Level {
    /// The scatter of the next observation, when it is presumed to be `presumed` before any was seen.
    pub(crate) fn scatter(&self, presumed: f32) -> f32 {
        let weight = PRIOR_WEIGHT + self.count;
        let pooled = (PRIOR_WEIGHT * presumed * presumed + self.count * self.variance) / weight;
        (pooled * (1.0 + 1.0 / (1.0 + self.count))).max(1e-12).sqrt()
    }

    /// How far off the mean itself may be, by chance.
    pub(crate) fn doubt(&self, presumed: f32) -> f32 {
        self.scatter(presumed) / (self.count + 1.0).sqrt()
    }

    /// Takes in what was held back.
    pub(crate) fn learn_many(&mut self, held: Held, presumed: f32, count_max: f32) {
        if held.number < 1.0 {
            return;
        }
        let pull = PULL_MAX * self.scatter(presumed);
        let mean = (held.sum / held.number).clamp(-pull, pull);
        let squares = held.squares.min(pull * pull * held.number);
        let all = self.count + held.number;
        let moved = mean * held.number / all;
        self.mean += moved;
        self.variance = ((self.count * self.variance + squares) / all - moved * moved).max(0.0);
        self.count = all.min(count_max);
    }

    /// Takes an observation in; from `count_max` on the older ones fade.
    pub(crate) fn learn(&mut self, value: f32, presumed: f32, count_max: f32) {
        let pull = PULL_MAX * self.scatter(presumed);
        let deviation = if self.count < 1.0 { 0.0 } else { (value - self.mean).clamp(-pull, pull) };
        if self.count < 1.0 {
            self.mean = value;
        }
        self.count = (self.count + 1.0).min(count_max);
        let rate = 1.0 / self.count;
        self.mean += deviation * rate;
        let left = deviation * (1.0 - rate);
        self.variance += (deviation * left - self.variance) * rate;
    }
}

/// The natural logarithm, in the precision of a profile.
#[expect(clippy::cast_possible_truncation, reason = "levels need no more")]
pub(crate) fn ln(x: f64) -> f32 {
    math::ln(x) as f32
}

/// The e-value of an observation that lies `deviation` above what is usual, against a `scatter`, given what
/// `detector` has seen since its presumed beginning and a shift of `presumed` scatters before anything was.
pub(crate) fn raised(deviation: f32, scatter: f32, detector: &Detector, presumed: f32) -> f32 {
    let bets = detector.bets() as f32;
    let seen = detector.shift() / scatter * bets;
    let shift = (seen + presumed * SHIFT_WEIGHT) / (bets + SHIFT_WEIGHT);
    let shift = shift.clamp(SHIFT_MIN, SHIFT_MAX);
    let z = deviation / scatter;
    let off = z - shift;
    let ratio = (FREEDOM + z * z) / (FREEDOM + off * off);
    // The exponent of the density is (7 + 1) / 2.
    (ratio * ratio) * (ratio * ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_mean_and_variance() {
        let mut level = Level::default();
        for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            level.learn(value, 10.0, 100.0);
        }
        assert!((level.mean - 5.0).abs() < 1e-4, "{level:?}");
        assert!((level.variance - 4.0).abs() < 1e-3, "{level:?}");
    }

    #[test]
    fn an_outlier_moves_little() {
        let mut level = Level::default();
        for _ in 0..50 {
            level.learn(1.0, 0.5, 100.0);
        }
        level.learn(1e6, 0.5, 100.0);
        assert!(level.mean < 1.2 && level.scatter(0.5) < 1.0, "{level:?}");
    }

    #[test]
    fn a_bet_pays_back_its_stake_on_average() {
        // The integral of the ratio under the Student density, up to its constant (1 + z²/7)^-4.
        for scatter in [0.2_f32, 1.0, 7.0] {
            let (mut total, mut mass) = (0.0_f64, 0.0_f64);
            for step in -200_000..200_000 {
                let z = f64::from(step) * 0.001;
                let density = (1.0 + z * z / 7.0).powi(-4);
                #[expect(clippy::cast_possible_truncation, reason = "a small number")]
                let e = raised(z as f32 * scatter, scatter, &Detector::default(), 2.5);
                total += density * f64::from(e);
                mass += density;
            }
            assert!((total / mass - 1.0).abs() < 1e-3, "{}", total / mass);
        }
    }
}
