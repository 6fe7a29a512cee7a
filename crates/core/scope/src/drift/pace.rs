//! How quickly an agent works: the time that a few turns take.
//!
//! A turn is what is done in one step. An agent that asks for five things at once has taken one, so bursts are
//! no pace; and a rest is no pace either. Whether a quicker pace means anything is left to the profile.

use bytemuck::{Pod, Zeroable};
use gait_event::math;

use super::level::{Held, Level, ln};

/// Turns over which a pace is taken.
pub(crate) const BLOCK_TURNS: u8 = 1;

/// A call belongs to the turn before it when it follows within so small a part of a usual turn, ...
const AT_ONCE: f32 = 1.0 / 32.0;
/// ... or within so many µs, where that is less than so large a part of a usual turn, ...
const AT_ONCE_US: f32 = 500_000.0;
const AT_ONCE_MAX: f32 = 1.0 / 4.0;
/// ... and in any case within so many µs.
const AT_ONCE_MIN_US: f32 = 50_000.0;

/// A turn has so many calls at most; what follows at once is another.
const TURN_CALLS_MAX: u8 = 8;

/// A pause counts as so long at most, µs: agents rest.
const PAUSE_MAX_US: i64 = 30 * 60 * 1_000_000;

/// A block of turns takes so long at least, µs: clocks are no finer.
const BLOCK_MIN_US: i64 = 50_000;

/// A sitting that is quicker by so much, as a logarithm, is a mood: two fifths faster.
const MOOD: f32 = 0.35;

/// A turn that is slower by more than so many scatters is a rest, and no slower than that.
const SLOWER_MAX: f32 = 1.5;

/// Presumed scatter of the logarithm before any was seen.
const SCATTER: f32 = 0.6;

/// Blocks from which older ones fade.
const COUNT_MAX: f32 = 200.0;

/// Blocks that are to be seen until it is half believed that blocks cling together.
const CLINGING_WEIGHT: f32 = 10.0;
const CLINGS_MAX: f32 = 0.9;

/// The usual pace. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Pace {
    /// Time of the block under way, µs.
    block_us: i64,
    /// Of the logarithm of the seconds that a block takes.
    level: Level,
    /// Mean product of the deviations of two blocks in a row.
    clinging: f32,
    /// Deviation of the last block, towards quicker.
    last: f32,
    /// Summed products of the deviations of two blocks in a row that are held back.
    products: f32,
    /// Usual time of one turn, µs.
    turn_us: f32,
    /// Calls of the block under way.
    block_calls: u8,
    block_turns: u8,
    turn_calls: u8,
    reserved: [u8; 1],
}

/// A block of turns that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Logarithm of the seconds that it took.
    value: f32,
    /// How much quicker than usual, as a logarithm.
    pub(crate) quicker: f32,
    /// How much of that is explained neither by the block before, nor by a mood, nor by not knowing well what
    /// is usual.
    pub(crate) unexplained: f32,
    /// Scatter of what is not explained.
    pub(crate) scatter: f32,
    pub(crate) calls: u8,
    pub(crate) took_us: i64,
}

impl Pace {
    /// True when a call after so long belongs to what was done just before.
    pub(crate) fn is_at_once(&self, gap_us: i64) -> bool {
        let short_us = AT_ONCE_US.min(self.turn_us * AT_ONCE_MAX);
        (gap_us as f32) < short_us.max(self.turn_us * AT_ONCE).max(AT_ONCE_MIN_US)
    }

    /// Usual time of a turn, µs; 0 before it is known.
    pub(crate) fn turn_us(&self) -> f32 {
        self.turn_us
    }

    /// Takes the next call, `gap_us` after the one before; the block that it ends, if it ends one. `goes_on`:
    /// it is one more of the same in one piece of work, which is one turn however long.
    pub(crate) fn take(&mut self, gap_us: i64, goes_on: bool) -> Option<Block> {
        self.block_us = self.block_us.saturating_add(gap_us.clamp(0, PAUSE_MAX_US));
        self.block_calls = self.block_calls.saturating_add(1);
        self.turn_calls = self.turn_calls.saturating_add(1);
        if goes_on || (self.is_at_once(gap_us) && self.turn_calls < TURN_CALLS_MAX) {
            return None;
        }
        self.turn_calls = 0;
        self.block_turns = self.block_turns.saturating_add(1);
        if self.block_turns < BLOCK_TURNS {
            return None;
        }
        self.block_turns = 0;
        let calls = std::mem::take(&mut self.block_calls);
        let took_us = std::mem::take(&mut self.block_us).max(BLOCK_MIN_US);
        let value = ln(took_us as f64 / 1e6);
        let scatter = self.level.scatter(SCATTER);
        let quicker = if self.level.count < 1.0 { 0.0 } else { self.level.mean - value };
        let is_known = self.level.count >= CLINGING_WEIGHT;
        let quicker = if is_known { quicker.max(-SLOWER_MAX * scatter) } else { quicker };
        // One quick block after another is one piece of evidence, when that is how the agent works.
        let clings = self.clings();
        let unexplained = quicker - clings * self.last - self.level.doubt(SCATTER) - MOOD;
        let last = quicker.clamp(-2.0 * scatter, 2.0 * scatter);
        self.products += last * self.last;
        self.last = last;
        let scatter = scatter * (1.0 - clings * clings).sqrt();
        Some(Block { value, quicker, unexplained, scatter, calls, took_us })
    }

    /// Takes blocks in that were quicker than usual by the sums of `held`; `last` is the last of them.
    pub(crate) fn learn(&mut self, held: Held, last: &Block) {
        if self.level.count < 1.0 {
            self.level.learn(last.value, SCATTER, COUNT_MAX);
        } else if held.number >= 1.0 {
            let together = std::mem::take(&mut self.products);
            self.clinging +=
                (together - held.number * self.clinging) / (self.level.count + held.number);
            self.level.learn_many(Held { sum: -held.sum, ..held }, SCATTER, COUNT_MAX);
        }
        #[expect(clippy::cast_possible_truncation, reason = "a time that fits")]
        let block_us = (math::exp(f64::from(self.level.mean)) * 1e6) as f32;
        self.turn_us = block_us / f32::from(BLOCK_TURNS);
    }

    /// The block alone, as what is held back.
    pub(crate) fn alone(block: &Block) -> Held {
        Held { number: 1.0, sum: block.quicker, squares: block.quicker * block.quicker }
    }

    /// How much of the deviation of one block is found in the next, 0 to [`CLINGS_MAX`].
    fn clings(&self) -> f32 {
        let trust = self.level.count / (self.level.count + CLINGING_WEIGHT);
        (trust * self.clinging / self.level.variance.max(1e-6)).clamp(0.0, CLINGS_MAX)
    }
}
