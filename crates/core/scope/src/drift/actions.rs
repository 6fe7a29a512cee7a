//! Which actions are done and which follows which: counts, what they predict, and two bets against the prediction.
//!
//! What is usual is a prediction of the next action from the one before it, backed by how often each is done at
//! all (a Dirichlet prior at either step), so that what was never done is unlikely and not impossible, and an
//! agent that does one thing many times over is not news once it has done so before. Each bet is a distribution
//! over the same actions, so its ratio to the prediction is an e-value under it.

use bytemuck::{Pod, Zeroable};

use super::detector::Detector;

/// Actions that are told apart. The last slot is for all that come once the others are taken.
pub(crate) const SLOTS: usize = 12;

/// Weight of an action that was not seen (Krichevsky and Trofimov's).
const UNSEEN_WEIGHT: f32 = 0.5;

/// Weight of how often an action is done at all, in the prediction from the one before it.
const BACKING_WEIGHT: f32 = 6.0;

/// Weight of the presumed new mix, in calls.
const NEW_MIX_WEIGHT: f32 = 3.0;

/// Weight of the presumed share of calls that mind no order, in calls, and the least such share that is bet on.
const ASTRAY_WEIGHT: f32 = 2.0;
const ASTRAY_MIN: f32 = 0.1;

/// Calls from which older ones count half.
const LONG_MAX: u32 = 2000;

/// Calls since a presumed beginning from which older ones count half.
const SHORT_MAX: u32 = 32;

/// Counts of the actions of one agent under one grant. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Actions {
    /// Hashes of the actions that have a slot, 0 for a free one.
    names: [u32; SLOTS - 1],
    long: [u16; SLOTS],
    /// Since the presumed beginning of another mix.
    short: [u8; SLOTS],
    /// How often the second followed the first.
    pairs: [[u8; SLOTS]; SLOTS],
}

/// What is expected of the next action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// Probability of each slot after the present one.
    after: [f32; SLOTS],
    /// Probability of each slot at all.
    overall: [f32; SLOTS],
    /// Slots that can come.
    open: usize,
}

impl Actions {
    /// The slot of an action; a new action takes a free one.
    pub(crate) fn slot(&mut self, name: u32) -> usize {
        let place = self.names.iter_mut().position(|of| {
            if *of == 0 {
                *of = name;
            }
            *of == name
        });
        place.unwrap_or(SLOTS - 1)
    }

    /// The name of a slot; `None` for a free one and for the one of all others.
    pub(crate) fn name(&self, slot: usize) -> Option<u32> {
        self.names.get(slot).copied().filter(|name| *name != 0)
    }

    /// What is expected after `previous`, of an agent whose grant allows `granted` actions.
    pub(crate) fn expected(&self, previous: Option<usize>, granted: u32) -> Expected {
        let named = self.names.iter().filter(|name| **name != 0).count();
        let open = (granted as usize).max(named + usize::from(self.long(SLOTS - 1) > 0));
        let open = open.clamp(1, SLOTS);
        let total = self.total() as f32 + UNSEEN_WEIGHT * open as f32;
        let mut overall = [0.0; SLOTS];
        for (share, count) in overall.iter_mut().zip(self.long).take(open) {
            *share = (f32::from(count) + UNSEEN_WEIGHT) / total;
        }
        let mut after = overall;
        if let Some(row) = previous.and_then(|slot| self.pairs.get(slot)) {
            let seen: u32 = row.iter().map(|count| u32::from(*count)).sum();
            let total = seen as f32 + BACKING_WEIGHT;
            for (share, count) in after.iter_mut().zip(row).take(open) {
                *share = (f32::from(*count) + BACKING_WEIGHT * *share) / total;
            }
        }
        Expected { after, overall, open }
    }

    /// The e-value of the bet that the mix has become what it was since the presumed beginning, and before
    /// anything was seen since then halfway to all actions alike.
    pub(crate) fn bet_on_mix(&self, slot: usize, expected: &Expected) -> f32 {
        let since: u32 = self.short.iter().map(|count| u32::from(*count)).sum();
        let share = |list: &[f32; SLOTS]| list.get(slot).copied().unwrap_or_default();
        let presumed = 0.5 * share(&expected.overall) + 0.5 / expected.open as f32;
        let count = f32::from(self.short.get(slot).copied().unwrap_or_default());
        let bet = (count + NEW_MIX_WEIGHT * presumed) / (since as f32 + NEW_MIX_WEIGHT);
        bet / share(&expected.after).max(f32::MIN_POSITIVE)
    }

