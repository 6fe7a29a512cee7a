//! Signatures of the client's requests (Web Bot Auth): what those that were verified came to.
//!
//! Verifying takes as long as judging a hundred events, so the first signatures of a client are all verified
//! and later ones by a fixed sample. A client that signs nothing pays a few comparisons.

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet, SignatureState};
use gait_webauth::{KeyDirectory, check};

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
};

/// Signatures of a client that are all verified.
const FIRST: u8 = 8;
/// Of those after them, one in so many is.
const SAMPLE_EVERY: u8 = 64;
/// A client is verified while at most one in so many of its signatures was refuted: clocks drift and
/// directories lag.
const VALID_PER_REFUTED: u8 = 16;

/// What is known of the signatures of a client.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Signing {
    /// [`LOGGED`] and its like.
    flags: u8,
    /// Signatures, counted round from [`FIRST`] to the next one of the sample.
    turn: u8,
    /// Valid ones. Both counts halve when one is full.
    valid: u8,
    /// Malformed and invalid ones.
    refuted: u8,
}

/// The log carries Signature-Agent.
const LOGGED: u8 = 1;
/// An event named one.
const CLAIMED: u8 = 1 << 1;
/// A signature could not be judged.
const UNRESOLVED: u8 = 1 << 2;
/// One was judged and did not hold.
const INVALID: u8 = 1 << 3;

impl Signing {
    /// Takes any event in; true when the state of the client's signatures is another than before.
    #[inline]
    pub(crate) fn see(&mut self, event: &Event<'_>, keys: &KeyDirectory) -> bool {
        self.flags |= u8::from(event.logged.contains(FieldSet::SIGNATURE)) * LOGGED;
        let signs = event.signature_agent.is_some()
            || event.signature_input.is_some()
            || event.signature.is_some();
        signs && self.take(event, keys)
    }

    #[cold]
    fn take(&mut self, event: &Event<'_>, keys: &KeyDirectory) -> bool {
        let before = self.state();
        self.flags |= u8::from(event.signature_agent.is_some()) * CLAIMED;
        let turn = self.turn;
        self.turn = if turn + 1 >= FIRST + SAMPLE_EVERY { FIRST } else { turn + 1 };
        if turn <= FIRST {
            self.count(check(event, keys));
        }
        self.state() != before
    }

    fn count(&mut self, state: SignatureState) {
        if self.valid == u8::MAX || self.refuted == u8::MAX {
            self.valid /= 2;
            self.refuted /= 2;
        }
        match state {
            SignatureState::Absent => {}
            SignatureState::Unresolved => self.flags |= UNRESOLVED,
            SignatureState::Valid => self.valid += 1,
            SignatureState::Malformed => self.refuted += 1,
            SignatureState::Invalid => {
                self.flags |= INVALID;
                self.refuted += 1;
            }
        }
    }

    /// What the signatures that were verified come to.
    pub(crate) fn state(self) -> SignatureState {
        let holds = self.valid > 0 && self.refuted <= self.valid / VALID_PER_REFUTED;
        match self {
            _ if holds => SignatureState::Valid,
            Self { refuted: 1.., flags, .. } if flags & INVALID != 0 => SignatureState::Invalid,
            Self { refuted: 1.., .. } => SignatureState::Malformed,
            Self { flags, .. } if flags & UNRESOLVED != 0 => SignatureState::Unresolved,
            _ => SignatureState::Absent,
        }
    }
}

/// Abstains until a signature could be judged.
fn judged(state: &ClientState, value: impl Fn(Signing) -> u8) -> Option<f32> {
    let signing = state.headers.signing;
    (signing.valid > 0 || signing.refuted > 0).then(|| f32::from(value(signing)))
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "signature_agent_present",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "Some event named a Signature-Agent (Web Bot Auth), whether or not the signature was \
                  verified. When the log carries the field.",
        read: |state| {
            let flags = state.headers.signing.flags;
            (flags & LOGGED != 0).then(|| f32::from(u8::from(flags & CLAIMED != 0)))
        },
    },
    FeatureSpec {
        name: "signature_valid",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "The client's signatures (Web Bot Auth) hold: at most one in 16 was refuted. Once one \
                  could be judged by a published key; of a client's signatures the first 9 are verified, \
                  then one in 64.",
        read: |state| judged(state, |signing| u8::from(signing.state() == SignatureState::Valid)),
    },
    FeatureSpec {
        name: "signatures_refuted",
        unit: Unit::Count,
        range: (0.0, 255.0),
        meaning: "Signatures (Web Bot Auth) that were malformed or not what the holder of the published \
                  key signed, among those that were verified; 0 while `signature_valid` holds. Halved now \
                  and then.",
        read: |state| {
            judged(state, |signing| {
                if signing.state() == SignatureState::Valid { 0 } else { signing.refuted }
            })
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(states: &[SignatureState]) -> Signing {
        let mut signing = Signing::default();
        for state in states {
            signing.count(*state);
        }
        signing
    }

    #[test]
    fn the_state_of_a_client_weighs_what_was_found() {
        use SignatureState::{Absent, Invalid, Malformed, Unresolved, Valid};
        for (states, expected) in [
            (vec![], Absent),
            (vec![Absent], Absent),
            (vec![Unresolved, Absent], Unresolved),
            (vec![Unresolved, Valid], Valid),
            (vec![Valid, Invalid], Invalid),
            (vec![Unresolved, Malformed], Malformed),
            ([vec![Valid; 16], vec![Invalid]].concat(), Valid),
            ([vec![Valid; 16], vec![Invalid; 2]].concat(), Invalid),
            ([vec![Valid; 2000], vec![Invalid; 2]].concat(), Valid),
            ([vec![Valid; 2000], vec![Invalid; 2000]].concat(), Invalid),
        ] {
            assert_eq!(counted(&states).state(), expected, "{} states", states.len());
        }
    }

    #[test]
    fn the_first_signatures_are_verified_and_then_a_sample() {
        let event = Event {
            signature_input: Some("no dictionary"),
            signature: Some(""),
            ..Event::default()
        };
        let mut signing = Signing::default();
        let mut verified = Vec::new();
        for number in 0..200 {
            let before = signing.refuted;
            let news = signing.see(&event, KeyDirectory::EMPTY);
            assert_eq!(news, number == 0);
            verified.extend((signing.refuted > before).then_some(number));
        }
        assert_eq!(verified, [0, 1, 2, 3, 4, 5, 6, 7, 8, 72, 136]);
    }
}
