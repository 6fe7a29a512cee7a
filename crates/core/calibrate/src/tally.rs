//! Trails of many clients to the map of their site.
//!
//! Everything is counted in clients. A route, a transition or a link that too few clients show is none: one
//! program's list of addresses must not become the ways of the site.

use std::collections::{BTreeMap, BTreeSet};

use gait_event::math;
use gait_fingerprint::site::{BITS_STEPS, LINKS_MAX, NEXT_MAX, ROUTES_MAX, SiteMap, SiteMapParts};

use crate::trail::Trail;

/// Clients that make a route known.
const ROUTE_CLIENTS_MIN: u32 = 2;
/// Clients that make a link known.
const LINK_CLIENTS_MIN: u32 = 3;
/// Clients that show pages and ask for a route on a timer, before the route counts as one.
const TIMED_CLIENTS_MIN: u32 = 3;

/// Counts of clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) clients: u32,
    routes: BTreeMap<u32, u32>,
    steps: BTreeMap<(u32, u32), u32>,
    /// Links that were followed or said to be.
    links: BTreeMap<(u32, u32), u32>,
    /// Clients with a rhythm on a route, and those with an even one.
    rhythms: BTreeMap<u32, (u32, u32)>,
}

impl Tally {
    /// Adds one client.
    pub(crate) fn add(&mut self, trail: &Trail) {
        self.clients += 1;
        count(&mut self.routes, trail.routes.iter().copied(), 1);
        count(&mut self.steps, trail.steps.iter().copied(), 1);
        count(&mut self.links, trail.links.union(&trail.steps).copied(), 1);
        // Pages beat; what loads no page and keeps time is a program, and its routes stay decisions.
        for (template, even) in trail.rhythms().filter(|_| trail.renders) {
            let (all, evenly) = self.rhythms.entry(template).or_default();
            *all += 1;
            *evenly += u32::from(even);
        }
    }

    /// Adds other clients.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.clients += other.clients;
        for (template, clients) in &other.routes {
            count(&mut self.routes, [*template], *clients);
        }
        for (pair, clients) in &other.steps {
            count(&mut self.steps, [*pair], *clients);
        }
        for (pair, clients) in &other.links {
            count(&mut self.links, [*pair], *clients);
        }
        for (template, (all, evenly)) in &other.rhythms {
            let own = self.rhythms.entry(*template).or_default();
            *own = (own.0 + all, own.1 + evenly);
        }
    }

    /// The map that these clients show.
    pub(crate) fn map(&self) -> SiteMap {
        let routes = self.known_routes();
        let place = |template: &u32| routes.binary_search(template).ok();
        let mut parts = SiteMapParts {
            rare: eighths(1.0, f64::from(self.clients) + 1.0),
            ..SiteMapParts::default()
        };
        for template in &routes {
            let clients = self.routes.get(template).copied().unwrap_or(0);
            parts.popularity.push(eighths(f64::from(clients), f64::from(self.clients)));
            let (all, evenly) = self.rhythms.get(template).copied().unwrap_or_default();
            parts.timed.push(u8::from(evenly >= TIMED_CLIENTS_MIN && evenly * 2 > all));
            let followed = followers(&self.steps, *template);
            parts.push_next(&followed, place);
            let offered = followers(&self.links, *template);
            parts.push_links(&offered, place);
        }
        parts.templates = routes;
        // The tables were made to fit; were they not, nothing would be known.
        SiteMap::new(parts).unwrap_or_default()
    }

    /// The templates of the routes that most clients take, ascending.
    fn known_routes(&self) -> Vec<u32> {
        let enough = self.routes.iter().filter(|(_, clients)| **clients >= ROUTE_CLIENTS_MIN);
        let mut ranked: Vec<_> = enough.map(|(template, clients)| (*clients, *template)).collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(ROUTES_MAX);
        let templates: BTreeSet<u32> = ranked.into_iter().map(|(_, template)| template).collect();
        templates.into_iter().collect()
    }
}

