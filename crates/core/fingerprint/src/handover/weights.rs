//! What an act adds for a program: integer logarithms of likelihood ratios, in [`NAT`]ths of a nat.
//!
//! Every weight compares a fixed guess about programs with what this client did before, so that no figure
//! about people stands here. The guesses were set on simulated sites of the tuning split.

use gait_event::math;

/// One nat.
pub(crate) const NAT: i16 = 32;

/// A second is about 2^20 µs.
const SECOND_BITS: u32 = 20;
/// Bins of pauses.
pub(crate) const PAUSES: usize = 8;
/// Shares of a model's pauses by bin: most think for two to eight seconds, hardly one for a minute.
const MODEL_PAUSES: [f64; PAUSES] = [0.06, 0.13, 0.42, 0.27, 0.07, 0.03, 0.015, 0.005];
/// Share of a program's acts with a trace of hands.
const TRACED: f64 = 0.04;
/// Share of a program's pages that were asked for without a Referer.
const UNREFERRED: f64 = 0.15;

/// No act adds less than this.
const LEAST: i16 = -3 * NAT;
/// No pause adds more than this.
const PAUSE_MOST: i16 = 5 * NAT / 2;
/// An act without a trace of hands adds no more than this.
const TRACELESS_MOST: i16 = 6 * NAT / 5;
/// The origin of a page adds no more than this.
const ORIGIN_MOST: i16 = 3 * NAT / 2;
/// A value that came by one call and was then submitted: hands send a call for every few keys.
pub(crate) const FILLED: i16 = 3 * NAT / 2;
/// A refused request: programs guess addresses.
pub(crate) const REFUSED: i16 = NAT / 2;

/// Most that is counted of anything: what follows fits the table of logarithms.
pub(crate) const COUNT_MAX: u8 = 120;
/// One more than twice the most that is counted, and some room.
const LOGARITHMS: usize = 2 * COUNT_MAX as usize + 4;

/// ln(n) for small n; that of 0 is that of 1.
#[expect(clippy::indexing_slicing, reason = "at compile time, where a wrong index is an error")]
static LN: [i16; LOGARITHMS] = {
    let mut table = [0; LOGARITHMS];
    let mut n = 1;
    while n < LOGARITHMS {
        table[n] = rounded(math::ln(n as f64));
        n += 1;
    }
    table
};

/// ln of [`MODEL_PAUSES`].
#[expect(clippy::indexing_slicing, reason = "at compile time, where a wrong index is an error")]
static LN_MODEL_PAUSES: [i16; PAUSES] = {
    let mut table = [0; PAUSES];
    let mut n = 0;
    while n < PAUSES {
        table[n] = rounded(math::ln(MODEL_PAUSES[n]));
        n += 1;
    }
    table
};

const LN_TRACED: [i16; 2] = [rounded(math::ln(1.0 - TRACED)), rounded(math::ln(TRACED))];
const LN_UNREFERRED: [i16; 2] =
    [rounded(math::ln(1.0 - UNREFERRED)), rounded(math::ln(UNREFERRED))];

/// Nats as a whole number of [`NAT`]ths.
#[expect(clippy::cast_possible_truncation, reason = "logarithms of small numbers")]
const fn rounded(nats: f64) -> i16 {
    let scaled = nats * NAT as f64;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i16
}

fn ln(n: u16) -> i16 {
    LN.get(usize::from(n)).copied().unwrap_or_default()
}

/// The bin of a pause: 0 below a second (2^20 µs), then one for each time it doubles.
pub(crate) fn pause_bin(pause_us: i64) -> usize {
    let doublings = i64::BITS - (pause_us.max(0) >> SECOND_BITS).leading_zeros();
    usize::try_from(doublings).unwrap_or(0).min(PAUSES - 1)
}

/// What a pause in `bin` adds after `acts` acts, `alike` of them with a pause in that bin.
pub(crate) fn of_pause(bin: usize, alike: u8, acts: u8) -> i16 {
    let model = LN_MODEL_PAUSES.get(bin).copied().unwrap_or_default();
    // One more in each bin: what was never seen is not impossible.
    let own = ln(u16::from(alike) + 1) - ln(u16::from(acts) + 8);
    (model - own).clamp(LEAST, PAUSE_MOST)
}

/// What an act adds by having a trace of hands or none, after `acts` acts, `traced` of them with one.
pub(crate) fn of_trace(has: bool, traced: u8, acts: u8) -> i16 {
    of_choice(has, LN_TRACED, traced, acts).clamp(LEAST, TRACELESS_MOST)
}

/// What a page adds by coming without a Referer or with one, after `pages`, `unreferred` of them without.
pub(crate) fn of_origin(absent: bool, unreferred: u8, pages: u8) -> i16 {
    of_choice(absent, LN_UNREFERRED, unreferred, pages).clamp(LEAST, ORIGIN_MOST)
}

/// One of two: as a program does it (`[not, has]`) against `count` of `of`, half a case added to either side.
fn of_choice(has: bool, program: [i16; 2], count: u8, of: u8) -> i16 {
    let [not, with] = program;
    let (model, alike) = if has { (with, count) } else { (not, of.saturating_sub(count)) };
    let own = ln(2 * u16::from(alike) + 1) - ln(2 * u16::from(of) + 2);
    model - own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pause_has_its_bin() {
        let seconds = [-1, 0, 1, 2, 4, 5, 20, 60, 90, 9_000];
        let bins = seconds.map(|seconds| pause_bin(seconds * 1_100_000));
        assert_eq!(bins, [0, 0, 1, 2, 3, 3, 5, 6, 7, 7]);
        assert!((MODEL_PAUSES.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn weights_are_logarithms_of_ratios_within_their_bounds() {
        // 0.42 against (0 + 1) / (12 + 8): ln 8.4 nats.
        assert_eq!(of_pause(2, 0, 12), 68);
        // 0.42 against (11 + 1) / (12 + 8): -11.4, each logarithm rounded.
        assert_eq!(of_pause(2, 11, 12), -12);
        assert_eq!(of_pause(7, 12, 12), LEAST);
        // No trace: 0.96 against 5 / 26 and against 23 / 26.
        assert_eq!(of_trace(false, 10, 12), TRACELESS_MOST);
        assert_eq!(of_trace(false, 1, 12), 3);
        assert_eq!(of_trace(true, 10, 12), LEAST);
        // Without Referer: 0.15 against 1 / 26; with: 0.85 against 25 / 26.
        assert_eq!(of_origin(true, 0, 12), 43);
        assert_eq!(of_origin(false, 0, 12), -4);
    }

    #[test]
    fn no_count_leaves_the_table() {
        for of in 0..=COUNT_MAX {
            for count in [0, of / 2, of] {
                assert!(of_pause(0, count, of).abs() <= 3 * NAT);
                assert!(of_trace(true, count, of).abs() <= 3 * NAT);
            }
        }
        assert_eq!(ln(2 * u16::from(COUNT_MAX) + 2), rounded(math::ln(242.0)));
    }
}
