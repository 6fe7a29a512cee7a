//! Repairs: a call that failed, then a changed call of the same kind that went well. Explorers of an API
//! learn from its errors; scanners do not care and people follow links.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    feature::{FeatureSpec, Unit},
    route::Route,
    timing::alignment::seconds,
};

/// A repair comes within this time of the failure, seconds.
const REPAIR_S: u32 = 120;
/// Failures under repair at a time.
const SLOTS: usize = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Failure {
    /// Whole seconds since the epoch, modulo 2^32.
    time_s: u32,
    /// Template of the failed call; 0 is free.
    template: u32,
    /// Template above its last word.
    parent: u32,
    /// The failed call itself: target, method and length of the request, hashed.
    call: u32,
    /// The failed call was a miss: its path was a guess.
    guess: u32,
}

/// Failures under repair and repairs so far.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Repair {
    failures: [Failure; SLOTS],
    repairs: u32,
    /// Client errors on steps that can be repaired.
    errors: u32,
}

impl Repair {
    /// Takes a decision step in; `new` says whether its target was never asked for before.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>, new: bool) {
        let sight = decision.sight;
        // A page that was reached over a link repairs nothing.
        let driven = match sight.route {
            Route::Api | Route::Discovery => true,
            Route::Document | Route::Other => sight.event.referer.is_none(),
            _ => false,
        };
        if !driven {
            return;
        }
        let (template, parent) = (sight.outline.template, sight.outline.parent);
        let call = call_of(decision);
        if sight.is_client_error() {
            self.errors = self.errors.saturating_add(1);
            let guess = u32::from(matches!(sight.event.status, 404 | 405 | 410));
            let failure =
                Failure { time_s: seconds(decision.time_us), template, parent, call, guess };
            self.remember(failure);
        } else if sight.is_success() {
            let mends = |failure: &Failure| {
                let age_s = seconds(decision.time_us).wrapping_sub(failure.time_s);
                let sibling = failure.guess == 1 && failure.parent == parent && new;
                failure.template != 0
                    && age_s <= REPAIR_S
                    && failure.call != call
                    && (failure.template == template || sibling)
            };
            if let Some(failure) = self.failures.iter_mut().find(|failure| mends(failure)) {
                *failure = Failure::default();
                self.repairs = self.repairs.saturating_add(1);
            }
        }
    }

    /// The newest failure of a template stands for it; else the oldest makes room.
    fn remember(&mut self, failure: Failure) {
        let same = self.failures.iter().position(|known| known.template == failure.template);
        let oldest =
            (0_usize..).zip(&self.failures).min_by_key(|(_, known)| match known.template {
                0 => 0,
                _ => u64::from(known.time_s) + 1,
            });
        let at = same.or(oldest.map(|(at, _)| at)).unwrap_or(0);
        if let Some(slot) = self.failures.get_mut(at) {
            *slot = failure;
        }
    }
}

/// What makes two calls of one template different.
fn call_of(decision: &Decision<'_, '_>) -> u32 {
    let event = decision.sight.event;
    let length = if event.method.writes() { event.request_bytes.unwrap_or(0) } else { 0 };
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    (decision.target ^ length.wrapping_mul(0x9e37_79b1)).rotate_left(3) ^ event.method as u32
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "repair_count",
        unit: Unit::Count,
        range: (0.0, 4_294_967_296.0),
        meaning: "Calls that failed with 4xx and were followed within 120 s by a changed call that \
                  went well: the same template with another target, method or length, or after a \
                  miss a sibling that is new. API calls, and documents without Referer.",
        read: |state: &ClientState| {
            (state.clock.decisions > 0).then_some(state.repair.repairs as f32)
        },
    },
    FeatureSpec {
        name: "repair_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Repairs over the failures that could be repaired. From 2 such failures on.",
        read: |state| {
            let (repairs, errors) = (state.repair.repairs, state.repair.errors);
            (errors >= 2).then(|| (repairs as f32 / errors as f32).min(1.0))
        },
    },
    FeatureSpec {
        name: "repairs_per_step",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Repairs over decision steps: who explores an interface repairs all along, who \
                  works with it now and then. From 4 steps on.",
        read: |state| {
            let (repairs, steps) = (state.repair.repairs, state.clock.decisions);
            (steps >= 4).then(|| (repairs as f32 / steps as f32).min(1.0))
        },
    },
];
