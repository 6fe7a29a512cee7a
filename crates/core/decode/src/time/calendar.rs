//! Calendar texts: ISO 8601 with or without fraction and zone, and the common log format.

use std::cell::Cell;

use gait_event::{EventTime, Resolution, days_from_civil};

use super::number::micro_digits;

/// Bytes of `22/Nov/2026:12:00:00 +0000`.
pub(crate) const STAMP_BYTES: usize = 26;

/// The text that was read last, and what it meant.
type Last<const N: usize, T> = Cell<Option<([u8; N], T)>>;

/// Reads calendar texts. Remembers the last minute: in a log the next one is nearly always the same. Of stamps in
/// whole seconds it remembers the last one too: many lines of a busy log share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    iso: Last<16, i64>,
    clf: Last<17, i64>,
    stamp: Last<STAMP_BYTES, (EventTime, Resolution)>,
}

impl Calendar {
    /// Reads `2026-11-22T12:00:00[.frac][Z|±hh:mm|±hhmm]`; a space may stand for `T`. Without a zone
    /// the time is UTC. Resolution follows from the digits of the fraction.
    pub(crate) fn iso(&self, text: &str) -> Option<(EventTime, Resolution)> {
        let (minute, rest) = text.as_bytes().split_first_chunk::<16>()?;
        let [_, _, _, _, b'-', ..] = minute else { return None };
        finish(remembered(&self.iso, *minute, iso_minute)?, rest)
    }

    /// What `read` makes of a stamp of this length, or made of it last time.
    #[inline]
    pub(crate) fn stamp(
        &self,
        text: [u8; STAMP_BYTES],
        read: impl Fn() -> Option<(EventTime, Resolution)>,
    ) -> Option<(EventTime, Resolution)> {
        remembered(&self.stamp, text, |_| read())
    }

    /// Reads `22/Nov/2026:12:00:00[.frac][ ±hhmm]`. Without a zone the time is UTC.
    pub(crate) fn clf(&self, text: &str) -> Option<(EventTime, Resolution)> {
        let (minute, rest) = text.as_bytes().split_first_chunk::<17>()?;
        finish(remembered(&self.clf, *minute, clf_minute)?, rest)
    }
}

/// What `read` makes of the text, or made of it last time.
#[inline]
fn remembered<const N: usize, T: Copy>(
    last: &Last<N, T>,
    text: [u8; N],
    read: impl Fn([u8; N]) -> Option<T>,
) -> Option<T> {
    match last.get() {
        Some((same, meant)) if same == text => Some(meant),
        _ => {
            let meant = read(text)?;
            last.set(Some((text, meant)));
            Some(meant)
        }
    }
}

/// Adds `:ss` and the fraction, and takes the zone off; second 60 is the leap second.
#[inline]
fn finish(minute: i64, rest: &[u8]) -> Option<(EventTime, Resolution)> {
    let ([b':', s0, s1], rest) = rest.split_first_chunk()? else { return None };
    let second = digits([*s0, *s1]).filter(|second| *second <= 60)?;
    let seconds = minute + i64::from(second);
    let (micros, resolution, zone) = fraction(rest)?;
    let zone = zone.strip_prefix(b" ").unwrap_or(zone);
    Some((EventTime::from_parts(seconds - zone_seconds(zone)?, micros), resolution))
}

/// Seconds since the epoch at the start of a minute.
fn iso_minute(text: [u8; 16]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T' | b't' | b' ', clock @ ..] = text
    else {
        return None;
    };
    let year = digits([y0, y1])? * 100 + digits([y2, y3])?;
    civil_minute(year, digits([mo0, mo1])?, digits([d0, d1])?, clock)
}

fn clf_minute(text: [u8; 17]) -> Option<i64> {
    let [d0, d1, b'/', m0, m1, m2, b'/', y0, y1, y2, y3, b':', clock @ ..] = text else {
        return None;
    };
    let year = digits([y0, y1])? * 100 + digits([y2, y3])?;
    civil_minute(year, month([m0, m1, m2])?, digits([d0, d1])?, clock)
}

