//! The gait of a client in a few numbers that can be held against those of others: its pauses, its routes,
//! and the manner in which it speaks. All is read from the state at one moment; what is alike is left to
//! `gait-family`.

use bytemuck::{Pod, Zeroable};

use crate::ClientState;

/// Gaps before there is a gait.
const GAPS_MIN: u32 = 5;
/// In a log of whole seconds the gaps must be this long on average, ln(seconds) in thousandths: 30 s.
const COARSE_LN_GAP_MIN_MILLI: i32 = 3401;

/// How a client goes over a site. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Gait {
    /// Route templates of its decision steps, one bit each by hash.
    pub templates: [u64; 2],
    /// Hash of its latest JA4; 0 when the log has none.
    pub ja4: u32,
    /// What it claims to be, and which headers it sends, in bits. Without masked fields.
    pub manner: u32,
    /// Gaps between decision steps that were measured.
    pub gaps: u32,
    /// Mean of ln(gap in seconds), thousandths.
    pub ln_gap_milli: i32,
    /// Standard deviation of ln(gap), thousandths.
    pub spread_milli: u32,
    /// Different targets over decision steps, thousandths.
    pub new_targets_milli: u32,
    /// Mean number of path segments of decision steps, thousandths.
    pub depth_milli: u32,
    /// Different route templates over decision steps, thousandths.
    pub new_templates_milli: u32,
}

impl ClientState {
    /// The gait of the client; `None` before it has made enough steps, and when several people share the key
    /// or the clock of the log is too coarse.
    #[must_use]
    pub fn gait(&self) -> Option<Gait> {
        if self.gaps.count < GAPS_MIN || self.is_shared() {
            return None;
        }
        let (mean, spread) = self.gaps.shape();
        let ln_gap_milli = milli(mean);
        if !self.clock.cadence() && ln_gap_milli < COARSE_LN_GAP_MIN_MILLI {
            return None;
        }
        Some(Gait {
            templates: self.coverage.templates(),
            ja4: self.headers.ja4(),
            manner: u32::from(self.claim.number()) << 16 | u32::from(self.headers.habits()),
            gaps: self.gaps.count,
            ln_gap_milli,
            spread_milli: milli(spread).unsigned_abs(),
            new_targets_milli: milli(self.coverage.new_share(self.decisions())).unsigned_abs(),
            depth_milli: milli(self.coverage.depth_mean(self.decisions())).unsigned_abs(),
            new_templates_milli: milli(self.coverage.new_template_share(self.decisions()))
                .unsigned_abs(),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "logarithms and shares are far below 2^21")]
fn milli(value: f32) -> i32 {
    (value * 1000.0).round() as i32
}

#[cfg(test)]
mod tests {
    use gait_event::{Event, EventTime, FieldSet};

    use super::*;

    fn walked(pauses_s: &[i64], target: impl Fn(usize) -> String) -> Option<Gait> {
        let mut time_s = 1_000;
        let mut state = None;
        for (n, pause_s) in std::iter::once(&0).chain(pauses_s).enumerate() {
            time_s += pause_s;
            let target = target(n);
            let mut event = Event {
                target: &target,
                time: EventTime(time_s * 1_000_000),
                ja4: Some("t13d1516h2"),
                ..Event::default()
            };
            event.logged.insert(FieldSet::JA4);
            state.get_or_insert_with(|| ClientState::new(&event)).observe(&event);
        }
        state.and_then(|state| state.gait())
    }

    #[test]
    fn a_gait_tells_pauses_and_coverage() {
        let steady = walked(&[100; 7], |n| format!("/item/{n}")).unwrap_or_default();
        assert_eq!((steady.gaps, steady.ln_gap_milli, steady.spread_milli), (7, 4605, 0));
        assert_eq!(steady.templates.map(u64::count_ones).iter().sum::<u32>(), 1);
        assert!(steady.new_targets_milli > 950 && steady.ja4 != 0);
        assert_eq!((steady.depth_milli, steady.new_templates_milli), (2000, 125));
        let loose = walked(&[50, 200, 50, 200, 50, 200], |_| "/item/1".into()).unwrap_or_default();
        assert_eq!(loose.spread_milli, 693, "half of ln 4");
        assert!(loose.new_targets_milli < 200);
    }

    #[test]
    fn a_few_steps_are_no_gait() {
        assert!(walked(&[100; 4], |n| format!("/item/{n}")).is_none());
        assert!(walked(&[100; 5], |n| format!("/item/{n}")).is_some());
    }
}
