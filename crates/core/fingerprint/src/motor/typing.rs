//! Search as you type: calls of one route whose query grows by a few characters at a time.
//!
//! Hands send a call for every few keys; a program that fills a field sends one. That a query grew is told
//! from a hash and a length of the query before, without its text: the new query less the characters
//! inserted at some place must hash to the old one. Digits alone do not count as typed: pages and offsets
//! grow by digits too. A submit is the page or the call that carries the very value of the last call.

use bytemuck::{Pod, Zeroable};
use gait_event::Method;
use memchr::memchr;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    route::{Route, Sight},
};

/// Keys of one word follow each other within this time, ms.
const KEYS_MS: u32 = 5_000;
/// A value is submitted within this time of its last call, ms.
const SUBMIT_MS: u32 = 3_000;
/// Most bytes that one call adds to the query: a few keys, percent-encoded.
const ADDED_BYTES_MAX: usize = 18;
/// Longest query looked at, bytes.
const QUERY_BYTES_MAX: usize = 512;
/// Shortest value that is filled or submitted as a whole, bytes: shorter ones are one or two keys.
const VALUE_BYTES_MIN: usize = 4;
/// Pairs of keys before their rhythm is read.
const PAIRS_MIN: u16 = 4;
/// An odd multiplier: the base of the hash of a query.
const BASE: u64 = 0x0000_0100_0000_01b3;

/// The latest call with a query, and what was typed so far. Counts stop at 65,535.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Typing {
    /// Hash of the query of the latest call.
    query: u64,
    /// Template of the latest call with a query; 0 before the first.
    template: u32,
    /// Its time, milliseconds since the client's first event, modulo 2^32.
    time_ms: u32,
    /// Hash of its longest value, 0 when that is short.
    value: u32,
    /// Mean and summed squared deviation of ln(gap in ms) between keys.
    gap_mean: f32,
    gap_square: f32,
    /// Calls that continued the query of the call before.
    pairs: u16,
    /// Values that were submitted, and those of them that had been filled by one call.
    submits: u16,
    filled: u16,
    /// Length of the query of the latest call, bytes.
    length: u16,
    /// The latest call continued the one before: its value is being typed.
    typed: u16,
    reserved: u16,
}

impl Typing {
    /// Takes an event in that is not late, `since_first_us` after the client's first.
    pub(crate) fn see(&mut self, sight: &Sight<'_>, since_first_us: i64) {
        if !sight.outline.query || sight.event.method != Method::Get {
            return;
        }
        let query = sight.event.query().unwrap_or_default().as_bytes();
        if query.len() > QUERY_BYTES_MAX {
            return;
        }
        let now_ms = u32::try_from((since_first_us / 1000) & i64::from(u32::MAX)).unwrap_or(0);
        let since_ms = now_ms.wrapping_sub(self.time_ms);
        let value = value_hash(query);
        if sight.route == Route::Api && sight.outline.template == self.template {
            self.call(query, value, now_ms, since_ms);
        } else if self.is_submit(sight.route, value, since_ms) {
            self.submits = self.submits.saturating_add(1);
            self.filled = self.filled.saturating_add(1 - self.typed.min(1));
            self.value = 0;
        } else if sight.route == Route::Api {
            self.template = sight.outline.template;
            self.begin(query, value, now_ms);
        }
    }

    /// Calls that continued the one before, and values that came by one call and were then submitted.
    pub(crate) fn counts(&self) -> (u16, u16) {
        (self.pairs, self.filled)
    }

    fn is_submit(&self, route: Route, value: u32, since_ms: u32) -> bool {
        matches!(route, Route::Document | Route::Api)
            && value != 0
            && value == self.value
            && since_ms <= SUBMIT_MS
    }

    /// Another call of the same template.
    fn call(&mut self, query: &[u8], value: u32, now_ms: u32, since_ms: u32) {
        let continues = since_ms <= KEYS_MS && self.grew_to(query);
        if continues {
            self.pairs = self.pairs.saturating_add(1);
            let ln_gap = gait_event::math::ln(f64::from(since_ms.max(1)));
            self.key_gap(ln_gap);
        }
        let typed = continues;
        self.begin(query, value, now_ms);
        self.typed = u16::from(typed);
    }

    fn begin(&mut self, query: &[u8], value: u32, now_ms: u32) {
        self.query = hash(query);
        self.length = u16::try_from(query.len()).unwrap_or(u16::MAX);
        self.value = value;
        self.time_ms = now_ms;
        self.typed = 0;
    }

