//! The published score: the probability that a program drives the client, in tenths of a percent; and how
//! log-odds become one.

use std::fmt;

/// Tenths of a percent, 0..=1000. Prints as percent with one decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u16);

impl Score {
    /// The score of `tenths`, at most 1000.
    #[must_use]
    pub fn from_tenths(tenths: u16) -> Self {
        Self(tenths.min(1000))
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

/// A knot of a [`Calibration`]: log-odds in millinats, score in tenths of a percent.
pub type Knot = (i32, u16);

/// How often clients with some log-odds turned out to be programs: straight lines between knots, level
/// beyond the first and the last. Whole numbers throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibration(Vec<Knot>);

/// Most knots of one calibration.
pub const KNOTS_MAX: usize = 64;

impl Calibration {
    /// A calibration through `knots`; `None` unless there are 2 to [`KNOTS_MAX`] of them, in rising order
    /// of log-odds, with scores that never fall and are at most 1000.
    #[must_use]
    pub fn new(knots: Vec<Knot>) -> Option<Self> {
        let fits = (2..=KNOTS_MAX).contains(&knots.len());
        let rises = knots.iter().zip(knots.iter().skip(1)).all(|(a, b)| a.0 < b.0 && a.1 <= b.1);
        let within = knots.iter().all(|(_, tenths)| *tenths <= 1000);
        (fits && rises && within).then_some(Self(knots))
    }

    /// The calibration of a model that knows nothing: one half, whatever the log-odds.
    pub(crate) fn unknown() -> Self {
        Self(vec![(0, 500)])
    }

    /// The knots.
    #[must_use]
    pub fn knots(&self) -> &[Knot] {
        &self.0
    }

    /// The score of log-odds in millinats, rounded down to a tenth of a percent.
    #[must_use]
    pub fn score(&self, millinats: i32) -> Score {
        let above = self.0.partition_point(|(knot, _)| *knot <= millinats);
        let left = above.checked_sub(1).and_then(|at| self.0.get(at));
        let tenths = match (left, self.0.get(above)) {
            (Some(left), Some(right)) => {
                let run = i64::from(right.0) - i64::from(left.0);
                let rise = i64::from(right.1) - i64::from(left.1);
                let along = i64::from(millinats) - i64::from(left.0);
                i64::from(left.1) + rise * along / run.max(1)
            }
            (Some(end), None) | (None, Some(end)) => i64::from(end.1),
            (None, None) => 500,
        };
        Score::from_tenths(u16::try_from(tenths).unwrap_or(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration() -> Calibration {
        Calibration::new(vec![(-4000, 5), (0, 400), (1000, 400), (3000, 990)]).unwrap()
    }

    #[test]
    fn scores_lie_on_lines_between_the_knots() {
        for (millinats, text) in [
            (i32::MIN, "0.5"),
            (-4000, "0.5"),
            (-2000, "20.2"),
            (0, "40.0"),
            (500, "40.0"),
            (2000, "69.5"),
            (3000, "99.0"),
            (i32::MAX, "99.0"),
        ] {
            assert_eq!(calibration().score(millinats).to_string(), text, "{millinats}");
        }
        assert_eq!(Score::from_tenths(4321).tenths(), 1000);
    }

    #[test]
    fn more_evidence_is_never_a_lower_score() {
        let calibration = calibration();
        let scores: Vec<_> = (-12_000..12_000).step_by(7).map(|x| calibration.score(x)).collect();
        assert!(scores.is_sorted());
    }

    #[test]
    fn knots_that_do_not_rise_are_refused() {
        for knots in [
            vec![],
            vec![(0, 500)],
            vec![(0, 500), (0, 600)],
            vec![(1, 500), (0, 600)],
            vec![(0, 600), (1, 500)],
            vec![(0, 0), (1, 1001)],
            (0..65).map(|x| (x, 500)).collect(),
        ] {
            assert_eq!(Calibration::new(knots.clone()), None, "{knots:?}");
        }
    }
}