/// What follows `from` in `pairs`, with its clients, most first.
fn followers(pairs: &BTreeMap<(u32, u32), u32>, from: u32) -> Vec<(u32, u32)> {
    let of = pairs.range((from, 0)..=(from, u32::MAX));
    let mut list: Vec<_> = of.map(|((_, to), clients)| (*to, *clients)).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

/// The next list of a route at the end of the tables.
trait PushLists {
    fn push_next(&mut self, followed: &[(u32, u32)], place: impl Fn(&u32) -> Option<usize>);
    fn push_links(&mut self, offered: &[(u32, u32)], place: impl Fn(&u32) -> Option<usize>);
}

impl PushLists for SiteMapParts {
    /// P(next | route) with the probability of something new after Witten and Bell: as many chances for it as
    /// there are different next routes.
    fn push_next(&mut self, followed: &[(u32, u32)], place: impl Fn(&u32) -> Option<usize>) {
        let total: u32 = followed.iter().map(|(_, clients)| clients).sum();
        let chances = f64::from(total) + followed.len() as f64;
        let known = followed.iter().filter_map(|(to, clients)| Some((place(to)?, *clients)));
        let mut kept: Vec<(usize, u32)> = known.take(NEXT_MAX).collect();
        kept.sort_unstable();
        let kept_clients: u32 = kept.iter().map(|(_, clients)| clients).sum();
        self.backoff.push(match followed {
            [] => 0,
            _ => eighths(chances - f64::from(kept_clients), chances),
        });
        for (to, clients) in kept {
            self.next_routes.push(u16::try_from(to).unwrap_or(u16::MAX));
            self.next_bits.push(eighths(f64::from(clients), chances));
        }
        self.next_ends.push(u32::try_from(self.next_routes.len()).unwrap_or(u32::MAX));
    }

    fn push_links(&mut self, offered: &[(u32, u32)], place: impl Fn(&u32) -> Option<usize>) {
        let enough = offered.iter().filter(|(_, clients)| *clients >= LINK_CLIENTS_MIN);
        let mut kept: Vec<usize> = enough.filter_map(|(to, _)| place(to)).take(LINKS_MAX).collect();
        kept.sort_unstable();
        self.links.extend(kept.into_iter().filter_map(|to| u16::try_from(to).ok()));
        self.link_ends.push(u32::try_from(self.links.len()).unwrap_or(u32::MAX));
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u32>, keys: impl IntoIterator<Item = K>, clients: u32) {
    for key in keys {
        *counts.entry(key).or_default() += clients;
    }
}

/// -log2 of a share, in steps of a map, rounded and within a byte.
fn eighths(part: f64, whole: f64) -> u8 {
    let bits = -math::log2((part / whole.max(1.0)).clamp(1e-12, 1.0));
    let steps = (bits * f64::from(BITS_STEPS)).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a byte"
    )]
    let steps = steps.clamp(0.0, 255.0) as u8;
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(templates: &[u32]) -> Trail {
        let mut trail = Trail::default();
        trail.routes.extend(templates);
        trail.steps.extend(templates.iter().copied().zip(templates.iter().copied().skip(1)));
        trail
    }

    #[test]
    fn a_map_holds_what_several_clients_show() {
        let mut tally = Tally::default();
        for _ in 0..6 {
            tally.add(&trail(&[1, 2, 3]));
        }
        for _ in 0..2 {
            tally.add(&trail(&[1, 4]));
        }
        tally.add(&trail(&[1, 9, 8, 7]));
        let map = tally.map();
        let parts = map.parts();
        assert_eq!(parts.templates, [1, 2, 3, 4]);
        assert_eq!(parts.popularity, [0, 5, 5, 17], "9, 6, 6 and 2 of 9 clients");
        // After 1: 2 six times, 4 twice, 9 once, and three chances for something new.
        assert_eq!((&*parts.next_routes, &*parts.next_bits), (&[1, 3, 2][..], &[8, 21, 2][..]));
        assert_eq!(parts.backoff, [13, 22, 0, 0]);
        assert_eq!((&*parts.links, &*parts.link_ends), (&[1, 2][..], &[1, 2, 2, 2][..]));
    }

    #[test]
    fn two_halves_make_the_whole() {
        let (mut one, mut two, mut all) = (Tally::default(), Tally::default(), Tally::default());
        for n in 0..40 {
            let trail = trail(&[n % 3, n % 5 + 10, n % 7 + 20]);
            all.add(&trail);
            if n % 2 == 0 { one.add(&trail) } else { two.add(&trail) }
        }
        one.merge(&two);
        assert_eq!(one.map(), all.map());
    }

    #[test]
    fn more_routes_than_a_map_holds_leave_the_popular_ones() {
        let mut tally = Tally::default();
        for client in 0..4 {
            let last = if client < 2 { 5000 } else { 2500 };
            let mut trail = Trail::default();
            trail.routes.extend(0..last);
            tally.add(&trail);
        }
        let map = tally.map();
        assert_eq!(map.routes(), ROUTES_MAX);
        assert_eq!(map.parts().templates.last(), Some(&4095));
    }
}