    /// Adds one gap between keys to the moments (Welford).
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of 32 bits is small")]
    fn key_gap(&mut self, ln_gap: f64) {
        let value = ln_gap as f32;
        let off = value - self.gap_mean;
        self.gap_mean += off / f32::from(self.pairs.max(1));
        self.gap_square += off * (value - self.gap_mean);
    }

    /// True when the query before becomes `query` by inserting a few characters, some of them no digits.
    fn grew_to(&self, query: &[u8]) -> bool {
        let Some(added) = query.len().checked_sub(usize::from(self.length)) else { return false };
        if added == 0 || added > ADDED_BYTES_MAX {
            return false;
        }
        // The hash of `query` without the `added` bytes at `at`, for every `at`, from left to right: it is
        // the prefix shifted by what follows, and what follows.
        let scale = power(usize::from(self.length));
        let (mut prefix, mut suffix) = (0_u64, tail_hash(query, added));
        let mut shift = scale;
        for at in 0..=usize::from(self.length) {
            if prefix.wrapping_mul(shift).wrapping_add(suffix) == self.query {
                let inserted = query.get(at..at + added).unwrap_or_default();
                return !inserted.iter().all(u8::is_ascii_digit);
            }
            let (Some(kept), Some(gone)) = (query.get(at), query.get(at + added)) else { break };
            prefix = prefix.wrapping_mul(BASE).wrapping_add(symbol(*kept));
            shift = shift.wrapping_mul(BASE_INVERSE);
            suffix = suffix.wrapping_sub(symbol(*gone).wrapping_mul(shift));
        }
        false
    }

    fn rhythm(&self) -> Option<f32> {
        (self.pairs >= PAIRS_MIN)
            .then(|| (self.gap_square / f32::from(self.pairs - 1)).max(0.0).sqrt())
    }
}

/// What one byte adds to a hash: never 0, so that leading bytes count.
fn symbol(byte: u8) -> u64 {
    u64::from(byte) + 1
}

/// The hash of a query: a polynomial in [`BASE`], modulo 2^64.
fn hash(query: &[u8]) -> u64 {
    query.iter().fold(0, |hash, byte| hash.wrapping_mul(BASE).wrapping_add(symbol(*byte)))
}

/// The hash of what follows the first `skipped` bytes.
fn tail_hash(query: &[u8], skipped: usize) -> u64 {
    hash(query.get(skipped..).unwrap_or_default())
}

/// [`BASE`] to a power, modulo 2^64.
fn power(exponent: usize) -> u64 {
    (0..exponent).fold(1, |power: u64, _| power.wrapping_mul(BASE))
}

/// What undoes a multiplication by [`BASE`], modulo 2^64 (Newton's iteration; every odd number has one).
const BASE_INVERSE: u64 = {
    let mut inverse = BASE;
    let mut turn = 0;
    while turn < 6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(BASE.wrapping_mul(inverse)));
        turn += 1;
    }
    inverse
};

