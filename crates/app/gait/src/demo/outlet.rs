//! What the demo does with results: shows them, keeps nothing.

use std::collections::VecDeque;

use anyhow::Result;
use gait_decide::Alert;
use gait_decode::Reject;
use gait_engine::{Engine, Evicted, SlotId};

use crate::{live::Live, pipeline::Outlet};

/// Alerts that are shown.
const ALERTS_SHOWN: usize = 6;

/// The outlet of the demo.
#[derive(Debug)]
pub(crate) struct DemoOutlet {
    live: Live,
    alerts: VecDeque<Alert>,
    alert_count: u64,
}

impl DemoOutlet {
    /// An outlet shown by `live`.
    pub(crate) fn new(live: Live) -> Self {
        Self { live, alerts: VecDeque::new(), alert_count: 0 }
    }

    /// What is shown.
    pub(crate) fn live(&mut self) -> &mut Live {
        &mut self.live
    }

    /// The latest alerts, newest first, and how many steps of alerts there were.
    pub(crate) fn alerts(&self) -> (impl Iterator<Item = &Alert>, u64) {
        (self.alerts.iter(), self.alert_count)
    }
}

impl Outlet for DemoOutlet {
    fn reject(&mut self, reject: &Reject<'_>) -> Result<()> {
        self.live.rejected(reject.reason);
        Ok(())
    }

    fn alert(&mut self, alert: &Alert) -> Result<()> {
        self.live.alert(alert);
        self.alert_count += 1;
        self.alerts.push_front(alert.clone());
        self.alerts.truncate(ALERTS_SHOWN);
        Ok(())
    }

    fn evicted(&mut self, _evicted: &Evicted) -> Result<()> {
        Ok(())
    }

    fn assessed(&mut self, engine: &Engine, client: SlotId) -> Result<()> {
        if let Some(verdict) = engine.verdict(client) {
            self.live.verdict(&verdict);
        }
        Ok(())
    }
}
