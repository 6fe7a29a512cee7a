//! How programs sleep between two requests, and the laws that evasion puts in their place.

use crate::random::Random;

/// A law of sleeping.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sleep {
    Fixed {
        ms: u64,
    },
    Uniform {
        low_ms: u32,
        high_ms: u32,
    },
    Exponential {
        mean_ms: f64,
    },
    /// Independent draws from the gaps of all people together: more dispersed than any one person.
    Crowd {
        scale: f64,
    },
}

impl Sleep {
    /// One sleep, ms.
    pub(crate) fn draw_ms(self, random: &mut Random) -> u64 {
        match self {
            Self::Fixed { ms } => ms,
            Self::Uniform { low_ms, high_ms } => random.between(low_ms, high_ms).into(),
            Self::Exponential { mean_ms } => random.exponential_ms(mean_ms),
            Self::Crowd { scale } => crowd_ms(random, scale),
        }
    }
}

/// A gap as the crowd has them: glances and looks, by people whose pace differs. `scale` 1 has a median
/// of about seven seconds.
pub(crate) fn crowd_ms(random: &mut Random, scale: f64) -> u64 {
    let person = gait_event::math::exp(0.4 * random.normal());
    let median_ms = if random.chance(0.3) { 2600.0 } else { 11_000.0 };
    random.log_normal_ms(median_ms * person * scale, 0.8).clamp(350, 600_000)
}
