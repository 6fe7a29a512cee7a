//! Several different API calls started at once without a page: the parallel tool calls of an agent.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    feature::{FeatureSpec, Unit},
    route::Route,
};

/// Calls that start within this time of the first belong together, µs.
const BURST_US: i64 = 250_000;
/// Templates remembered of one burst.
const TEMPLATES: usize = 8;
/// API decisions before the features are read.
const CALLS_MIN: u32 = 2;

/// The latest burst and what the bursts before came to.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Fanout {
    start_us: i64,
    /// Low halves of the template hashes of the latest burst.
    templates: [u16; TEMPLATES],
    len: u16,
    max: u16,
    calls: u32,
    /// Calls that were part of a burst of at least two templates.
    fanned: u32,
    reserved: u32,
}

impl Fanout {
    /// Takes a decision step in and says whether it joined a burst that another call began: then it was
    /// decided together with that call, and the time between them is no gap.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) -> bool {
        if decision.sight.route != Route::Api {
            return false;
        }
        let near = decision.time_us.saturating_sub(self.start_us).saturating_abs() <= BURST_US;
        let joined = self.calls > 0 && near;
        self.calls = self.calls.saturating_add(1);
        if !joined {
            self.start_us = decision.time_us;
            self.len = 0;
        }
        if !decision.of_page {
            self.fan(decision.sight.outline.template);
        }
        joined
    }

    /// Counts a template of the current burst.
    fn fan(&mut self, template: u32) {
        #[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
        let template = template as u16;
        let len = usize::from(self.len);
        if self.templates.iter().take(len).any(|known| *known == template) {
            return;
        }
        // A burst of more templates than there is room for stays at the most that can be told.
        let Some(slot) = self.templates.get_mut(len) else { return };
        *slot = template;
        self.len += 1;
        self.max = self.max.max(self.len);
        // The second template makes the first one part of a burst.
        let fanned = match self.len {
            1 => 0,
            2 => 2,
            _ => 1,
        };
        self.fanned = self.fanned.saturating_add(fanned);
    }
}

fn fanout(state: &ClientState) -> Option<&Fanout> {
    (state.clock.starts() && state.fanout.calls >= CALLS_MIN).then_some(&state.fanout)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "fanout_max",
        unit: Unit::Count,
        range: (0.0, TEMPLATES as f32),
        meaning: "Most different API templates started within 250 ms without a page, at most 8. \
                  From 2 API decisions on, when the log tells the start of a request.",
        read: |state| fanout(state).map(|fanout| f32::from(fanout.max)),
    },
    FeatureSpec {
        name: "fanout_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of API decisions that started with others of a different template within \
                  250 ms without a page. From 2 API decisions on, when the log tells the start.",
        read: |state| fanout(state).map(|fanout| fanout.fanned as f32 / fanout.calls as f32),
    },
];
