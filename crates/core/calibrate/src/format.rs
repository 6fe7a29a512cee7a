//! The file of a site model: bytes out, and bytes in when they are whole, ours and within limits.
//!
//! Layout, all little-endian: magic, schema, feature catalogue, mask, number of sites; for each site its name,
//! its clients, its map table by table, its people list by list and their largest scores; BLAKE3 of everything before. Reading
//! believes no length before the bytes are there.

use gait_detect::{Baseline, Cell, LEVELS};
use gait_event::Mask;
use gait_fingerprint::{
    CATALOGUE_VERSION, FeatureId,
    site::{SiteMap, SiteMapParts},
};

use crate::{
    model::{SITES_MAX, Site, SiteModel, SiteModelHash},
    tail::ScoreTail,
};

/// Version of the layout. Goes up with every change of it.
pub const SITE_MODEL_SCHEMA: u32 = 2;
/// Largest file, bytes: [`SITES_MAX`] full maps and people fit.
pub const SITE_MODEL_MAX_BYTES: usize = 256 * 1024 * 1024;
/// Longest name of a site, bytes.
pub const SITE_NAME_MAX_BYTES: usize = 255;

const MAGIC: [u8; 8] = *b"gaitsite";
const CHECKSUM_BYTES: usize = blake3::OUT_LEN;

/// Why bytes are no site model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteModelError {
    /// They do not begin as one.
    #[error("this is no site model; `gait calibrate` writes one")]
    Foreign,
    /// More bytes than any model has.
    #[error("a site model has at most {max} bytes, this has {found}; calibrate on fewer sites")]
    TooLarge {
        /// Bytes given.
        found: usize,
        /// Most bytes.
        max: usize,
    },
    /// Written by a version with another layout.
    #[error(
        "the site model has schema {found}, this version reads {expected}; calibrate again with it"
    )]
    Schema {
        /// Schema of the file.
        found: u32,
        /// Schema of this version.
        expected: u32,
    },
    /// Written by a version with other features.
    #[error(
        "the site model has feature catalogue {found}, this version has {expected}; calibrate again with it"
    )]
    Catalogue {
        /// Catalogue version of the file.
        found: u32,
        /// Catalogue version of this version.
        expected: u32,
    },
    /// Fewer bytes than it says, or more.
    #[error("the site model is not as long as it says; copy it again or calibrate again")]
    Length,
    /// A byte changed since it was written.
    #[error("the site model is damaged; copy it again or calibrate again")]
    Checksum,
    /// Whole, and still nothing that `gait calibrate` writes.
    #[error("the site model holds a {0} that cannot be; calibrate again")]
    Impossible(&'static str),
}

impl SiteModel {
    /// The file of the model.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        out.u32(SITE_MODEL_SCHEMA);
        out.u32(CATALOGUE_VERSION);
        let mask = self.mask();
        out.u32(
            u32::from(mask.ua) | u32::from(mask.protocol) << 1 | u32::from(mask.sec_fetch) << 2,
        );
        out.len(self.sites().len());
        for site in self.sites() {
            out.len(site.name.len());
            out.0.extend(site.name.bytes());
            out.u32(site.clients);
            out.map(site.map.parts());
            out.people(&site.people);
            out.tail(&site.tail);
        }
        let checksum = blake3::hash(&out.0);
        out.0.extend(checksum.as_bytes());
        out.0
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The bytes are no site model, of another schema or catalogue, too large, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, SiteModelError> {
        if bytes.len() > SITE_MODEL_MAX_BYTES {
            let (found, max) = (bytes.len(), SITE_MODEL_MAX_BYTES);
            return Err(SiteModelError::TooLarge { found, max });
        }
        let rest = bytes.strip_prefix(&MAGIC).ok_or(SiteModelError::Foreign)?;
        let mut reader = Reader { rest };
        let (found, expected) = (reader.u32()?, SITE_MODEL_SCHEMA);
        if found != expected {
            return Err(SiteModelError::Schema { found, expected });
        }
        let (found, expected) = (reader.u32()?, CATALOGUE_VERSION);
        if found != expected {
            return Err(SiteModelError::Catalogue { found, expected });
        }
        let whole = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(SiteModelError::Length)?;
        if blake3::hash(whole.0) != *whole.1 {
            return Err(SiteModelError::Checksum);
        }
        let content = reader.rest.split_last_chunk::<CHECKSUM_BYTES>();
        reader.rest = content.ok_or(SiteModelError::Length)?.0;
        let bits = reader.u32()?;
        let mask = Mask { ua: bits & 1 != 0, protocol: bits & 2 != 0, sec_fetch: bits & 4 != 0 };
        let count = reader.u32()? as usize;
        if count > SITES_MAX {
            return Err(SiteModelError::Impossible("number of sites"));
        }
        let sites = (0..count).map(|_| reader.site()).collect::<Result<Vec<_>, _>>()?;
        if !reader.rest.is_empty() {
            return Err(SiteModelError::Length);
        }
        if !sites.is_sorted_by(|a, b| a.name < b.name) {
            return Err(SiteModelError::Impossible("list of sites"));
        }
        Ok(Self::new(mask, sites))
    }
}

/// The identity of a model with this file.
pub(crate) fn hash_of(file: &[u8]) -> SiteModelHash {
    let mut first = [0; 16];
    blake3::Hasher::new().update(file).finalize_xof().fill(&mut first);
    SiteModelHash(first)
}

struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    /// Lengths are far below 2^32 by the limits of what is written.
    fn len(&mut self, len: usize) {
        self.u32(u32::try_from(len).unwrap_or(u32::MAX));
    }

    fn u32s(&mut self, list: &[u32]) {
        for number in list {
            self.u32(*number);
        }
    }

    fn u16s(&mut self, list: &[u16]) {
        for number in list {
            self.0.extend(number.to_le_bytes());
        }
    }

    fn map(&mut self, map: &SiteMapParts) {
        self.len(map.templates.len());
        self.len(map.next_routes.len());
        self.len(map.links.len());
        self.u32s(&map.templates);
        self.0.extend(&map.popularity);
        self.0.extend(&map.timed);
        self.0.extend(&map.backoff);
        self.u32s(&map.next_ends);
        self.u16s(&map.next_routes);
        self.0.extend(&map.next_bits);
        self.u32s(&map.link_ends);
        self.u16s(&map.links);
        self.0.push(map.rare);
    }

    fn tail(&mut self, tail: &ScoreTail) {
        self.u32(tail.clients());
        self.u32(tail.per_day());
        self.len(tail.largest().len());
        for score in tail.largest() {
            self.u32(score.cast_unsigned());
        }
    }

    fn people(&mut self, people: &Baseline) {
        self.len(people.groups().len());
        for cells in people.groups() {
            self.len(cells.len());
            for cell in cells {
                self.len(cell.feature.index());
                self.u32(cell.clients);
                cell.quantiles.iter().for_each(|quantile| self.u32(quantile.to_bits()));
            }
        }
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize, each: usize) -> Result<&'b [u8], SiteModelError> {
        let bytes = count.checked_mul(each).ok_or(SiteModelError::Length)?;
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(SiteModelError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, SiteModelError> {
        let (number, rest) = self.rest.split_first_chunk().ok_or(SiteModelError::Length)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*number))
    }

    fn u32s(&mut self, count: usize) -> Result<Vec<u32>, SiteModelError> {
        let bytes = self.take(count, 4)?.as_chunks().0;
        Ok(bytes.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }

    fn u16s(&mut self, count: usize) -> Result<Vec<u16>, SiteModelError> {
        let bytes = self.take(count, 2)?.as_chunks().0;
        Ok(bytes.iter().map(|number| u16::from_le_bytes(*number)).collect())
    }

    fn u8s(&mut self, count: usize) -> Result<Vec<u8>, SiteModelError> {
        Ok(self.take(count, 1)?.to_vec())
    }

    fn site(&mut self) -> Result<Site, SiteModelError> {
        let name = self.u32()? as usize;
        if name > SITE_NAME_MAX_BYTES {
            return Err(SiteModelError::Impossible("name"));
        }
        let name = std::str::from_utf8(self.take(name, 1)?).map(str::to_owned);
        let name = name.map_err(|_| SiteModelError::Impossible("name"))?;
        let (clients, map, people) = (self.u32()?, self.map()?, self.people()?);
        Ok(Site { name, clients, map, people, tail: self.tail()? })
    }

    fn tail(&mut self) -> Result<ScoreTail, SiteModelError> {
        let [clients, per_day, kept] = [self.u32()?, self.u32()?, self.u32()?];
        let scores = self.u32s(kept as usize)?.into_iter().map(u32::cast_signed).collect();
        ScoreTail::from_parts(clients, scores, per_day)
            .ok_or(SiteModelError::Impossible("table of scores"))
    }

    fn map(&mut self) -> Result<SiteMap, SiteModelError> {
        let [routes, nexts, links] =
            [self.u32()? as usize, self.u32()? as usize, self.u32()? as usize];
        let parts = SiteMapParts {
            templates: self.u32s(routes)?,
            popularity: self.u8s(routes)?,
            timed: self.u8s(routes)?,
            backoff: self.u8s(routes)?,
            next_ends: self.u32s(routes)?,
            next_routes: self.u16s(nexts)?,
            next_bits: self.u8s(nexts)?,
            link_ends: self.u32s(routes)?,
            links: self.u16s(links)?,
            rare: self.u8s(1)?.first().copied().unwrap_or_default(),
        };
        SiteMap::new(parts).map_err(|_| SiteModelError::Impossible("map"))
    }

    fn people(&mut self) -> Result<Baseline, SiteModelError> {
        const PEOPLE: SiteModelError = SiteModelError::Impossible("measure of people");
        let groups = self.u32()? as usize;
        if groups > Baseline::GROUPS {
            return Err(PEOPLE);
        }
        let mut lists = Vec::new();
        for _ in 0..groups {
            let mut cells = Vec::new();
            for _ in 0..self.u32()? {
                let feature = FeatureId::from_index(self.u32()? as usize).ok_or(PEOPLE)?;
                let clients = self.u32()?;
                let mut quantiles = [0.0; LEVELS.len()];
                for (quantile, bits) in quantiles.iter_mut().zip(self.u32s(LEVELS.len())?) {
                    *quantile = f32::from_bits(bits);
                }
                cells.push(Cell { feature, clients, quantiles });
            }
            lists.push(cells);
        }
        Baseline::new(lists).ok_or(PEOPLE)
    }
}

#[cfg(test)]
mod tests;
