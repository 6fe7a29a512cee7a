//! Families over windows made by hand.

use super::*;
use crate::OCTAVES;

fn client(id: u128, may_join: bool, bits: u64) -> Summary {
    let mut octaves = [0; OCTAVES];
    octaves.fill(4);
    Summary { client: ClientId(id), may_join, bigrams: [bits, 0, 0, 0], octaves, ja4: 7 }
}

fn fleet(from: u128, count: u128, bits: u64) -> Vec<Summary> {
    (from..from + count).map(|id| client(id, true, bits | 1 << (20 + id % 3))).collect()
}

#[test]
fn a_fleet_is_one_family_and_keeps_its_id_in_the_next_window() {
    let mut families = Families::default();
    let first = families.close(fleet(1000, 500, 0xff));
    let next = families.close(fleet(1, 500, 0xff));
    assert_eq!((first.len(), next.len()), (500, 500));
    let id = first.first().map(|member| member.family);
    assert!(first.iter().chain(&next).all(|member| Some(member.family) == id));
}

#[test]
fn order_does_not_matter() {
    let mut window = fleet(1, 40, 0xff);
    window.extend(fleet(100, 40, 0xff00));
    let forth = Families::default().close(window.clone());
    window.reverse();
    assert_eq!(forth.len(), 80);
    assert_eq!(forth, Families::default().close(window));
}

#[test]
fn what_people_do_joins_nobody() {
    let mut window = fleet(1, 40, 0xff);
    window.extend((100..140).map(|id| client(id, false, 0xff)));
    assert_eq!(Families::default().close(window), []);
}

#[test]
fn a_few_are_no_family() {
    let few = u128::from(MEMBERS_MIN) - 1;
    assert_eq!(Families::default().close(fleet(1, few, 0xff)), []);
}

#[test]
fn another_hello_or_another_rhythm_is_another_gait() {
    let mut window = fleet(1, 10, 0xff);
    let mut hello = fleet(100, 10, 0xff);
    for member in &mut hello {
        member.ja4 = 8;
    }
    let mut rhythm = fleet(200, 10, 0xff);
    for member in &mut rhythm {
        member.octaves = [0; OCTAVES];
        if let Some(bin) = member.octaves.first_mut() {
            *bin = 9;
        }
    }
    window.extend(hello);
    window.extend(rhythm);
    let mut families = Families::default();
    assert_eq!(families.close(window).len(), 30);
    assert_eq!(families.known.len(), 3);
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut families = Families::default();
    for ja4 in 0..=FAMILIES_MAX as u64 {
        let mut window = fleet(1, 10, 0xff);
        for member in &mut window {
            member.ja4 = ja4;
        }
        families.close(window);
    }
    assert_eq!((families.known.len(), families.refused()), (FAMILIES_MAX, 1));
}
