//! How high the clients of a history scored that may be people: the table behind the false-alarm budget.
//!
//! The unit is the client with its whole visit. Its score is the largest that it reached at any of the dyadic
//! decision steps, so a client is exchangeable with those of the table whenever one looks, and the p-value of its
//! running maximum is never below the one at its end: the test may be repeated at every step and stopped at any.
//! Only the upper end is kept, exactly; that is where tests look.

/// Scores that are kept, the largest.
pub const TAIL_MAX: usize = 512;

const ONE_NANO: u64 = 1_000_000_000;

/// The largest scores of a number of clients, in millinats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreTail {
    clients: u32,
    /// Falling.
    largest: Vec<i32>,
    per_day: u32,
}

impl ScoreTail {
    /// A table of nobody.
    pub const EMPTY: &'static Self = &Self { clients: 0, largest: Vec::new(), per_day: 0 };

    /// The table of clients with these scores. `per_day` clients, people or not, had enough steps to be tested on
    /// the busiest day.
    #[must_use]
    pub fn of(mut scores: Vec<i32>, per_day: u32) -> Self {
        let clients = u32::try_from(scores.len()).unwrap_or(u32::MAX);
        scores.sort_unstable_by(|a, b| b.cmp(a));
        scores.truncate(TAIL_MAX);
        Self { clients, largest: scores, per_day }
    }

    /// The table with these parts; `None` when they are those of no table.
    #[must_use]
    pub(crate) fn from_parts(clients: u32, largest: Vec<i32>, per_day: u32) -> Option<Self> {
        let falls = largest.iter().zip(largest.iter().skip(1)).all(|(a, b)| a >= b);
        let whole = largest.len() == TAIL_MAX.min(clients as usize);
        (falls && whole).then_some(Self { clients, largest, per_day })
    }

    /// Clients of the table.
    #[must_use]
    pub fn clients(&self) -> u32 {
        self.clients
    }

    /// The largest scores, falling: all of them, or [`TAIL_MAX`].
    #[must_use]
    pub fn largest(&self) -> &[i32] {
        &self.largest
    }

    /// Clients, people or not, with enough steps to be tested, on the busiest day of the history.
    #[must_use]
    pub fn per_day(&self) -> u32 {
        self.per_day
    }

    /// The smallest score whose conformal p-value is at most `level_nano` billionths; `None` when there is none,
    /// since no p-value is below one in one more than the clients of the table.
    ///
    /// The p-value of a score is the share of clients that scored as high, counted with the tested one among
    /// them. For a person that is one of many equals it is at most the level with at most that probability.
    #[must_use]
    pub fn threshold(&self, level_nano: u32) -> Option<i32> {
        let ranks = u64::from(level_nano) * (u64::from(self.clients) + 1) / ONE_NANO;
        let beyond = usize::try_from(ranks.checked_sub(1)?).ok()?;
        if beyond >= self.clients as usize {
            return Some(i32::MIN);
        }
        self.largest.get(beyond).or(self.largest.last())?.checked_add(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether the p-value by its definition is at most a level.
    fn is_rare(scores: &[i32], score: i32, level_nano: u32) -> bool {
        let as_high = scores.iter().filter(|other| **other >= score).count() as u64;
        (as_high + 1) * ONE_NANO <= u64::from(level_nano) * (scores.len() as u64 + 1)
    }

    #[test]
    fn the_smallest_level_that_admits_anybody_is_one_in_one_more_than_the_table() {
        let table = ScoreTail::of((0..99).collect(), 1);
        assert_eq!(table.threshold(9_999_999), None);
        assert_eq!(table.threshold(10_000_000), Some(99));
        assert_eq!(table.threshold(30_000_000), Some(97));
        assert_eq!(table.threshold(1_000_000_000), Some(i32::MIN));
        assert_eq!(ScoreTail::EMPTY.threshold(999_999_999), None);
        let highest = ScoreTail::of(vec![i32::MAX; 50], 1);
        assert_eq!(highest.threshold(20_000_000), None, "nothing lies above them");
    }

    #[test]
    fn a_long_table_answers_from_its_end_with_the_side_of_caution() {
        let table = ScoreTail::of((0..2000).collect(), 1);
        assert_eq!((table.clients(), table.largest().len()), (2000, TAIL_MAX));
        assert_eq!(table.threshold(900_000_000), Some(2000 - i32::try_from(TAIL_MAX).unwrap() + 1));
    }

    #[test]
    fn parts_that_are_no_table_are_refused() {
        assert!(ScoreTail::from_parts(2, vec![5, 5], 9).is_some());
        assert!(ScoreTail::from_parts(2, vec![5], 9).is_none(), "one is missing");
        assert!(ScoreTail::from_parts(2, vec![4, 5], 9).is_none(), "rising");
    }

    proptest! {
        #[test]
        fn a_score_reaches_the_threshold_when_its_p_value_is_at_most_the_level(
            scores in prop::collection::vec(-50..50, 0..300),
            score in -60..60,
            level in 0..1_000_000_000_u32,
        ) {
            let reached = ScoreTail::of(scores.clone(), 0).threshold(level).is_some_and(|t| score >= t);
            prop_assert_eq!(reached, is_rare(&scores, score, level));
        }

        /// Whichever of the clients of one pool is the tested one, and all are as likely: at most a share of
        /// `level` of them is admitted, so that the e-value 1/level of being admitted has a mean of 1 at most.
        #[test]
        fn of_equals_at_most_the_level_is_admitted(
            pool in prop::collection::vec(-20..20, 1..120),
            level in 1..1_000_000_000_u32,
        ) {
            let admitted = (0..pool.len()).filter(|tested| {
                let mut others = pool.clone();
                let score = others.remove(*tested);
                ScoreTail::of(others, 0).threshold(level).is_some_and(|t| score >= t)
            });
            let mean_e = admitted.count() as f64 / pool.len() as f64 / (f64::from(level) / 1e9);
            prop_assert!(mean_e <= 1.0 + 1e-9, "{}", mean_e);
        }
    }
}
