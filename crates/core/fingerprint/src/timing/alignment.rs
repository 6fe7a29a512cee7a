//! Whether the steps of a client keep to the wall clock: the same second of every minute, the same
//! minute of every hour.
//!
//! One sample a minute (and one an hour) at most, so that a burst does not look like a habit. The beats
//! of a machine-timed route count too, unless the client renders pages: then they are the page's.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
};

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;
/// Samples before a resultant is read.
const SAMPLES_MIN: u32 = 6;

/// One dial: the sum of unit vectors that point to where in the period the samples fell.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Dial {
    /// Latest sample, seconds since the epoch, modulo 2^32.
    last_s: u32,
    cos: f32,
    sin: f32,
    samples: u32,
}

/// The two dials.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Alignment {
    minute: Dial,
    hour: Dial,
}

impl Dial {
    fn add(&mut self, time_us: i64, period_us: i64) {
        // Five sixths of a period: a habit of the clock never falls short of it, and a client that acts
        // all the time drifts round the dial.
        let wait_s = (period_us - period_us / 6) / 1_000_000;
        let now_s = seconds(time_us);
        if self.samples > 0 && i64::from(now_s.wrapping_sub(self.last_s)) < wait_s {
            return;
        }
        self.last_s = now_s;
        self.samples = self.samples.saturating_add(1);
        let (cos, sin) =
            math::cos_sin_turn(time_us.rem_euclid(period_us) as f64 / period_us as f64);
        #[expect(clippy::cast_possible_truncation, reason = "rounding to the stored precision")]
        {
            self.cos += cos as f32;
            self.sin += sin as f32;
        }
    }

    fn resultant(&self) -> Option<f32> {
        let length = (self.cos * self.cos + self.sin * self.sin).sqrt();
        (self.samples >= SAMPLES_MIN).then(|| (length / self.samples as f32).min(1.0))
    }
}

/// Whole seconds since the epoch, modulo 2^32.
pub(crate) fn seconds(time_us: i64) -> u32 {
    u32::try_from(time_us.div_euclid(1_000_000) & i64::from(u32::MAX)).unwrap_or(0)
}

impl Alignment {
    /// Takes the time of a step in.
    pub(crate) fn add(&mut self, time_us: i64) {
        self.minute.add(time_us, MINUTE_US);
        self.hour.add(time_us, HOUR_US);
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "second_alignment",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "How much the steps keep to one second of the minute: resultant length of at most \
                  one sample every 50 s, machine-timed beats of clients that render nothing \
                  included. From 6 samples on, also in logs of whole seconds.",
        read: |state: &ClientState| state.alignment.minute.resultant(),
    },
    FeatureSpec {
        name: "minute_alignment",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "How much the steps keep to one minute of the hour: as `second_alignment`, one \
                  sample every 50 min. From 6 samples on, also in logs of whole seconds.",
        read: |state: &ClientState| state.alignment.hour.resultant(),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn second_alignment(times_s: impl IntoIterator<Item = i64>) -> Option<f32> {
        let mut alignment = Alignment::default();
        for time in times_s {
            alignment.add(time * 1_000_000);
        }
        alignment.minute.resultant()
    }

    #[test]
    fn cron_aligns_and_steady_work_does_not() {
        assert!(second_alignment((0..10).map(|n| n * 60 + 3)).is_some_and(|r| r > 0.999));
        assert!(second_alignment((0..10).map(|n| n * 300 + 3)).is_some_and(|r| r > 0.999));
        assert!(second_alignment((0..600).map(|n| n * 3)).is_some_and(|r| r < 0.35));
        // Six samples at 0, 10, ... 50 s of their minutes cancel out.
        assert!(second_alignment((0..6).map(|n| n * 70)).is_some_and(|r| r < 1e-3));
        assert_eq!(second_alignment(0..50), None, "one burst is one sample");
    }
}
