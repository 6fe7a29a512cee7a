//! An e-detector: evidence for a change, summed over every call at which it could have begun.
//!
//! The Shiryaev-Roberts form (Shin, Ramdas and Rinaldo 2023): with e-values `e` the sum follows `R = (R + 1)
//! e`. While nothing changes `R` grows by one a call at most on average, so the mean number of calls until it
//! passes `A` is at least `A`, whatever the calls are distributed like. The single best beginning is followed
//! beside it (the argument of the greatest product, as in CUSUM), which is when the change is taken to have
//! begun.

use bytemuck::{Pod, Zeroable};

use super::level::Held;

/// Mean number of calls between two false alarms of a profile, at least. An agent with 600 calls on each of 30 days
/// stays below one a month.
pub const CALLS_PER_FALSE_ALARM_MIN: f32 = 20_000.0;

/// Bounds of one e-value. Cutting off above only makes it smaller; below it loses a little of the guarantee, by
/// [`E_MIN`] at most, and keeps one odd call from hiding what comes after.
const E_MAX: f32 = 200.0;
const E_MIN: f32 = 1e-4;

/// Sums and products stop here; far above every level.
const SUM_MAX: f32 = 1e30;

/// The evidence of one aspect. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Detector {
    /// Event time of the first call of the best beginning, µs.
    since_us: i64,
    /// Its number among the calls of the profile.
    since_call: u32,
    /// The sum over every beginning.
    sum: f32,
    /// The product from the best beginning, less what each bet has to earn.
    run: f32,
    /// Summed deviation from what was usual, since then, in whatever unit the aspect has.
    shift: f32,
    /// Summed squares of the same.
    squares: f32,
    /// Bets since then.
    bets: u32,
}

impl Detector {
    /// Takes an e-value. `deviation` is that of the call in the unit of the aspect; `first` are number and time
    /// (µs) of the first call that it is about. A beginning is kept while its bets earn more than 1 / `hurdle`
    /// on average, at most 1: one that merely hovers would put the beginning of a change far too early. The sum
    /// is left alone by that.
    pub(crate) fn take(&mut self, e: f32, deviation: f32, first: (u32, i64), hurdle: f32) {
        let e = if e.is_finite() { e.clamp(E_MIN, E_MAX) } else { 1.0 };
        if self.run <= 1.0 {
            (self.since_call, self.since_us) = first;
            (self.run, self.shift, self.squares, self.bets) = (1.0, 0.0, 0.0, 0);
        }
        self.run = (self.run * e * hurdle).min(SUM_MAX);
        self.sum = ((self.sum + 1.0) * e).min(SUM_MAX);
        self.shift += deviation;
        self.squares += deviation * deviation;
        self.bets = self.bets.saturating_add(1);
    }

    /// True when the next bet is the first of a new beginning.
    pub(crate) fn begins(&self) -> bool {
        self.run <= 1.0
    }

    pub(crate) fn sum(&self) -> f32 {
        self.sum
    }

    /// Product of the e-values from the best beginning.
    pub(crate) fn run(&self) -> f32 {
        self.run
    }

    /// Bets from the best beginning.
    pub(crate) fn bets(&self) -> u32 {
        if self.begins() { 0 } else { self.bets }
    }

    /// Mean deviation from the best beginning, 0 before one.
    pub(crate) fn shift(&self) -> f32 {
        if self.bets() == 0 { 0.0 } else { self.shift / self.bets as f32 }
    }

    /// What is held back from what is usual since the last beginning, once that has come to nothing or
    /// `bets_max` have passed without a word. The beginning is given up then.
    pub(crate) fn give_up(&mut self, bets_max: u32) -> Option<Held> {
        if self.run > 1.0 && self.bets < bets_max {
            return None;
        }
        if self.run > 1.0 {
            (self.run, self.sum) = (0.0, 0.0);
        }
        Some(Held { number: self.bets as f32, sum: self.shift, squares: self.squares })
    }

    /// Number and event time of the first call of the best beginning.
    pub(crate) fn since(&self) -> (u32, i64) {
        (self.since_call, self.since_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_counts_every_beginning_and_the_run_the_best_one() {
        let mut detector = Detector::default();
        for (call, e) in [(1, 2.0), (2, 0.25), (3, 0.5), (4, 4.0), (5, 4.0)] {
            detector.take(e, 1.0, (call, i64::from(call) * 10), 0.5);
        }
        // ((((1·2 + 1)·¼ + 1)·½ + 1)·4 + 1)·4
        assert!((detector.sum() - 34.0).abs() < 1e-5, "{}", detector.sum());
        assert!((detector.run() - 16.0 * 0.25).abs() < 1e-5);
        assert_eq!((detector.since(), detector.bets()), ((4, 40), 2));
    }

    #[test]
    fn no_e_value_breaks_it() {
        let mut detector = Detector::default();
        for e in [f32::NAN, f32::INFINITY, 0.0, -1.0, f32::MAX] {
            for _ in 0..100 {
                detector.take(e, 0.0, (u32::MAX, i64::MIN), 1.0);
                assert!(detector.sum().is_finite() && detector.run() > 0.0);
            }
        }
    }
}
