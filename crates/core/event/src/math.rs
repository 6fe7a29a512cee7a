//! Logarithm, exponential and friends from additions and multiplications alone.
//!
//! `libm` differs between targets in the last bits; verdicts must not. Everything here uses only IEEE
//! operations that are exactly specified (`+ - * /`, `sqrt`, bit patterns), in a fixed order.

/// ln 2.
const LN_2: f64 = std::f64::consts::LN_2;

/// Natural logarithm. `x` must be positive and finite; anything else gives `f64::MIN`.
///
/// Splits off the exponent and sums the atanh series of the mantissa; relative error below 1e-14.
#[must_use]
pub const fn ln(x: f64) -> f64 {
    if !(x > 0.0 && x.is_finite()) {
        return f64::MIN;
    }
    // Subnormals are scaled into the normal range first, by 2^54.
    let (x, shift) =
        if x < f64::MIN_POSITIVE { (x * 18_014_398_509_481_984.0, -54.0) } else { (x, 0.0) };
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    // Centre the mantissa on 1 so that the series converges fast: [0.707, 1.414).
    let (mantissa, exponent) = if mantissa > std::f64::consts::SQRT_2 {
        (mantissa * 0.5, exponent + 1)
    } else {
        (mantissa, exponent)
    };
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let z2 = z * z;
    // 2 * (z + z^3/3 + z^5/5 + ...), Horner from the far end; |z| < 0.172.
    let mut sum = 1.0 / 19.0;
    let mut odd = 17;
    while odd > 0 {
        sum = sum * z2 + 1.0 / odd as f64;
        odd -= 2;
    }
    2.0 * z * sum + (exponent as f64 + shift) * LN_2
}

/// The logarithms of 0 to 255, made by [`ln`].
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
static LN_SMALL: [f64; 256] = {
    let mut list = [0.0; 256];
    let mut n = 0;
    while n < list.len() {
        list[n] = ln(n as f64);
        n += 1;
    }
    list
};

/// [`ln`] of a count, which mostly is small and then looked up.
#[must_use]
pub fn ln_count(count: u32) -> f64 {
    let known = LN_SMALL.get(count as usize).copied();
    known.unwrap_or_else(|| ln(f64::from(count)))
}

/// Exponential. Saturates to 0 below -700 and to e^700 above 700.
#[must_use]
pub fn exp(x: f64) -> f64 {
    if x.is_nan() || x < -700.0 {
        return 0.0;
    }
    let x = x.min(700.0);
    let k = (x / LN_2).round();
    let r = x - k * LN_2;
    let mut sum = 1.0;
    for n in (1..=14).rev() {
        sum = 1.0 + r / f64::from(n) * sum;
    }
    // 2^k by its bit pattern; k is within ±1011.
    #[expect(clippy::cast_possible_truncation, reason = "k is an integer within ±1011")]
    let biased = u64::try_from(k as i64 + 1023).unwrap_or(0);
    sum * f64::from_bits(biased << 52)
}

/// The nearest integer, halves away from zero, of a number from 0 to 4.
#[expect(clippy::cast_possible_truncation, reason = "the number is small")]
fn nearest(x: f64) -> f64 {
    let whole = x as i64 as f64;
    if x - whole >= 0.5 { whole + 1.0 } else { whole }
}

/// Base-2 logarithm, by [`ln`].
#[must_use]
pub fn log2(x: f64) -> f64 {
    ln(x) / LN_2
}

/// The logistic function 1 / (1 + e^-x), in (0, 1).
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Cosine and sine of a turn fraction: `turn` is taken modulo 1, 0.25 is a right angle.
#[must_use]
pub fn cos_sin_turn(turn: f64) -> (f64, f64) {
    // A call of `floor` and `round` costs more than the rest of this.
    let turn = if (0.0..1.0).contains(&turn) { turn } else { turn - turn.floor() };
    // Quarter and remainder in [-1/8, 1/8] turns, then Taylor.
    let quarter = nearest(turn * 4.0);
    let x = (turn - quarter * 0.25) * std::f64::consts::TAU;
    let x2 = x * x;
    let cos = 1.0
        - x2 / 2.0 * (1.0 - x2 / 12.0 * (1.0 - x2 / 30.0 * (1.0 - x2 / 56.0 * (1.0 - x2 / 90.0))));
    let sin = x * (1.0 - x2 / 6.0 * (1.0 - x2 / 20.0 * (1.0 - x2 / 42.0 * (1.0 - x2 / 72.0))));
    #[expect(clippy::cast_possible_truncation, reason = "quarter is one of 0..=4")]
    match quarter as i64 {
        1 => (-sin, cos),
        2 => (-cos, -sin),
        3 => (sin, -cos),
        _ => (cos, sin),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "libm is the oracle here")]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_libm() {
        let mut x = 1e-300;
        while x < 1e300 {
            assert!((ln(x) - x.ln()).abs() <= 1e-13 * x.ln().abs().max(1.0), "ln {x}");
            x *= 1.7;
        }
        let mut x = -30.0;
        while x < 30.0 {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-12, "exp {x}");
            let (c, s) = cos_sin_turn(x / 7.0);
            let angle = x / 7.0 * std::f64::consts::TAU;
            assert!((c - angle.cos()).abs() < 1e-8 && (s - angle.sin()).abs() < 1e-8, "turn {x}");
            x += 0.037;
        }
    }

    #[test]
    fn logarithms_of_counts_are_those_of_their_numbers() {
        for count in (0..1_000).chain([65_535, u32::MAX]) {
            assert_eq!(
                ln_count(count).to_bits(),
                ln(f64::from(std::hint::black_box(count))).to_bits()
            );
        }
    }

    #[test]
    fn saturates_instead_of_failing() {
        assert!(ln(0.0) == f64::MIN && ln(-1.0) == f64::MIN && ln(f64::NAN) == f64::MIN);
        assert!(exp(-1e9) == 0.0 && exp(1e9).is_finite() && exp(f64::NAN) == 0.0);
        assert!(logistic(0.0).to_bits() == 0.5_f64.to_bits());
    }
}
