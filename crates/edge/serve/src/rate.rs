//! Events per second over the last minutes, from counts that arrive whenever the pipeline publishes.

/// How many seconds are remembered.
pub(crate) const SECONDS_KEPT: usize = 120;

/// Over how many complete seconds the present rate is averaged.
const PRESENT_S: usize = 10;

/// One count per second, in a ring.
#[derive(Debug)]
pub(crate) struct Rate {
    counts: [u64; SECONDS_KEPT],
    /// The second of the newest count.
    now_s: u64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { counts: [0; SECONDS_KEPT], now_s: 0 }
    }
}

impl Rate {
    /// Adds `count` in second `now_s` (since any fixed start, never going back).
    pub(crate) fn add(&mut self, now_s: u64, count: u64) {
        self.advance(now_s);
        let at = place(self.now_s);
        self.counts[at] += count;
    }

    /// The counts of the complete seconds before `now_s`, oldest first: of the last ones, or of all since the
    /// start. The running second is left out.
    pub(crate) fn history(&mut self, now_s: u64) -> Vec<u64> {
        self.advance(now_s);
        let oldest = self.now_s.saturating_sub(SECONDS_KEPT as u64 - 1);
        (oldest..self.now_s).map(|second| self.counts[place(second)]).collect()
    }

    /// Events per second, averaged over the last complete seconds.
    pub(crate) fn per_second(&mut self, now_s: u64) -> f64 {
        let history = self.history(now_s);
        let seconds = usize::try_from(now_s).unwrap_or(PRESENT_S).clamp(1, PRESENT_S);
        history.iter().rev().take(seconds).sum::<u64>() as f64 / seconds as f64
    }

    /// Clears the seconds in which nothing came.
    fn advance(&mut self, now_s: u64) {
        let passed = now_s.saturating_sub(self.now_s);
        for step in 1..=passed.min(SECONDS_KEPT as u64) {
            self.counts[place(self.now_s + step)] = 0;
        }
        self.now_s = self.now_s.max(now_s);
    }
}

fn place(second: u64) -> usize {
    usize::try_from(second % SECONDS_KEPT as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_without_events_are_zero() {
        let mut rate = Rate::default();
        rate.add(3, 5);
        rate.add(3, 2);
        rate.add(6, 9);
        let history = rate.history(7);
        assert_eq!(history, [0, 0, 0, 7, 0, 0, 9]);
    }

    #[test]
    fn the_running_second_is_left_out_and_old_ones_are_forgotten() {
        let mut rate = Rate::default();
        rate.add(10, 100);
        assert_eq!(rate.history(10), [0; 10]);
        assert_eq!(rate.history(1000).len(), SECONDS_KEPT - 1);
        let mut rate = Rate::default();
        rate.add(10, 100);
        assert_eq!(rate.history(11).iter().sum::<u64>(), 100);
        assert_eq!(rate.history(10 + SECONDS_KEPT as u64).iter().sum::<u64>(), 0);
        rate.add(1_000_000, 1);
        assert_eq!(rate.history(1_000_001).iter().sum::<u64>(), 1);
    }

    #[test]
    fn the_present_rate_is_an_average() {
        let mut rate = Rate::default();
        for second in 0..30 {
            rate.add(second, 50);
        }
        assert_eq!(rate.per_second(30), 50.0);
        assert_eq!(rate.per_second(35), 25.0);
        let mut young = Rate::default();
        young.add(0, 40);
        assert_eq!(young.per_second(2), 20.0);
    }
}
