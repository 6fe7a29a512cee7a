//! What one client adds to the map of its site: routes, pairs of routes, links it followed, and timers.
//!
//! Every entry counts once, however often the client repeats it, and each list is short: no client dominates.

use std::collections::{BTreeMap, BTreeSet};

use gait_fingerprint::{Observed, Route, site::Glimpse};

/// Most routes, pairs and links of one client.
const ENTRIES_MAX: usize = 256;
/// Most routes of one client whose rhythm is looked at.
const TIMERS_MAX: usize = 16;
/// Hits from which a rhythm is judged.
const HITS_MIN: u32 = 5;
/// Coefficient of variation of the gaps below which a rhythm is even.
const SPREAD_MAX: f64 = 0.2;

/// The trail of one client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    pub(crate) routes: BTreeSet<u32>,
    /// Templates of two decision steps, one after the other.
    pub(crate) steps: BTreeSet<(u32, u32)>,
    /// Template of the page that the client says it came from, and of where it went.
    pub(crate) links: BTreeSet<(u32, u32)>,
    timers: BTreeMap<u32, Rhythm>,
    /// Something renders what the client loads.
    pub(crate) renders: bool,
}

/// Gaps between the hits of one route.
#[derive(Clone, Copy, Debug)]
struct Rhythm {
    last_us: i64,
    hits: u32,
    mean_s: f64,
    /// Sum of the squares of the deviations.
    squares: f64,
}

impl Trail {
    /// Takes one event in that was not late.
    pub(crate) fn add(&mut self, glimpse: Glimpse, observed: Observed, time_us: i64) {
        self.renders |= glimpse.route.is_asset();
        if glimpse.route == Route::Api {
            self.beat(glimpse.template, time_us);
        }
        if !observed.decision {
            return;
        }
        if self.routes.len() < ENTRIES_MAX {
            self.routes.insert(glimpse.template);
        }
        if let Some(pair) = observed.transition
            && self.steps.len() < ENTRIES_MAX
        {
            self.steps.insert(pair);
        }
        if let Some(from) = glimpse.from
            && self.links.len() < ENTRIES_MAX
        {
            self.links.insert((from, glimpse.template));
        }
    }

    fn beat(&mut self, template: u32, time_us: i64) {
        if let Some(rhythm) = self.timers.get_mut(&template) {
            rhythm.hit(time_us);
        } else if self.timers.len() < TIMERS_MAX {
            let rhythm = Rhythm { last_us: time_us, hits: 1, mean_s: 0.0, squares: 0.0 };
            self.timers.insert(template, rhythm);
        }
    }

    /// The API routes whose rhythm can be judged, and whether it is even.
    pub(crate) fn rhythms(&self) -> impl Iterator<Item = (u32, bool)> {
        let judged = self.timers.iter().filter(|(_, rhythm)| rhythm.hits >= HITS_MIN);
        judged.map(|(template, rhythm)| (*template, rhythm.is_even()))
    }
}

impl Rhythm {
    fn hit(&mut self, time_us: i64) {
        let gap_s = time_us.saturating_sub(self.last_us).max(0) as f64 / 1e6;
        self.last_us = self.last_us.max(time_us);
        let count = f64::from(self.hits);
        self.hits = self.hits.saturating_add(1);
        let off = gap_s - self.mean_s;
        self.mean_s += off / count;
        self.squares += off * (gap_s - self.mean_s);
    }

    fn is_even(&self) -> bool {
        let gaps = f64::from(self.hits.saturating_sub(1)).max(1.0);
        let deviation_s = (self.squares / gaps).max(0.0).sqrt();
        self.mean_s > 0.0 && deviation_s < SPREAD_MAX * self.mean_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_rhythm_is_told_from_an_uneven_one() {
        for (seconds, even) in [
            (vec![0, 10, 20, 31, 40, 50], Some(true)),
            (vec![0, 2, 30, 33, 90, 95], Some(false)),
            (vec![0, 10, 20, 30], None),
            (vec![5; 6], Some(false)),
        ] {
            let mut trail = Trail::default();
            for second in &seconds {
                trail.beat(7, second * 1_000_000);
            }
            assert_eq!(trail.rhythms().next().map(|(_, even)| even), even, "{seconds:?}");
        }
    }

    #[test]
    fn what_a_client_repeats_counts_once() {
        let mut trail = Trail::default();
        let page = Glimpse { template: 2, route: Route::Document, from: Some(1) };
        let step = Observed { decision: true, transition: Some((1, 2)), ..Observed::default() };
        for at in 0..500 {
            trail.add(page, step, at);
            let other = Glimpse { template: 1000 + u32::try_from(at).unwrap(), ..page };
            trail.add(other, step, at);
        }
        assert_eq!((trail.steps.len(), trail.routes.len()), (1, ENTRIES_MAX));
        assert!(trail.links.contains(&(1, 2)) && !trail.renders);
    }
}
