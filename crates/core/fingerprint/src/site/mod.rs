//! What a site's own history adds to the look at one client: which routes there are, which follow which,
//! what a page offers, and which routes tick by themselves.
//!
//! The [`SiteMap`] is learnt elsewhere (`gait-calibrate`) and frozen here; `walk` holds a client's steps
//! against it. An empty map costs nothing, and everything that needs one abstains.

mod glimpse;
mod map;
pub(crate) mod walk;

pub use glimpse::Glimpse;
pub use map::{
    BITS_STEPS, LINKS_MAX, NEXT_MAX, ROUTES_MAX, RouteId, SiteMap, SiteMapError, SiteMapParts,
};
