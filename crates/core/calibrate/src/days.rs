//! How many clients a day of a site has that are seen long enough to be tested.

use std::collections::BTreeMap;

use gait_fingerprint::ClientState;

const DAY_US: i64 = 86_400_000_000;
/// A shorter history is taken for this long: a minute says little about a day.
const SPAN_MIN_US: i64 = DAY_US / 24;

/// The clients of one site by the day on which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Days {
    clients: BTreeMap<i64, u32>,
    /// First and last event of anybody, µs.
    span_us: Option<(i64, i64)>,
}

impl Days {
    /// Adds a client; only one that has steps enough is counted.
    pub(crate) fn add(&mut self, state: &ClientState, is_tested: bool) {
        let (first, last) = (state.first_seen().0, state.last_seen().0);
        let (from, to) = self.span_us.unwrap_or((first, last));
        self.span_us = Some((from.min(first), to.max(last)));
        if is_tested {
            *self.clients.entry(first.div_euclid(DAY_US)).or_default() += 1;
        }
    }

    /// Clients of the busiest day. A history of less than a day is taken to go on as it was.
    pub(crate) fn busiest(&self) -> u32 {
        let busiest = self.clients.values().copied().max().unwrap_or(0);
        let (from, to) = self.span_us.unwrap_or_default();
        let span_us = to.saturating_sub(from).max(SPAN_MIN_US);
        if span_us >= DAY_US {
            return busiest;
        }
        let all: u32 = self.clients.values().sum();
        let a_day = i64::from(all).saturating_mul(DAY_US) / span_us;
        u32::try_from(a_day).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use gait_event::{Event, EventTime};

    use super::*;

    fn busiest(times_s: &[i64]) -> u32 {
        let mut days = Days::default();
        for time_s in times_s {
            let time = EventTime(time_s * 1_000_000);
            days.add(&ClientState::new(&Event { time, ..Event::default() }), true);
        }
        days.busiest()
    }

    #[test]
    fn the_busiest_day_counts_and_a_part_of_a_day_is_made_whole() {
        const DAY_S: i64 = 86_400;
        assert_eq!(busiest(&[]), 0);
        assert_eq!(busiest(&[0, 5, DAY_S, DAY_S + 1, DAY_S + 2, 2 * DAY_S]), 3);
        assert_eq!(busiest(&[0, 10, DAY_S / 2 - 1, DAY_S / 2]), 8, "half a day");
        assert_eq!(busiest(&[0, 1]), 48, "two within a second are two an hour at most");
    }
}
