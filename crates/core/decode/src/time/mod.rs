//! Timestamps and durations in the shapes gateways write them: ISO 8601, the common log format,
//! numbers since the epoch. Event time is microseconds; finer digits are cut.

mod calendar;
mod number;

use gait_event::{EventTime, Resolution};

use crate::raw::Value;
pub(crate) use calendar::{Calendar, STAMP_BYTES, month};
use number::{Decimal, decimal};

/// 9999-12-31T23:59:59Z; anything after is not a time.
const LAST_SECOND: i64 = 253_402_300_799;

/// The unit of a number that stands for a point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    /// By magnitude: the unit that puts the number between 1973 and 5138.
    #[default]
    Auto,
    /// Seconds since the epoch.
    S,
    /// Milliseconds since the epoch.
    Ms,
    /// Microseconds since the epoch.
    Us,
    /// Nanoseconds since the epoch.
    Ns,
}

/// The unit of a number that stands for a duration. Texts with a unit (`3ms`) need none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DurationUnit {
    /// Seconds.
    #[default]
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
    /// Nanoseconds.
    Ns,
}

impl DurationUnit {
    /// Microseconds per unit, as a fraction so that integers stay exact.
    fn ratio(self) -> (i64, i64) {
        match self {
            Self::S => (1_000_000, 1),
            Self::Ms => (1000, 1),
            Self::Us => (1, 1),
            Self::Ns => (1, 1000),
        }
    }
}

impl TimeUnit {
    /// The unit of a point in time `whole` units after the epoch.
    fn resolve(self, whole: i64) -> DurationUnit {
        match self {
            Self::S => DurationUnit::S,
            Self::Ms => DurationUnit::Ms,
            Self::Us => DurationUnit::Us,
            Self::Ns => DurationUnit::Ns,
            Self::Auto => match whole.unsigned_abs() {
                0..100_000_000_000 => DurationUnit::S,
                100_000_000_000..100_000_000_000_000 => DurationUnit::Ms,
                100_000_000_000_000..100_000_000_000_000_000 => DurationUnit::Us,
                _ => DurationUnit::Ns,
            },
        }
    }
}

/// A point in time with the step of the clock that stamped it. `None` when it cannot be read or lies
/// outside 1970..=9999.
pub(crate) fn instant(
    value: &Value<'_>,
    unit: TimeUnit,
    calendar: &Calendar,
) -> Option<(EventTime, Resolution)> {
    let (time, resolution) = match value {
        Value::Text(text) => calendar
            .iso(text)
            .or_else(|| calendar.clf(text))
            .or_else(|| epoch(decimal(text)?, unit))?,
        Value::Int(whole) => epoch(Decimal { whole: *whole, micro: 0, digits: 0 }, unit)?,
        Value::Float(number) => epoch_float(*number, unit)?,
        Value::Absent | Value::Bool(_) | Value::Object => return None,
    };
    (0..=LAST_SECOND * 1_000_000).contains(&time.0).then_some((time, resolution))
}

/// The instant of an ISO 8601 text, `2026-11-22T12:00:00Z` with or without fraction and zone; without a zone it is
/// UTC. For configuration and grants; records are read by their format.
#[must_use]
pub fn iso_instant(text: &str) -> Option<EventTime> {
    let (time, _) = Calendar::default().iso(text)?;
    (0..=LAST_SECOND * 1_000_000).contains(&time.0).then_some(time)
}

fn epoch(number: Decimal, unit: TimeUnit) -> Option<(EventTime, Resolution)> {
    let unit = unit.resolve(number.whole);
    let resolution = match (unit, number.digits) {
        (DurationUnit::S, 0) => Resolution::Second,
        (DurationUnit::S, 1..=3) | (DurationUnit::Ms, 0) => Resolution::Millisecond,
        _ => Resolution::Microsecond,
    };
    number.micros(unit).map(|micros| (EventTime(micros), resolution))
}

/// A JSON float holds no count of digits: whole milliseconds are taken for a millisecond clock.
fn epoch_float(number: f64, unit: TimeUnit) -> Option<(EventTime, Resolution)> {
    let unit = unit.resolve(to_i64(number)?);
    let (up, down) = unit.ratio();
    let micros = to_i64((number * up as f64 / down as f64).round())?;
    let fine = micros % 1000 != 0 || unit != DurationUnit::S;
    let resolution = if fine { Resolution::Microsecond } else { Resolution::Millisecond };
    Some((EventTime(micros), resolution))
}

