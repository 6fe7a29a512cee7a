//! What changes the judges in mid-stream. Which change comes when is recorded by whoever makes it.

use std::sync::Arc;

use gait_calibrate::SiteModel;

/// A change that takes effect between two events, for every client of the engine.
#[derive(Clone, Debug)]
pub enum Control {
    /// Another site model, learnt under the mask of the engine. What clients did against the map of the one
    /// before is forgotten, and only that.
    Sites(Arc<SiteModel>),
}
