//! How long the stages of the pipeline take, measured where they run: each thread records into histograms
//! of its own, and a scrape gathers them.
//!
//! What happens per record is sampled, one in [`SAMPLE_EVERY`]: reading the clock twice costs about a tenth of
//! what judging an event does. What happens per batch is always timed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

/// One in so many records is timed.
pub const SAMPLE_EVERY: u32 = 64;

/// Longest duration that is told apart, ns: a minute.
const LONGEST_NS: u64 = 60_000_000_000;
/// Significant decimal digits of a recorded duration: errors stay below 1 %.
const DIGITS: u8 = 2;

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Waiting for and taking one batch from the source.
    Read,
    /// One record to an event.
    Decode,
    /// One event through fingerprint, detectors, class and alert.
    Engine,
    /// Bringing the published board up to date.
    Publish,
    /// Handing one batch of results to the sinks.
    Sink,
}

impl Stage {
    /// Every stage, in the order in which data flows.
    pub const ALL: [Self; 5] = [Self::Read, Self::Decode, Self::Engine, Self::Publish, Self::Sink];

    /// The label value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Decode => "decode",
            Self::Engine => "engine",
            Self::Publish => "publish",
            Self::Sink => "sink",
        }
    }
}

/// One histogram of nanoseconds per stage.
pub(crate) type Durations = [Histogram<u64>; Stage::ALL.len()];

/// Durations of all stages, empty.
pub(crate) fn durations() -> Durations {
    std::array::from_fn(|_| {
        // The bounds are constants that the constructor accepts; a test builds them.
        Histogram::new_with_bounds(1, LONGEST_NS, DIGITS).expect("the bounds are valid")
    })
}

/// What one thread has recorded since the last scrape. The lock is taken by that thread and, once per
/// scrape, by the one that gathers: it is free practically always.
#[derive(Debug)]
pub(crate) struct Slot(Mutex<Durations>);

impl Slot {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(durations()))
    }

    /// Lets `take` empty what was recorded.
    pub(crate) fn drain(&self, take: impl FnOnce(&mut Durations)) {
        take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn record(&self, stage: Stage, took: Duration) {
        let ns = u64::try_from(took.as_nanos()).unwrap_or(LONGEST_NS);
        self.drain(|durations| durations[stage as usize].saturating_record(ns.max(1)));
    }
}

/// Records stage durations for one thread; made by [`crate::Metrics::stages`].
#[derive(Debug)]
pub struct StageRecorder {
    slot: Arc<Slot>,
    /// Records since the last sampled one.
    turn: u32,
}

/// A stopwatch over the stages of one record. Most records run without one.
#[derive(Clone, Copy, Debug)]
pub struct Lap(Option<Instant>);

impl Lap {
    /// True when the stopwatch runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.is_some()
    }
}

impl StageRecorder {
    pub(crate) fn new(slot: Arc<Slot>) -> Self {
        Self { slot, turn: 0 }
    }

    /// Starts the stopwatch for a record, if this record is sampled.
    pub fn sample(&mut self) -> Lap {
        self.turn += 1;
        if self.turn < SAMPLE_EVERY {
            return Lap(None);
        }
        self.turn = 0;
        Lap(Some(Instant::now()))
    }

    /// Ends `stage` and begins the next one, if the stopwatch runs.
    pub fn lap(&mut self, lap: &mut Lap, stage: Stage) {
        if let Some(begun) = lap.0 {
            let now = Instant::now();
            self.slot.record(stage, now.duration_since(begun));
            lap.0 = Some(now);
        }
    }

    /// Does `work` and records how long it took.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.slot.record(stage, begun.elapsed());
        done
    }
}
