//! The site model: for each site its map and its people. Frozen while it is in use.

use std::fmt;

use gait_classify::ModelHash;
use gait_detect::Baseline;
use gait_event::Mask;
use gait_fingerprint::site::SiteMap;

use crate::tail::ScoreTail;

/// Most sites of one model.
pub const SITES_MAX: usize = 256;

/// What is known of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The host as the log names it; empty where logs name none.
    pub name: String,
    /// People that it was learnt from.
    pub clients: u32,
    /// Routes, transitions and links.
    pub map: SiteMap,
    /// What people look like there.
    pub people: Baseline,
    /// How high those scored that may be people.
    pub tail: ScoreTail,
}

/// The place of a site in its model; the default is a site of which nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteIndex(u16);

impl SiteIndex {
    /// The place in [`SiteModel::sites`]; beyond its end for a site of which nothing is known.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for SiteIndex {
    fn default() -> Self {
        Self(u16::MAX)
    }
}

/// The identity of a site model: the first 128 bits of BLAKE3 over its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteModelHash(pub [u8; 16]);

impl fmt::Display for SiteModelHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// What is known of sites, under one mask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteModel {
    mask: Mask,
    /// Sorted by name.
    sites: Vec<Site>,
    hash: SiteModelHash,
}

impl SiteModel {
    /// A model of these sites. Of sites with one name the first stays; beyond [`SITES_MAX`] those that were
    /// learnt from the fewest clients go.
    #[must_use]
    pub fn new(mask: Mask, mut sites: Vec<Site>) -> Self {
        sites.sort_by(|a, b| b.clients.cmp(&a.clients).then_with(|| a.name.cmp(&b.name)));
        sites.truncate(SITES_MAX);
        sites.sort_by(|a, b| a.name.cmp(&b.name));
        sites.dedup_by(|a, b| a.name == b.name);
        let mut model = Self { mask, sites, hash: SiteModelHash::default() };
        if !model.sites.is_empty() {
            model.hash = crate::format::hash_of(&model.write());
        }
        model
    }

    /// What was hidden when it was learnt, and has to be when it is used.
    #[must_use]
    pub fn mask(&self) -> Mask {
        self.mask
    }

    /// The sites, by name.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The identity of the model; all zero for the one that knows nothing.
    #[must_use]
    pub fn hash(&self) -> SiteModelHash {
        self.hash
    }

    /// The identity of `model` and this one together: verdicts and saved state name it. A model that knows
    /// nothing changes nothing.
    #[must_use]
    pub fn joined(&self, model: ModelHash) -> ModelHash {
        if self.sites.is_empty() {
            return model;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&model.0).update(&self.hash.0);
        let mut first = [0; 16];
        hasher.finalize_xof().fill(&mut first);
        ModelHash(first)
    }

    /// Where a site stands.
    #[must_use]
    pub fn find(&self, name: &str) -> SiteIndex {
        let at = self.sites.binary_search_by(|site| site.name.as_str().cmp(name)).ok();
        at.and_then(|at| u16::try_from(at).ok()).map_or_else(SiteIndex::default, SiteIndex)
    }

    /// The map of a site; an empty one where nothing is known.
    #[must_use]
    pub fn map(&self, site: SiteIndex) -> &SiteMap {
        self.sites.get(usize::from(site.0)).map_or(SiteMap::EMPTY, |site| &site.map)
    }

    /// The people of a site; none where nothing is known.
    #[must_use]
    pub fn people(&self, site: SiteIndex) -> &Baseline {
        self.sites.get(usize::from(site.0)).map_or(Baseline::EMPTY, |site| &site.people)
    }

    /// How high people of a site score; an empty table where nothing is known.
    #[must_use]
    pub fn tail(&self, site: SiteIndex) -> &ScoreTail {
        self.sites.get(usize::from(site.0)).map_or(ScoreTail::EMPTY, |site| &site.tail)
    }
}
