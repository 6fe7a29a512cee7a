//! What changes judgement while a run goes on: its site model, and what analysts say. Each change is written to the
//! journal before it takes effect, so that a replay can repeat it at its place.

use std::sync::Arc;

use anyhow::Result;
use gait_calibrate::SiteModel;
use gait_engine::{Control, Feedback};
use gait_observe::FeedbackOutcome;
use gait_serve::{Judgement, Published, Remark};

use super::{Journal, Reload};
use crate::pipeline::{Controls, Outlet, Pipeline};

/// The engine of files and standard input, as the journal names it.
const FILES: &str = "files";

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Another site model.
    Sites(Arc<SiteModel>),
    /// An analyst's word on an alert.
    Remark(Remark),
}

impl Change {
    /// The same for the engine.
    pub(super) fn control(&self) -> Control {
        match self {
            Self::Sites(sites) => Control::Sites(Arc::clone(sites)),
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
    reload: Reload,
    /// Where changes are written.
    journal: Option<Journal>,
    /// Where analysts' words arrive, and changes are counted.
    published: Arc<Published>,
}

impl Steering {
    /// Takes feedback from now on.
    pub(crate) fn new(
        reload: Reload,
        journal: Option<Journal>,
        published: &Arc<Published>,
    ) -> Self {
        published.inbox.open();
        Self { reload, journal, published: Arc::clone(published) }
    }

    /// What changed since the last look, in the order in which it takes effect.
    pub(crate) fn poll(&mut self) -> Vec<Change> {
        let sites = self.reload.poll().map(Change::Sites);
        sites
            .into_iter()
            .chain(self.published.inbox.take().into_iter().map(Change::Remark))
            .collect()
    }

    /// Writes that the present model judges the records of `engine` from its first on.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn begin(&mut self, engine: &str) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.record(engine, None, &Change::Sites(Arc::clone(&self.reload.sites)))
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
            // A pipeline that has judged nobody has no alert to speak of, and its journal no place to name.
            if matches!(change, Change::Remark(_)) && pipeline.position().is_none() {
                continue;
            }
            if let Some(journal) = &mut self.journal {
                journal.record(&engine, pipeline.position(), change)?;
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
