//! How large the answers to each action usually are, in four bytes an action.

use bytemuck::{Pod, Zeroable};

use super::{
    actions::SLOTS,
    level::{Level, ln},
};

/// Presumed scatter of the logarithm of a size before any was seen.
const SCATTER: f32 = 0.7;

/// Answers from which older ones fade.
const COUNT_MAX: f32 = 200.0;

/// Answers to an action from which one is usual.
const KNOWN_MIN: u8 = 3;

/// Units of the mean and of the root of the variance in a nat.
const MEAN_UNITS: f32 = 2048.0;
const ROOT_UNITS: f32 = 64.0;

/// The usual size of one action's answers, as a logarithm of bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
struct Size {
    mean: u16,
    /// Root of the variance.
    root: u8,
    count: u8,
}

/// The usual sizes of every slot's answers. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Sizes([Size; SLOTS]);

impl Sizes {
    /// Takes an answer of so many bytes in. How much larger than usual it is, as a logarithm, and the scatter of
    /// that; `None` while none is usual.
    pub(crate) fn take(&mut self, slot: usize, bytes: u64) -> Option<(f32, f32)> {
        let size = self.0.get_mut(slot)?;
        let known = size.count >= KNOWN_MIN;
        let value = ln(1.0 + bytes as f64);
        let mut level = size.level();
        let (larger, scatter) = (value - level.mean, level.scatter(SCATTER));
        level.learn(value, SCATTER, COUNT_MAX);
        *size = Size::of(level);
        known.then_some((larger, scatter))
    }
}

impl Size {
    fn level(self) -> Level {
        let root = f32::from(self.root) / ROOT_UNITS;
        let mean = f32::from(self.mean) / MEAN_UNITS;
        Level { mean, variance: root * root, count: f32::from(self.count) }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and a logarithm of bytes is at most 45, of which 32 can be kept"
    )]
    fn of(level: Level) -> Self {
        Self {
            mean: (level.mean * MEAN_UNITS + 0.5) as u16,
            root: (level.variance.sqrt() * ROOT_UNITS + 0.5) as u8,
            count: level.count as u8,
        }
    }
}
