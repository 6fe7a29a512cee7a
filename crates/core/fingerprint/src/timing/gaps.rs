//! The gaps between decision steps by their moments: spread, burstiness, memory, and whether thinking
//! time grows with what was received.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    moments::{Joint, Moments},
};

/// Gaps below this are fast, µs.
const FAST_US: i64 = 500_000;
/// Shorter gaps count as this long, µs: the resolution of the clock.
const FLOOR_US: i64 = 1_000;
/// Gaps before spread and burstiness are read.
const SPREAD_MIN: u32 = 5;
/// Gaps before the share of fast gaps is read.
const FAST_MIN: u32 = 4;
/// Pairs before a correlation is read.
const PAIRS_MIN: u32 = 8;
/// Equal parts of a normal distribution, in standard deviations.
const QUARTILES: [f32; 3] = [-0.6745, 0.0, 0.6745];
/// Below this spread of ln(gap) every gap is the same.
const SPREAD_NONE: f32 = 1e-3;

/// Moments of the gaps, in seconds and as ln(seconds).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Gaps {
    pub(crate) count: u32,
    fast: u32,
    seconds: Moments,
    ln: Moments,
    /// ln(gap) against the ln(gap) before it.
    memory: Joint,
    /// ln(gap) against log2 of the bytes of the response before the gap.
    size: Joint,
    last_ln: f32,
    last_size: f32,
}

impl Gaps {
    /// Remembers the size of the response of a step, for the gap that follows it.
    pub(crate) fn answered(&mut self, bytes: u64) {
        self.last_size = log2_coarse(bytes);
    }

    /// Takes a gap in and returns its place among the gaps before it: 0 (short) to 3 (long).
    pub(crate) fn add(&mut self, gap_us: i64) -> u8 {
        let seconds = gap_us as f64 / 1e6;
        #[expect(clippy::cast_possible_truncation, reason = "rounding to the stored precision")]
        let (linear, ln) = (seconds as f32, math::ln(gap_us.max(FLOOR_US) as f64 / 1e6) as f32);
        let place = self.place(ln);
        self.count = self.count.saturating_add(1);
        self.fast += u32::from(gap_us < FAST_US);
        self.seconds.add(linear, self.count);
        self.ln.add(ln, self.count);
        if self.count > 1 {
            self.memory.add(self.last_ln, ln, self.count - 1);
        }
        self.size.add(self.last_size, ln, self.count);
        self.last_ln = ln;
        place
    }

    /// The quarter of a value among the earlier ones, were they normal.
    fn place(&self, ln: f32) -> u8 {
        let deviation = self.ln.deviation(self.count);
        if self.count < 2 || deviation < SPREAD_NONE && (ln - self.ln.mean).abs() < SPREAD_NONE {
            return 1;
        }
        let z = (ln - self.ln.mean) / deviation.max(SPREAD_NONE);
        QUARTILES.iter().fold(0, |place, bound| place + u8::from(z > *bound))
    }

    /// Mean and standard deviation of ln(gap in seconds).
    pub(crate) fn shape(&self) -> (f32, f32) {
        (self.ln.mean, self.ln.deviation(self.count))
    }

    fn variation(&self) -> f32 {
        self.seconds.deviation(self.count) / self.seconds.mean.max(1e-6)
    }

    /// Burstiness of a finite series: Kim and Jo, Phys. Rev. E 94, 032311 (2016), equation 22.
    fn burstiness(&self) -> f32 {
        let n = self.count as f32;
        let (up, down) = ((n + 1.0).sqrt(), (n - 1.0).max(0.0).sqrt());
        let r = self.variation();
        (up * r - down) / ((up - 2.0) * r + down).max(f32::EPSILON)
    }
}

/// log2 with a straight line within each octave: exact at powers of two, at most 0.09 off between.
fn log2_coarse(bytes: u64) -> f32 {
    let bytes = bytes.max(1);
    let exponent = bytes.ilog2();
    let base = (1_u64 << exponent) as f32;
    exponent as f32 + (bytes as f32 - base) / base
}

