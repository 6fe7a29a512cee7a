//! Event time: microseconds since the Unix epoch, read from the log and from nothing else.

use std::fmt;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A point in event time, µs since 1970-01-01T00:00:00Z. Negative before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventTime(pub i64);

impl EventTime {
    /// The time `seconds` and `micros` after the epoch.
    #[must_use]
    pub fn from_parts(seconds: i64, micros: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND).saturating_add(micros))
    }

    /// Microseconds from `earlier` to `self`; negative when `self` is the earlier one.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The time `micros` before `self`.
    #[must_use]
    pub fn minus(self, micros: u64) -> Self {
        Self(self.0.saturating_sub(i64::try_from(micros).unwrap_or(i64::MAX)))
    }

    /// The time `micros` after `self`.
    #[must_use]
    pub fn plus(self, micros: u64) -> Self {
        Self(self.0.saturating_add(i64::try_from(micros).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for EventTime {
    /// RFC 3339 in UTC with six decimals: `2026-11-22T13:38:44.415000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        if !(0..=9999).contains(&year) {
            return write!(
                f,
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"
            );
        }
        // Digit by digit: a verdict carries three times, and general formatting costs ten times as much.
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        for (number, end, digits) in [
            (year, 4, 4),
            (month, 7, 2),
            (day, 10, 2),
            (hour, 13, 2),
            (minute, 16, 2),
            (second, 19, 2),
            (micros, 26, 6),
        ] {
            write_digits(number, text.get_mut(end - digits..end).unwrap_or_default());
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Writes the last digits of a number, 0 or above, into the whole of `place`.
fn write_digits(number: i64, place: &mut [u8]) {
    let mut rest = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
}

/// Whether a timestamp marks the start or the end of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeKind {
    /// The request arrived.
    #[default]
    Start,
    /// The response was sent; the start is not known.
    End,
}

/// The step of the clock that wrote a timestamp. Ordered from fine to coarse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Resolution {
    /// One microsecond or finer.
    Microsecond,
    /// One millisecond.
    #[default]
    Millisecond,
    /// One second: order and counts are sound, cadence is not.
    Second,
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Month 1..=12, day 1..=31.
///
/// Howard Hinnant's `days_from_civil` (public domain); exact for every year an `i32` can hold.
#[must_use]
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Days from 1970-01-01 to a date, `None` when there is no such day in the calendar.
#[must_use]
pub fn days_from_date(year: i32, month: u32, day: u32) -> Option<i64> {
    let is_near = (1..=12).contains(&month) && (1..=31).contains(&day);
    let days = is_near.then(|| days_from_civil(year, month, day))?;
    // A day that does not exist comes out as one of the next month.
    let (_, same_month, _) = civil_from_days(days);
    (same_month == i64::from(month)).then_some(days)
}

/// The inverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_rfc_3339() {
        assert_eq!(EventTime(0).to_string(), "1970-01-01T00:00:00.000000Z");
        let time = EventTime::from_parts(1_795_354_724, 415_000);
        assert_eq!(time.to_string(), "2026-11-22T13:38:44.415000Z");
        assert_eq!(EventTime(-1).to_string(), "1969-12-31T23:59:59.999999Z");
        for (days, text) in [
            (-719_528, "0000-01-01T00:00:00.000000Z"),
            (-719_529, "-001-12-31T00:00:00.000000Z"),
            (2_932_896, "9999-12-31T00:00:00.000000Z"),
            (2_932_897, "10000-01-01T00:00:00.000000Z"),
        ] {
            let time = EventTime::from_parts(days * SECONDS_PER_DAY, 0);
            assert_eq!(time.to_string(), text);
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        for (year, month, day, exists) in [
            (2024, 2, 29, true),
            (2026, 2, 29, false),
            (2026, 4, 31, false),
            (2026, 12, 31, true),
            (2026, 13, 1, false),
            (2026, 0, 1, false),
            (2026, 1, 0, false),
            (2026, 1, u32::MAX, false),
        ] {
            assert_eq!(days_from_date(year, month, day).is_some(), exists, "{year} {month} {day}");
        }
    }

    #[test]
    fn civil_dates_round_trip_over_four_centuries() {
        for days in (-150_000..150_000).step_by(13) {
            let (year, month, day) = civil_from_days(days);
            let back = days_from_civil(
                i32::try_from(year).unwrap_or_default(),
                u32::try_from(month).unwrap_or_default(),
                u32::try_from(day).unwrap_or_default(),
            );
            assert_eq!(back, days);
        }
        assert_eq!(days_from_civil(1995, 8, 1), 9343);
    }
}
