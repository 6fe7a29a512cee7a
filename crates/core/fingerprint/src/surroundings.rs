//! What an event is looked at with: what is known of the site and of the world, frozen.

use gait_webauth::KeyDirectory;

use crate::{deception::Canaries, site::SiteMap};

/// Everything beside the event and the state of its client that an observation depends on.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// What is known of the site.
    pub map: &'s SiteMap,
    /// The baits that its operator named.
    pub canaries: &'s Canaries,
    /// The keys that signing bots have published.
    pub keys: &'s KeyDirectory,
}

impl Surroundings<'static> {
    /// Nothing is known.
    pub const NONE: Self =
        Self { map: SiteMap::EMPTY, canaries: Canaries::NONE, keys: KeyDirectory::EMPTY };
}
