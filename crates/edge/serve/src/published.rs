//! Everything HTTP may read, in one place. The pipeline writes it, the handlers read it.

use std::sync::Arc;

use gait_observe::Metrics;

use crate::{Board, Feed, Health};

/// What is published.
#[derive(Debug)]
pub struct Published {
    /// The latest verdict of each client.
    pub board: Board,
    /// Events and alerts on the whole.
    pub feed: Feed,
    /// Readiness.
    pub health: Health,
    /// The metrics of the process.
    pub metrics: Arc<Metrics>,
    pub(crate) version: String,
}

impl Published {
    /// `version` is the version of the process.
    #[must_use]
    pub fn new(version: &str, board: Board, metrics: Arc<Metrics>) -> Self {
        let (feed, health) = (Feed::default(), Health::default());
        Self { board, feed, health, metrics, version: version.to_owned() }
    }
}
