//! What changes the judges in mid-stream. Which change comes when is recorded by whoever makes it.

use std::sync::Arc;

use gait_calibrate::SiteModel;
use gait_decide::AlertId;
use gait_scope::Grants;

/// A change that takes effect between two events, for every client of the engine.
#[derive(Clone, Debug)]
pub enum Control {
    /// Another site model, learnt under the mask of the engine. What clients did against the map of the one
    /// before is forgotten, and only that.
    Sites(Arc<SiteModel>),
    /// Other grants. What was broken stays broken, and habits stay known: both are of the agent and of the id of
    /// its grant.
    Grants(Arc<Grants>),
    /// What an analyst found out about an alert.
    Feedback(Feedback),
}

/// An analyst's word on an alert. Saying it again changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The latest alert on a client, open or closed. Any other is unknown, which is counted.
    pub alert: AlertId,
    /// A false alert closes, none opens on its client for the rest of the client's life, and the false-alarm
    /// budget of the day pays for it. A true one gives the level of its client back to that budget.
    pub is_false: bool,
}
