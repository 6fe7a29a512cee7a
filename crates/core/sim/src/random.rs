//! The one source of chance: SplitMix64, eight bytes of state, a stream of its own per client.
//!
//! Only integer arithmetic, IEEE basics and `gait_event::math` stand here, so that a seed gives the
//! same bytes on every target. Which distribution a persona uses is left to the persona.

use gait_event::math;

/// SplitMix64 (Steele, Lea and Flood 2014): a Weyl sequence through a mixing function.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

const WEYL_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The mixing function of SplitMix64; also the hash that gives simulated things their fixed sizes.
pub(crate) fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// Stream number `stream` of a seed.
    pub(crate) fn stream(seed: u64, stream: u64) -> Self {
        Self(mix(seed).wrapping_add(mix(stream.wrapping_add(1).wrapping_mul(WEYL_STEP))))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(WEYL_STEP);
        mix(self.0)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0..`bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let scaled = (self.bits() >> 32) * u64::from(bound);
        u32::try_from(scaled >> 32).unwrap_or_default()
    }

    /// Uniform in `low..=high`.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of `items`, all alike; the default of an empty list.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let index = self.below(u32::try_from(items.len()).unwrap_or(u32::MAX));
        items.get(index as usize).copied().unwrap_or_default()
    }

    /// Uniform in 0..`bound`, leaning towards 0 as the square of a uniform does: what stands first on a
    /// page is chosen more often.
    pub(crate) fn leaning(&mut self, bound: u32) -> u32 {
        let (a, b) = (self.below(bound), self.below(bound));
        a.min(b)
    }

    /// Exponential with this mean, ms.
    pub(crate) fn exponential_ms(&mut self, mean_ms: f64) -> u64 {
        to_ms(-math::ln(1.0 - self.unit()) * mean_ms)
    }

    /// Log-logistic, ms: heavy on both sides of its median; a larger `shape` is narrower.
    pub(crate) fn log_logistic_ms(&mut self, median_ms: f64, shape: f64) -> u64 {
        let u = self.unit().clamp(0.002, 0.998);
        to_ms(median_ms * math::exp(math::ln(u / (1.0 - u)) / shape))
    }

    /// Log-normal, ms: `sigma` is the standard deviation of the logarithm.
    pub(crate) fn log_normal_ms(&mut self, median_ms: f64, sigma: f64) -> u64 {
        to_ms(median_ms * math::exp(sigma * self.normal()))
    }

    /// Weibull, ms: a `shape` below 1 ages negatively, so that who has stayed longer stays longer.
    pub(crate) fn weibull_ms(&mut self, scale_ms: f64, shape: f64) -> u64 {
        let lived = -math::ln(1.0 - self.unit());
        if lived <= 0.0 {
            return 0;
        }
        to_ms(scale_ms * math::exp(math::ln(lived) / shape))
    }

    /// Standard normal (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * math::ln(1.0 - self.unit())).max(0.0).sqrt();
        radius * math::cos_sin_turn(self.unit()).0
    }

    /// Erlang of order 2 with this mean, ms: the time for a number of tokens that varies by half.
    pub(crate) fn erlang_ms(&mut self, mean_ms: f64) -> u64 {
        self.exponential_ms(mean_ms / 2.0).saturating_add(self.exponential_ms(mean_ms / 2.0))
    }
}

/// Rounds to whole milliseconds; negative is 0, and a day is the most.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=86 400 000 before the cast"
)]
fn to_ms(ms: f64) -> u64 {
    ms.clamp(0.0, 86_400_000.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, stream| {
            let mut random = Random::stream(seed, stream);
            [random.bits(), random.bits(), random.bits()]
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(2, 1));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn means_and_bounds_are_what_they_say() {
        let mut random = Random::stream(7, 0);
        let mean = |draws: Vec<u64>| draws.iter().sum::<u64>() as f64 / draws.len() as f64;
        let exponential = mean((0..20_000).map(|_| random.exponential_ms(4000.0)).collect());
        assert!((exponential - 4000.0).abs() < 120.0, "{exponential}");
        let erlang = mean((0..20_000).map(|_| random.erlang_ms(4000.0)).collect());
        assert!((erlang - 4000.0).abs() < 100.0, "{erlang}");
        let mut dwell: Vec<u64> =
            (0..20_001).map(|_| random.log_logistic_ms(9000.0, 1.7)).collect();
        dwell.sort_unstable();
        assert!((dwell[10_000] as f64 - 9000.0).abs() < 300.0, "{}", dwell[10_000]);
        let sorted = |mut draws: Vec<u64>| {
            draws.sort_unstable();
            draws
        };
        let normal = sorted((0..20_001).map(|_| random.log_normal_ms(9000.0, 0.6)).collect());
        assert!((normal[10_000] as f64 - 9000.0).abs() < 300.0, "{}", normal[10_000]);
        let ratio = math::ln(normal[16_826] as f64 / normal[10_000] as f64);
        assert!((ratio - 0.6).abs() < 0.04, "one sigma above the median: {ratio}");
        let weibull = sorted((0..20_001).map(|_| random.weibull_ms(9000.0, 0.8)).collect());
        // The scale is the quantile 1 - 1/e.
        assert!((weibull[12_642] as f64 - 9000.0).abs() < 400.0, "{}", weibull[12_642]);
        for _ in 0..1000 {
            assert!((3..=5).contains(&random.between(3, 5)));
            assert!(random.below(7) < 7 && random.leaning(7) < 7);
        }
        assert_eq!((random.below(0), random.leaning(0)), (0, 0));
        assert_eq!(random.pick::<u8>(&[]), 0);
    }
}
