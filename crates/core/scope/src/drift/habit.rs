//! What a profile is shown of one call.

use gait_event::{AgentCall, Argument, EventTime};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Bound, Grant, Window, day::day_in};

/// One call inside its grant, as far as habits go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Habit {
    /// A hash of the action, never 0.
    pub action: u32,
    /// How many actions the grant allows.
    pub granted: u32,
    /// When the call was made.
    pub at: EventTime,
    /// Size of the answer; `None` when it is not logged.
    pub bytes: Option<u64>,
    /// How far arguments reach towards their bounds: 0 not at all, 1 to the bound. `None` when nothing that is
    /// bounded was asked for.
    pub reach: Option<f32>,
}

impl Habit {
    /// The habit that a call shows under `grant`. `None` for discovery.
    #[must_use]
    pub fn of(
        call: &AgentCall<'_>,
        grant: &Grant,
        at: EventTime,
        bytes: Option<u64>,
    ) -> Option<Self> {
        let name = call.action?;
        let granted: usize =
            grant.permissions.iter().map(|permission| permission.actions.len()).sum();
        let permission = grant.permissions.iter().find(|of| of.actions.contains(name));
        let reach = permission.and_then(|permission| {
            let bounded = permission.arguments.iter().filter_map(|(of, bound)| {
                call.arguments
                    .iter()
                    .filter(|(name, _)| name == of)
                    .find_map(|(_, v)| reached(bound, *v))
            });
            let window = permission.window.as_ref().and_then(|window| reached_back(window, call));
            bounded.chain(window).max_by(f32::total_cmp)
        });
        let granted = u32::try_from(granted).unwrap_or(u32::MAX);
        Some(Self { action: action_hash(name), granted, at, bytes, reach })
    }
}

/// The hash by which a profile knows an action, never 0.
pub(crate) fn action_hash(name: &str) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "the low bits of a hash are a hash")]
    let hash = xxh3_64(name.as_bytes()) as u32;
    hash.max(1)
}

/// The share of its bound that a number uses.
fn reached(bound: &Bound, value: Argument<'_>) -> Option<f32> {
    let max = bound.max.filter(|max| *max > 0.0)?;
    let Argument::Number(number) = value else { return None };
    share(number / max)
}

/// How far back the call reaches into the window of data: 0 for its last day, 1 for its first.
fn reached_back(window: &Window, call: &AgentCall<'_>) -> Option<f32> {
    let first = call.arguments.iter().filter(|(name, _)| window.names(name));
    let first = first.filter_map(|(_, value)| day_in(*value)).min()?;
    let days = window.last_day.saturating_sub(window.first_day).max(1);
    share(window.last_day.saturating_sub(first) as f64 / days as f64)
}

fn share(of: f64) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    of.is_finite().then(|| of.clamp(0.0, 1.0) as f32)
}
