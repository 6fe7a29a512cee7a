//! The false-alarm budget: at which level each client is tested, so that the levels of a day never add up to more
//! than the operator allows.
//!
//! A client is tested once in a life: its level is the probability with which a person, were the client one, may
//! become an alert. The expected number of false alarms among the clients that begin to be tested in one day is
//! at most the sum of their levels, and that is at most the budget, however many clients come:
//!
//! - most of the budget is divided evenly among as many clients as the busiest recent day would lead one to
//!   expect, so that these are treated alike in whatever order they come;
//! - the reserve goes to those beyond, the `k`-th of the day getting `N / (k (k - 1))` of it, where `N` were
//!   expected: that adds up to the whole reserve, and never to more.
//!
//! What a level means for a score is left to the calibration table of `gait-calibrate`.

use bytemuck::{Pod, Zeroable};
use gait_event::EventTime;

/// One false alarm in the unit of levels.
pub const ONE_ALARM_NANO: u64 = 1_000_000_000;

/// Largest budget, false alarms a day: more is no budget.
const PER_DAY_MAX: f64 = 1_000_000.0;
/// One part in so many is kept for clients beyond the expected number.
const RESERVE_ONE_IN: u64 = 4;
/// A day is expected to be no quieter than this many quarters of the one before was expected to be: a quiet
/// Sunday does not make Monday a surprise.
const KEPT_QUARTERS: u64 = 3;
const DAY_US: i64 = 86_400_000_000;

/// How many false alarms a day are allowed, for each site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    per_day_nano: u64,
}

/// A number that is no budget.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "a budget of {0} false alarms a day cannot be held; give a number above 0, one million at most"
)]
pub struct BudgetError(pub f64);

impl Budget {
    /// A budget of `per_day` false alarms in a day of event time.
    ///
    /// # Errors
    /// When it is not above 0 or beyond a million.
    pub fn new(per_day: f64) -> Result<Self, BudgetError> {
        let nano = per_day * ONE_ALARM_NANO as f64;
        if !(1.0..=PER_DAY_MAX * ONE_ALARM_NANO as f64).contains(&nano) {
            return Err(BudgetError(per_day));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the bounds just checked"
        )]
        let per_day_nano = nano as u64;
        Ok(Self { per_day_nano })
    }

    /// The level of the `place`-th client of a day, from 1, of which `expected` were expected, in billionths of a
    /// false alarm. Never rises with the place; over all places it sums to the budget at most.
    #[must_use]
    pub fn level_nano(self, place: u32, expected: u32) -> u32 {
        let (place, expected) = (u64::from(place.max(1)), u64::from(expected.max(1)));
        let reserve = self.per_day_nano / RESERVE_ONE_IN;
        let nano = if place <= expected {
            (self.per_day_nano - reserve) / expected
        } else {
            let share = u128::from(reserve) * u128::from(expected);
            u64::try_from(share / (u128::from(place) * u128::from(place - 1))).unwrap_or(0)
        };
        u32::try_from(nano.min(ONE_ALARM_NANO)).unwrap_or(0)
    }
}

/// What one site spent today. Plain bytes: part of saved state.
///
/// A day is one of UTC and begins with the first client that begins to be tested in it; who comes late from the
/// day before counts for the present one.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Ledger {
    /// Days since 1970; meaningful once a client was tested.
    day: i64,
    /// Levels given today, less those that analysts gave back.
    spent_nano: u64,
    /// What false alarms that analysts found took away today.
    charged_nano: u64,
    /// Clients tested today.
    tested: u32,
    /// Of these, those whose level was not given back.
    places: u32,
    /// Clients that were expected for today; 0 before the first.
    expected: u32,
    reserved: u32,
}

/// The level of one client. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Level {
    /// The day it was taken from, days since 1970.
    day: i64,
    /// Probability in billionths.
    nano: u32,
    reserved: u32,
}

impl Level {
    /// Probability in billionths that a person becomes an alert.
    #[must_use]
    pub fn nano(self) -> u32 {
        self.nano
    }
}

impl Ledger {
    /// Takes the level of a client that begins to be tested at `now`. `usual` is how many of them the busiest day
    /// of the history had: it is believed until a day was seen.
    pub fn take(&mut self, budget: Budget, now: EventTime, usual: u32) -> Level {
        let day = now.0.div_euclid(DAY_US);
        if self.expected == 0 || day > self.day {
            self.begin(day, usual);
        }
        self.tested = self.tested.saturating_add(1);
        self.places = self.places.saturating_add(1);
        let left =
            budget.per_day_nano.saturating_sub(self.spent_nano.saturating_add(self.charged_nano));
        let nano = u64::from(budget.level_nano(self.places, self.expected)).min(left);
        self.spent_nano += nano;
        Level { day: self.day, nano: u32::try_from(nano).unwrap_or(0), reserved: 0 }
    }