/// A hash of the longest value of a query that holds a letter, spaces as sent by forms and by scripts
/// alike; 0 when there is none that is long enough.
fn value_hash(query: &[u8]) -> u32 {
    let values = query.split(|byte| *byte == b'&').filter_map(|pair| {
        let at = memchr(b'=', pair)?;
        pair.get(at + 1..)
    });
    let worded = values.filter(|value| value.iter().any(u8::is_ascii_alphabetic));
    let Some(value) = worded.max_by_key(|value| value.len()) else { return 0 };
    if value.len() < VALUE_BYTES_MIN {
        return 0;
    }
    let mut hash = 0_u64;
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [b'2', b'0', after @ ..]) => (b'+', after),
            _ => (first.to_ascii_lowercase(), after),
        };
        hash = hash.wrapping_mul(BASE).wrapping_add(symbol(byte));
        rest = after;
    }
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or(1).max(1)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "typed_calls",
        unit: Unit::Count,
        range: (0.0, 65_535.0),
        meaning: "Calls whose query is that of the same route's call within 5 s before, grown by a few \
                  characters that are not all digits: search as you type.",
        read: |state: &ClientState| Some(f32::from(state.typing.pairs)),
    },
    FeatureSpec {
        name: "typing_ln_sd",
        unit: Unit::Ratio,
        range: (0.0, 30.0),
        meaning: "Standard deviation of ln(gap) between such calls: near 0 when a program types at a set \
                  pace. From 4 such calls on, when the log measures cadence.",
        read: |state| state.typing.rhythm().filter(|_| state.clock.cadence()),
    },
    FeatureSpec {
        name: "filled_submits",
        unit: Unit::Count,
        range: (0.0, 65_535.0),
        meaning: "Values that one call had asked for as a whole and that were submitted within 3 s: a field \
                  that was filled, not typed. From the first submit on.",
        read: |state| (state.typing.submits > 0).then(|| f32::from(state.typing.filled)),
    },
    FeatureSpec {
        name: "typed_submits",
        unit: Unit::Count,
        range: (0.0, 65_535.0),
        meaning: "Values that had grown call by call before they were submitted. From the first submit on.",
        read: |state| {
            let typing = &state.typing;
            (typing.submits > 0).then(|| f32::from(typing.submits - typing.filled))
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use gait_event::{Event, EventTime};

    /// What is remembered after these targets, each with its time in milliseconds.
    fn after(requests: &[(u32, &str)]) -> Typing {
        let mut typing = Typing::default();
        for (time_ms, target) in requests {
            let event = Event {
                time: EventTime::from_parts(0, 0),
                target,
                status: 200,
                ..Event::default()
            };
            typing.see(&Sight::of(&event), i64::from(*time_ms) * 1000);
        }
        typing
    }

    #[test]
    fn a_query_that_grows_is_typed_wherever_it_grows() {
        for (requests, pairs) in [
            (&[(0, "/api/s?q=ch"), (400, "/api/s?q=chai"), (700, "/api/s?q=chair")][..], 2),
            (&[(0, "/api/s?q=ch&lang=en"), (400, "/api/s?q=chair&lang=en")], 1),
            (&[(0, "/api/s?q=ab"), (300, "/api/s?q=ab%20m")], 1),
            (&[(0, "/api/s?q="), (300, "/api/s?q=c")], 1),
            // Another value, a shorter one, another route, too late, too much at once, only digits.
            (&[(0, "/api/s?q=chair"), (400, "/api/s?q=table")], 0),
            (&[(0, "/api/s?q=chair"), (400, "/api/s?q=chai")], 0),
            (&[(0, "/api/s?q=ch"), (400, "/api/t?q=chair")], 0),
            (&[(0, "/api/s?q=ch"), (5_001, "/api/s?q=chair")], 0),
            (&[(0, "/api/s?q=ch"), (400, "/api/s?q=chair-with-a-high-back-and-arms")], 0),
            (&[(0, "/api/s?page=1"), (400, "/api/s?page=10")], 0),
        ] {
            assert_eq!(after(requests).pairs, pairs, "{requests:?}");
        }
    }

    #[test]
    fn a_field_that_is_filled_asks_once_and_submits() {
        let typed = after(&[
            (0, "/api/s?q=chai"),
            (300, "/api/s?q=chair"),
            (900, "/api/s?q=chair%20x"),
            (1_500, "/search?q=chair+x"),
        ]);
        assert_eq!((typed.submits, typed.filled), (1, 0));
        let filled = after(&[(0, "/api/s?q=chair%20x"), (10, "/search?q=chair+x")]);
        assert_eq!((filled.submits, filled.filled), (1, 1));
        for other in [
            after(&[(0, "/api/s?q=chair"), (10, "/search?q=table")]),
            after(&[(0, "/api/s?q=chair"), (3_001, "/search?q=chair")]),
            after(&[(0, "/api/s?q=cha"), (10, "/search?q=cha")]),
        ] {
            assert_eq!(other.submits, 0);
        }
    }

    #[test]
    fn the_rhythm_of_keys_tells_a_set_pace_from_hands() {
        let word = ["c", "ch", "cha", "chai", "chair", "chairs"];
        let rhythm = |gaps: [u32; 5]| {
            let times = [0, gaps[0], gaps[0] + gaps[1]];
            let mut at = vec![0];
            for gap in gaps {
                at.push(at.last().copied().unwrap_or(times[0]) + gap);
            }
            let targets: Vec<String> = word.iter().map(|w| format!("/api/s?q={w}")).collect();
            let requests: Vec<(u32, &str)> =
                at.into_iter().zip(targets.iter().map(String::as_str)).collect();
            after(&requests).rhythm()
        };
        assert!(rhythm([100, 100, 101, 100, 99]).is_some_and(|sd| sd < 0.02));
        assert!(rhythm([120, 310, 90, 700, 200]).is_some_and(|sd| sd > 0.5));
    }
}
