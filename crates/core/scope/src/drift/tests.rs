//! What a profile tells and what it keeps to itself, on calls made by a small generator.

use gait_event::EventTime;
use proptest::prelude::*;

use super::*;

/// A linear congruential generator: tests need no better one.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `weights`, by weight.
    fn pick(&mut self, weights: &[f64]) -> u32 {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        let place = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        u32::try_from(place.unwrap_or(0)).unwrap()
    }
}

/// How an agent works for a while.
#[derive(Clone, Copy)]
struct Work {
    mix: [f64; 4],
    /// Mean pause between calls, seconds.
    pause_s: f64,
    bytes: f64,
    reach: f64,
}

const USUAL: Work = Work { mix: [6.0, 3.0, 1.0, 0.0], pause_s: 10.0, bytes: 1000.0, reach: 0.3 };

/// Calls at which a change is told.
fn told(seed: u64, work: &[(u32, Work)]) -> Vec<(u32, Change)> {
    let (mut profile, mut dice, mut told) = (Profile::default(), Dice(seed), Vec::new());
    let (mut call, mut at_s) = (0, 1e9);
    for (calls, work) in work {
        for _ in 0..*calls {
            call += 1;
            at_s += work.pause_s * (0.3 + 1.4 * dice.unit());
            let action = dice.pick(&work.mix) + 1;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let habit = Habit {
                action,
                granted: 4,
                at: EventTime((at_s * 1e6) as i64),
                bytes: Some((work.bytes * (0.5 + dice.unit())) as u64),
                reach: Some((work.reach * (0.6 + 0.8 * dice.unit())) as f32),
            };
            told.extend(profile.observe(&habit).map(|change| (call, change)));
        }
    }
    told
}

#[test]
fn each_aspect_is_told_within_a_few_calls_and_named() {
    for (aspect, drifted) in [
        (Aspect::Mix, Work { mix: [1.0, 1.0, 1.0, 7.0], ..USUAL }),
        (Aspect::Volume, Work { pause_s: 0.8, ..USUAL }),
        (Aspect::Load, Work { bytes: 20_000.0, ..USUAL }),
        (Aspect::Reach, Work { reach: 0.9, ..USUAL }),
    ] {
        for seed in 0..20 {
            let found = told(seed, &[(200, USUAL), (60, drifted)]);
            assert!(!found.is_empty(), "{aspect:?} missed");
            let (call, change) = &found[0];
            assert_eq!(change.lead, aspect);
            assert!((201..=225).contains(call), "{aspect:?} at {call}");
            assert!(call + 1 - change.calls_until_found >= 185, "{aspect:?}: {change:?}");
        }
    }
}

#[test]
fn unchanged_habits_are_told_of_by_nobody() {
    for seed in 0..50 {
        assert_eq!(told(seed, &[(2000, USUAL)]).len(), 0, "seed {seed}");
    }
}

#[test]
fn one_change_is_told_once_and_the_new_habit_is_the_usual_one_then() {
    let drifted = Work { mix: [1.0, 1.0, 1.0, 7.0], ..USUAL };
    for seed in 0..20 {
        let found = told(seed, &[(200, USUAL), (1000, drifted), (100, USUAL)]);
        let calls: Vec<_> = found.iter().map(|(call, _)| *call).collect();
        assert!(matches!(calls[..], [201..=225, 1201..=1240]), "seed {seed}: {calls:?}");
    }
}

#[test]
fn pauses_and_single_bursts_are_no_drift() {
    let rest = Work { pause_s: 50_000.0, ..USUAL };
    let burst = Work { pause_s: 0.01, ..USUAL };
    for seed in 0..20 {
        let work = [(150, USUAL), (1, rest), (150, USUAL), (16, burst), (150, USUAL)];
        assert_eq!(told(seed, &work).len(), 0, "seed {seed}");
    }
}

proptest! {
    #[test]
    fn no_calls_break_a_profile(
        calls in prop::collection::vec(
            (any::<u32>(), any::<u32>(), any::<i64>(), any::<Option<u64>>(), any::<Option<f32>>()),
            0..200,
        ),
    ) {
        let mut profile = Profile::default();
        for (action, granted, at, bytes, reach) in calls {
            let action = (action % 17).max(1);
            let habit = Habit { action, granted, at: EventTime(at), bytes, reach };
            if let Some(change) = profile.observe(&habit) {
                prop_assert!(change.statistic_nats.is_finite());
            }
        }
    }

    #[test]
    fn any_bytes_are_a_profile(bytes in prop::collection::vec(any::<u8>(), size_of::<Profile>())) {
        let mut profile: Profile = bytemuck::pod_read_unaligned(&bytes);
        for action in 1..40 {
            let at = EventTime(i64::from(action));
            profile.observe(&Habit { action, granted: 9, at, bytes: Some(7), reach: Some(0.5) });
        }
    }
}
