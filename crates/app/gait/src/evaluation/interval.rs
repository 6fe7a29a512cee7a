//! Shares with their uncertainty, and order statistics.
//!
//! Decides how a share of counts and a quantile are computed; leaves to `report` which ones are shown.

use serde::Serialize;

/// Two-sided 95 % point of the normal distribution.
pub(super) const Z_95: f64 = 1.959_963_984_540_054;

/// `count` of `of`, with the 95 % Wilson score interval. All three shares are 0..=1, and absent when
/// `of` is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Proportion {
    /// How many have the property.
    pub(crate) count: usize,
    /// How many there are.
    pub(crate) of: usize,
    /// `count / of`.
    pub(crate) share: Option<f64>,
    /// Lower end of the interval.
    pub(crate) low: Option<f64>,
    /// Upper end of the interval.
    pub(crate) high: Option<f64>,
}

impl Proportion {
    /// The share of `count` in `of` clients.
    pub(crate) fn new(count: usize, of: usize) -> Self {
        if of == 0 {
            return Self { count, of, share: None, low: None, high: None };
        }
        let (k, n) = (count as f64, of as f64);
        let share = k / n;
        let z2 = Z_95 * Z_95;
        let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        // At the ends the interval touches the bound exactly; rounding must not leave it at 1e-18.
        let low = if count == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if count == of { 1.0 } else { (centre + half).min(1.0) };
        Self { count, of, share: Some(share), low: Some(low), high: Some(high) }
    }

    /// The share of `items` for which `holds` is true.
    pub(crate) fn of<T>(items: &[T], holds: impl Fn(&T) -> bool) -> Self {
        Self::new(items.iter().filter(|item| holds(item)).count(), items.len())
    }
}

/// Median and 90th percentile of a count, by nearest rank (both are values that occur).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The smallest value that at least half of the values do not exceed.
    pub(crate) median: u64,
    /// The smallest value that at least nine tenths of the values do not exceed.
    pub(crate) p90: u64,
}

impl Spread {
    /// The spread of `values`; `None` when there are none.
    pub(crate) fn new(mut values: Vec<u64>) -> Option<Self> {
        values.sort_unstable();
        Some(Self { median: rank(&values, 50)?, p90: rank(&values, 90)? })
    }
}

/// The nearest-rank percentile of sorted values: the `ceil(n * percent / 100)`-th smallest.
fn rank(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_and_hand_computed_values() {
        // (count, of, low, high); 0/n gives z²/(n+z²) above, 81/263 is Newcombe's (1998) example.
        let cases = [
            (0, 136, 0.0, 0.027_47),
            (1, 10, 0.017_88, 0.404_15),
            (5, 10, 0.236_59, 0.763_41),
            (81, 263, 0.255_3, 0.366_2),
            (20, 20, 0.838_87, 1.0),
        ];
        for (count, of, low, high) in cases {
            let p = Proportion::new(count, of);
            assert!((p.low.unwrap() - low).abs() < 1e-4, "{count}/{of}: {p:?}");
            assert!((p.high.unwrap() - high).abs() < 1e-4, "{count}/{of}: {p:?}");
        }
        assert_eq!(Proportion::new(0, 0).share, None);
    }

    #[test]
    fn quantiles_are_nearest_rank() {
        let cases: [(&[u64], u64, u64); 4] = [
            (&[7], 7, 7),
            (&[4, 1], 1, 4),
            (&[5, 3, 1], 3, 5),
            (&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9),
        ];
        for (values, median, p90) in cases {
            assert_eq!(Spread::new(values.to_vec()), Some(Spread { median, p90 }), "{values:?}");
        }
        assert_eq!(Spread::new(Vec::new()), None);
    }
}
