//! What changes judgement while a run goes on: its site model, its grants, and what analysts say. Each change is written to the
//! journal before it takes effect, so that a replay can repeat it at its place.

use std::sync::Arc;

use anyhow::Result;
use gait_calibrate::SiteModel;
use gait_engine::{Control, Feedback};
use gait_event::Origin;
use gait_observe::FeedbackOutcome;
use gait_scope::GrantBook;
use gait_serve::{Judgement, Published, Remark};

use super::{GrantsFeed, Journal, SiteModelFeed};
use crate::pipeline::{Controls, Outlet, Pipeline};

/// The engine of files and standard input, as the journal names it.
const FILES: &str = "files";

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Another site model.
    Sites(Arc<SiteModel>),
    /// Other grants.
    Grants(Arc<GrantBook>),
    /// An analyst's word on an alert.
    Remark(Remark),
}

impl Change {
    /// The same for the engine.
    pub(super) fn control(&self) -> Control {
        match self {
            Self::Sites(sites) => Control::Sites(Arc::clone(sites)),
            Self::Grants(book) => Control::Grants(Arc::new(book.grants())),
            Self::Remark(Remark { alert, verdict, .. }) => {
                let is_false = *verdict == Judgement::FalseAlarm;
                Control::Feedback(Feedback { alert: *alert, is_false })
            }
        }
    }
}

/// Everything that can change a run.
#[derive(Debug)]
pub(crate) struct Steering {
    sites: SiteModelFeed,
    /// None when the run has no grants.
    grants: Option<GrantsFeed>,
    /// Where changes are written.
    journal: Option<Journal>,
    /// Where analysts' words arrive, and changes are counted.
    published: Arc<Published>,
}

impl Steering {
    /// Takes feedback from now on.
    pub(crate) fn new(
        sites: SiteModelFeed,
        grants: Option<GrantsFeed>,
        journal: Option<Journal>,
        published: &Arc<Published>,
    ) -> Self {
        published.inbox.open();
        Self { sites, grants, journal, published: Arc::clone(published) }
    }

    /// What changed since the last look, in the order in which it takes effect.
    pub(crate) fn poll(&mut self) -> Vec<Change> {
        let sites = self.sites.poll().map(Change::Sites);
        let grants = self.grants.as_mut().and_then(GrantsFeed::poll).map(Change::Grants);
        let remarks = self.published.inbox.take().into_iter().map(Change::Remark);
        sites.into_iter().chain(grants).chain(remarks).collect()
    }

    /// Writes what judges the records of `engine` from its first on.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn begin(&mut self, engine: &str) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.record(engine, None, &Change::Sites(Arc::clone(&self.sites.sites)))?;
        match &self.grants {
            Some(grants) => journal.record(engine, None, &Change::Grants(Arc::clone(&grants.book))),
            None => Ok(()),
        }
    }

    /// The same for the engine of files and standard input.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn begin_files(&mut self) -> Result<()> {
        self.begin(FILES)
    }

    /// Lets `change` take effect in every pipeline, each under the name that the journal has for it.
    ///
    /// # Errors
    /// The journal or what came of the change cannot be written.
    pub(crate) fn change<'p>(
        &mut self,
        change: &Change,
        pipelines: impl IntoIterator<Item = (String, &'p mut Pipeline)>,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        let mut heard = 0;
        for (engine, pipeline) in pipelines {
            match (pipeline.position(), change) {
                // A pipeline that has judged nobody has no alert to speak of.
                (None, Change::Remark(_)) => continue,
                (None, _) => self.begin(&engine)?,
                (after, _) => self.record(&engine, after, change)?,
            }
            let before = feedback_heard(pipeline);
            pipeline.control(change.control(), outlet)?;
            heard += feedback_heard(pipeline) - before;
        }
        if let Change::Remark(remark) = change {
            self.tell(remark, heard > 0);
        }
        Ok(())
    }

    fn record(&mut self, engine: &str, after: Option<Origin>, change: &Change) -> Result<()> {
        match &mut self.journal {
            Some(journal) => journal.record(engine, after, change),
            None => Ok(()),
        }
    }

    fn tell(&self, remark: &Remark, heard: bool) {
        let outcome = match (heard, remark.verdict) {
            (false, _) => FeedbackOutcome::Unknown,
            (true, Judgement::Confirmed) => FeedbackOutcome::Confirmed,
            (true, Judgement::FalseAlarm) => FeedbackOutcome::FalseAlarm,
        };
        let (alert, said) = (remark.alert, outcome.as_str());
        tracing::info!(%alert, said, "feedback");
        self.published.metrics.feedback(outcome);
    }
}

/// How much feedback was about an alert that the engine knew, and new.
fn feedback_heard(pipeline: &Pipeline) -> u64 {
    let stats = pipeline.engine().stats();
    stats.feedback_true + stats.feedback_false
}

impl Controls for Steering {
    fn between_batches(&mut self, pipeline: &mut Pipeline, outlet: &mut dyn Outlet) -> Result<()> {
        for change in self.poll() {
            self.change(&change, [(FILES.to_owned(), &mut *pipeline)], outlet)?;
        }
        Ok(())
    }
}
