//! Decimal numbers as exact integers: no float stands between a logged digit and a microsecond.

use super::DurationUnit;

/// `whole` and a fraction cut to six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// The integer part, with the sign.
    pub(super) whole: i64,
    /// The fraction, millionths, without a sign.
    pub(super) micro: i64,
    /// How many digits the fraction was written with.
    pub(super) digits: usize,
}

impl Decimal {
    /// The number as microseconds; digits below one are cut. `None` on overflow.
    pub(super) fn micros(self, unit: DurationUnit) -> Option<i64> {
        let (up, down) = unit.ratio();
        let fraction = self.micro * up / 1_000_000 / down;
        let fraction = if self.whole < 0 { -fraction } else { fraction };
        (self.whole / down).checked_mul(up)?.checked_add(fraction)
    }
}

/// Reads `[-]digits[.digits]`.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micro = micro_digits(fraction.as_bytes())?;
    Some(Decimal { whole: whole.parse().ok()?, micro, digits: fraction.len() })
}

/// The digits after the point, as millionths; digits after the sixth are checked and cut.
pub(super) fn micro_digits(digits: &[u8]) -> Option<i64> {
    let mut micro = 0;
    let mut place = 100_000;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        micro += i64::from(digit - b'0') * place;
        place /= 10;
    }
    Some(micro)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let read = |text| decimal(text).map(|number| (number.whole, number.micro, number.digits));
        assert_eq!(read("1795354724.421"), Some((1_795_354_724, 421_000, 3)));
        assert_eq!(read("0.1234567"), Some((0, 123_456, 7)));
        assert_eq!(read("-12"), Some((-12, 0, 0)));
        for text in ["", ".", ".5", "+1", "1.2.3", "--1", "1,5", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
