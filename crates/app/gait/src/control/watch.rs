//! When a file or a directory is worth reading again: after a while, when it changed, or when SIGHUP asks for it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use anyhow::Result;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// How often somebody asked for everything to be looked at now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Arc<AtomicU64>);

impl Asked {
    /// Counts SIGHUP, as long as `runtime` lives.
    ///
    /// # Errors
    /// The system does not let the signal be caught.
    pub(crate) fn on_hangup(runtime: &Runtime) -> Result<Self> {
        let asked = Self::default();
        let raised = asked.clone();
        let _inside = runtime.enter();
        let mut hangup = signal(SignalKind::hangup())?;
        runtime.spawn(async move {
            while hangup.recv().await.is_some() {
                raised.0.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(asked)
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What tells one version of a file from the next without reading it.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    /// When it was changed and its length; none when it cannot be looked at.
    version: Option<(SystemTime, u64)>,
}

impl Stamp {
    fn of(path: &Path) -> Self {
        let version = || -> io::Result<_> {
            let meta = fs::metadata(path)?;
            Ok((meta.modified()?, meta.len()))
        };
        Self { path: path.to_owned(), version: version().ok() }
    }
}

/// Looks at the files of a place.
#[derive(Debug)]
pub(crate) struct Watch {
    /// The file or the directory.
    pub(crate) path: PathBuf,
    /// The files that lie there.
    files: fn(&Path) -> io::Result<Vec<PathBuf>>,
    every: Duration,
    asked: Asked,
    /// How much of what was asked was done.
    heard: u64,
    looked_at: Instant,
    seen: Option<Vec<Stamp>>,
}

impl Watch {
    /// Watches one file, every so often.
    pub(crate) fn file(path: PathBuf, every: Duration, asked: &Asked) -> Self {
        Self::files(path, |path| Ok(vec![path.to_owned()]), every, asked)
    }

    /// Watches the files that `files` finds at `path`.
    pub(crate) fn files(
        path: PathBuf,
        files: fn(&Path) -> io::Result<Vec<PathBuf>>,
        every: Duration,
        asked: &Asked,
    ) -> Self {
        let (asked, looked_at) = (asked.clone(), Instant::now());
        // Nothing counts as seen: the files may have changed since they were read.
        Self { path, files, every, heard: asked.count(), asked, looked_at, seen: None }
    }

    /// Whether it is time to read, and something may be new.
    pub(crate) fn is_due(&mut self) -> bool {
        let asked = self.asked.count();
        let is_asked = asked != self.heard;
        if !is_asked && self.looked_at.elapsed() < self.every {
            return false;
        }
        self.heard = asked;
        self.looked_at = Instant::now();
        // Taken before anything is read: what is written meanwhile shows at the next look.
        let files = (self.files)(&self.path).unwrap_or_default();
        let stamps = files.iter().map(|file| Stamp::of(file)).collect();
        let is_seen = self.seen.as_ref() == Some(&stamps);
        self.seen = Some(stamps);
        is_asked || !is_seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_due_again_when_it_changes_or_somebody_asks() {
        let folder = tempfile::tempdir().unwrap();
        let list = |path: &Path| Ok(vec![path.join("a"), path.join("b")]);
        let asked = Asked::default();
        let mut watch = Watch::files(folder.path().to_owned(), list, Duration::ZERO, &asked);
        assert!(watch.is_due() && !watch.is_due());
        fs::write(folder.path().join("b"), "1").unwrap();
        assert!(watch.is_due() && !watch.is_due());
        fs::write(folder.path().join("b"), "22").unwrap();
        assert!(watch.is_due() && !watch.is_due());
        asked.0.fetch_add(1, Ordering::Relaxed);
        assert!(watch.is_due() && !watch.is_due());
        fs::remove_file(folder.path().join("b")).unwrap();
        assert!(watch.is_due() && !watch.is_due());
        let mut seldom = Watch::file(folder.path().join("a"), Duration::from_hours(1), &asked);
        assert!(!seldom.is_due(), "it was read just now");
        asked.0.fetch_add(1, Ordering::Relaxed);
        assert!(seldom.is_due() && !seldom.is_due());
    }
}
