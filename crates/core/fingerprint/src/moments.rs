//! Running mean, variance and covariance (Welford), in the order in which the values come.

use bytemuck::{Pod, Zeroable};

/// Mean and sum of squared deviations. How many values went in is kept by the owner.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Moments {
    pub(crate) mean: f32,
    pub(crate) m2: f32,
}

impl Moments {
    /// Takes a value in; `n` counts it already.
    pub(crate) fn add(&mut self, value: f32, n: u32) {
        let delta = value - self.mean;
        self.mean += delta / n.max(1) as f32;
        self.m2 += delta * (value - self.mean);
    }

    /// The standard deviation of the `n` values themselves (divided by n, not n - 1).
    pub(crate) fn deviation(self, n: u32) -> f32 {
        (self.m2.max(0.0) / n.max(1) as f32).sqrt()
    }
}

/// Two variables side by side.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Joint {
    x: Moments,
    y: Moments,
    co: f32,
}

impl Joint {
    /// Takes a pair in; `n` counts it already.
    pub(crate) fn add(&mut self, x: f32, y: f32, n: u32) {
        let delta = x - self.x.mean;
        self.x.add(x, n);
        self.y.add(y, n);
        self.co += delta * (y - self.y.mean);
    }

    /// Pearson's correlation, -1..=1; `None` when one of the two never varied.
    pub(crate) fn correlation(&self) -> Option<f32> {
        let scale = self.x.m2.max(0.0).sqrt() * self.y.m2.max(0.0).sqrt();
        (scale > f32::EPSILON).then(|| (self.co / scale).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_a_known_series() {
        let mut moments = Moments::default();
        for (n, value) in (1..).zip([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]) {
            moments.add(value, n);
        }
        assert!((moments.mean - 5.0).abs() < 1e-6);
        assert!((moments.deviation(8) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn correlation_of_known_pairs() {
        let correlate = |pairs: &[(f32, f32)]| {
            let mut joint = Joint::default();
            for (n, (x, y)) in (1..).zip(pairs) {
                joint.add(*x, *y, n);
            }
            joint.correlation()
        };
        let close = |a: Option<f32>, b: f32| a.is_some_and(|a| (a - b).abs() < 1e-5);
        assert!(close(correlate(&[(1.0, 10.0), (2.0, 20.0), (3.0, 30.0)]), 1.0));
        assert!(close(correlate(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]), -1.0));
        // Deviations -1.5 -0.5 0.5 1.5 and -1 1 -1 1: 2 / sqrt(5 * 4).
        assert!(close(correlate(&[(1.0, 1.0), (2.0, 3.0), (3.0, 1.0), (4.0, 3.0)]), 0.447_213_6));
        assert_eq!(correlate(&[(1.0, 5.0), (2.0, 5.0)]), None);
    }
}
