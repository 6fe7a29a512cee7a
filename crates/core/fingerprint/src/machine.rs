//! Which routes of this client are asked for by a clock: the table that learns it.
//!
//! Eight paths with the mean and the spread of their gaps, the least recent replaced. What comes back
//! with an even gap is a timer of a page, of an app or of a monitor, not a decision. The path counts as
//! it is, ids and query included (long numbers in the query aside: they defeat caches), so that a
//! scraper that walks objects with an even pace is not taken for a timer.
//!
//! Routes that tick for everybody are better learnt from the population of a site; that is left to a
//! site model.

use bytemuck::{Pod, Zeroable};
use xxhash_rust::xxh3::xxh3_64;

/// Paths remembered per client.
const SLOTS: usize = 8;
/// A path is machine-timed from this many hits on.
const HITS_MIN: u16 = 4;
/// Coefficient of variation of the gaps below which a path is machine-timed, in thousandths.
const SPREAD_MAX_PERMILLE: u16 = 200;
/// Weight of the newest gap in the running mean and spread.
const WEIGHT: f32 = 0.25;
/// A mean absolute deviation times this is a standard deviation, for a normal spread.
const DEVIATION_PER_MEAN_ABSOLUTE: f32 = 1.2533;
/// Digits in a row in a query that defeat a cache: an epoch time in seconds has ten.
const CACHE_DIGITS_MIN: usize = 10;

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Slot {
    /// Hash of the path and query; 0 is free.
    key: u32,
    /// Latest hit, milliseconds since the client's first event, modulo 2^32.
    last_ms: u32,
    mean_ms: f32,
    /// Running standard deviation over mean, in thousandths.
    spread_permille: u16,
    hits: u16,
}

/// The table.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct MachineTimed {
    slots: [Slot; SLOTS],
}

impl MachineTimed {
    /// Takes one hit of a path in and says whether the path is machine-timed. `since_first_us` is the
    /// time since the client's first event, not below 0.
    pub(crate) fn hit(&mut self, key: u32, since_first_us: i64) -> bool {
        let now = u32::try_from((since_first_us / 1000) & i64::from(u32::MAX)).unwrap_or(0);
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.key == key) {
            return slot.hit(now);
        }
        // A free slot is older than any other.
        let age = |slot: &Slot| {
            if slot.key == 0 { u64::MAX } else { u64::from(now.wrapping_sub(slot.last_ms)) }
        };
        if let Some(oldest) = self.slots.iter_mut().max_by_key(|slot| age(slot)) {
            *oldest = Slot { key, last_ms: now, hits: 1, ..Slot::default() };
        }
        false
    }
}

impl Slot {
    fn hit(&mut self, now: u32) -> bool {
        // A hit out of order is as good as simultaneous.
        let gap = now.wrapping_sub(self.last_ms);
        let gap = if gap > u32::MAX / 2 { 0.0 } else { gap as f32 };
        self.last_ms = now;
        self.hits = self.hits.saturating_add(1);
        if self.hits == 2 {
            self.mean_ms = gap;
            return false;
        }
        let off = (gap - self.mean_ms).abs();
        self.mean_ms += (gap - self.mean_ms) * WEIGHT;
        let spread = off * DEVIATION_PER_MEAN_ABSOLUTE / self.mean_ms.max(1.0);
        let weight = if self.hits == 3 { 1.0 } else { WEIGHT };
        let before = f32::from(self.spread_permille) / 1000.0;
        self.spread_permille = permille(before + (spread - before) * weight);
        self.hits >= HITS_MIN && self.spread_permille < SPREAD_MAX_PERMILLE
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
fn permille(share: f32) -> u16 {
    (share * 1000.0).clamp(0.0, f32::from(u16::MAX)) as u16
}

/// The key of a target in the table: path and query as they are, runs of ten digits or more in the
/// query left out.
pub(crate) fn timer_key(target: &str) -> u32 {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut hash = xxh3_64(path.as_bytes());
    let mut rest = query.as_bytes();
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.iter().take_while(|byte| !byte.is_ascii_digit()).count();
        let (text, after) = after.split_at(letters);
        let number = if digits < CACHE_DIGITS_MIN { number } else { &[] };
        hash = hash.rotate_left(9) ^ xxh3_64(number);
        hash = hash.rotate_left(5) ^ xxh3_64(text);
        rest = after;
    }
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the table says of each hit of one path at the given seconds.
    fn verdicts(seconds: &[f64]) -> Vec<bool> {
        let mut table = MachineTimed::default();
        #[expect(clippy::cast_possible_truncation, reason = "small test values")]
        seconds.iter().map(|second| table.hit(1, (second * 1e6) as i64)).collect()
    }

    #[test]
    fn an_even_path_is_learnt_at_its_fourth_hit_and_unlearnt_when_it_turns_uneven() {
        assert_eq!(verdicts(&[0.0, 6.0, 12.1, 18.0, 24.0]), [false, false, false, true, true]);
        assert_eq!(verdicts(&[0.0, 3.0, 19.0, 22.0, 60.0, 61.0]), [false; 6]);
        let uneven = verdicts(&[0.0, 6.0, 12.0, 18.0, 60.0, 61.0, 90.0]);
        assert_eq!(uneven, [false, false, false, true, false, false, false]);
    }

    #[test]
    fn the_least_recent_path_makes_room() {
        let mut table = MachineTimed::default();
        for key in 1..=9 {
            assert!(!table.hit(key, i64::from(key) * 1_000_000));
        }
        assert!(table.slots.iter().all(|slot| slot.key != 1), "the first is gone");
        assert!(table.slots.iter().any(|slot| slot.key == 2), "the second is not");
    }

    #[test]
    fn only_long_numbers_of_a_query_are_left_out() {
        let key = timer_key("/api/jobs?state=open&t=1795354724421");
        assert_eq!(key, timer_key("/api/jobs?state=open&t=1795354730421"));
        assert_ne!(key, timer_key("/api/jobs?state=done&t=1795354730421"));
        assert_ne!(timer_key("/api/items?page=1"), timer_key("/api/items?page=2"));
        assert_ne!(timer_key("/api/items/1"), timer_key("/api/items/2"));
    }
}
