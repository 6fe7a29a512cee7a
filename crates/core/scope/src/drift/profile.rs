//! The habits of one agent for one subject under one grant, in a fixed number of bytes: what is shown to which
//! aspect, and when a change is told.

use bytemuck::{Pod, Zeroable};
use gait_event::EventTime;

use super::{
    Aspect, Habit,
    actions::Actions,
    detector::{CALLS_PER_FALSE_ALARM_MIN, Detector},
    level::{Level, ln, raised},
    pace::Pace,
    sizes::Sizes,
};

/// Calls that a profile only learns from.
const WARM_UP_CALLS: u32 = 20;

/// From so many calls of one action in a row on, further ones that follow at once are one piece of work, and say
/// nothing more; up to so many.
const RUN_CALLS: u8 = 4;
const RUN_CALLS_MAX: u8 = u8::MAX;

/// Presumed scatter of a reach before any was seen, and reaches from which older ones fade.
const REACH_SCATTER: f32 = 0.2;
const REACH_COUNT_MAX: f32 = 500.0;
/// Reaches from which one is usual.
const REACH_KNOWN_MIN: f32 = 3.0;

/// Shifts that are bet on before any was seen, in scatters. Single turns scatter widely.
const SHIFT: f32 = 2.5;
const PACE_SHIFT: f32 = 1.5;

/// A beginning that was not told within so many bets was none: what was held back becomes usual.
const PACE_HELD_MAX: u32 = 120;
const REACH_HELD_MAX: u32 = 200;

/// Smallest changes worth telling. A quarter of the calls done otherwise;
const MIX_MIN: f32 = 0.25;
/// actions half as likely again at any place as at theirs, as a logarithm;
const ORDER_MIN: f32 = 0.4;
/// two and a half times the pace, as a logarithm: less is a day with more work;
const PACE_MIN: f32 = 0.916;
/// twice the size, as a logarithm;
const LOAD_MIN: f32 = 0.693;
/// and a seventh of what the grant bounds.
const REACH_MIN: f32 = 0.15;

/// Evidence that the best beginning alone has to give: a sum over very many weak ones is no change.
const RUN_MIN: f32 = 50.0;

/// A quicker pace is told once it has lasted as long as such a part of a usual turn.
const LASTING_TURNS: f32 = 0.25;

/// Evidence from which a change of mix explains one of order, nats.
const MIX_MIN_NATS: f32 = 3.0;

/// What one agent usually does for one subject under one grant. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub struct Profile {
    detectors: [Detector; Aspect::ALL.len()],
    /// Event time of the last call, µs.
    last_us: i64,
    pace: Pace,
    reach: Level,
    calls: u32,
    actions: Actions,
    sizes: Sizes,
    /// Slot of the last action, meaningful from the first call on.
    previous: u8,
    /// Calls of that action in a row.
    run: u8,
    reserved: [u8; 6],
}

const _: () = assert!(size_of::<Profile>() <= 512, "a profile is to stay within 512 bytes");

/// A change of habits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// When it is taken to have begun: the call at which the evidence of the leading aspect begins.
    pub since: EventTime,
    /// Calls from there to the one that told, both included.
    pub calls_until_found: u32,
    /// The logarithm of the sum of all evidence.
    pub statistic_nats: f32,
    /// What changed most.
    pub lead: Aspect,
    /// The logarithm of the evidence of each aspect, in the order of [`Aspect::ALL`]; 0 for what says nothing.
    pub nats: [f32; Aspect::ALL.len()],
    /// The profile by which the change was found, as it stood.
    pub profile: Profile,
}