/// The gaps, when their number and the clock of the log allow it.
fn gaps(state: &ClientState, at_least: u32) -> Option<&Gaps> {
    (state.clock.cadence() && state.gaps.count >= at_least).then_some(&state.gaps)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "gap_ln_sd",
        unit: Unit::Ratio,
        range: (0.0, 30.0),
        meaning: "Standard deviation of ln(gap): small for sleeps, timers and loops, about 1 for \
                  people. From 5 gaps on.",
        read: |state| gaps(state, SPREAD_MIN).map(|gaps| gaps.ln.deviation(gaps.count)),
    },
    FeatureSpec {
        name: "gap_cv",
        unit: Unit::Ratio,
        range: (0.0, 65_536.0),
        meaning: "Standard deviation of the gaps over their mean. From 5 gaps on.",
        read: |state| gaps(state, SPREAD_MIN).map(Gaps::variation),
    },
    FeatureSpec {
        name: "gap_burstiness",
        unit: Unit::Ratio,
        range: (-1.0, 1.0),
        meaning: "Burstiness corrected for the number of gaps (Kim and Jo): -1 regular, 0 Poisson, \
                  1 bursts. From 5 gaps on.",
        read: |state| gaps(state, SPREAD_MIN).map(Gaps::burstiness),
    },
    FeatureSpec {
        name: "gap_memory",
        unit: Unit::Ratio,
        range: (-1.0, 1.0),
        meaning: "Correlation of ln(gap) with the ln(gap) before it. From 9 gaps on, when gaps vary.",
        read: |state| gaps(state, PAIRS_MIN + 1).and_then(|gaps| gaps.memory.correlation()),
    },
    FeatureSpec {
        name: "fast_gap_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of gaps below 0.5 s. From 4 gaps on.",
        read: |state| gaps(state, FAST_MIN).map(|gaps| gaps.fast as f32 / gaps.count as f32),
    },
    FeatureSpec {
        name: "gap_size_correlation",
        unit: Unit::Ratio,
        range: (-1.0, 1.0),
        meaning: "Correlation of ln(gap) with log2 of the bytes received before it. From 8 gaps on, \
                  when both vary.",
        read: |state| gaps(state, PAIRS_MIN).and_then(|gaps| gaps.size.correlation()),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[f64]) -> Gaps {
        let mut gaps = Gaps::default();
        for second in seconds {
            #[expect(clippy::cast_possible_truncation, reason = "small test values")]
            gaps.add((second * 1e6) as i64);
        }
        gaps
    }

    #[test]
    fn burstiness_follows_the_formula_of_kim_and_jo() {
        // Regular gaps: r = 0.
        assert!((after(&[2.0; 9]).burstiness() + 1.0).abs() < 1e-6);
        // n = 4, gaps 1 1 1 5: mean 2, population sd sqrt(3), r = 0.866 025 4.
        // (sqrt 5 * r - sqrt 3) / ((sqrt 5 - 2) * r + sqrt 3) = 0.204 440 / 1.936 492.
        let burstiness = after(&[1.0, 1.0, 1.0, 5.0]).burstiness();
        assert!((burstiness - 0.105_572).abs() < 1e-4, "{burstiness}");
        // One gap holds all the time: r = sqrt(n - 1), the most bursty series there is.
        let burstiness = after(&[0.0, 0.0, 0.0, 0.0, 0.0, 8.0]).burstiness();
        assert!((burstiness - 1.0).abs() < 1e-5, "{burstiness}");
    }

    #[test]
    fn moments_of_known_gaps() {
        let gaps = after(&[1.0, std::f64::consts::E, 1.0, std::f64::consts::E]);
        assert!((gaps.ln.deviation(gaps.count) - 0.5).abs() < 1e-5);
        assert!(gaps.memory.correlation().is_some_and(|r| (r + 1.0).abs() < 1e-4));
        assert_eq!(after(&[0.1, 0.499, 0.5, 3.0]).fast, 2);
    }

    #[test]
    fn thinking_time_that_grows_with_size_correlates() {
        let mut gaps = Gaps::default();
        for (bytes, gap_us) in [(1 << 10, 1_000_000), (1 << 12, 2_000_000), (1 << 14, 4_000_000)] {
            gaps.answered(bytes);
            gaps.add(gap_us);
        }
        assert!(gaps.size.correlation().is_some_and(|r| r > 0.999));
        assert!((log2_coarse(3072) - 11.5).abs() < 1e-6);
    }

    #[test]
    fn places_split_earlier_gaps_into_quarters() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.add(1_000_000), 1);
        assert_eq!(gaps.add(1_000_000), 1);
        assert_eq!(gaps.add(1_000_000), 1, "the same again stays where it was");
        assert_eq!(gaps.add(9_000_000), 3);
        assert_eq!(gaps.add(10_000), 0);
    }
}
