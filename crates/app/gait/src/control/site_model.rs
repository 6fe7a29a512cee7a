//! The site model of a run, taken up anew when its file changes. A file that cannot be used leaves the last good
//! one in place.

use std::sync::Arc;

use gait_calibrate::SiteModel;
use gait_event::Mask;
use gait_observe::Metrics;

use super::Watch;
use crate::pipeline::load_sites;

/// The site model of a run, and the file that it comes from.
#[derive(Debug)]
pub(crate) struct SiteModelFeed {
    /// None when the run has no site model to look for.
    pub(crate) watch: Option<Watch>,
    /// What the model must have been learnt without.
    pub(crate) mask: Mask,
    /// The last good model.
    pub(crate) sites: Arc<SiteModel>,
    /// Where they are counted.
    pub(crate) metrics: Arc<Metrics>,
}

impl SiteModelFeed {
    /// The model that takes the place of the one before, when it is time to look and there is one.
    pub(super) fn poll(&mut self) -> Option<Arc<SiteModel>> {
        let watch = self.watch.as_mut()?;
        if !watch.is_due() {
            return None;
        }
        match load_sites(&watch.path, self.mask) {
            Ok(sites) if sites.hash() == self.sites.hash() => None,
            Ok(sites) => {
                let path = watch.path.display();
                tracing::info!(%path, hash = %sites.hash(), "site model taken up");
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
