//! What happens on the whole: events as they are counted, alerts as they open and close.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use gait_decide::{Alert, AlertPhase};

use crate::rate::Rate;

/// How many of the newest alerts are kept for the page.
pub const ALERTS_KEPT: usize = 50;

/// Totals since the start, and the newest alerts.
#[derive(Debug)]
pub struct Feed {
    started: Instant,
    inner: Mutex<Totals>,
}

#[derive(Debug, Default)]
struct Totals {
    events: u64,
    rate: Rate,
    opened: u64,
    closed: u64,
    /// Newest first. One per alert: its latest step.
    alerts: VecDeque<Alert>,
}

/// A reading of the feed.
#[derive(Debug)]
pub(crate) struct FeedReading {
    pub(crate) events: u64,
    pub(crate) events_per_second: f64,
    pub(crate) history: Vec<u64>,
    pub(crate) alerts_opened: u64,
    pub(crate) alerts_open: u64,
    pub(crate) alerts: Vec<Alert>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { started: Instant::now(), inner: Mutex::default() }
    }
}

impl Feed {
    /// Counts events that were judged since the last call. Call it about every second or more often.
    pub fn events(&self, count: u64) {
        let now_s = self.started.elapsed().as_secs();
        let mut totals = self.lock();
        totals.events += count;
        totals.rate.add(now_s, count);
    }

    /// Takes a step in the life of an alert. It replaces the earlier step of the same alert.
    pub fn alert(&self, alert: Alert) {
        let mut totals = self.lock();
        match alert.change.phase {
            AlertPhase::Open => totals.opened += 1,
            AlertPhase::Close => totals.closed += 1,
            AlertPhase::Update => {}
        }
        totals.alerts.retain(|kept| kept.change.id != alert.change.id);
        totals.alerts.push_front(alert);
        totals.alerts.truncate(ALERTS_KEPT);
    }

    pub(crate) fn read(&self) -> FeedReading {
        let now_s = self.started.elapsed().as_secs();
        let mut totals = self.lock();
        FeedReading {
            events: totals.events,
            events_per_second: totals.rate.per_second(now_s),
            history: totals.rate.history(now_s),
            alerts_opened: totals.opened,
            alerts_open: totals.opened.saturating_sub(totals.closed),
            alerts: totals.alerts.iter().cloned().collect(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Totals> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
