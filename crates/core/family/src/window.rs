//! The clock of windows: when event time has left one. What is done at the end is left to the caller.

use gait_event::EventTime;

/// Tumbling windows of event time, aligned to the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowClock {
    length_us: i64,
    /// How far behind the start of a window an event may come and still be taken for part of it, µs.
    slack_us: i64,
    start: EventTime,
    end: EventTime,
    /// An event before this is not of the window: its start less the slack.
    earliest: EventTime,
}

/// The end of the window before the first one.
const NEVER: EventTime = EventTime(i64::MIN);

impl WindowClock {
    /// Windows of `length_us` microseconds, at least 1, none of them open yet.
    #[must_use]
    pub fn new(length_us: i64, slack_us: i64) -> Self {
        Self {
            length_us: length_us.max(1),
            slack_us,
            start: EventTime(0),
            end: NEVER,
            earliest: NEVER,
        }
    }

    /// The clock in the window that starts at `start`, from saved state.
    #[must_use]
    pub fn at(mut self, start: EventTime) -> Self {
        self.open(start);
        self
    }

    /// Start of the open window; `None` before the first event.
    #[must_use]
    pub fn start(&self) -> Option<EventTime> {
        (self.end != NEVER).then_some(self.start)
    }

    /// True when an event at `time` is not of the open window: it is past its end, or so far behind that the
    /// log has begun anew, as when files do not lie in the order of their times.
    #[must_use]
    pub fn is_left_by(&self, time: EventTime) -> bool {
        time >= self.end || time < self.earliest
    }

    /// Opens the window of `time`, and gives start and end of the one that was open. Windows without an event
    /// are passed over.
    pub fn turn(&mut self, time: EventTime) -> Option<(EventTime, EventTime)> {
        let closed = self.start().map(|start| (start, self.end));
        self.open(EventTime(time.0.saturating_sub(time.0.rem_euclid(self.length_us))));
        closed
    }

    fn open(&mut self, start: EventTime) {
        self.start = start;
        self.earliest = EventTime(start.0.saturating_sub(self.slack_us));
        self.end = EventTime(start.0.saturating_add(self.length_us));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_closes_once_when_time_leaves_it() {
        let mut clock = WindowClock::new(10, 5);
        let steps = [
            (-3, Some(None)),
            (-1, None),
            (0, Some(Some((-10, 0)))),
            (9, None),
            (-5, None),
            (35, Some(Some((0, 10)))),
            (25, None),
            (24, Some(Some((30, 40)))),
        ];
        for (time, closes) in steps {
            let time = EventTime(time);
            let turned = clock.is_left_by(time).then(|| clock.turn(time));
            let turned = turned.map(|closed| closed.map(|(start, end)| (start.0, end.0)));
            assert_eq!(turned, closes, "at {time:?}");
        }
        assert_eq!(clock.start(), Some(EventTime(20)));
        assert_eq!(WindowClock::new(10, 5).at(EventTime(20)), clock);
    }
}
