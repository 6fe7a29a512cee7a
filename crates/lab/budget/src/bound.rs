//! The mean of a count over days, and how large it may really be.

/// One-sided 95 % point of the normal distribution.
const Z_95: f64 = 1.644_853_626_951_472;
const ERROR: f64 = 0.05;

/// Mean of counts, and its upper 95 % bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    /// The larger of the normal bound, which sees days that differ, and the exact one for a Poisson count, which
    /// holds where nothing was seen.
    pub(crate) upper: f64,
}

impl Mean {
    /// Of the counts of some days, at least one.
    pub(crate) fn of(counts: &[u32]) -> Self {
        let days = counts.len().max(1) as f64;
        let total: u32 = counts.iter().sum();
        let mean = f64::from(total) / days;
        let squares: f64 = counts.iter().map(|count| (f64::from(*count) - mean).powi(2)).sum();
        let deviation = (squares / (days - 1.0).max(1.0)).sqrt();
        let normal = mean + Z_95 * deviation / days.sqrt();
        Self { mean, upper: normal.max(poisson_upper(total) / days) }
    }
}

/// The rate under which a count as small as `total` comes with probability [`ERROR`].
fn poisson_upper(total: u32) -> f64 {
    let (mut low, mut high) = (f64::from(total), f64::from(total) * 2.0 + 10.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if poisson_at_most(total, middle) > ERROR { low = middle } else { high = middle }
    }
    high
}

/// P(X ≤ `total`) for a Poisson variable with this mean.
fn poisson_at_most(total: u32, mean: f64) -> f64 {
    // From the largest term outwards in logarithms: the first may be too small for a float.
    let mut ln_term = -mean;
    let mut sum = ln_term.exp();
    for k in 1..=total {
        ln_term += (mean / f64::from(k)).ln();
        sum += ln_term.exp();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_of_nothing_is_three_in_all_days() {
        let none = Mean::of(&[0; 200]);
        assert_eq!(none.mean, 0.0);
        assert!((none.upper * 200.0 - 2.9957).abs() < 1e-3, "{none:?}");
    }

    #[test]
    fn exact_bounds_agree_with_the_tables() {
        for (total, upper) in [(1, 4.7439), (5, 10.5130), (20, 29.0620), (100, 118.0790)] {
            assert!((poisson_upper(total) - upper).abs() < 2e-3, "{total}");
        }
    }

    #[test]
    fn days_that_differ_widen_the_bound() {
        let alike = Mean::of(&[1; 100]);
        let mut counts = [0; 100];
        counts[..5].fill(20);
        let apart = Mean::of(&counts);
        assert_eq!(alike.mean, apart.mean);
        assert!(apart.upper > alike.upper + 0.3, "{apart:?}");
    }
}
