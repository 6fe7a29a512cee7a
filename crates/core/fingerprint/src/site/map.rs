//! The frozen map of one site: routes, transitions and links in flat, sorted tables.
//!
//! Lookups are binary searches without allocation. Tables come as [`SiteMapParts`] and are checked once, so
//! that nothing that was read from a file can lead a lookup astray.

/// Most routes of one map; whatever else a site has is one rare route.
pub const ROUTES_MAX: usize = 4096;
/// Most next routes that are kept of one route.
pub const NEXT_MAX: usize = 16;
/// Most routes that one page is known to offer.
pub const LINKS_MAX: usize = 64;
/// Information is kept in so many steps to the bit.
pub const BITS_STEPS: f32 = 8.0;

/// A route of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub(crate) u16);

impl RouteId {
    /// No route at all; free places of a client's memory hold it.
    pub(crate) const NONE: Self = Self(0);
    /// Any route that the map does not know.
    pub const RARE: Self = Self(u16::MAX);

    /// The position in the tables; `None` for no route and the rare one.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        match self {
            Self::NONE | Self::RARE => None,
            Self(number) => Some(usize::from(number) - 1),
        }
    }

    fn of_index(index: usize) -> Self {
        u16::try_from(index + 1).map_or(Self::RARE, Self)
    }
}

/// The tables of a map. Lists per route lie one behind the other; `…_ends` tell where each one ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteMapParts {
    /// Hash of each route's template, ascending.
    pub templates: Vec<u32>,
    /// -log2 of the share of clients that take the route, in eighths of a bit.
    pub popularity: Vec<u8>,
    /// 1 for a route that a timer of a page asks for.
    pub timed: Vec<u8>,
    /// -log2 of the probability that what follows is none of the kept next routes, in eighths of a bit.
    pub backoff: Vec<u8>,
    /// Ends of the lists in `next_routes`, which has at most [`NEXT_MAX`] a route.
    pub next_ends: Vec<u32>,
    /// Positions of next routes, ascending within a list.
    pub next_routes: Vec<u16>,
    /// -log2 P(next | route), in eighths of a bit.
    pub next_bits: Vec<u8>,
    /// Ends of the lists in `links`, which has at most [`LINKS_MAX`] a route.
    pub link_ends: Vec<u32>,
    /// Positions of offered routes, ascending within a list.
    pub links: Vec<u16>,
    /// What stands for the popularity of any other route.
    pub rare: u8,
}

/// Why tables make no map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteMapError {
    /// Too many routes, next routes or links.
    #[error("a site map exceeds its limits")]
    Limit,
    /// Tables that belong together differ in length.
    #[error("the tables of a site map do not fit each other")]
    Shape,
    /// A table that must ascend does not, or names a route that is not there.
    #[error("a table of a site map is out of order")]
    Order,
}

/// What is known of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteMap {
    parts: SiteMapParts,
}

impl SiteMap {
    /// The map of a site of which nothing is known.
    pub const EMPTY: &'static Self = &Self {
        parts: SiteMapParts {
            templates: Vec::new(),
            popularity: Vec::new(),
            timed: Vec::new(),
            backoff: Vec::new(),
            next_ends: Vec::new(),
            next_routes: Vec::new(),
            next_bits: Vec::new(),
            link_ends: Vec::new(),
            links: Vec::new(),
            rare: 0,
        },
    };

    /// Takes tables over.
    ///
    /// # Errors
    /// They break a limit, or do not fit each other.
    pub fn new(parts: SiteMapParts) -> Result<Self, SiteMapError> {
        let routes = parts.templates.len();
        if routes > ROUTES_MAX {
            return Err(SiteMapError::Limit);
        }
        let of_routes = [parts.popularity.len(), parts.timed.len(), parts.backoff.len()];
        if of_routes.iter().any(|len| *len != routes)
            || parts.next_bits.len() != parts.next_routes.len()
        {
            return Err(SiteMapError::Shape);
        }
        if !ascends(&parts.templates) {
            return Err(SiteMapError::Order);
        }
        check_lists(&parts.next_ends, &parts.next_routes, routes, NEXT_MAX)?;
        check_lists(&parts.link_ends, &parts.links, routes, LINKS_MAX)?;
        Ok(Self { parts })
    }

    /// The tables.
    #[must_use]
    pub fn parts(&self) -> &SiteMapParts {
        &self.parts
    }

    /// True when nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.templates.is_empty()
    }

    /// How many routes are known.
    #[must_use]
    pub fn routes(&self) -> usize {
        self.parts.templates.len()
    }

    /// The route of a template.
    #[must_use]
    pub fn route(&self, template: u32) -> RouteId {
        self.parts.templates.binary_search(&template).map_or(RouteId::RARE, RouteId::of_index)
    }

    /// True for a template that the timer of a page asks for.
    #[must_use]
    pub fn is_timed(&self, template: u32) -> bool {
        let index = self.route(template).index();
        index.and_then(|at| self.parts.timed.get(at)).is_some_and(|timed| *timed == 1)
    }

    /// How rare a route is among the clients, eighths of a bit.
    pub(crate) fn popularity(&self, route: RouteId) -> u8 {
        let known = route.index().and_then(|at| self.parts.popularity.get(at));
        known.copied().unwrap_or(self.parts.rare)
    }

    /// How surprising `to` is after `from`, eighths of a bit.
    pub(crate) fn surprise(&self, from: RouteId, to: RouteId) -> u8 {
        let popularity = self.popularity(to);
        let Some(from) = from.index() else { return popularity };
        let (start, end) = list(&self.parts.next_ends, from);
        let routes = self.parts.next_routes.get(start..end).unwrap_or_default();
        let found = to.index().and_then(|to| position(routes, to));
        let known = found.and_then(|at| self.parts.next_bits.get(start + at));
        let unseen = || self.parts.backoff.get(from).map_or(0, |back| *back);
        known.copied().unwrap_or_else(|| unseen().saturating_add(popularity))
    }

    /// Whether the page `from` offers `to`; `None` when it is not known what it offers.
    pub(crate) fn offers(&self, from: RouteId, to: RouteId) -> Option<bool> {
        let (start, end) = list(&self.parts.link_ends, from.index()?);
        let links = self.parts.links.get(start..end).filter(|links| !links.is_empty())?;
        Some(to.index().is_some_and(|to| position(links, to).is_some()))
    }
}

