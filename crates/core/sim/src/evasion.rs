//! How undeclared programs hide their rhythm, with a strength from 0 to 100.
//!
//! Evasion bends the pauses between acts, whatever the program does otherwise. Rotation over addresses
//! is a persona of its own (`fleet`), because it changes who does what.

use crate::{persona::crowd_ms, random::Random};

/// A way to evade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvasionKind {
    /// A uniform random time on top of every pause: up to twice the pause and three seconds.
    Jitter,
    /// Exponential pauses of the same mean.
    Poisson,
    /// Pauses drawn from the gaps of all people together.
    Mimic,
    /// Everything up to twenty times as slow.
    Slow,
}

impl EvasionKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Jitter, Self::Poisson, Self::Mimic, Self::Slow];

    /// The name on command lines and in truth files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jitter => "jitter",
            Self::Poisson => "poisson",
            Self::Mimic => "mimic",
            Self::Slow => "slow",
        }
    }
}

/// An evasion of a strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evasion {
    /// The way.
    pub kind: EvasionKind,
    /// From 0, which changes nothing, to 100.
    pub strength_percent: u8,
}

/// Pauses shorter than this are no decisions and stay as they are, ms.
const SHORTEST_MS: u64 = 20;

impl Evasion {
    /// The pause that takes the place of `pause_ms`.
    pub(crate) fn bends(self, pause_ms: u64, random: &mut Random) -> u64 {
        if pause_ms < SHORTEST_MS || self.strength_percent == 0 {
            return pause_ms;
        }
        let strength = f64::from(self.strength_percent.min(100)) / 100.0;
        let pause = pause_ms as f64;
        let other = match self.kind {
            EvasionKind::Jitter => pause + random.unit() * (2.0 * pause + 3000.0),
            EvasionKind::Poisson => random.exponential_ms(pause.max(2000.0)) as f64,
            EvasionKind::Mimic => crowd_ms(random, 1.0) as f64,
            EvasionKind::Slow => pause * 20.0,
        };
        whole(pause + strength * (other - pause))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 1..=86 400 000 before the cast"
)]
fn whole(ms: f64) -> u64 {
    ms.clamp(1.0, 86_400_000.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_bends_pauses_more_and_more_and_zero_not_at_all() {
        for kind in EvasionKind::ALL {
            let moved = |strength_percent| {
                let mut random = Random::stream(1, 1);
                let evasion = Evasion { kind, strength_percent };
                (0..2000).map(|_| evasion.bends(4000, &mut random).abs_diff(4000)).sum::<u64>()
            };
            assert_eq!(moved(0), 0);
            assert!(moved(30) < moved(70) && moved(70) < moved(100), "{kind:?}");
        }
    }
}
