//! Canaries: places that no visitor is led to, put there by the site.
//!
//! A canary is any target with a path segment that begins with `gait-canary`: a link that no person sees,
//! a route that only a forbidden document names, a token an agent was told to fetch. The site places it;
//! touching it is recognised here without configuration.

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    route::Sight,
    target::Words,
};

/// True when an event touches a canary.
pub(crate) fn touches(sight: &Sight<'_>) -> bool {
    sight.outline.words.contains(Words::CANARY)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "canary_touches",
    unit: Unit::Count,
    range: (0.0, 4_294_967_296.0),
    meaning: "Events whose path has a segment that begins with `gait-canary`. Prefetchers and link \
              checkers may touch one by accident, rarely two.",
    read: |state: &ClientState| Some(state.discovery.canaries as f32),
}];
