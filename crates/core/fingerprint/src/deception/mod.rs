//! Canaries: places that no visitor is led to, put there by the site.
//!
//! A canary is any target with a path segment that begins with `gait-canary`, recognised without
//! configuration, and whatever the operator names beside it: a link that no person sees, a route that only a
//! forbidden document tells of, a token that an agent was told to use. The site places it; touching it is
//! counted here.

mod canaries;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    route::Sight,
    target::Words,
};

pub use canaries::{Bait, CANARIES_MAX, Canaries, Canary, CanaryError, TOKEN_BYTES};

/// True when an event touches a canary, of the convention or of the operator.
pub(crate) fn touches(sight: &Sight<'_>, canaries: &Canaries) -> bool {
    sight.outline.words.contains(Words::CANARY) || canaries.are_touched_by(sight.event)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "canary_touches",
    unit: Unit::Count,
    range: (0.0, 4_294_967_296.0),
    meaning: "Events whose path has a segment that begins with `gait-canary`, or that touch a path, \
              parameter or token which the operator named as a canary. Prefetchers and link checkers may \
              touch one by accident, rarely two.",
    read: |state: &ClientState| Some(f32::from(state.discovery.canaries)),
}];