impl Profile {
    /// Takes a call in. When that shows a change of habits it is told, and the profile learns anew from the
    /// next call on.
    pub fn observe(&mut self, habit: &Habit) -> Option<Change> {
        let slot = self.actions.slot(habit.action);
        let is_first = self.calls == 0;
        let gap_us = if is_first { 0 } else { habit.at.0.saturating_sub(self.last_us).max(0) };
        self.calls = self.calls.saturating_add(1);
        self.last_us = if is_first { habit.at.0 } else { self.last_us.max(habit.at.0) };
        let goes_on = self.goes_on(slot, gap_us);
        if !goes_on {
            self.follow_actions(slot, habit);
        }
        self.previous = u8::try_from(slot).unwrap_or(u8::MAX);
        if !is_first {
            self.follow_pace(gap_us, goes_on, habit);
        }
        if let Some(bytes) = habit.bytes {
            self.follow_size(slot, bytes, habit);
        }
        if let Some(reach) = habit.reach {
            self.follow_reach(reach, habit);
        }
        let change = self.change(habit)?;
        *self = Self::default();
        Some(change)
    }

    /// The slot of the action before this one.
    fn previous(&self) -> Option<usize> {
        (self.calls > 1).then_some(usize::from(self.previous))
    }

    /// True when the call is one more of the same in one piece of work.
    fn goes_on(&mut self, slot: usize, gap_us: i64) -> bool {
        let again = self.previous() == Some(slot);
        self.run = if again { self.run.saturating_add(1) } else { 1 };
        let is_long = (RUN_CALLS + 1..RUN_CALLS_MAX).contains(&self.run);
        is_long && self.pace.is_at_once(gap_us)
    }

    fn follow_actions(&mut self, slot: usize, habit: &Habit) {
        let previous = self.previous();
        if self.is_warm() {
            let expected = self.actions.expected(previous, habit.granted);
            let of_mix = self.actions.bet_on_mix(slot, &expected);
            let begins = self.detector(Aspect::Mix).begins();
            self.actions.learn_new_mix(slot, begins);
            let first = (self.calls, habit.at.0);
            self.bet(Aspect::Mix, of_mix, 0.0, first);
            let stranger = ln(f64::from(expected.less_likely_here(slot)));
            let of_order = expected.bet_on_order(slot, self.detector(Aspect::Order));
            self.bet(Aspect::Order, of_order, stranger, first);
        }
        self.actions.learn(previous, slot);
    }

    fn follow_pace(&mut self, gap_us: i64, goes_on: bool, habit: &Habit) {
        let Some(block) = self.pace.take(gap_us, goes_on) else { return };
        let held = if self.is_warm() {
            let calls_before = u32::from(block.calls).saturating_sub(1);
            let began_us = habit.at.0.saturating_sub(block.took_us);
            let first = (self.calls.saturating_sub(calls_before), began_us);
            let e =
                raised(block.unexplained, block.scatter, self.detector(Aspect::Volume), PACE_SHIFT);
            self.bet(Aspect::Volume, e, block.quicker, first);
            self.detector_mut(Aspect::Volume).give_up(PACE_HELD_MAX)
        } else {
            Some(Pace::alone(&block))
        };
        if let Some(held) = held {
            self.pace.learn(held, &block);
        }
    }

    fn follow_size(&mut self, slot: usize, bytes: u64, habit: &Habit) {
        let Some((larger, scatter)) = self.sizes.take(slot, bytes) else { return };
        if self.is_warm() {
            let e = raised(larger, scatter, self.detector(Aspect::Load), SHIFT);
            self.bet(Aspect::Load, e, larger, (self.calls, habit.at.0));
        }
    }

    fn follow_reach(&mut self, reach: f32, habit: &Habit) {
        if !self.is_warm() || self.reach.count < REACH_KNOWN_MIN {
            self.reach.learn(reach, REACH_SCATTER, REACH_COUNT_MAX);
            return;
        }
        let farther = reach - self.reach.mean;
        let unexplained = farther - self.reach.doubt(REACH_SCATTER);
        let scatter = self.reach.scatter(REACH_SCATTER);
        let e = raised(unexplained, scatter, self.detector(Aspect::Reach), SHIFT);
        self.bet(Aspect::Reach, e, farther, (self.calls, habit.at.0));
        if let Some(held) = self.detector_mut(Aspect::Reach).give_up(REACH_HELD_MAX) {
            self.reach.learn_many(held, REACH_SCATTER, REACH_COUNT_MAX);
        }
    }

