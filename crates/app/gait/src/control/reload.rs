//! Takes up a changed site model while running: looks at its file now and then, and when SIGHUP asks for it.
//!
//! Decides whether a file becomes the model; a file that cannot be used leaves the last good one in place.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use anyhow::Result;
use gait_calibrate::SiteModel;
use gait_event::Mask;
use gait_observe::Metrics;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

use crate::pipeline::load_sites;

/// Whether somebody asked for the file to be looked at now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Arc<AtomicBool>);

impl Asked {
    /// A flag that SIGHUP raises, as long as `runtime` lives.
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
                raised.0.store(true, Ordering::Relaxed);
            }
        });
        Ok(asked)
    }
}

/// What tells one version of a file from the next without reading it.
type Stamp = Option<(SystemTime, u64)>;

/// The site model of a run, and the file that it comes from.
#[derive(Debug)]
pub(crate) struct Reload {
    /// None when the run has no site model to look for.
    pub(crate) path: Option<PathBuf>,
    /// What the model must have been learnt without.
    pub(crate) mask: Mask,
    /// How often the file is looked at.
    pub(crate) every: Duration,
    /// Raised to have it looked at now.
    pub(crate) asked: Asked,
    /// The last good model.
    pub(crate) sites: Arc<SiteModel>,
    /// Where they are counted.
    pub(crate) metrics: Arc<Metrics>,
    looked_at: Instant,
    seen: Option<Stamp>,
}

impl Reload {
    /// Looks at `path` from now on; `sites` are what was read from it.
    pub(crate) fn new(
        path: Option<PathBuf>,
        every: Duration,
        mask: Mask,
        sites: Arc<SiteModel>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let (asked, looked_at) = (Asked::default(), Instant::now());
        // Nothing counts as seen: the file may have changed since it was read.
        Self { path, mask, every, asked, sites, metrics, looked_at, seen: None }
    }

    /// The model that takes the place of the one before, when it is time to look and there is one.
    pub(crate) fn poll(&mut self) -> Option<Arc<SiteModel>> {
        let path = self.path.as_deref()?;
        let asked = self.asked.0.swap(false, Ordering::Relaxed);
        if !asked && self.looked_at.elapsed() < self.every {
            return None;
        }
        self.looked_at = Instant::now();
        // Taken before the file is read: what is written meanwhile shows at the next look.
        let stamp = stamp_of(path);
        if !asked && self.seen == Some(stamp) {
            return None;
        }
        self.seen = Some(stamp);
        match load_sites(path, self.mask) {
            Ok(sites) if sites.hash() == self.sites.hash() => None,
            Ok(sites) => {
                tracing::info!(path = %path.display(), hash = %sites.hash(), "site model taken up");
                self.metrics.site_model(true);
                self.sites = Arc::new(sites);
                Some(Arc::clone(&self.sites))
            }
            Err(error) => {
                tracing::warn!(hash = %self.sites.hash(), %error, "site model refused; this one stays");
                self.metrics.site_model(false);
                None
            }
        }
    }
}

fn stamp_of(path: &Path) -> Stamp {
    let meta = fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