    /// Takes a call in.
    pub(crate) fn learn(&mut self, previous: Option<usize>, slot: usize) {
        if self.total() >= LONG_MAX {
            for count in &mut self.long {
                *count /= 2;
            }
        }
        if let Some(count) = self.long.get_mut(slot) {
            *count = count.saturating_add(1);
        }
        if let Some(row) = previous.and_then(|slot| self.pairs.get_mut(slot)) {
            add(row, slot);
        }
    }

    /// Takes a call into the mix since the presumed beginning, which is forgotten first when it is this call.
    pub(crate) fn learn_new_mix(&mut self, slot: usize, begins: bool) {
        if begins {
            self.short = [0; SLOTS];
        }
        let since: u32 = self.short.iter().map(|count| u32::from(*count)).sum();
        if since >= SHORT_MAX {
            halve(&mut self.short);
        }
        add(&mut self.short, slot);
    }

    /// How much of all calls is done otherwise since the presumed beginning: total variation between the mix
    /// since and the one before, 0 to 1.
    pub(crate) fn moved(&self) -> f32 {
        (0..SLOTS).map(|slot| (self.share_since(slot) - self.share_before(slot)).max(0.0)).sum()
    }

    /// The slot whose share grew most since the presumed beginning.
    pub(crate) fn grown(&self) -> usize {
        let growth = |slot: &usize| self.share_since(*slot) - self.share_before(*slot);
        (0..SLOTS).max_by(|a, b| growth(a).total_cmp(&growth(b))).unwrap_or_default()
    }

    /// Share of an action since the presumed beginning, 0 to 1.
    pub(crate) fn share_since(&self, slot: usize) -> f32 {
        let all: u32 = self.short.iter().map(|count| u32::from(*count)).sum();
        f32::from(self.short.get(slot).copied().unwrap_or_default()) / all.max(1) as f32
    }

    /// Share of an action before the presumed beginning, 0 to 1.
    pub(crate) fn share_before(&self, slot: usize) -> f32 {
        let before = |slot: usize| {
            let since = self.short.get(slot).copied().unwrap_or_default();
            self.long(slot).saturating_sub(u32::from(since))
        };
        let all: u32 = (0..SLOTS).map(before).sum();
        before(slot) as f32 / all.max(1) as f32
    }

    fn long(&self, slot: usize) -> u32 {
        self.long.get(slot).copied().map_or(0, u32::from)
    }

    fn total(&self) -> u32 {
        self.long.iter().map(|count| u32::from(*count)).sum()
    }
}

impl Expected {
    /// The e-value of the bet that a share of the calls no longer minds the action before: they come mostly as
    /// often as at any place. The share follows what `detector` has seen since its presumed beginning.
    pub(crate) fn bet_on_order(&self, slot: usize, detector: &Detector) -> f32 {
        let share = |list: &[f32; SLOTS]| list.get(slot).copied().unwrap_or_default();
        let anywhere = 0.8 * share(&self.overall) + 0.2 / self.open as f32;
        let bets = detector.bets() as f32;
        let seen = detector.shift() * bets / (bets + ASTRAY_WEIGHT);
        let astray = (0.5 + 0.5 * seen).clamp(ASTRAY_MIN, 1.0 - ASTRAY_MIN);
        1.0 - astray + astray * anywhere / share(&self.after).max(f32::MIN_POSITIVE)
    }

    /// Surprise of an action after the one before it beyond that of the same at any place, as a ratio.
    pub(crate) fn less_likely_here(&self, slot: usize) -> f32 {
        let share = |list: &[f32; SLOTS]| list.get(slot).copied().unwrap_or_default();
        share(&self.overall) / share(&self.after).max(f32::MIN_POSITIVE)
    }
}

fn halve(counts: &mut [u8; SLOTS]) {
    for count in counts {
        *count /= 2;
    }
}

/// Adds one to a count; all halve when it is full.
fn add(counts: &mut [u8; SLOTS], slot: usize) {
    if counts.get(slot) == Some(&u8::MAX) {
        halve(counts);
    }
    if let Some(count) = counts.get_mut(slot) {
        *count = count.saturating_add(1);
    }
}
