//! How long a language model takes to decide, by two laws that have nothing in common.
//!
//! [`Steady`] (tuning): prefill that grows with what was read, then an Erlang number of tokens at one rate; one
//! step in twelve is thought over at length. [`Loaded`] (held out): a shifted Weibull whose scale follows the size of
//! the last answer, with a load of the provider that wanders over minutes and now and then a queue. Both
//! have a floor that no answer beats. Scales are assumptions in the range of published inference speeds.

use std::fmt;

use crate::random::Random;

/// A model behind one agent, for as long as the visit lasts.
pub(crate) trait Thought: fmt::Debug {
    /// A model whose action takes about this many tokens.
    fn drawn(random: &mut Random, action_tokens: f64) -> Self
    where
        Self: Sized;
    /// Takes an answer of this many bytes in.
    fn reads(&mut self, bytes: u32);
    /// The pause before the next action, ms.
    fn pause_ms(&mut self, random: &mut Random) -> u64;
    /// The shortest pause that can come, ms.
    #[cfg(test)]
    fn floor_ms(&self) -> u64;
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steady {
    first_token_ms: f64,
    token_ms: f64,
    action_tokens: f64,
    /// What it has read so far, tokens.
    context_tokens: f64,
}

impl Thought for Steady {
    fn drawn(random: &mut Random, action_tokens: f64) -> Self {
        Self {
            first_token_ms: f64::from(random.between(380, 1300)),
            token_ms: f64::from(random.between(9, 28)),
            action_tokens,
            context_tokens: f64::from(random.between(1500, 6000)),
        }
    }

    fn reads(&mut self, bytes: u32) {
        let tokens = f64::from(bytes.min(40_000)) / 4.0;
        self.context_tokens = (self.context_tokens + tokens).min(90_000.0);
    }

    fn pause_ms(&mut self, random: &mut Random) -> u64 {
        let prefill_ms = self.first_token_ms + self.context_tokens * 0.012;
        let long = random.chance(1.0 / 12.0);
        let tokens = if long { self.action_tokens * 5.0 } else { self.action_tokens };
        // An action has a least number of tokens: half are its fixed part.
        let fixed_ms = tokens * self.token_ms / 2.0;
        whole(prefill_ms + fixed_ms) + random.exponential_ms(40.0) + random.erlang_ms(fixed_ms)
    }

    #[cfg(test)]
    fn floor_ms(&self) -> u64 {
        whole(self.first_token_ms + self.context_tokens * 0.012)
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loaded {
    floor_ms: f64,
    scale_ms: f64,
    shape: f64,
    last_bytes: f64,
    /// The logarithm of the provider's load.
    load: f64,
}

impl Thought for Loaded {
    fn drawn(random: &mut Random, action_tokens: f64) -> Self {
        Self {
            floor_ms: 500.0 + 900.0 * random.unit() + action_tokens * 3.0,
            scale_ms: (700.0 + 14.0 * action_tokens) * (0.6 + random.unit()),
            shape: 1.3 + 0.9 * random.unit(),
            last_bytes: 2000.0,
            load: 0.0,
        }
    }

    fn reads(&mut self, bytes: u32) {
        self.last_bytes = 0.5 * self.last_bytes + f64::from(bytes.min(80_000));
    }

    fn pause_ms(&mut self, random: &mut Random) -> u64 {
        self.load = (0.95 * self.load + 0.12 * random.normal()).clamp(-0.6, 0.9);
        let scale_ms = (self.scale_ms + self.last_bytes * 0.02) * gait_event::math::exp(self.load);
        let queue_ms = if random.chance(0.03) { random.exponential_ms(9000.0) } else { 0 };
        whole(self.floor_ms) + random.weibull_ms(scale_ms, self.shape) + queue_ms
    }

    #[cfg(test)]
    fn floor_ms(&self) -> u64 {
        whole(self.floor_ms)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pauses are sums of positive figures below a minute"
)]
fn whole(ms: f64) -> u64 {
    ms.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_a_floor_and_grows<T: Thought>() {
        let mut random = Random::stream(1, 1);
        let mut model = T::drawn(&mut random, 60.0);
        let floor_ms = model.floor_ms();
        let mean = |model: &mut T, random: &mut Random| {
            let pauses: Vec<u64> = (0..4000).map(|_| model.pause_ms(random)).collect();
            assert!(pauses.iter().all(|pause_ms| *pause_ms >= floor_ms));
            pauses.iter().sum::<u64>() / 4000
        };
        let before = mean(&mut model, &mut random);
        for _ in 0..8 {
            model.reads(40_000);
        }
        let after = mean(&mut model, &mut random);
        assert!(after > before + 300, "{before} {after}");
    }

    #[test]
    fn pauses_have_a_floor_and_grow_with_what_was_read() {
        has_a_floor_and_grows::<Steady>();
        has_a_floor_and_grows::<Loaded>();
    }
}
