//! Saved state: it goes on as if nothing had happened, and no bytes make it panic.

use std::sync::{Arc, LazyLock};

use gait_classify::Model;
use gait_decide::AlertPolicy;
use gait_detect::Pack;
use gait_event::{AgentCall, Event, Mask};
use proptest::prelude::*;

use super::*;
use crate::{
    Engine, EngineConfig, Input, Outbox,
    engine::testing::{self, request},
};

/// Identified agents: one under a grant, one that names none.
const NAMED: AgentCall<'static> = AgentCall {
    request_id: None,
    actor: "agent",
    subject: "ada",
    grant: Some("g"),
    chain: &["agent"],
    action: Some("read"),
    resource_type: None,
    resources: &[],
    arguments: &[],
    credential: None,
    credential_expires: None,
};
const NAMELESS: AgentCall<'static> = AgentCall { grant: None, ..NAMED };

/// A configuration with the grant of the agents, so that they have profiles.
fn config(clients_max: u32) -> EngineConfig {
    let grants = testing::grants(i64::MAX);
    EngineConfig { grants: Some(Arc::new(grants)), ..testing::config(clients_max) }
}

/// Tools that scan, from more addresses than there are slots, some IPv6 and some with endless names. They
/// come in bursts, so that they are known before they make room.
fn events() -> Vec<Event<'static>> {
    let targets = ["/", "/.env", "/api/items/1", "/robots.txt", "/wp-login.php", "/a/b"];
    let one = |i: u32| {
        let n = (i / 20).wrapping_mul(2_654_435_761) >> 27;
        let mut event = request(n, i64::from(i) * 90_000, targets[(i + n) as usize % 6]);
        event.status = if i.is_multiple_of(3) { 404 } else { 200 };
        match n {
            0..8 => event.ip = format!("2001:db8:0:{n}::{i:x}").leak(),
            8 => event.user_agent = Some("long ".repeat(400).leak()),
            9 => event.user_agent = None,
            10 => event.call = Some(&NAMED),
            11 => event.call = Some(&NAMELESS),
            _ => {}
        }
        event
    };
    (0..1500).map(one).collect()
}

fn run(engine: &mut Engine, events: &[Event<'_>]) -> Outbox {
    let mut out = Outbox::default();
    for event in events {
        engine.step(Input::Event(&mut event.clone()), &mut out);
    }
    out
}

fn saved(engine: &Engine) -> Vec<u8> {
    let mut bytes = Vec::new();
    engine.snapshot(&mut bytes);
    bytes
}

/// A snapshot of an engine with clients and tombstones.
static SAVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut engine = Engine::new(config(8));
    run(&mut engine, &events()[..900]);
    saved(&engine)
});

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len().saturating_sub(CHECKSUM_BYTES));
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(checksum.as_bytes());
    bytes
}

#[test]
fn a_restored_engine_goes_on_as_if_nothing_had_happened() {
    let events = events();
    for clients_max in [1, 8, 1000] {
        for cut in [0, 1, 613, 1500] {
            let mut straight = Engine::new(config(clients_max));
            run(&mut straight, &events[..cut]);
            let other_seed = EngineConfig { hash_seed: 99, ..config(clients_max) };
            let mut resumed = Engine::restore(&saved(&straight), other_seed).unwrap();
            assert_eq!(resumed.position(), straight.position());
            assert_eq!(resumed.watermark(), straight.watermark());
            let expected = run(&mut straight, &events[cut..]);
            let got = run(&mut resumed, &events[cut..]);
            assert_eq!(got.alerts, expected.alerts);
            assert_eq!(got.assessed, expected.assessed);
            assert_eq!(got.late, expected.late);
            assert_eq!(format!("{:?}", got.evicted), format!("{:?}", expected.evicted));
            assert_eq!(saved(&resumed), saved(&straight), "{clients_max} clients, cut at {cut}");
        }
    }
}

#[test]
fn a_larger_cap_takes_a_smaller_state() {
    let restored = Engine::restore(&SAVED, config(5000)).unwrap();
    assert_eq!(restored.stats().clients_live, 8);
    assert!(restored.stats().tombstones_live > 0, "the events leave tombstones");
    assert!(restored.stats().profiles_live > 0, "the agents have profiles");
}

#[test]
fn every_cause_has_its_own_error() {
    let refused = |config: EngineConfig| Engine::restore(&SAVED, config).unwrap_err();
    let ua = Mask { ua: true, ..Mask::default() };
    assert!(matches!(refused(EngineConfig { mask: ua, ..config(8) }), RestoreError::Mask { .. }));
    let model = Arc::new(Model::unscored());
    assert!(matches!(refused(EngineConfig { model, ..config(8) }), RestoreError::Model { .. }));
    let pack = Arc::new(Pack::default());
    assert!(matches!(refused(EngineConfig { pack, ..config(8) }), RestoreError::Detectors { .. }));
    assert_eq!(refused(config(7)), RestoreError::TooManyClients { found: 8, max: 7 });
    let policy = AlertPolicy { open_min_tenths: 950, ..AlertPolicy::default() };
    assert!(Engine::restore(&SAVED, EngineConfig { alerts: policy, ..config(8) }).is_ok());

    let changed = |at: usize, value: u8| {
        let mut bytes = SAVED.clone();
        bytes[at] = value;
        Engine::restore(&with_checksum(bytes), config(8)).unwrap_err()
    };
    assert_eq!(changed(0, b'x'), RestoreError::Foreign);
    assert!(matches!(changed(8, 200), RestoreError::Schema { found: 200, .. }));
    assert!(matches!(changed(12, 200), RestoreError::Catalogue { .. }));
    assert!(matches!(changed(52, 1), RestoreError::Layout { .. }));
    assert_eq!(changed(56, 7), RestoreError::Length, "one client less than there is");
    let error = |bytes: &[u8]| Engine::restore(bytes, config(8)).unwrap_err();
    assert_eq!(error(b""), RestoreError::Foreign);
    assert_eq!(error(&SAVED[..20]), RestoreError::Length);
    assert_eq!(error(&SAVED[..SAVED.len() - 1]), RestoreError::Checksum);
    // The first slot stands twice in the order of last touch.
    let mut bytes = SAVED.clone();
    let order = size_of::<Header>();
    bytes.copy_within(order..order + 4, order + 4);
    let broken = RestoreError::Impossible(InvariantId::RecencyIsOneList);
    assert_eq!(error(&with_checksum(bytes)), broken);
}

proptest! {
    #[test]
    fn damaged_bytes_are_refused(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = SAVED.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Engine::restore(&bytes, config(8)).is_err());
    }

    /// Even under a checksum that fits, bytes make an engine or an error.
    #[test]
    fn forged_bytes_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        head in any::<bool>(),
        keep in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = SAVED.clone();
        let within = if head { size_of::<Header>() + 64 } else { bytes.len() };
        for (at, value) in changes {
            bytes[at.index(within)] = value;
        }
        if cuts {
            bytes.truncate(keep.index(bytes.len()));
        }
        if let Ok(engine) = Engine::restore(&with_checksum(bytes), config(8)) {
            prop_assert_eq!(engine.check(), []);
            let again = saved(&engine);
            prop_assert!(Engine::restore(&again, config(8)).is_ok());
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..600), begin in any::<bool>()) {
        if begin {
            bytes.splice(..bytes.len().min(48), SAVED[..48].iter().copied());
        }
        prop_assert!(Engine::restore(&bytes, config(8)).is_err());
        prop_assert!(Engine::restore(&with_checksum(bytes), config(8)).is_err());
    }
}
