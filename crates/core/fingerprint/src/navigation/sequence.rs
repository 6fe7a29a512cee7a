//! The order of decision steps: the same thing in a row, and the same pair again.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    counter,
    feature::{FeatureSpec, Unit},
};

/// Pairs of steps before the share of repeated ones is read.
const PAIRS_MIN: u32 = 6;

/// Runs and pairs of templates.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Sequence {
    pair_bits: [u64; 2],
    distinct_pairs: f32,
    pairs: u32,
    run: u32,
    run_max: u32,
}

impl Sequence {
    /// Takes a decision step in.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) {
        let template = decision.sight.outline.template;
        let again = decision.before == template;
        self.run = if again { self.run.saturating_add(1) } else { 1 };
        self.run_max = self.run_max.max(self.run);
        if decision.before != 0 {
            self.pairs = self.pairs.saturating_add(1);
            let pair = decision.before.rotate_left(16).wrapping_mul(0x9e37_79b1) ^ template;
            let pair = pair ^ (pair >> 15);
            counter::insert(&mut self.pair_bits, &mut self.distinct_pairs, pair);
        }
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "repeat_run_max",
        unit: Unit::Count,
        range: (0.0, 4_294_967_296.0),
        meaning: "Most decision steps in a row on one template.",
        read: |state: &ClientState| {
            (state.clock.decisions > 0).then_some(state.sequence.run_max as f32)
        },
    },
    FeatureSpec {
        name: "loop_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of pairs of templates in a row that were seen before. From 6 pairs on; a \
                  linear counter that stops at about 700 different pairs.",
        read: |state| {
            let sequence = &state.sequence;
            let new = sequence.distinct_pairs / sequence.pairs.max(1) as f32;
            (sequence.pairs >= PAIRS_MIN).then(|| (1.0 - new).clamp(0.0, 1.0))
        },
    },
];
