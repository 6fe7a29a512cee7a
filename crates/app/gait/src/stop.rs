//! Stopping on SIGINT and SIGTERM: one flag that loops look at.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// How long a sleep lasts at most before the flag is looked at.
const NAP: Duration = Duration::from_millis(50);

/// Whether the process was asked to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    asked: Arc<AtomicBool>,
}

impl Stop {
    /// A flag that the signals raise, as long as `runtime` lives.
    ///
    /// # Errors
    /// The system does not let signals be caught.
    pub(crate) fn on_signals(runtime: &Runtime) -> Result<Self> {
        let stop = Self::default();
        let raised = stop.clone();
        let _inside = runtime.enter();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        runtime.spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            raised.asked.store(true, Ordering::Relaxed);
        });
        Ok(stop)
    }

    /// True once the process was asked to stop.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// The flag itself, for those who look at it while they wait.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.asked
    }

    /// Sleeps until `until` or until asked to stop.
    pub(crate) fn sleep_until(&self, until: Instant) {
        while !self.is_asked() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(NAP));
        }
    }
}
