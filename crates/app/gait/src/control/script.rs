//! A journal as a script: the changes of the last run that it tells of, each at its place in the log.

use std::{collections::VecDeque, fs, path::Path, sync::Arc};

use anyhow::Result;
use gait_calibrate::SiteModel;
use gait_event::{Mask, Origin};

use super::{
    Change,
    journal::{Entry, Kind, Place},
};
use crate::{
    exit::Misconfigured,
    pipeline::{Controls, Outlet, Pipeline, load_sites},
};

/// Changes that are still to come, and what judges until then.
#[derive(Debug)]
pub(crate) struct Script {
    /// What judges from the first record on.
    pub(crate) first: Arc<SiteModel>,
    to_come: VecDeque<(Place, Change)>,
}

impl Script {
    /// Reads a journal and every model that its last run used.
    ///
    /// # Errors
    /// It cannot be read, is no journal, tells of several engines, or a model is not what it was.
    pub(crate) fn read(path: &Path, mask: Mask) -> Result<Self, Misconfigured> {
        let wrong = |text: &str| Misconfigured(format!("`{}`: {text}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let entries = text
            .lines()
            .zip(1..)
            .map(|(line, number)| {
                serde_json::from_str(line)
                    .map_err(|error| wrong(&format!("line {number} is no change: {error}")))
            })
            .collect::<Result<Vec<Entry>, _>>()?;
        let begin = entries.iter().rposition(|entry| entry.after.is_none());
        let begin = begin.ok_or_else(|| wrong("no line without `after` begins a run"))?;
        let run = &entries[begin..];
        let engine = &run[0].engine;
        if let Some(other) = entries.iter().find(|entry| entry.engine != *engine) {
            let text = format!(
                "tells of `{engine}` and of `{}`; keep the lines of one engine",
                other.engine
            );
            return Err(wrong(&text));
        }
        let mut changes = run.iter().map(|entry| change_of(path, entry, mask));
        let Some(Change::Sites(first)) = changes.next().transpose()? else {
            return Err(wrong("the line without `after` names no model"));
        };
        let places = run.iter().filter_map(|entry| entry.after);
        if !places.clone().is_sorted() {
            return Err(wrong("is of files that were followed side by side; replay one of them"));
        }
        let to_come = places.zip(changes).map(|(place, change)| Ok((place, change?)));
        Ok(Self { first, to_come: to_come.collect::<Result<_, Misconfigured>>()? })
    }
}

/// What a line says.
fn change_of(journal: &Path, entry: &Entry, mask: Mask) -> Result<Change, Misconfigured> {
    match &entry.kind {
        Kind::Feedback(remark) => Ok(Change::Remark(remark.clone())),
        Kind::SiteModel { file: None, .. } => Ok(Change::Sites(Arc::default())),
        Kind::SiteModel { hash, file: Some(file) } => {
            let path = journal.parent().unwrap_or(Path::new("")).join(file);
            model_of(&path, hash, mask).map(Change::Sites)
        }
    }
}

/// The model that a line names.
fn model_of(path: &Path, expected: &str, mask: Mask) -> Result<Arc<SiteModel>, Misconfigured> {
    let sites = load_sites(path, mask)?;
    let found = sites.hash().to_string();
    if found != expected {
        let path = path.display();
        let text = format!("`{path}`: the journal names model {expected}, this is {found}");
        return Err(Misconfigured(text));
    }
    Ok(Arc::new(sites))
}

impl Script {
    /// Makes the changes behind which `is_over` says that the log has come.
    fn make(
        &mut self,
        pipeline: &mut Pipeline,
        outlet: &mut dyn Outlet,
        is_over: impl Fn(Place) -> bool,
    ) -> Result<()> {
        while let Some((_, change)) = self.to_come.pop_front_if(|(after, _)| is_over(*after)) {
            pipeline.control(change.control(), outlet)?;
        }
        Ok(())
    }
}

impl Controls for Script {
    fn is_due(&self, next: Origin) -> bool {
        self.to_come.front().is_some_and(|(after, _)| *after < Place::from(next))
    }

    fn before_record(
        &mut self,
        next: Origin,
        pipeline: &mut Pipeline,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        self.make(pipeline, outlet, |after| after < Place::from(next))
    }

    fn at_end(&mut self, pipeline: &mut Pipeline, outlet: &mut dyn Outlet) -> Result<()> {
        let Some(last) = pipeline.position().map(Place::from) else { return Ok(()) };
        self.make(pipeline, outlet, |after| after <= last)
    }
}
