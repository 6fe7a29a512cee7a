//! The clock of windows: when event time has left one. What is done at the end is left to the caller.

use gait_event::EventTime;

/// Tumbling windows of event time, aligned to the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowClock {
    length_us: i64,
    end: Option<EventTime>,
}

impl WindowClock {
    /// Windows of `length_us` microseconds; a length below one counts as one.
    #[must_use]
    pub fn new(length_us: i64) -> Self {
        Self { length_us: length_us.max(1), end: None }
    }

    /// Takes the time of an event in, and gives the end of the window that it closes. A gap of several
    /// windows closes one, since the others are empty; a time before the end closes nothing.
    pub fn advance(&mut self, time: EventTime) -> Option<EventTime> {
        if self.end.is_some_and(|end| time < end) {
            return None;
        }
        let start_us = time.0.saturating_sub(time.0.rem_euclid(self.length_us));
        self.end.replace(EventTime(start_us.saturating_add(self.length_us)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_closes_once_when_time_reaches_its_end() {
        let mut clock = WindowClock::new(10);
        let steps = [(-3, None), (-1, None), (0, Some(0)), (9, None), (4, None), (35, Some(10))];
        for (time, closed) in steps {
            assert_eq!(clock.advance(EventTime(time)), closed.map(EventTime), "at {time}");
        }
    }
}
