//! A client's way over the site, held against the map of it: how surprising its steps are, and whether the
//! pages before offered them.
//!
//! Every step is held against the last four routes and the kindest of them counts: people keep several tabs
//! open, and a step in another tab is no jump. Without a map nothing is written and all features abstain.

use bytemuck::{Pod, Zeroable};

use super::map::{BITS_STEPS, RouteId, SiteMap};
use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
};

/// Routes of the latest steps that are remembered.
const RING: usize = 4;
/// Steps before the features are read.
const STEPS_MIN: u32 = 4;
/// Steps after which nothing more is counted: the means stand, and the counters hold them.
const STEPS_MAX: u32 = u16::MAX as u32;
/// A route that fewer than 1 in 64 clients take is unpopular, eighths of a bit.
const UNPOPULAR_MIN: u8 = 48;

/// Sums over the decision steps.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Walk {
    /// Routes of the latest steps, the newest first; free places are 0.
    ring: [u16; RING],
    steps: u32,
    /// Steps that had one before them, and the sum of their surprise, eighths of a bit.
    followed: u32,
    surprise: u32,
    /// Steps before which some page was seen whose links are known, and those that none of these offers.
    linked: u32,
    unoffered: u32,
    /// Steps to routes that few take, and to routes that the map does not know.
    unpopular: u16,
    unknown: u16,
}

const _: () = assert!(size_of::<Walk>() <= 32, "the way over a site costs at most 32 bytes");

impl Walk {
    /// Takes a decision step to `template` in.
    pub(crate) fn step(&mut self, template: u32, map: &SiteMap) {
        if map.is_empty() || self.steps >= STEPS_MAX {
            return;
        }
        let route = map.route(template);
        self.steps += 1;
        self.unknown = self.unknown.saturating_add(u16::from(route == RouteId::RARE));
        let unpopular = map.popularity(route) >= UNPOPULAR_MIN || route == RouteId::RARE;
        self.unpopular = self.unpopular.saturating_add(u16::from(unpopular));
        let before = || self.ring.iter().map(|id| RouteId(*id)).filter(|id| *id != RouteId::NONE);
        if let Some(surprise) = before().map(|from| map.surprise(from, route)).min() {
            self.followed = self.followed.saturating_add(1);
            self.surprise = self.surprise.saturating_add(u32::from(surprise));
        }
        if let Some(offered) = before().filter_map(|from| map.offers(from, route)).max() {
            self.linked = self.linked.saturating_add(1);
            self.unoffered = self.unoffered.saturating_add(u32::from(!offered));
        }
        let [newest, second, third, _] = self.ring;
        if newest != route.0 {
            self.ring = [route.0, newest, second, third];
        }
    }
}

/// The share of `part` in `whole`, once there are enough.
fn share(part: u32, whole: u32) -> Option<f32> {
    (whole >= STEPS_MIN).then(|| part as f32 / whole as f32)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "transition_surprise_bits",
        unit: Unit::Ratio,
        range: (0.0, 32.0),
        meaning: "Mean information of the decision steps in the site's model of transitions, each held \
                  against the last 4 routes, in bits. With a site model, from 4 steps on.",
        read: |state: &ClientState| {
            let walk = &state.walk;
            share(walk.surprise, walk.followed).map(|eighths| eighths / BITS_STEPS)
        },
    },
    FeatureSpec {
        name: "unoffered_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of decision steps to routes that none of the last 4 routes is known to offer, among \
                  those where it is known what they offer. With a site model, from 4 such steps on.",
        read: |state| share(state.walk.unoffered, state.walk.linked),
    },
    FeatureSpec {
        name: "unpopular_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of decision steps to routes that fewer than 1 in 64 clients of the site take, or \
                  that are not known there. With a site model, from 4 steps on.",
        read: |state| share(u32::from(state.walk.unpopular), state.walk.steps),
    },
    FeatureSpec {
        name: "unknown_route_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of decision steps to routes that the site's history does not know, or knows as rare. \
                  With a site model, from 4 steps on.",
        read: |state| share(u32::from(state.walk.unknown), state.walk.steps),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::map::tests::parts;

    /// Surprise and followed steps, unoffered and linked ones, unpopular and unknown ones.
    fn sums(templates: &[u32]) -> ([u32; 4], [u16; 2]) {
        let map = SiteMap::new(parts()).unwrap_or_default();
        let mut walk = Walk::default();
        for template in templates {
            walk.step(*template, &map);
        }
        let Walk { surprise, followed, unoffered, linked, unpopular, unknown, .. } = walk;
        ([surprise, followed, unoffered, linked], [unpopular, unknown])
    }

    #[test]
    fn the_kindest_of_the_last_routes_counts() {
        assert_eq!(sums(&[10]), ([0; 4], [0; 2]));
        assert_eq!(sums(&[10, 20, 30]), ([4 + 12, 2, 0, 2], [1, 0]));
        assert_eq!(sums(&[10, 30]), ([76, 1, 1, 1], [1, 0]));
        assert_eq!(sums(&[20, 10, 30]).0, [10 + 12, 2, 0, 2], "30 is offered by the other tab");
        assert_eq!(sums(&[10, 40, 41]).0, [96 + 80, 2, 2, 2]);
        assert_eq!(sums(&[10, 40, 41]).1, [2, 2]);
    }

    #[test]
    fn without_a_map_nothing_is_written() {
        let mut walk = Walk::default();
        walk.step(10, SiteMap::EMPTY);
        assert_eq!(walk, Walk::default());
    }
}