/// Two digits as a number.
fn digits([tens, ones]: [u8; 2]) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// 1..=12 for `Jan`..`Dec`.
pub(crate) fn month(name: [u8; 3]) -> Option<u32> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// Seconds since the epoch for a date and a clock `hh:mm`.
fn civil_minute(year: u32, month: u32, day: u32, clock: [u8; 5]) -> Option<i64> {
    let [h0, h1, b':', m0, m1] = clock else { return None };
    let (hour, minute) = (digits([h0, h1])?, digits([m0, m1])?);
    let sound = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !sound || hour > 23 || minute > 59 {
        return None;
    }
    let days = days_from_civil(i32::try_from(year).ok()?, month, day);
    Some(days * 86_400 + i64::from(hour * 3600 + minute * 60))
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Microseconds and resolution of an optional `.digits` (or `,digits`), and what follows it.
fn fraction(bytes: &[u8]) -> Option<(i64, Resolution, &[u8])> {
    let Some((b'.' | b',', rest)) = bytes.split_first() else {
        return Some((0, Resolution::Second, bytes));
    };
    let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    let resolution = match length {
        0 => return None,
        1..=3 => Resolution::Millisecond,
        _ => Resolution::Microsecond,
    };
    Some((micro_digits(digits)?, resolution, rest))
}

/// Seconds east of UTC for ``, `Z`, `±hh:mm` and `±hhmm`.
fn zone_seconds(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        []
        | [b'Z' | b'z']
        | [b'+', b'0', b'0', b'0', b'0']
        | [b'+', b'0', b'0', b':', b'0', b'0'] => return Some(0),
        [sign, h0, h1, b':', m0, m1] | [sign, h0, h1, m0, m1] => {
            (sign, digits([h0, h1])?, digits([m0, m1])?)
        }
        _ => return None,
    };
    let seconds = i64::from(hours * 3600 + minutes * 60);
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_texts_with_any_fraction_and_zone() {
        let table = [
            (
                "2026-03-02T00:00:00.065+00:00",
                "2026-03-02T00:00:00.065000Z",
                Resolution::Millisecond,
            ),
            ("2016-04-15T20:17:00.310Z", "2016-04-15T20:17:00.310000Z", Resolution::Millisecond),
            ("2026-11-22 12:00:00", "2026-11-22T12:00:00.000000Z", Resolution::Second),
            ("2026-11-22T12:00:00-0430", "2026-11-22T16:30:00.000000Z", Resolution::Second),
            ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000000Z", Resolution::Second),
            (
                "2026-04-08T13:01:37.835407+00:00",
                "2026-04-08T13:01:37.835407Z",
                Resolution::Microsecond,
            ),
            (
                "2026-11-22T12:00:00.123456789Z",
                "2026-11-22T12:00:00.123456Z",
                Resolution::Microsecond,
            ),
        ];
        let calendar = Calendar::default();
        for (text, time, resolution) in table {
            let read = calendar.iso(text).map(|(time, step)| (time.to_string(), step));
            assert_eq!(read, Some((time.to_owned(), resolution)), "{text}");
        }
    }

    #[test]
    fn common_log_times() {
        let calendar = Calendar::default();
        let read = |text| calendar.clf(text).map(|(time, step)| (time.to_string(), step));
        let at = |time: &str, step| Some((time.to_owned(), step));
        assert_eq!(
            read("01/Aug/1995:02:00:00 -0400"),
            at("1995-08-01T06:00:00.000000Z", Resolution::Second)
        );
        assert_eq!(
            read("22/Nov/2026:12:00:00.123"),
            at("2026-11-22T12:00:00.123000Z", Resolution::Millisecond)
        );
    }

    #[test]
    fn broken_calendars_are_refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-11-31T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T12:00:00.Z",
            "2026-11-22T12:00:00 CET",
            "2026-11-22T12:00",
            "2026-11-22x12:00:00Z",
        ] {
            assert_eq!(Calendar::default().iso(text), None, "{text}");
        }
        for text in
            ["1/Aug/1995:02:00:00 -0400", "01/Foo/1995:02:00:00 -0400", "01/Aug/1995:02:00:00 EST"]
        {
            assert_eq!(Calendar::default().clf(text), None, "{text}");
        }
    }
}
