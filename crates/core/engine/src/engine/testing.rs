//! Engines and events for the tests of this crate.

use std::sync::{Arc, LazyLock};

use gait_classify::Model;
use gait_decide::AlertPolicy;
use gait_detect::Pack;
use gait_event::{Event, EventTime, FieldSet, HttpVersion, Mask, Origin, Resolution};
use gait_scope::{Grant, Grants, Permission};

use crate::{Engine, EngineConfig, Input, Outbox};

/// Compiled once: that takes longer than a test.
static PACK: LazyLock<Arc<Pack>> = LazyLock::new(|| Arc::new(Pack::builtin()));

pub(crate) fn config(clients_max: u32) -> EngineConfig {
    EngineConfig {
        clients_max,
        lateness_us: 60_000_000,
        mask: Mask::default(),
        pack: Arc::clone(&PACK),
        model: Arc::new(Model::shipped()),
        sites: Arc::default(),
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        alerts: AlertPolicy::default(),
        hash_seed: 7,
    }
}

/// The grant `g` by which `agent` may `read` for `ada` until a time.
pub(crate) fn grants(expires_at_us: i64) -> Grants {
    let permission = Permission { actions: ["read".to_owned()].into(), ..Permission::default() };
    let grant = Grant {
        id: "g".into(),
        actor: "agent".into(),
        subject: "ada".into(),
        permissions: vec![permission],
        not_before_us: i64::MIN,
        expires_at_us,
        consent_ends_us: None,
        subject_ends_us: None,
        chain: Vec::new(),
        chain_max: 1,
    };
    let mut grants = Grants::default();
    grants.insert(grant).unwrap();
    grants
}

pub(crate) fn engine(clients_max: u32) -> Engine {
    Engine::new(config(clients_max))
}

/// A request of client `n` by a command-line tool, without any header of a browser.
pub(crate) fn request(n: u32, time_us: i64, target: &str) -> Event<'static> {
    let mut event = Event {
        origin: Origin { partition: 0, offset: time_us.unsigned_abs() },
        time: EventTime(time_us),
        resolution: Resolution::Millisecond,
        host: Some("shop.example"),
        ip: format!("192.0.{}.{}", n / 256, n % 256).leak(),
        target: target.to_owned().leak(),
        protocol: HttpVersion::Http11,
        status: 200,
        user_agent: Some("curl/8.5.0"),
        ..Event::default()
    };
    for field in [FieldSet::HOST, FieldSet::USER_AGENT, FieldSet::PROTOCOL, FieldSet::REFERER] {
        event.logged.insert(field);
    }
    event
}

/// One request of client `n`, and what came of it.
pub(crate) fn visit(engine: &mut Engine, n: u32, time_us: i64, target: &str) -> Outbox {
    let mut out = Outbox::default();
    engine.step(Input::Event(&mut request(n, time_us, target)), &mut out);
    out
}

/// A scan by client `n` from `from_us` on: `steps` requests for files that should not be there, every 200 ms.
pub(crate) fn scan(engine: &mut Engine, n: u32, from_us: i64, steps: u32) -> Outbox {
    const TARGETS: [&str; 6] =
        ["/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/", "/backup.zip", "/admin.php.bak"];
    let mut all = Outbox::default();
    for (step, target) in (0..steps).zip(TARGETS.iter().cycle()) {
        let at = from_us + i64::from(step) * 200_000;
        let mut event = request(n, at, &format!("{target}?{step}"));
        event.status = 404;
        engine.step(Input::Event(&mut event), &mut all);
    }
    all
}