    fn begin(&mut self, day: i64, usual: u32) {
        let expected = match self.expected {
            0 => usual,
            before => {
                let kept = u64::from(before) * KEPT_QUARTERS / 4;
                self.tested.max(u32::try_from(kept).unwrap_or(u32::MAX))
            }
        };
        *self = Self { day, expected: expected.max(1), ..Self::default() };
    }

    /// An analyst found a false alarm: what is left of today pays for it.
    pub fn charge(&mut self, level: Level) {
        let owed = ONE_ALARM_NANO.saturating_sub(u64::from(level.nano));
        self.charged_nano = self.charged_nano.saturating_add(owed);
    }

    /// An analyst confirmed an alert: no person was tested at its level, which another client may have today.
    pub fn earn(&mut self, level: Level) {
        if level.day == self.day && level.nano > 0 {
            self.spent_nano = self.spent_nano.saturating_sub(u64::from(level.nano));
            self.places = self.places.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_budget_is_refused() {
        for per_day in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-10, 1e7] {
            assert!(Budget::new(per_day).is_err(), "{per_day}");
        }
        assert!(Budget::new(0.5).is_ok());
    }

    #[test]
    fn the_expected_are_treated_alike_and_those_beyond_share_the_reserve() {
        let budget = Budget::new(1.0).unwrap();
        let levels: Vec<u32> = (1..=6).map(|place| budget.level_nano(place, 3)).collect();
        let flat = 250_000_000;
        assert_eq!(levels, [flat, flat, flat, 62_500_000, 37_500_000, 25_000_000]);
    }

    #[test]
    fn a_day_expects_what_the_busiest_recent_one_had() {
        let (budget, mut ledger) = (Budget::new(1.0).unwrap(), Ledger::default());
        let mut first_level = |day: i64, clients: u32| {
            let at = EventTime(day * DAY_US + 5);
            let levels: Vec<u32> =
                (0..clients).map(|_| ledger.take(budget, at, 10).nano()).collect();
            levels.first().copied()
        };
        let even = |expected: u32| 750_000_000 / expected;
        assert_eq!(first_level(3, 40), Some(even(10)), "the history speaks for the first day");
        assert_eq!(first_level(4, 4), Some(even(40)));
        assert_eq!(first_level(5, 4), Some(even(30)), "a quiet day is forgotten slowly");
    }

    #[test]
    fn who_comes_late_counts_for_the_present_day() {
        let (budget, mut ledger) = (Budget::new(1.0).unwrap(), Ledger::default());
        let now = ledger.take(budget, EventTime(9 * DAY_US), 2);
        let late = ledger.take(budget, EventTime(9 * DAY_US - 1), 2);
        assert_eq!((now.day, late.day), (9, 9));
    }

    #[test]
    fn a_false_alarm_costs_one_and_a_confirmed_one_gives_its_level_back() {
        let (budget, mut ledger) = (Budget::new(1.0).unwrap(), Ledger::default());
        let at = EventTime(0);
        let first = ledger.take(budget, at, 1);
        assert_eq!(first.nano(), 750_000_000);
        ledger.earn(first);
        assert_eq!(ledger.take(budget, at, 1).nano(), 750_000_000);
        ledger.charge(first);
        assert_eq!(ledger.take(budget, at, 1).nano(), 0, "a whole false alarm was seen today");
        assert_eq!(ledger.take(budget, EventTime(DAY_US), 1).nano(), 250_000_000, "3 tests a day");
    }

    proptest! {
        #[test]
        fn the_levels_of_a_day_never_exceed_the_budget(
            per_day in 1e-6..100.0_f64,
            usual in 0..2000_u32,
            days in prop::collection::vec(prop::collection::vec(0..8_u8, 0..600), 1..6),
        ) {
            let (budget, mut ledger) = (Budget::new(per_day).unwrap(), Ledger::default());
            for (day, clients) in (100..).zip(days) {
                // Levels of clients that nobody confirmed to be programs: all that a person can have.
                let mut outstanding: Vec<Level> = Vec::new();
                for moves in clients {
                    match moves {
                        6 => if let Some(level) = outstanding.pop() { ledger.earn(level); },
                        7 => if let Some(level) = outstanding.last() { ledger.charge(*level); },
                        _ => outstanding.push(ledger.take(budget, EventTime(day * DAY_US), usual)),
                    }
                    let sum: u64 = outstanding.iter().map(|level| u64::from(level.nano)).sum();
                    prop_assert!(sum <= budget.per_day_nano);
                }
            }
        }

        #[test]
        fn a_level_never_rises_with_the_place(per_day in 1e-6..100.0_f64, expected in 0..500_u32) {
            let budget = Budget::new(per_day).unwrap();
            let levels = (1..1500).map(|place| budget.level_nano(place, expected));
            prop_assert!(levels.clone().zip(levels.skip(1)).all(|(one, next)| one >= next));
        }
    }
}
