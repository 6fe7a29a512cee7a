//! The table against a model: a map of last visits.

use std::collections::BTreeMap;

use gait_event::{ClientKey, Event};
use gait_fingerprint::ClientState;
use proptest::prelude::*;

use super::*;
use crate::identity::Identity;

fn slot(n: u32) -> (ClientKey, Slot) {
    let event = Event { ip: &format!("192.0.2.{n}"), ..Event::default() };
    let mut key = ClientKey::default();
    key.set(&event);
    let slot = Slot::new(Identity::new(&key, &event), key.id(), &ClientState::new(&event));
    (key, slot)
}

proptest! {
    #[test]
    fn holds_the_freshest_clients_and_finds_them(
        clients_max in 1_u32..12,
        hash_seed: u64,
        visits in prop::collection::vec(0_u32..20, 0..200),
    ) {
        let mut table = ClientTable::new(clients_max, hash_seed);
        // The model: time of the last visit by client.
        let mut model: BTreeMap<u32, usize> = BTreeMap::new();
        for (time, n) in visits.into_iter().enumerate() {
            let (key, fresh) = slot(n);
            let hash = table.hash(key.as_bytes());
            let known = table.find(hash, key.as_bytes());
            prop_assert_eq!(known.is_some(), model.contains_key(&n));
            if let Some(at) = known {
                table.touch(at);
            } else {
                let stalest = model.iter().min_by_key(|(_, last)| **last).map(|(n, _)| *n);
                let leaves = stalest.filter(|_| model.len() == clients_max as usize);
                let (at, evicted) = table.admit(hash, fresh);
                prop_assert!(table.holds(at, key.as_bytes()));
                prop_assert_eq!(evicted.map(|slot| slot.id), leaves.map(|n| slot(n).1.id));
                if let Some(n) = leaves { model.remove(&n); }
            }
            model.insert(n, time);
            prop_assert!(table.is_within_cap());
            prop_assert!(table.index_counts_slots() && table.index_finds_every_slot());
            prop_assert!(table.recency_is_one_list() && table.text_bytes_add_up());
        }
        prop_assert_eq!(table.len() as usize, model.len());
    }
}

#[test]
fn a_table_that_cannot_be_is_refused() {
    let restore = |numbers: &[u32], order: &[u32], max| {
        let mut table = ClientTable::new(max, 0);
        let whole = numbers.iter().all(|n| table.restore_slot(slot(*n).1));
        whole && table.restore_order(order) && table.recency_is_one_list()
    };
    assert!(restore(&[1, 2, 3], &[2, 0, 1], 3));
    assert!(!restore(&[1, 2, 3], &[2, 0, 1], 2), "over the cap");
    assert!(!restore(&[1, 1, 3], &[2, 0, 1], 3), "one client twice");
    assert!(!restore(&[1, 2, 3], &[2, 0, 0], 3), "one slot twice in the order");
    assert!(!restore(&[1, 2, 3], &[1, 0], 3), "a slot missing in the order");
}
