//! When two gaits are alike: one that was measured twice would be. Who is compared is left to others.

use gait_fingerprint::Gait;

/// Gaits of one kind may differ by this in mean ln(gap), thousandths, however well they are measured: 2 %.
const LN_GAP_SLACK_MILLI: u64 = 20;
/// And by no more than this, however badly.
const LN_GAP_APART_MAX_MILLI: u64 = 100;
/// Spreads of one kind may differ by this, thousandths, and by half of the smaller one.
const SPREAD_SLACK_MILLI: u32 = 100;
/// Mean depths of one kind may differ by this, thousandths of a path segment.
const DEPTH_SLACK_MILLI: u32 = 300;
/// From this many different templates over steps on, thousandths, they name things and tell no route: members
/// that share the work out have none in common.
const NAMES_MIN_MILLI: u32 = 500;
/// Otherwise, at least one in so many of a client's routes is a route of its family.
const ROUTES_SHARED_ONE_IN: u32 = 3;

/// How far mean ln(gap) of another client may lie from this one's, thousandths: the slack and twice the
/// standard error of the mean.
pub(crate) fn reach_milli(gait: &Gait) -> i32 {
    // The root of a million times the count, so that three digits of it remain.
    let root_milli = (u64::from(gait.gaps.max(1)) * 1_000_000).isqrt();
    let error_milli = 2 * u64::from(gait.spread_milli) * 1000 / root_milli.max(1);
    let reach = (LN_GAP_SLACK_MILLI + error_milli).min(LN_GAP_APART_MAX_MILLI);
    i32::try_from(reach).unwrap_or(i32::MAX)
}

/// True when `other` goes as `centre` does, over routes of which it shares some.
pub(crate) fn alike(centre: &Gait, other: &Gait) -> bool {
    let apart = centre.ln_gap_milli.abs_diff(other.ln_gap_milli);
    let reach = reach_milli(centre).max(reach_milli(other)).unsigned_abs();
    let least = centre.spread_milli.min(other.spread_milli);
    (centre.ja4, centre.manner) == (other.ja4, other.manner)
        && apart <= reach
        && centre.spread_milli.abs_diff(other.spread_milli) <= SPREAD_SLACK_MILLI + least / 2
        && centre.depth_milli.abs_diff(other.depth_milli) <= DEPTH_SLACK_MILLI
        && go_alike(centre, other)
}

/// True when both go over names of things, or over routes of which they share some.
fn go_alike(centre: &Gait, other: &Gait) -> bool {
    let names = |gait: &Gait| gait.new_templates_milli >= NAMES_MIN_MILLI;
    names(centre) && names(other) || shares_routes(centre.templates, other.templates)
}

fn shares_routes(centre: [u64; 2], other: [u64; 2]) -> bool {
    let (mut shared, mut all) = (0, 0);
    for (centre, other) in centre.iter().zip(other) {
        shared += (centre & other).count_ones();
        all += other.count_ones();
    }
    shared > 0 && shared * ROUTES_SHARED_ONE_IN >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAIT: Gait = Gait {
        templates: [0b11, 0],
        ja4: 1,
        manner: 2,
        gaps: 16,
        ln_gap_milli: 5000,
        spread_milli: 40,
        new_targets_milli: 900,
        depth_milli: 2000,
        new_templates_milli: 120,
    };

    #[test]
    fn one_gait_measured_twice_is_alike_and_others_are_not() {
        // Slack 20 and twice 40 / 4.
        assert_eq!(reach_milli(&GAIT), 40);
        for (other, expected) in [
            (GAIT, true),
            (Gait { ln_gap_milli: 5040, ..GAIT }, true),
            (Gait { ln_gap_milli: 4959, ..GAIT }, false),
            (Gait { spread_milli: 160, ..GAIT }, true),
            (Gait { spread_milli: 161, ..GAIT }, false),
            (Gait { templates: [0b1_1101, 0], ..GAIT }, false),
            (Gait { templates: [0b0_1101, 0], ..GAIT }, true),
            (Gait { templates: [0, 1], ..GAIT }, false),
            (Gait { depth_milli: 2300, ..GAIT }, true),
            (Gait { depth_milli: 2301, ..GAIT }, false),
            (Gait { new_templates_milli: 900, templates: [0, 1], ..GAIT }, false),
            (Gait { ja4: 9, ..GAIT }, false),
            (Gait { manner: 9, ..GAIT }, false),
        ] {
            assert_eq!(alike(&GAIT, &other), expected, "{other:?}");
        }
        let names = Gait { new_templates_milli: 800, ..GAIT };
        let others = Gait { templates: [0, 1], ..names };
        assert!(alike(&names, &others), "where each step has a name of its own");
        let loose = Gait { spread_milli: 900, gaps: 5, ..GAIT };
        assert_eq!(reach_milli(&loose), 100, "no error is large enough for more");
    }
}
