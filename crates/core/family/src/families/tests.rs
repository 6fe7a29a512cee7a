//! Families over windows made by hand.

use super::*;
use crate::{
    cohort::{CROWD_MIN, PROGRAMS_MIN},
    summary::Lean,
};

const GAIT: Gait = Gait {
    templates: [0b11, 0],
    ja4: 7,
    manner: 3,
    gaps: 9,
    ln_gap_milli: 5500,
    spread_milli: 30,
    new_targets_milli: 950,
    depth_milli: 2000,
    new_templates_milli: 150,
};
const NOW: EventTime = EventTime(1_000_000_000);

fn clients(from: u128, count: usize, lean: Lean, gait: Gait) -> Vec<Summary> {
    let paces = [0, 4, -4, 9, -9];
    (from..)
        .take(count)
        .zip(paces.into_iter().cycle())
        .map(|(id, more)| {
            let gait = Gait { ln_gap_milli: gait.ln_gap_milli + more, ..gait };
            Summary::new(ClientId(id), 0, 1, gait, lean, NOW.0)
        })
        .collect()
}

fn families_of(window: Vec<Summary>) -> usize {
    let mut families = Families::default();
    families.close(window, NOW);
    families.known().len()
}

#[test]
fn a_fleet_is_one_family_and_who_comes_later_joins_it() {
    let mut families = Families::default();
    let first = families.close(clients(1000, 500, Lean::Undecided, GAIT), NOW);
    let next = families.close(clients(1, 500, Lean::Undecided, GAIT), NOW);
    assert_eq!((first.len(), next.len(), families.known().len()), (500, 500, 1));
    let family = families.known()[0];
    assert!(first.iter().chain(&next).all(|member| member.family == family.id()));
    assert_eq!(family.members(), 1000);
    let examples: Vec<u128> = family.examples().map(|id| id.0).collect();
    assert_eq!(examples, [1000, 1001, 1002, 1003]);
}

#[test]
fn members_that_take_turns_found_a_family_all_the_same() {
    let mut families = Families::default();
    let joined = clients(1, 40, Lean::Program, GAIT)
        .into_iter()
        .map(|client| families.close(vec![client], NOW).len())
        .collect::<Vec<_>>();
    assert_eq!(joined[..PROGRAMS_MIN - 1].iter().sum::<usize>(), 0);
    assert_eq!(joined[PROGRAMS_MIN - 1], PROGRAMS_MIN);
    assert!(joined[PROGRAMS_MIN..].iter().all(|count| *count == 1));
    assert!(families.pool().is_empty());
}

#[test]
fn order_does_not_matter() {
    let mut window = clients(1, 40, Lean::Program, GAIT);
    window.extend(clients(100, 40, Lean::Undecided, Gait { ln_gap_milli: 6500, ..GAIT }));
    let forth = Families::default().close(window.clone(), NOW);
    window.reverse();
    assert_eq!(forth.len(), 80);
    assert_eq!(forth, Families::default().close(window, NOW));
}

#[test]
fn people_are_no_family_and_forbid_one() {
    let program = |count| clients(1, count, Lean::Program, GAIT);
    let person = |count| clients(500, count, Lean::Person, GAIT);
    assert_eq!(families_of(person(400)), 0);
    let join = |mut a: Vec<Summary>, b: Vec<Summary>| {
        a.extend(b);
        families_of(a)
    };
    assert_eq!(join(program(100), person(2)), 1);
    assert_eq!(join(program(100), person(20)), 0);
    let mut families = Families::default();
    families.close(program(100), NOW);
    assert_eq!(families.close(person(2), NOW), [], "a person joins nobody");
}

#[test]
fn the_undecided_need_a_crowd_that_no_people_make() {
    let crowd = |count, gait| families_of(clients(1, count, Lean::Undecided, gait));
    assert_eq!(crowd(CROWD_MIN, GAIT), 1);
    assert_eq!(crowd(CROWD_MIN - 1, GAIT), 0, "too few");
    assert_eq!(crowd(300, Gait { spread_milli: 200, ..GAIT }), 0, "not steady enough");
    assert_eq!(crowd(300, Gait { new_targets_milli: 300, ..GAIT }), 0, "they watch a page");
    assert_eq!(families_of(clients(1, PROGRAMS_MIN, Lean::Program, GAIT)), 1);
    assert_eq!(families_of(clients(1, PROGRAMS_MIN - 1, Lean::Program, GAIT)), 0, "too few");
}

#[test]
fn another_site_hello_or_pace_is_another_family() {
    let mut window = clients(1, 10, Lean::Program, GAIT);
    window.extend(clients(100, 10, Lean::Program, Gait { ja4: 8, ..GAIT }));
    window.extend(clients(200, 10, Lean::Program, Gait { ln_gap_milli: 5700, ..GAIT }));
    let elsewhere = clients(300, 10, Lean::Program, GAIT);
    window.extend(elsewhere.into_iter().map(|summary| Summary { site: 2, ..summary }));
    assert_eq!(families_of(window), 4);
}

#[test]
fn at_the_limit_a_family_that_is_gone_makes_room_and_no_other() {
    let mut families = Families::default();
    let fleet = |ja4| clients(1, 10, Lean::Program, Gait { ja4, ..GAIT });
    for ja4 in (0..).take(FAMILIES_MAX) {
        families.close(fleet(ja4), NOW);
    }
    families.close(fleet(100_000), NOW);
    assert_eq!((families.known().len(), families.refused()), (FAMILIES_MAX, 1));
    let later = EventTime(NOW.0 + KEPT_US + 1);
    let returned = fleet(200_000).into_iter().map(|s| Summary { last_us: later.0, ..s }).collect();
    assert_eq!(families.close(returned, later).len(), 10);
    assert_eq!((families.known().len(), families.refused()), (FAMILIES_MAX, 1));
}

#[test]
fn the_pool_is_bounded_and_forgets() {
    let mut families = Families::default();
    let apart = |id: u32| Gait { ja4: id, ..GAIT };
    let lonely = |ids: std::ops::Range<u32>| {
        ids.map(|id| Summary::new(ClientId(id.into()), 0, 1, apart(id), Lean::Program, NOW.0))
            .collect::<Vec<_>>()
    };
    families.close(lonely(0..5000), NOW);
    assert_eq!(families.pool().len(), POOL_MAX);
    let restored = Families::restore(Vec::new(), families.pool().to_vec(), 3).unwrap();
    assert_eq!((restored.pool(), restored.refused()), (families.pool(), 3));
    assert!(Families::restore(Vec::new(), vec![Summary::default(); POOL_MAX + 1], 0).is_none());
    let later = EventTime(NOW.0 + KEPT_US + 1);
    let fresh = lonely(9000..9001).into_iter().map(|s| Summary { last_us: later.0, ..s });
    families.close(fresh.collect(), later);
    assert_eq!(families.pool().len(), 1);
}
