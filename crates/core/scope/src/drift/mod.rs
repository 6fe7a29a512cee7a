//! Drift of an identified agent inside its grant: habits that change while no hard limit is broken.
//!
//! A [`Profile`] of fixed size stands for each agent, subject and grant. It learns which actions are done, in which
//! order, how quickly, with answers how large, and how far towards the bounds of the grant; and it bets at each
//! call that this has just changed. Each bet is an e-value: under the habits learnt so far it pays back no more
//! than its stake on average. Summed over every call at which a change could have begun (an e-detector), the
//! bets pass a level `A` at most once in `A` calls of unchanged habits on average. When calls come alone says
//! nothing: a pace counts over blocks of calls, and only once it has been kept up for a while.
//!
//! Which calls belong to which profile, and where profiles are kept, is left to others.

mod actions;
mod detector;
mod habit;
mod level;
mod pace;
mod profile;
mod sizes;
mod words;

use pace::BLOCK_TURNS;

pub use detector::CALLS_PER_FALSE_ALARM_MIN;
pub use habit::Habit;
pub use profile::{Change, Profile};

/// What about an agent's calls has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Aspect {
    /// Which actions are done, and how often each.
    Mix,
    /// Which action follows which.
    Order,
    /// How quickly calls come, over many of them.
    Volume,
    /// How large the answers are, for the same actions.
    Load,
    /// How far arguments reach towards the bounds of the grant.
    Reach,
}

impl Aspect {
    /// Every aspect, in order of discriminant.
    pub const ALL: [Self; 5] = [Self::Mix, Self::Order, Self::Volume, Self::Load, Self::Reach];

    /// Weight of its evidence among all. Bets are laid at each call, those on the volume at one in
    /// [`BLOCK_TURNS`], so that the weights of the bets laid add up to 1 a call.
    fn weight(self) -> f32 {
        let alike = 1.0 / Self::ALL.len() as f32;
        if self == Self::Volume { alike * f32::from(BLOCK_TURNS) } else { alike }
    }

    /// What a beginning has to earn at each bet to be kept, as a factor. Levels hold back what is usual while a
    /// beginning lasts, so theirs are kept as long as they earn anything at all.
    fn hurdle(self) -> f32 {
        if matches!(self, Self::Mix | Self::Order) { 0.86 } else { 1.0 }
    }

    /// The published word; stable.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mix => "mix",
            Self::Order => "order",
            Self::Volume => "volume",
            Self::Load => "load",
            Self::Reach => "reach",
        }
    }
}

#[cfg(test)]
mod tests;
