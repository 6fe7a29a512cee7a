//! Days as texts and arguments name them.

use gait_event::{Argument, days_from_date};

const DAY_S: f64 = 86_400.0;

/// Numbers from here on are times since the epoch, in seconds: 1973 and later. Smaller ones count something.
const EPOCH_S_MIN: f64 = 1e8;

/// Numbers from here on are milliseconds.
const EPOCH_MS_MIN: f64 = 1e11;

/// Numbers from here on are no time.
const EPOCH_MS_MAX: f64 = 1e14;

/// Days since 1970-01-01 of a text that begins with `2026-11-16`, alone or before a time of day. The day is
/// the one that is written, whatever the zone.
pub(crate) fn day_of(text: &str) -> Option<i64> {
    let (date, rest) = text.as_bytes().split_first_chunk::<10>()?;
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *date else { return None };
    if !matches!(rest.first(), None | Some(b'T' | b't' | b' ')) {
        return None;
    }
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(&[y0, y1, y2, y3])?, number(&[m0, m1])?, number(&[d0, d1])?);
    days_from_date(i32::try_from(year).ok()?, month, day)
}

/// The day that an argument names, when it names one.
pub(crate) fn day_in(argument: Argument<'_>) -> Option<i64> {
    match argument {
        Argument::Text(text) => day_of(text),
        Argument::Number(number) if (EPOCH_S_MIN..EPOCH_MS_MAX).contains(&number) => {
            let seconds = if number < EPOCH_MS_MIN { number } else { number / 1000.0 };
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
            Some((seconds / DAY_S).floor() as i64)
        }
        Argument::Number(_) | Argument::Bool(_) | Argument::Empty => None,
    }
}

/// Letters of the longest name by which an argument usually holds the start or the end of a range of data.
const RANGE_NAME_MAX: usize = 9;

/// Whether an argument of this dotted name usually holds the start or the end of a range, in any case and
/// with any separators.
pub(crate) fn names_range(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let mut letters = last.bytes().filter(u8::is_ascii_alphanumeric);
    let mut spelled = [0; RANGE_NAME_MAX];
    let mut length = 0;
    for (slot, letter) in spelled.iter_mut().zip(&mut letters) {
        *slot = letter.to_ascii_lowercase();
        length += 1;
    }
    letters.next().is_none() && spelled.get(..length).is_some_and(is_range_name)
}

fn is_range_name(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"start"
            | b"end"
            | b"from"
            | b"to"
            | b"since"
            | b"until"
            | b"after"
            | b"before"
            | b"startdate"
            | b"enddate"
            | b"fromdate"
            | b"todate"
            | b"datefrom"
            | b"dateto"
            | b"starttime"
            | b"endtime"
            | b"timemin"
            | b"timemax"
            | b"startday"
            | b"endday"
            | b"mindate"
            | b"maxdate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for (text, day) in [
            ("1970-01-01", Some(0)),
            ("2026-11-16", Some(20_773)),
            ("2026-11-16T23:59:59-05:00", Some(20_773)),
            ("2026-11-16 00:00", Some(20_773)),
            ("2024-02-29", Some(19_782)),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-11-00", None),
            ("2026-11-16x", None),
            ("2026-11-1", None),
            ("20261116", None),
            ("last week", None),
            ("", None),
        ] {
            assert_eq!(day_of(text), day, "{text}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds_where_they_can_be() {
        for (number, day) in [
            (1_794_787_200.0, Some(20_773)),
            (1_794_787_200_000.0, Some(20_773)),
            (10.0, None),
            (-1_794_787_200.0, None),
            (1e20, None),
            (f64::NAN, None),
        ] {
            assert_eq!(day_in(Argument::Number(number)), day, "{number}");
        }
    }

    #[test]
    fn names_of_ranges_are_known_in_every_spelling() {
        for name in ["start", "end", "start_date", "startDate", "filter.time_min", "Until"] {
            assert!(names_range(name), "{name}");
        }
        for name in
            ["limit", "", "started_by", "start_date_time", "recommend", "birthday", "end_user"]
        {
            assert!(!names_range(name), "{name}");
        }
    }
}
