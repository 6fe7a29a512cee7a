//! Everything HTTP may read, in one place. The pipeline writes it, the handlers read it; the inbox alone goes the
//! other way.

use std::sync::Arc;

use gait_observe::Metrics;

use crate::{Board, Feed, Health, Inbox};

/// What is published.
#[derive(Debug)]
pub struct Published {
    /// The latest verdict of each client.
    pub board: Board,
    /// Events and alerts on the whole.
    pub feed: Feed,
    /// What analysts say, on its way to the pipeline.
    pub inbox: Inbox,
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
        let (feed, inbox, health) = (Feed::default(), Inbox::default(), Health::default());
        Self { board, feed, inbox, health, metrics, version: version.to_owned() }
    }
}
