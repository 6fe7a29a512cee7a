//! Errors on decision steps: how many, of which kind, how many misses in a row and on how many targets.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    counter,
    feature::{FeatureSpec, Unit},
};

/// Decision steps before a share is read.
const DECISIONS_MIN: u32 = 4;

/// Counts of decision steps by their answer.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Errors {
    miss_bits: [u64; 2],
    distinct_misses: f32,
    pub(crate) client: u32,
    misses: u32,
    auth: u32,
    throttled: u32,
    server: u32,
    miss_run: u16,
    miss_run_max: u16,
    reserved: u32,
}

impl Errors {
    /// Takes a decision step in.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) {
        let status = decision.sight.event.status;
        let miss = matches!(status, 404 | 410);
        for (count, hit) in [
            (&mut self.client, decision.sight.is_client_error()),
            (&mut self.misses, miss),
            (&mut self.auth, matches!(status, 401 | 403)),
            (&mut self.throttled, status == 429),
            (&mut self.server, status >= 500),
        ] {
            *count = count.saturating_add(u32::from(hit));
        }
        if miss {
            counter::insert(&mut self.miss_bits, &mut self.distinct_misses, decision.target);
        }
        self.miss_run = if miss { self.miss_run.saturating_add(1) } else { 0 };
        self.miss_run_max = self.miss_run_max.max(self.miss_run);
    }
}

/// A row of this block: a share of decision steps.
macro_rules! share_of_decisions {
    ($name:literal, $field:ident, $with:literal) => {
        FeatureSpec {
            name: $name,
            unit: Unit::Share,
            range: (0.0, 1.0),
            meaning: concat!("Share of decision steps answered with ", $with, ". From 4 steps on."),
            read: |state| {
                let decisions = state.clock.decisions;
                let enough = decisions >= DECISIONS_MIN;
                enough.then(|| state.errors.$field as f32 / decisions as f32)
            },
        }
    };
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    share_of_decisions!("client_error_share", client, "a 4xx status"),
    share_of_decisions!("miss_share", misses, "404 or 410"),
    share_of_decisions!("auth_error_share", auth, "401 or 403"),
    share_of_decisions!("throttled_share", throttled, "429"),
    share_of_decisions!("server_error_share", server, "a 5xx status"),
    FeatureSpec {
        name: "miss_run_max",
        unit: Unit::Count,
        range: (0.0, 65_535.0),
        meaning: "Most decision steps in a row answered with 404 or 410.",
        read: |state: &ClientState| {
            (state.clock.decisions > 0).then(|| f32::from(state.errors.miss_run_max))
        },
    },
    FeatureSpec {
        name: "distinct_misses",
        unit: Unit::Count,
        range: (0.0, 700.0),
        meaning: "Different targets answered with 404 or 410; a linear counter that stops at about \
                  700.",
        read: |state| (state.clock.decisions > 0).then_some(state.errors.distinct_misses),
    },
];