/// A duration, µs. `Ok(None)` for the negative numbers gateways log when there is none.
pub(crate) fn duration_us(value: &Value<'_>, unit: DurationUnit) -> Result<Option<u64>, ()> {
    let micros = match value {
        Value::Absent => return Ok(None),
        Value::Int(whole) => Decimal { whole: *whole, micro: 0, digits: 0 }.micros(unit),
        Value::Float(number) => {
            let (up, down) = unit.ratio();
            to_i64((number * up as f64 / down as f64).round())
        }
        Value::Text(text) => {
            let (number, unit) = with_suffix(text, unit);
            decimal(number).and_then(|number| number.micros(unit))
        }
        Value::Bool(_) | Value::Object => None,
    };
    micros.map(|micros| u64::try_from(micros).ok()).ok_or(())
}

/// Splits `3ms` into number and unit; without a suffix the unit is the one given.
fn with_suffix(text: &str, unit: DurationUnit) -> (&str, DurationUnit) {
    const SUFFIXES: [(&str, DurationUnit); 5] = [
        ("ms", DurationUnit::Ms),
        ("us", DurationUnit::Us),
        ("µs", DurationUnit::Us),
        ("ns", DurationUnit::Ns),
        ("s", DurationUnit::S),
    ];
    let found =
        SUFFIXES.iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)));
    found.unwrap_or((text, unit))
}

/// The float as an integer, towards zero, when it is finite and fits with room to spare.
fn to_i64(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9.0e18;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (number.abs() < LIMIT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value<'_>) -> Option<(String, Resolution)> {
        instant(value, TimeUnit::Auto, &Calendar::default())
            .map(|(time, step)| (time.to_string(), step))
    }

    #[test]
    fn every_shape_of_a_point_in_time_is_read() {
        let at = "2026-11-22T13:38:44.421000Z";
        let second = "2026-11-22T13:38:44.000000Z";
        let table = [
            (Value::Float(1_795_354_724.421), at, Resolution::Millisecond),
            (Value::Float(1_795_354_724.0), second, Resolution::Millisecond),
            (Value::Int(1_795_354_724), second, Resolution::Second),
            (Value::Int(1_795_354_724_421), at, Resolution::Millisecond),
            (Value::Int(1_795_354_724_421_000), at, Resolution::Microsecond),
            (Value::Int(1_795_354_724_421_000_999), at, Resolution::Microsecond),
            (Value::Text("1795354724.421"), at, Resolution::Millisecond),
            (Value::Text("1795354724"), second, Resolution::Second),
            (Value::Text("2026-11-22T13:38:44.421Z"), at, Resolution::Millisecond),
            (Value::Text("22/Nov/2026:14:38:44 +0100"), second, Resolution::Second),
        ];
        for (value, time, resolution) in table {
            assert_eq!(read(&value), Some((time.to_owned(), resolution)), "{value:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["yesterday", "-5", "2026-13-01T00:00:00Z", "1e9", "", "1795354724.4x"] {
            assert_eq!(read(&Value::Text(text)), None, "{text}");
        }
        for number in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(read(&Value::Float(number)), None, "{number}");
        }
        assert_eq!(read(&Value::Int(i64::MIN)), None);
        assert_eq!(instant(&Value::Int(i64::MAX), TimeUnit::S, &Calendar::default()), None);
    }

    #[test]
    fn durations_are_microseconds_and_negative_means_none() {
        let table = [
            (Value::Float(0.093), DurationUnit::S, Ok(Some(93_000))),
            (Value::Int(226), DurationUnit::Ms, Ok(Some(226_000))),
            (Value::Int(1_234_567), DurationUnit::Ns, Ok(Some(1234))),
            (Value::Text("0.005"), DurationUnit::S, Ok(Some(5000))),
            (Value::Text("3ms"), DurationUnit::S, Ok(Some(3000))),
            (Value::Text("1.5µs"), DurationUnit::S, Ok(Some(1))),
            (Value::Text("2s"), DurationUnit::Ms, Ok(Some(2_000_000))),
            (Value::Int(-1), DurationUnit::Ms, Ok(None)),
            (Value::Text("-1"), DurationUnit::S, Ok(None)),
            (Value::Absent, DurationUnit::S, Ok(None)),
            (Value::Text("0.001, 0.200"), DurationUnit::S, Err(())),
            (Value::Int(i64::MAX), DurationUnit::S, Err(())),
        ];
        for (value, unit, micros) in table {
            assert_eq!(duration_us(&value, unit), micros, "{value:?}");
        }
    }
}