/// Where the list of a route begins and ends.
fn list(ends: &[u32], route: usize) -> (usize, usize) {
    let end_of = |at: usize| ends.get(at).map_or(0, |end| *end as usize);
    (route.checked_sub(1).map_or(0, end_of), end_of(route))
}

fn position(sorted: &[u16], route: usize) -> Option<usize> {
    let route = u16::try_from(route).ok()?;
    sorted.binary_search(&route).ok()
}

fn ascends<T: Ord>(list: &[T]) -> bool {
    list.iter().zip(list.iter().skip(1)).all(|(a, b)| a < b)
}

/// Checks lists of routes: their ends rise to the whole, each one is short, sorted, and names known routes.
fn check_lists(
    ends: &[u32],
    entries: &[u16],
    routes: usize,
    longest: usize,
) -> Result<(), SiteMapError> {
    if ends.len() != routes || ends.last().map_or(0, |end| *end as usize) != entries.len() {
        return Err(SiteMapError::Shape);
    }
    for at in 0..routes {
        let (start, end) = list(ends, at);
        let entries = entries.get(start..end).ok_or(SiteMapError::Order)?;
        if entries.len() > longest {
            return Err(SiteMapError::Limit);
        }
        let known = entries.last().is_none_or(|last| usize::from(*last) < routes);
        if !known || !ascends(entries) {
            return Err(SiteMapError::Order);
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Three routes, 10 → 20 → 30: the first offers the second, the second everything.
    pub(crate) fn parts() -> SiteMapParts {
        SiteMapParts {
            templates: vec![10, 20, 30],
            popularity: vec![0, 8, 60],
            timed: vec![0, 0, 1],
            backoff: vec![16, 24, 0],
            next_ends: vec![1, 3, 3],
            next_routes: vec![1, 0, 2],
            next_bits: vec![4, 10, 12],
            link_ends: vec![1, 4, 4],
            links: vec![1, 0, 1, 2],
            rare: 80,
        }
    }

    #[test]
    fn finds_what_it_holds_and_backs_off_where_it_holds_nothing() {
        let map = SiteMap::new(parts()).unwrap_or_default();
        let [a, b, c, d] = [10, 20, 30, 40].map(|template| map.route(template));
        assert_eq!((map.routes(), d), (3, RouteId::RARE));
        for (from, to, bits) in
            [(a, b, 4), (b, c, 12), (a, c, 76), (a, d, 96), (d, b, 8), (c, a, 0)]
        {
            assert_eq!(map.surprise(from, to), bits, "{from:?} {to:?}");
        }
        assert_eq!(map.offers(a, b), Some(true));
        assert_eq!(map.offers(a, c), Some(false));
        assert_eq!(map.offers(b, d), Some(false));
        assert_eq!((map.offers(c, a), map.offers(d, a)), (None, None));
        assert!(map.is_timed(30) && !map.is_timed(10) && !map.is_timed(40));
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        let broken = |change: fn(&mut SiteMapParts)| {
            let mut parts = parts();
            change(&mut parts);
            SiteMap::new(parts).err()
        };
        assert_eq!(broken(|_| ()), None);
        for (change, error) in [
            ((|p| p.popularity.clear()) as fn(&mut SiteMapParts), SiteMapError::Shape),
            (|p| p.next_bits.push(1), SiteMapError::Shape),
            (|p| p.links.push(0), SiteMapError::Shape),
            (|p| p.templates = vec![10, 10, 30], SiteMapError::Order),
            (|p| p.next_routes = vec![1, 2, 0], SiteMapError::Order),
            (|p| p.next_routes = vec![1, 0, 3], SiteMapError::Order),
            (|p| p.next_ends = vec![3, 1, 3], SiteMapError::Order),
            (|p| p.templates = (0..=4096).collect(), SiteMapError::Limit),
        ] {
            assert_eq!(broken(change), Some(error));
        }
    }
}
