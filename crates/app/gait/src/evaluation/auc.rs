//! How well a score separates two groups: the area under the ROC curve and its 95 % interval.
//!
//! The area is the Mann-Whitney statistic with half a point for ties. The interval is DeLong's (1988)
//! on the logit scale; where that variance is 0 or not defined (perfect separation, fewer than two in a
//! group) it is Newcombe's (2006, method 5), which does not collapse to a point there.

use serde::Serialize;

use super::interval::Z_95;

/// The area under the ROC curve, 0..=1, 0.5 is chance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Auc {
    /// The area: the chance that a positive scores above a negative, ties counted half.
    pub(crate) area: f64,
    /// Lower end of the 95 % interval.
    pub(crate) low: f64,
    /// Upper end of the 95 % interval.
    pub(crate) high: f64,
    /// Members of the group that should score high.
    pub(crate) positives: usize,
    /// Members of the group that should score low.
    pub(crate) negatives: usize,
    /// How the interval was made: `delong` or `newcombe`.
    pub(crate) interval: &'static str,
}

impl Auc {
    /// The area for scores that should be high (`positives`) against scores that should be low.
    /// `None` when a group is empty.
    pub(crate) fn new(positives: &[f64], negatives: &[f64]) -> Option<Self> {
        if positives.is_empty() || negatives.is_empty() {
            return None;
        }
        let (positives, negatives) = (sorted(positives), sorted(negatives));
        let wins: Vec<f64> = positives.iter().map(|&p| share_below(&negatives, p)).collect();
        let losses: Vec<f64> =
            negatives.iter().map(|&n| 1.0 - share_below(&positives, n)).collect();
        let area = mean(&wins);
        let variance = match (variance(&wins), variance(&losses)) {
            (Some(w), Some(l)) => w / wins.len() as f64 + l / losses.len() as f64,
            _ => 0.0,
        };
        let (low, high, interval) = if variance > 0.0 {
            let (low, high) = logit_interval(area, variance.sqrt());
            (low, high, "delong")
        } else {
            let (m, n) = (wins.len() as f64, losses.len() as f64);
            (newcombe_low(area, m, n), 1.0 - newcombe_low(1.0 - area, m, n), "newcombe")
        };
        let (positives, negatives) = (positives.len(), negatives.len());
        Some(Self { area, low, high, positives, negatives, interval })
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The share of `sorted` below `value`, values equal to it counted half.
fn share_below(sorted: &[f64], value: f64) -> f64 {
    let below = sorted.partition_point(|&v| v < value);
    let not_above = sorted.partition_point(|&v| v <= value);
    (below + not_above) as f64 / 2.0 / sorted.len() as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample variance; `None` for fewer than two values.
fn variance(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values);
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some(squares / (values.len() - 1) as f64)
}

/// A normal interval for `area` on the logit scale, where it cannot leave 0..1.
fn logit_interval(area: f64, standard_error: f64) -> (f64, f64) {
    let logit = (area / (1.0 - area)).ln();
    let half = Z_95 * standard_error / (area * (1.0 - area));
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    (back(logit - half), back(logit + half))
}

/// The lower end of Newcombe's interval: the area whose own standard error just reaches `area`.
fn newcombe_low(area: f64, m: f64, n: f64) -> f64 {
    if area <= 0.0 {
        return 0.0;
    }
    let extra = f64::midpoint(m, n) - 1.0;
    let variance = |a: f64| {
        let shape = 1.0 + extra * ((1.0 - a) / (2.0 - a) + a / (1.0 + a));
        a * (1.0 - a) * shape / (m * n)
    };
    // `area` itself is also a root when it is 1: stay just below it.
    let (mut low, mut high) = (0.0, area - 1e-12);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if (area - middle).powi(2) > Z_95 * Z_95 * variance(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) -> bool {
        (got - want).abs() < 1e-4
    }

    #[test]
    fn the_area_counts_ties_half() {
        // By hand: pairs won + half of pairs tied, over all pairs.
        let cases: [(&[f64], &[f64], f64); 5] = [
            (&[3.0, 2.0, 5.0], &[1.0, 2.0], 5.5 / 6.0),
            (&[1.0, 1.0], &[1.0, 1.0], 0.5),
            (&[2.0], &[1.0], 1.0),
            (&[1.0], &[2.0, 3.0], 0.0),
            (&[1.0, 2.0, 2.0, 3.0], &[2.0, 2.0, 0.0], (1.0 + 2.0 + 2.0 + 3.0) / 12.0),
        ];
        for (positives, negatives, area) in cases {
            let got = Auc::new(positives, negatives).unwrap();
            assert!(close(got.area, area), "{positives:?} {negatives:?}: {got:?}");
            assert!(got.low <= got.area && got.area <= got.high, "{got:?}");
        }
        assert_eq!(Auc::new(&[], &[1.0]), None);
    }

    #[test]
    fn delong_by_hand() {
        // Wins (1, .75, 1): variance 1/48; losses (1, 5/6): variance 1/72;
        // SE² = 1/48/3 + 1/72/2 = 1/72; logit ±1.95996 * SE / (area * (1 - area)).
        let got = Auc::new(&[3.0, 2.0, 5.0], &[1.0, 2.0]).unwrap();
        assert_eq!(got.interval, "delong");
        assert!(close(got.low, 0.348_44) && close(got.high, 0.995_60), "{got:?}");
    }

    #[test]
    fn perfect_separation_keeps_an_honest_interval() {
        let few = Auc::new(&[2.0; 5], &[1.0; 5]).unwrap();
        let many = Auc::new(&[2.0; 500], &[1.0; 500]).unwrap();
        assert_eq!((few.area, few.high, few.interval), (1.0, 1.0, "newcombe"));
        assert!(few.low < 0.8 && many.low > 0.99 && many.low < 1.0, "{few:?} {many:?}");
        // The lower end solves its own equation: (1 - a) = z² a (1 + 4 ((1-a)/(2-a) + a/(1+a))) / 25.
        let a = few.low;
        let shape = 1.0 + 4.0 * ((1.0 - a) / (2.0 - a) + a / (1.0 + a));
        assert!(close(1.0 - a, Z_95 * Z_95 * a * shape / 25.0), "{a}");
    }
}
