//! How long a language model takes to decide: prefill that grows with what it has read, then tokens.
//!
//! Time to the first token is a floor that no answer beats; the tokens of a tool call come at one rate and
//! their number varies; one step in twelve is thought over at length. Tool latency is the site's own.

use crate::random::Random;

/// A model behind one agent, for as long as the visit lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inference {
    first_token_ms: f64,
    token_ms: f64,
    call_tokens: f64,
    /// What it has read so far, tokens.
    context_tokens: f64,
}

impl Inference {
    /// A model with a mean tool call of `call_tokens`; speeds vary from model to model.
    pub(crate) fn new(random: &mut Random, call_tokens: f64) -> Self {
        Self {
            first_token_ms: f64::from(random.between(380, 1300)),
            token_ms: f64::from(random.between(9, 28)),
            call_tokens,
            context_tokens: f64::from(random.between(1500, 6000)),
        }
    }

    /// Takes an answer of this many bytes into the context, up to what a harness keeps.
    pub(crate) fn reads(&mut self, bytes: u32) {
        self.context_tokens =
            (self.context_tokens + f64::from(bytes.min(40_000)) / 4.0).min(90_000.0);
    }

    /// The pause before the next action, ms.
    pub(crate) fn pause_ms(&self, random: &mut Random) -> u64 {
        let prefill_ms = self.first_token_ms + self.context_tokens * 0.012;
        let tokens =
            if random.chance(1.0 / 12.0) { self.call_tokens * 5.0 } else { self.call_tokens };
        // A call has a least number of tokens: half are its fixed part.
        let fixed_ms = tokens * self.token_ms / 2.0;
        let floor_ms = random.exponential_ms(40.0) + random.erlang_ms(fixed_ms);
        floor_ms + saturating(prefill_ms + fixed_ms)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pauses are sums of positive figures below a minute"
)]
fn saturating(ms: f64) -> u64 {
    ms.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_have_a_floor_and_grow_with_what_was_read() {
        let mut random = Random::stream(1, 1);
        let mut model = Inference::new(&mut random, 60.0);
        let mean = |model: &Inference, random: &mut Random| {
            (0..2000).map(|_| model.pause_ms(random)).sum::<u64>() / 2000
        };
        let floor = (0..2000).map(|_| model.pause_ms(&mut random)).min();
        assert!(floor >= Some(saturating(model.first_token_ms)), "{floor:?}");
        let before = mean(&model, &mut random);
        for _ in 0..8 {
            model.reads(40_000);
        }
        let after = mean(&model, &mut random);
        assert!(after > before + 400, "{before} {after}");
    }
}
