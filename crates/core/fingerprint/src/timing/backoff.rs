//! Retries of a failed call whose waiting times grow by about two: the back-off of a program.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    feature::{FeatureSpec, Unit},
};

/// A waiting time over the one before it, on a ladder. Two, with the jitter that programs add.
const GROWTH: std::ops::RangeInclusive<f64> = 1.6..=2.6;
/// Shorter waiting times are no waiting times, ms.
const WAIT_MIN_MS: u32 = 20;

/// The latest failed call and its ladder.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Backoff {
    failed_us: i64,
    template: u32,
    wait_ms: u32,
    /// Waiting times on the current ladder.
    run: u16,
    max: u16,
    failures: u32,
}

impl Backoff {
    /// Takes a decision step in.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) {
        let failed = !matches!(decision.sight.event.status, 100..400);
        let template = decision.sight.outline.template;
        self.failures = self.failures.saturating_add(u32::from(failed));
        if template == self.template {
            let wait_us = decision.time_us.saturating_sub(self.failed_us).max(0);
            self.retry(u32::try_from(wait_us / 1000).unwrap_or(u32::MAX));
            self.failed_us = decision.time_us;
            if !failed {
                self.template = 0;
            }
        } else if failed {
            self.template = template;
            self.failed_us = decision.time_us;
            self.wait_ms = 0;
            self.run = 0;
        }
    }

    fn retry(&mut self, wait_ms: u32) {
        let grown = f64::from(wait_ms) / f64::from(self.wait_ms.max(1));
        let climbs = self.wait_ms >= WAIT_MIN_MS && GROWTH.contains(&grown);
        self.run = if climbs { self.run.saturating_add(1) } else { 1 };
        if self.run > 1 {
            self.max = self.max.max(self.run);
        }
        self.wait_ms = wait_ms;
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "backoff_ladder_max",
    unit: Unit::Count,
    range: (0.0, 65_535.0),
    meaning: "Most waiting times in a row before retries of one failed template of which each is 1.6 \
              to 2.6 times the one before; 0 when no two are. From one failed step on.",
    read: |state: &ClientState| {
        let seen = state.clock.cadence() && state.backoff.failures > 0;
        seen.then(|| f32::from(state.backoff.max))
    },
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_is_waiting_times_that_double() {
        for (waits_ms, expected) in [
            (&[1000, 2000, 4000, 8000][..], 4),
            (&[500, 1100, 2100, 300, 600], 3),
            (&[1000, 1000, 1000], 0),
            (&[3000, 900, 12_000], 0),
            (&[5, 10, 20], 0),
        ] {
            let mut backoff = Backoff::default();
            for wait in waits_ms {
                backoff.retry(*wait);
            }
            assert_eq!(backoff.max, expected, "{waits_ms:?}");
        }
    }
}