    /// What changed, once the weighted sum passes the level. What is not worth telling does not count.
    fn change(&self, habit: &Habit) -> Option<Change> {
        let counted = |of: Aspect| {
            let counts = self.is_worth_telling(of, habit);
            if counts { self.detector(of).sum() * of.weight() } else { 0.0 }
        };
        let sums = Aspect::ALL.map(counted);
        let sum = sums.iter().sum::<f32>();
        if sum < CALLS_PER_FALSE_ALARM_MIN {
            return None;
        }
        let told = || Aspect::ALL.into_iter().zip(sums);
        let (strongest, _) = told().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let mut nats = [0.0; Aspect::ALL.len()];
        for (nats, (of, sum)) in nats.iter_mut().zip(told()) {
            *nats = if sum > 0.0 { ln(f64::from(self.detector(of).run().max(1.0))) } else { 0.0 };
        }
        // Other actions follow one another otherwise, too.
        let [of_mix, ..] = nats;
        let is_mix = strongest == Aspect::Order && of_mix >= MIX_MIN_NATS;
        let lead = if is_mix { Aspect::Mix } else { strongest };
        let (_, since_us) = self.detector(lead).since();
        Some(Change {
            since: EventTime(since_us),
            calls_until_found: self.calls_since(lead),
            statistic_nats: ln(f64::from(sum)),
            lead,
            nats,
            profile: *self,
        })
    }

    /// True when what changed is large enough that somebody would want to know.
    fn is_worth_telling(&self, aspect: Aspect, habit: &Habit) -> bool {
        let detector = self.detector(aspect);
        if detector.run() < RUN_MIN {
            return false;
        }
        match aspect {
            Aspect::Mix => self.actions.moved() >= MIX_MIN,
            Aspect::Order => detector.shift() >= ORDER_MIN,
            Aspect::Volume => {
                let (_, since_us) = detector.since();
                let lasted_us = habit.at.0.saturating_sub(since_us) as f32;
                detector.shift() >= PACE_MIN && lasted_us >= LASTING_TURNS * self.pace.turn_us()
            }
            Aspect::Load => detector.shift() >= LOAD_MIN,
            Aspect::Reach => detector.shift() >= REACH_MIN,
        }
    }

    fn is_warm(&self) -> bool {
        self.calls > WARM_UP_CALLS
    }

    fn detector(&self, aspect: Aspect) -> &Detector {
        let [mix, order, volume, load, reach] = &self.detectors;
        match aspect {
            Aspect::Mix => mix,
            Aspect::Order => order,
            Aspect::Volume => volume,
            Aspect::Load => load,
            Aspect::Reach => reach,
        }
    }

    fn detector_mut(&mut self, aspect: Aspect) -> &mut Detector {
        let [mix, order, volume, load, reach] = &mut self.detectors;
        match aspect {
            Aspect::Mix => mix,
            Aspect::Order => order,
            Aspect::Volume => volume,
            Aspect::Load => load,
            Aspect::Reach => reach,
        }
    }

    fn bet(&mut self, aspect: Aspect, e: f32, deviation: f32, first: (u32, i64)) {
        self.detector_mut(aspect).take(e, deviation, first, aspect.hurdle());
    }

    pub(crate) fn actions(&self) -> &Actions {
        &self.actions
    }

    /// Mean deviation from the usual since the presumed beginning, in the unit of the aspect.
    pub(crate) fn shift(&self, aspect: Aspect) -> f32 {
        self.detector(aspect).shift()
    }

    /// Calls since the presumed beginning, the last one included.
    pub(crate) fn calls_since(&self, aspect: Aspect) -> u32 {
        let (first, _) = self.detector(aspect).since();
        self.calls.saturating_sub(first).saturating_add(1)
    }
}
