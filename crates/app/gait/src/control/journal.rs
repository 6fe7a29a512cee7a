//! The control journal: one JSON line per change of what judges, and a copy of every model and all grants that it
//! names: neither can be had again from a file that has changed.
//!
//! A run begins with lines without `after`, the site model first, so that the journal tells what judged from the
//! first record on.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use gait_event::Origin;
use gait_serve::Remark;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::pipeline::Lines;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Whose records the place counts: `files`, or topic and partition.
    pub(super) engine: String,
    /// The last record that was judged before the change; none when a run begins.
    pub(super) after: Option<Place>,
    /// What changed.
    #[serde(flatten)]
    pub(super) kind: Kind,
}

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// Kafka partition, or the number of the file.
    pub(super) partition: u32,
    /// Kafka offset, or the line.
    pub(super) offset: u64,
}

impl From<Origin> for Place {
    fn from(Origin { partition, offset }: Origin) -> Self {
        Self { partition, offset }
    }
}

/// What can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Kind {
    /// The site model.
    SiteModel {
        /// The identity of what judges from here on.
        hash: String,
        /// Its file, from the directory of the journal; none for the model that knows nothing.
        file: Option<PathBuf>,
    },
    /// The grants.
    Grants {
        /// The identity of those in force from here on.
        hash: String,
        /// Their file, from the directory of the journal.
        file: PathBuf,
    },
    /// What is known of an alert.
    Feedback(Remark),
}

/// A journal that is appended to.
#[derive(Debug)]
pub(crate) struct Journal {
    lines: Lines,
    /// Where models and grants are kept.
    models: PathBuf,
    /// The same, from the directory of the journal.
    models_name: PathBuf,
}

impl Journal {
    /// Opens a journal, creating it where needed.
    ///
    /// # Errors
    /// The file cannot be opened, or the directory of its models cannot be made.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let beside = |path: &Path| {
            let mut name = OsString::from(path);
            name.push(".models");
            PathBuf::from(name)
        };
        let models = beside(path);
        let models_name = beside(Path::new(path.file_name().unwrap_or_default()));
        fs::create_dir_all(&models)
            .with_context(|| format!("cannot create `{}`", models.display()))?;
        Ok(Self { lines: Lines::append(path)?, models, models_name })
    }

    /// Writes that `change` takes effect on the records of `engine` behind `after`, and keeps what it names. It is on
    /// its way to the disk when this returns.
    ///
    /// # Errors
    /// The model cannot be kept or the line cannot be written.
    pub(crate) fn record(
        &mut self,
        engine: &str,
        after: Option<Origin>,
        change: &Change,
    ) -> Result<()> {
        let kind = match change {
            Change::Sites(sites) => {
                let hash = sites.hash().to_string();
                let knows = !sites.sites().is_empty();
                let name = format!("{hash}.site");
                let file = knows.then(|| self.keep(&name, || sites.write())).transpose()?;
                Kind::SiteModel { hash, file }
            }
            Change::Grants(book) => {
                let hash = book.hash().to_string();
                let file = self.keep(&format!("{hash}.grants"), || book.write().into_bytes())?;
                Kind::Grants { hash, file }
            }
            Change::Remark(remark) => Kind::Feedback(remark.clone()),
        };
        let entry = Entry { engine: engine.to_owned(), after: after.map(Place::from), kind };
        self.lines.write(&serde_json::to_vec(&entry)?)?;
        self.lines.flush()
    }

    /// Keeps something under the name that its hash gives it, once; returns its path from the directory of the
    /// journal.
    fn keep(&self, name: &str, text: impl FnOnce() -> Vec<u8>) -> Result<PathBuf> {
        let path = self.models.join(name);
        if !path.exists() {
            let beside = self.models.join(format!("{name}.new"));
            fs::write(&beside, text())
                .and_then(|()| fs::rename(&beside, &path))
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(self.models_name.join(name))
    }
}
