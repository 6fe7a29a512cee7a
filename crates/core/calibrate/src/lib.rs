//! A site's unlabelled history to a frozen [`SiteModel`]: the routes and what follows what, and what people
//! look like there. Robust statistics; no labels, no training.
//!
//! Two passes over the same events. The first ([`Survey`]) finds out who may count as a person and learns the
//! map of each site from those; the second ([`Calibration`]) measures them against it. Histories hold
//! programs: whoever the shipped judges doubt is left out, near-copies count as few, and the outermost of the
//! rest are trimmed. What a value means is left to `gait-detect`, and where events come from to the caller.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod calibration;
mod days;
mod format;
mod model;
mod survey;
mod tail;
mod tally;
mod trail;
mod trim;
mod trust;

pub use calibration::{Calibration, SAMPLE_MAX, SCORED_MAX};
pub use format::{SITE_MODEL_MAX_BYTES, SITE_MODEL_SCHEMA, SITE_NAME_MAX_BYTES, SiteModelError};
pub use model::{SITES_MAX, Site, SiteIndex, SiteModel, SiteModelHash};
pub use survey::{CLIENTS_MAX, Survey};
pub use tail::{ScoreTail, TAIL_MAX};
pub use trust::{Judges, LeftOut, Report};
