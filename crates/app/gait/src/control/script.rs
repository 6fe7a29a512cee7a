//! A journal as a script: the changes of the last run that it tells of, each at its place in the log.

use std::{collections::VecDeque, fs, path::Path, sync::Arc};

use anyhow::Result;
use gait_calibrate::SiteModel;
use gait_event::{Mask, Origin};
use gait_scope::GrantBook;

use super::{
    Change,
    journal::{Entry, Kind, Place},
};
use crate::{
    exit::Misconfigured,
    pipeline::{Controls, Outlet, Pipeline, load_sites},
};

/// What judges first, and the changes that are still to come.
#[derive(Debug)]
pub(crate) struct Script {
    /// The site model that judges from the first record on.
    pub(crate) sites: Arc<SiteModel>,
    /// The grants in force from the first record on; none when the run had none.
    pub(crate) grants: Option<Arc<GrantBook>>,
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
        let begins =
            |entry: &Entry| entry.after.is_none() && matches!(entry.kind, Kind::SiteModel { .. });
        let begin = entries.iter().rposition(begins);
        let begin = begin.ok_or_else(|| wrong("no site model without `after` begins a run"))?;
        let run = &entries[begin..];
        let engine = &run[0].engine;
        if let Some(other) = entries.iter().find(|entry| entry.engine != *engine) {
            let text = format!(
                "tells of `{engine}` and of `{}`; keep the lines of one engine",
                other.engine
            );
            return Err(wrong(&text));
        }
        let (mut sites, mut grants, mut to_come) = (Arc::default(), None, VecDeque::new());
        for entry in run {
            match (entry.after, change_of(path, entry, mask)?) {
                (Some(after), change) => to_come.push_back((after, change)),
                (None, Change::Sites(first)) => sites = first,
                (None, Change::Grants(first)) => grants = Some(first),
                (None, Change::Remark(_)) => {
                    return Err(wrong("feedback without `after` has no place in a run"));
                }
            }
        }
        if !to_come.iter().is_sorted_by_key(|(after, _)| *after) {
            return Err(wrong("is of files that were followed side by side; replay one of them"));
        }
        Ok(Self { sites, grants, to_come })
    }
}

/// What a line says.
fn change_of(journal: &Path, entry: &Entry, mask: Mask) -> Result<Change, Misconfigured> {
    match &entry.kind {
        Kind::Feedback(remark) => Ok(Change::Remark(remark.clone())),
        Kind::Grants { hash, file } => {
            let path = journal.parent().unwrap_or(Path::new("")).join(file);
            book_of(&path, hash).map(|book| Change::Grants(Arc::new(book)))
        }
        Kind::SiteModel { file: None, .. } => Ok(Change::Sites(Arc::default())),
        Kind::SiteModel { hash, file: Some(file) } => {
            let path = journal.parent().unwrap_or(Path::new("")).join(file);
            model_of(&path, hash, mask).map(Change::Sites)
        }
    }
}

/// The grants that a line names.
fn book_of(path: &Path, expected: &str) -> Result<GrantBook, Misconfigured> {
    let wrong = |text: String| Misconfigured(format!("`{}`: {text}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let book = GrantBook::read(&text).map_err(|error| wrong(error.to_string()))?;
    let found = book.hash().to_string();
    if found != expected {
        return Err(wrong(format!("the journal names grants {expected}, these are {found}")));
    }
    Ok(book)
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
