//! The grants of a run, taken up anew when their directory changes. One with a mistake leaves the last good grants in
//! place: a typing error neither opens a door nor makes every agent an offender.

use std::sync::Arc;

use gait_observe::Metrics;
use gait_scope::GrantBook;

use super::Watch;
use crate::pipeline::load_grants;

/// The grants of a run, and the directory that they come from.
#[derive(Debug)]
pub(crate) struct GrantsFeed {
    watch: Watch,
    /// The last good grants.
    pub(super) book: Arc<GrantBook>,
    metrics: Arc<Metrics>,
}

impl GrantsFeed {
    /// Looks after `book`, which was read from the place that `watch` watches.
    pub(crate) fn new(watch: Watch, book: GrantBook, metrics: Arc<Metrics>) -> Self {
        metrics.grants(book.len() as u64);
        Self { watch, book: Arc::new(book), metrics }
    }

    /// The grants that take the place of those before, when it is time to look and they differ.
    pub(super) fn poll(&mut self) -> Option<Arc<GrantBook>> {
        if !self.watch.is_due() {
            return None;
        }
        match load_grants(&self.watch.path) {
            Ok(book) if book == *self.book => None,
            Ok(book) => {
                let (path, hash, grants) = (self.watch.path.display(), book.hash(), book.len());
                tracing::info!(%path, %hash, grants, "grants taken up");
                self.metrics.grants(grants as u64);
                self.metrics.grants_taken(true);
                self.book = Arc::new(book);
                Some(Arc::clone(&self.book))
            }
            Err(error) => {
                tracing::warn!(grants = self.book.len(), %error, "grants refused; the last good ones stay");
                self.metrics.grants_taken(false);
                None
            }
        }
    }
}
