//! The gaps between decision steps by octaves: 24 bins, each twice as long as the one before.
//!
//! Bin 0 holds gaps below 1.024 ms, bin 23 those from 71 minutes on. When a bin is full, all are halved:
//! the shape stays, old gaps weigh less.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
};

/// Bins.
const OCTAVES: usize = 24;
/// Entropy of a histogram whose bins are equally full, nats.
const EVEN_ENTROPY: f64 = math::ln(OCTAVES as f64);
/// Bin 0 ends at 2^10 µs.
const FIRST_EXPONENT: u32 = 10;
/// Gaps before entropy, mode and floor are read.
const SHAPE_MIN: u32 = 8;
/// Gaps before the median is read.
const MEDIAN_MIN: u32 = 4;
/// A log of whole seconds gives a sound median from this length on, seconds.
const MEDIAN_AT_SECONDS_MIN: f32 = 2.0;

/// The histogram.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Octaves {
    bins: [u16; OCTAVES],
}

impl Octaves {
    /// Takes a gap in.
    pub(crate) fn add(&mut self, gap_us: i64) {
        let gap_us = u64::try_from(gap_us).unwrap_or(0);
        let exponent = 64 - gap_us.leading_zeros();
        let at = usize::try_from(exponent.saturating_sub(FIRST_EXPONENT)).unwrap_or(0);
        let Some(bin) = self.bins.get_mut(at.min(OCTAVES - 1)) else { return };
        *bin += 1;
        if *bin == u16::MAX {
            for bin in &mut self.bins {
                *bin /= 2;
            }
        }
    }

    fn total(&self) -> u32 {
        self.bins.iter().map(|bin| u32::from(*bin)).sum()
    }

    /// The quantile, seconds, on a straight line within its octave.
    fn quantile_s(&self, share: f32) -> f32 {
        let mut left = share * self.total() as f32;
        for (exponent, bin) in (FIRST_EXPONENT..).zip(self.bins) {
            let count = f32::from(bin);
            if left <= count && bin > 0 {
                let upper = (1_u64 << exponent) as f32;
                let lower = if exponent == FIRST_EXPONENT { 0.0 } else { upper / 2.0 };
                return (lower + (upper - lower) * left / count) / 1e6;
            }
            left -= count;
        }
        0.0
    }

    /// Shannon entropy over that of an even histogram.
    fn entropy(&self) -> f32 {
        let total = self.total().max(1);
        let weighted: f64 = self
            .bins
            .iter()
            .filter(|bin| **bin > 1)
            .map(|bin| f64::from(*bin) * math::ln_count(u32::from(*bin)))
            .sum();
        #[expect(clippy::cast_possible_truncation, reason = "a share needs no more precision")]
        let share = ((math::ln_count(total) - weighted / f64::from(total)) / EVEN_ENTROPY) as f32;
        share.clamp(0.0, 1.0)
    }
}

fn shape(state: &ClientState) -> Option<&Octaves> {
    (state.clock.cadence() && state.gaps.count >= SHAPE_MIN).then_some(&state.octaves)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "gap_median_s",
        unit: Unit::Seconds,
        range: (0.0, 10_000.0),
        meaning: "Median gap, interpolated within its octave. From 4 gaps on; in a log of whole \
                  seconds only when it is at least 2 s.",
        read: |state| {
            let enough = state.gaps.count >= MEDIAN_MIN;
            let median = enough.then(|| state.octaves.quantile_s(0.5))?;
            (state.clock.cadence() || median >= MEDIAN_AT_SECONDS_MIN).then_some(median)
        },
    },
    FeatureSpec {
        name: "gap_floor_s",
        unit: Unit::Seconds,
        range: (0.0, 10_000.0),
        meaning: "The 5th percentile of the gaps, interpolated within its octave: the time below \
                  which the client does not act. From 8 gaps on.",
        read: |state| shape(state).map(|octaves| octaves.quantile_s(0.05)),
    },
    FeatureSpec {
        name: "gap_entropy",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Shannon entropy of the gaps over 24 octaves, 1 when all are equally frequent. \
                  From 8 gaps on.",
        read: |state| shape(state).map(Octaves::entropy),
    },
    FeatureSpec {
        name: "gap_mode_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of gaps in the most frequent octave. From 8 gaps on.",
        read: |state| {
            let octaves = shape(state)?;
            let mode = octaves.bins.iter().max().copied().unwrap_or(0);
            Some(f32::from(mode) / octaves.total().max(1) as f32)
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn after(gaps_us: &[i64]) -> Octaves {
        let mut octaves = Octaves::default();
        for gap in gaps_us {
            octaves.add(*gap);
        }
        octaves
    }

    #[test]
    fn every_gap_has_its_octave() {
        for (gap_us, bin) in [
            (0, 0),
            (1023, 0),
            (1024, 1),
            (2047, 1),
            (2048, 2),
            (1_000_000, 10),
            (i64::MAX, OCTAVES - 1),
            (-5, 0),
        ] {
            assert_eq!(after(&[gap_us]).bins.get(bin), Some(&1), "{gap_us}");
        }
    }

    #[test]
    fn entropy_and_quantiles_of_known_gaps() {
        let four_octaves =
            after(&[2_000, 3_000, 6_000, 12_000, 24_000, 2_000, 6_000, 12_000, 24_000, 24_000]);
        // Counts 2 1 ... : bins 1 (2000 2000), 2 (3000), 3 (6000 x2), 4 (12000 x2), 5 (24000 x3).
        let total: f64 = 10.0;
        let expected: f64 = [2.0, 1.0, 2.0, 2.0, 3.0]
            .iter()
            .map(|count: &f64| -count / total * math::ln(count / total))
            .sum::<f64>()
            / math::ln(24.0);
        assert!((f64::from(four_octaves.entropy()) - expected).abs() < 1e-6);
        assert!(after(&[5_000; 12]).entropy().abs() < 1e-6);
        // All in [524.288 ms, 1048.576 ms): the median lies half way.
        let median = after(&[600_000; 4]).quantile_s(0.5);
        assert!((median - 0.786_432).abs() < 1e-5, "{median}");
    }

    #[test]
    fn a_full_bin_halves_all() {
        let mut octaves = after(&[9_000_000; 1000]);
        for _ in 0..70_000 {
            octaves.add(1_000_000);
        }
        assert!(octaves.total() < 2 * u32::from(u16::MAX));
        assert!(octaves.quantile_s(0.5) < 1.1);
    }
}
