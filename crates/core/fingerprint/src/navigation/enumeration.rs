//! Numbers in paths that go up or down by one stride: walking through objects by their ids.
//!
//! Numbers in the query do not count: that is where pagination stands.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    feature::{FeatureSpec, Unit},
};

/// Steps with a number before the feature is read.
const NUMBERS_MIN: u32 = 3;
/// Templates walked side by side: an object and its details.
const SLOTS: usize = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Walk {
    template: u32,
    last: u32,
    stride: i32,
    run: u16,
    /// Steps since the slot was used.
    idle: u16,
}

/// The latest walks and the longest.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Enumeration {
    walks: [Walk; SLOTS],
    numbers: u32,
    run_max: u32,
}

impl Enumeration {
    /// Takes a decision step in.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) {
        let Some(number) = decision.sight.outline.number else { return };
        self.add(decision.sight.outline.template, number);
    }

    fn add(&mut self, template: u32, number: u32) {
        self.numbers = self.numbers.saturating_add(1);
        for walk in &mut self.walks {
            walk.idle = walk.idle.saturating_add(1);
        }
        let known = self.walks.iter_mut().find(|walk| walk.template == template);
        let run = if let Some(walk) = known {
            walk.advance(number)
        } else {
            let oldest = self.walks.iter_mut().max_by_key(|walk| walk.idle);
            if let Some(walk) = oldest {
                *walk = Walk { template, last: number, stride: 0, run: 1, idle: 0 };
            }
            1
        };
        self.run_max = self.run_max.max(run);
    }
}

impl Walk {
    /// Length of the run of numbers that this number continues, the number included.
    fn advance(&mut self, number: u32) -> u32 {
        self.idle = 0;
        let stride = i64::from(number) - i64::from(self.last);
        let stride = i32::try_from(stride).unwrap_or(0);
        self.last = number;
        if stride == 0 {
            // The same object again neither continues nor ends a walk.
            return u32::from(self.run);
        }
        self.run = if stride == self.stride { self.run.saturating_add(1) } else { 2 };
        self.stride = stride;
        u32::from(self.run)
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "stride_run_max",
    unit: Unit::Count,
    range: (0.0, 65_535.0),
    meaning: "Most numbers in a row, in the paths of one template, with one distance between them; 2 \
              is no run yet. From 3 steps with a number on.",
    read: |state: &ClientState| {
        let enough = state.enumeration.numbers >= NUMBERS_MIN;
        enough.then_some(state.enumeration.run_max as f32)
    },
}];

#[cfg(test)]
mod tests {
    use super::*;

    fn run_max(numbers: &[(u32, u32)]) -> u32 {
        let mut enumeration = Enumeration::default();
        for (template, number) in numbers {
            enumeration.add(*template, *number);
        }
        enumeration.run_max
    }

    #[test]
    fn runs_have_one_stride_in_one_template() {
        assert_eq!(run_max(&[(1, 10), (1, 11), (1, 12), (1, 13)]), 4);
        assert_eq!(run_max(&[(1, 90), (1, 80), (1, 70)]), 3);
        assert_eq!(run_max(&[(1, 10), (1, 13), (1, 11), (1, 42)]), 2);
        assert_eq!(run_max(&[(1, 7), (2, 7), (1, 8), (2, 8), (1, 9), (2, 9)]), 3);
        assert_eq!(run_max(&[(1, 7), (1, 7), (1, 8), (1, 8), (1, 9)]), 3);
    }
}
