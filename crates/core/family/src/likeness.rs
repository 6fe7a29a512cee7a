//! What is compared between two clients, and when they are alike. Who is compared is left to `families`.

use gait_event::ClientId;

/// Bins of the timing shape, one per octave of the gap between decisions.
pub const OCTAVES: usize = 24;
/// Two clients are alike when their rare bigrams overlap by this much, percent of the union.
const OVERLAP_MIN_PERCENT: u32 = 60;
/// And when their timing shapes lie no further apart than this, thousandths of all gaps moved.
const TIMING_APART_MAX_MILLI: u64 = 350;

/// What a client did up to the end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Whose.
    pub client: ClientId,
    /// True when it may be in a family: a program or undecided. The others say what is common.
    pub may_join: bool,
    /// Linear counter over bigrams of route templates.
    pub bigrams: [u64; 4],
    /// Gaps between decisions, count per octave.
    pub octaves: [u16; OCTAVES],
    /// Hash of the JA4, 0 when the log has none.
    pub ja4: u64,
}

/// True when two clients with these rare bigrams share a gait.
pub(crate) fn alike(a: &Summary, b: &Summary) -> bool {
    a.ja4 == b.ja4 && overlap(&a.bigrams, &b.bigrams) && timing_near(&a.octaves, &b.octaves)
}

fn overlap(a: &[u64; 4], b: &[u64; 4]) -> bool {
    let (mut both, mut either) = (0, 0);
    for (a, b) in a.iter().zip(b) {
        both += (a & b).count_ones();
        either += (a | b).count_ones();
    }
    either > 0 && both * 100 >= either * OVERLAP_MIN_PERCENT
}

/// Half the sum of absolute differences of the shares; a client without gaps is near to its equal alone.
fn timing_near(a: &[u16; OCTAVES], b: &[u16; OCTAVES]) -> bool {
    let total = |bins: &[u16; OCTAVES]| bins.iter().map(|bin| u64::from(*bin)).sum::<u64>();
    let (all_a, all_b) = (total(a), total(b));
    let apart: u64 =
        a.iter().zip(b).map(|(a, b)| (u64::from(*a) * all_b).abs_diff(u64::from(*b) * all_a)).sum();
    (all_a == 0) == (all_b == 0) && apart * 1000 <= 2 * TIMING_APART_MAX_MILLI * all_a * all_b
}
