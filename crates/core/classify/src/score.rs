//! The published score: the probability that a program drives the client, in tenths of a percent.

use std::fmt;

use gait_event::math;

/// Tenths of a percent, 0..=1000. Prints as percent with one decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u16);

impl Score {
    /// The score of `tenths`, at most 1000.
    #[must_use]
    pub fn from_tenths(tenths: u16) -> Self {
        Self(tenths.min(1000))
    }

    /// The logistic function of log-odds in millinats, rounded to the nearest tenth of a percent.
    #[must_use]
    pub fn from_millinats(millinats: i32) -> Self {
        let probability = math::logistic(f64::from(millinats) / 1000.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a probability times 1000 is within 0..=1000"
        )]
        Self::from_tenths((probability * 1000.0).round() as u16)
    }

    /// Tenths of a percent, 0..=1000.
    #[must_use]
    pub fn tenths(self) -> u16 {
        self.0
    }

    /// Percent, 0.0..=100.0.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_logistic_function_in_tenths() {
        for (millinats, text) in [
            (0, "50.0"),
            (1000, "73.1"),
            (-1000, "26.9"),
            (3000, "95.3"),
            (i32::MAX, "100.0"),
            (i32::MIN, "0.0"),
        ] {
            assert_eq!(Score::from_millinats(millinats).to_string(), text);
        }
        assert_eq!(Score::from_tenths(4321).tenths(), 1000);
    }

    #[test]
    fn more_evidence_is_never_a_lower_score() {
        let scores: Vec<_> = (-12_000..12_000).step_by(7).map(Score::from_millinats).collect();
        assert!(scores.is_sorted());
    }
}
