//! Properties of every archetype under several seeds.

use std::collections::BTreeSet;

use super::*;
use crate::Split;

fn sites() -> impl Iterator<Item = Site> {
    SiteKind::ALL.into_iter().flat_map(|kind| (0..12).map(move |seed| Site::new(kind, seed)))
}

fn path(site: &Site, target: Target) -> String {
    let mut path = String::new();
    site.write_path(target, &mut path);
    path
}

#[test]
fn paths_are_plain_and_distinct() {
    for site in sites() {
        let mut seen = BTreeSet::new();
        let lists = (0..site.sections).map(|section| Target::List { section, page: 1 });
        let items = (0..site.items).map(Target::Item);
        let rest = [Target::Home, Target::Done, Target::Pulse, Target::ApiIndex, Target::Form(0)];
        for target in lists.chain(items).chain(rest) {
            let path = path(&site, target);
            assert!(path.starts_with('/') && path.is_ascii() && !path.contains(' '), "{path}");
            assert!(seen.insert(path.clone()) || matches!(target, Target::List { .. }), "{path}");
        }
    }
}

#[test]
fn the_link_graph_reaches_lists_and_items_and_is_finite() {
    for site in sites() {
        let mut seen = BTreeSet::new();
        let mut queue = vec![Target::Home];
        while let Some(page) = queue.pop() {
            if seen.len() < 3000 && seen.insert(page.number()) {
                let links = 0..site.link_count(page);
                queue.extend(links.map(|number| site.link(page, number.into())));
            }
        }
        assert!(seen.len() > 40, "{:?} {}: {}", site.kind, site.seed, seen.len());
    }
}

#[test]
fn sites_of_one_archetype_differ_by_seed() {
    for kind in SiteKind::ALL {
        let routes: BTreeSet<String> = (0..12)
            .map(|seed| {
                let site = Site::new(kind, seed);
                path(&site, Target::Item(5)) + site.host() + &path(&site, Target::ApiItem(5))
            })
            .collect();
        assert!(routes.len() >= 8, "{kind:?}: {routes:?}");
    }
}

#[test]
fn every_archetype_belongs_to_one_split_and_both_have_some() {
    for split in [Split::Tuning, Split::HeldOut] {
        let drawn: BTreeSet<_> = (0..64).map(|seed| SiteKind::drawn(Some(split), seed)).collect();
        assert!(drawn.len() >= 3, "{drawn:?}");
        assert!(drawn.iter().all(|kind| kind.split() == split));
    }
}

#[test]
fn weights_are_fixed_and_within_reason() {
    for site in sites() {
        for target in [Target::Home, Target::Item(3), Target::Image(3), Target::Shared(1)] {
            assert_eq!(site.bytes(target), site.bytes(target));
            assert!((500..200_000).contains(&site.bytes(target)), "{target:?}");
        }
        assert!(site.shared_files().count() == usize::from(site.shared));
    }
}
