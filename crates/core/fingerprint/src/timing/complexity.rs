//! Whether the next gap can be told from the gaps before it: corrected conditional entropy (Gianvecchio,
//! Xie, Wu and Wang, USENIX Security 2008) over four bins, orders 1 and 2.
//!
//! The bins are the quarters of the client's own earlier gaps, so the measure is free of scale: 1 for gaps
//! without order, low for a repeated pattern, 0 when all gaps are alike.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
};

/// Bins of one gap.
const BINS: usize = 4;
/// Gaps before the ratio is read.
const GAPS_MIN: u32 = 16;

/// How often three gaps in a row fell into each triple of bins. Pairs and singles are sums of it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(crate) struct Complexity {
    /// Halved as a whole when a cell is full.
    triples: [u8; BINS * BINS * BINS],
    /// The latest two places; 255 before they are known.
    last: u8,
    before_last: u8,
}

impl Default for Complexity {
    fn default() -> Self {
        Self { triples: [0; BINS * BINS * BINS], last: u8::MAX, before_last: u8::MAX }
    }
}

impl Complexity {
    /// Takes the place of a gap in, 0..=3.
    pub(crate) fn add(&mut self, place: u8) {
        if self.before_last != u8::MAX {
            let at = (usize::from(self.before_last) * BINS + usize::from(self.last)) * BINS
                + usize::from(place);
            if let Some(cell) = self.triples.get_mut(at) {
                *cell += 1;
                if *cell == u8::MAX {
                    self.triples.iter_mut().for_each(|cell| *cell /= 2);
                }
            }
        }
        self.before_last = self.last;
        self.last = place;
    }

    /// The least of H(1) and the corrected conditional entropies of order 1 and 2, over H(1).
    fn ratio(&self) -> Option<f32> {
        let mut pairs = [0_u16; BINS * BINS];
        let mut singles = [0_u16; BINS];
        for (cells, pair) in self.triples.chunks_exact(BINS).zip(&mut pairs) {
            *pair = cells.iter().map(|cell| u16::from(*cell)).sum();
        }
        for (cells, single) in pairs.chunks_exact(BINS).zip(&mut singles) {
            *single = cells.iter().sum();
        }
        let total = f64::from(singles.iter().map(|count| u32::from(*count)).sum::<u32>());
        if total < 1.0 {
            return None;
        }
        let (h1, _) = entropy(singles.iter().copied(), total);
        if h1 <= f64::EPSILON {
            return Some(0.0);
        }
        let (h2, unique2) = entropy(pairs.iter().copied(), total);
        let (h3, unique3) = entropy(self.triples.iter().map(|cell| u16::from(*cell)), total);
        let order1 = h2 - h1 + unique2 * h1;
        let order2 = h3 - h2 + unique3 * h1;
        #[expect(clippy::cast_possible_truncation, reason = "a ratio needs no more precision")]
        let ratio = (order1.min(order2).min(h1) / h1) as f32;
        Some(ratio.clamp(0.0, 1.0))
    }
}

/// Entropy in nats, and the share of patterns that came once.
fn entropy(counts: impl Iterator<Item = u16>, total: f64) -> (f64, f64) {
    let (mut weighted, mut once) = (0.0, 0.0);
    for count in counts {
        if count == 1 {
            once += 1.0;
        } else if count > 1 {
            weighted += f64::from(count) * math::ln_count(u32::from(count));
        }
    }
    (math::ln(total) - weighted / total, once / total)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "gap_cce_ratio",
    unit: Unit::Share,
    range: (0.0, 1.0),
    meaning: "Corrected conditional entropy of the gaps (orders 1 and 2, quarters of the client's own \
              gaps) over their entropy: 1 without order, low for a repeated pattern, 0 when all are \
              alike. From 16 gaps on.",
    read: |state: &ClientState| {
        let enough = state.clock.cadence() && state.gaps.count >= GAPS_MIN;
        enough.then(|| state.complexity.ratio()).flatten()
    },
}];

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(places: impl IntoIterator<Item = u8>) -> Option<f32> {
        let mut complexity = Complexity::default();
        for place in places {
            complexity.add(place);
        }
        complexity.ratio()
    }

    #[test]
    fn known_sequences() {
        assert_eq!(ratio([2, 2]), None, "no triple yet");
        assert_eq!(ratio([2; 40]), Some(0.0), "all alike");
        // 0 3 0 3 ...: the next is certain once one is known.
        let alternating = ratio((0..42).map(|at| if at % 2 == 0 { 0 } else { 3 }));
        assert!(alternating.is_some_and(|ratio| ratio < 0.02), "{alternating:?}");
        // 0 0 3 3 ...: order 1 sees nothing (1 bit of 1), order 2 sees all.
        let doubled = ratio((0..82).map(|at| if at / 2 % 2 == 0 { 0 } else { 3 }));
        assert!(doubled.is_some_and(|ratio| ratio < 0.02), "{doubled:?}");
        // A generator without visible order.
        let mut seed = 1_u32;
        let random = ratio((0..4000).map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from((seed >> 16) % 4).unwrap_or(0)
        }));
        assert!(random.is_some_and(|ratio| ratio > 0.9), "{random:?}");
    }

    #[test]
    fn a_hand_computed_ratio() {
        // Triples of 0 1 0 1 1: 010, 101, 011, all once: order 2 is corrected by all of H1. Pairs 01: 2 and
        // 10: 1 have the entropy of the singles 0: 2 and 1: 1, so order 1 is the correction alone, H1 / 3.
        assert!(ratio([0, 1, 0, 1, 1]).is_some_and(|ratio| (ratio - 1.0 / 3.0).abs() < 1e-6));
        // 0 1 0 1 0 1 1 1: triples 010 x2, 101 x2, 011, 111; n = 6.
        // Singles 0: 3, 1: 3, so H1 = ln 2. Pairs 01: 3, 10: 2, 11: 1.
        // H2 = ln 6 - (3 ln 3 + 2 ln 2) / 6 = 1.011 404; order 1 = H2 - H1 + H1 / 6 = 0.433 782.
        // H3 = ln 6 - 4 ln 2 / 6 = 1.329 661; order 2 = H3 - H2 + 2 H1 / 6 = 0.549 306.
        let ratio = ratio([0, 1, 0, 1, 0, 1, 1, 1]);
        assert!(ratio.is_some_and(|ratio| (ratio - 0.625_815).abs() < 1e-4), "{ratio:?}");
    }
}
