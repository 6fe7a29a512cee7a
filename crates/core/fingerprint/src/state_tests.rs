//! The state as a whole: its size, people's idle tabs, honest abstention, and any input at all.

use gait_event::{FieldSet, HttpVersion, Method, Resolution, TimeKind};
use proptest::prelude::*;

use super::*;
use crate::{ClaimKind, FeatureId};

fn feature(state: &ClientState, name: &str) -> Option<f32> {
    let id = FeatureId::by_name(name);
    assert!(id.is_some(), "no feature `{name}`");
    id.and_then(|id| state.features().get(id))
}

fn at(millis: i64, target: &str) -> Event<'_> {
    Event { time: EventTime(millis * 1000), target, status: 200, ..Event::default() }
}

fn run<'e>(events: impl IntoIterator<Item = Event<'e>>) -> ClientState {
    let mut state: Option<ClientState> = None;
    for event in events {
        state.get_or_insert_with(|| ClientState::new(&event)).observe(&event);
    }
    state.unwrap_or_else(Zeroable::zeroed)
}

#[test]
fn the_state_keeps_its_size() {
    assert_eq!(size_of::<ClientState>(), 1024, "say the new size here and in the documents");
    assert_eq!(size_of::<ClientState>() % 8, 0);
}

#[test]
fn an_idle_tab_is_no_evidence_of_cadence() {
    for heartbeat in ["/api/v1/heartbeat", "/api/v1/notifications"] {
        let page = [at(0, "/p/7"), at(80, "/a.css"), at(90, "/b.js")];
        let beats = (0..2_000).map(|n| Event {
            sec_fetch_site: Some("same-origin"),
            sec_fetch_dest: Some("empty"),
            sec_fetch_mode: Some("cors"),
            ..at(6_000 + n * 6_000, heartbeat)
        });
        let state = run(page.into_iter().chain(beats));
        assert!(state.decisions() <= 4, "{heartbeat}: {} steps", state.decisions());
        for spec in ["gap_ln_sd", "gap_cv", "gap_burstiness", "gap_entropy", "gap_cce_ratio"] {
            assert_eq!(feature(&state, spec), None, "{heartbeat}: {spec}");
        }
        assert_eq!(feature(&state, "second_alignment"), None, "the beats are the page's");
        assert!(feature(&state, "machine_timed_share").is_some_and(|share| share > 0.99));
    }
}

#[test]
fn a_poller_that_renders_nothing_is_seen_by_the_wall_clock() {
    let state = run((0..90).map(|n| at(n * 60_000 + 250, "/healthz")));
    assert!(feature(&state, "machine_timed_share").is_some_and(|share| share > 0.9));
    assert!(feature(&state, "second_alignment").is_some_and(|r| r > 0.99));
    assert_eq!(feature(&state, "gap_cv"), None);
}

#[test]
fn a_loop_over_pages_is_regular() {
    let targets: Vec<String> = (0..40).map(|n| format!("/p/{}", 100 + n)).collect();
    let state =
        run((0..40).map(|n| n * 2_000).zip(&targets).map(|(time, target)| at(time, target)));
    assert_eq!(state.decisions(), 40);
    assert_eq!(feature(&state, "gap_cv"), Some(0.0));
    assert_eq!(feature(&state, "gap_burstiness"), Some(-1.0));
    assert_eq!(feature(&state, "gap_cce_ratio"), Some(0.0));
    assert_eq!(feature(&state, "gap_mode_share"), Some(1.0));
    assert_eq!(feature(&state, "stride_run_max"), Some(40.0));
    assert_eq!(feature(&state, "repeat_run_max"), Some(40.0));
    assert_eq!(feature(&state, "documents_without_assets_share"), Some(1.0));
    assert!(feature(&state, "coverage_ratio").is_some_and(|ratio| ratio > 0.85));
    assert!(feature(&state, "loop_share").is_some_and(|share| share > 0.9));
    assert!(feature(&state, "gap_median_s").is_some_and(|median| (1.04..2.1).contains(&median)));
}

#[test]
fn whole_seconds_give_no_cadence() {
    let seconds = |n: i64| Event { resolution: Resolution::Second, ..at(n * 7_000, "/page") };
    let mut state = run((0..30).map(seconds));
    for name in ["gap_cv", "gap_floor_s", "fast_gap_share", "gap_memory", "fanout_max"] {
        assert_eq!(feature(&state, name), None, "{name}");
    }
    assert!(feature(&state, "gap_median_s").is_some_and(|median| median > 4.0));
    assert!(feature(&state, "repeat_run_max").is_some());
    // One coarse event spoils the cadence of the client for good.
    state = run((0..30).map(|n| at(n * 7_000, "/page")).chain([seconds(31)]));
    assert_eq!(feature(&state, "gap_cv"), None);
}

#[test]
fn parallel_calls_fan_out_unless_a_page_or_an_end_time_is_behind_them() {
    let burst = |time_kind| {
        ["/api/orders", "/api/stock", "/api/prices", "/api/stock?b=1"]
            .into_iter()
            .zip([0, 40, 90, 120])
            .map(move |(target, millis)| Event { time_kind, ..at(millis, target) })
    };
    let state = run(burst(TimeKind::Start));
    assert_eq!(feature(&state, "fanout_max"), Some(3.0));
    assert_eq!(feature(&state, "fanout_share"), Some(0.75));
    assert_eq!(feature(&run(burst(TimeKind::End)), "fanout_max"), None);
    let refererless = |event: Event<'static>| {
        let mut event = event;
        event.logged.insert(FieldSet::REFERER);
        event
    };
    let after_page = [at(0, "/dashboard")].into_iter().chain(burst(TimeKind::Start));
    assert_eq!(feature(&run(after_page.map(refererless)), "fanout_max"), Some(0.0));
}

#[test]
fn errors_ladders_and_repairs_are_counted() {
    let answered = |millis, target: &'static str, status| Event { status, ..at(millis, target) };
    let state = run([
        answered(0, "/openapi.json", 200),
        answered(900, "/api/product/7", 404),
        answered(2_000, "/api/products/7", 200),
        answered(3_100, "/api/products/7/stock", 400),
        answered(4_500, "/api/products/7/stock?region=eu", 200),
        answered(6_000, "/api/orders", 401),
        answered(7_000, "/api/orders", 401),
        answered(9_000, "/api/orders", 503),
        answered(13_000, "/api/orders", 429),
    ]);
    assert_eq!(feature(&state, "repair_count"), Some(2.0));
    assert_eq!(feature(&state, "repair_share"), Some(0.4));
    let steps = state.decisions() as f32;
    assert_eq!(feature(&state, "repairs_per_step"), Some(2.0 / steps));
    assert_eq!(feature(&state, "backoff_ladder_max"), Some(3.0));
    assert_eq!(feature(&state, "miss_run_max"), Some(1.0));
    assert_eq!(feature(&state, "distinct_misses"), Some(1.0));
    assert_eq!(feature(&state, "client_error_share"), Some(5.0 / 9.0));
    assert_eq!(feature(&state, "server_error_share"), Some(1.0 / 9.0));
    assert_eq!(feature(&state, "discovery_early"), Some(1.0));
    assert_eq!(feature(&state, "discovery_surfaces"), Some(1.0));
}

#[test]
fn a_bare_log_never_contradicts_a_browser() {
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
    let pages = || {
        (0..6).map(|n| {
            let mut event = Event { user_agent: Some(browser), ..at(n * 9_000, "/a") };
            event.logged.insert(FieldSet::USER_AGENT);
            event
        })
    };
    let bare = run(pages());
    assert_eq!(bare.claim().kind, ClaimKind::Browser);
    assert_eq!(feature(&bare, "browser_contradictions"), None, "no header is logged");
    assert_eq!(feature(&bare, "sec_fetch_absent_share"), None);
    let full = run(pages().map(|mut event| {
        let fields = [FieldSet::SEC_FETCH, FieldSet::ACCEPT, FieldSet::ACCEPT_LANGUAGE];
        for field in fields {
            event.logged.insert(field);
        }
        event.protocol = HttpVersion::Http11;
        event
    }));
    assert_eq!(feature(&full, "browser_contradictions"), Some(4.0));
    // A proxy strips headers and speaks HTTP/1, but the browser's Accept passes through it.
    let stripped = run(pages().map(|mut event| {
        for field in [FieldSet::SEC_FETCH, FieldSet::ACCEPT, FieldSet::ACCEPT_LANGUAGE] {
            event.logged.insert(field);
        }
        event.accept = Some("text/html,application/xhtml+xml");
        event.protocol = HttpVersion::Http11;
        event
    }));
    assert_eq!(feature(&stripped, "browser_contradictions"), Some(1.0));
    let masked = run(pages().map(|mut event| {
        gait_event::Mask { ua: true, ..gait_event::Mask::default() }.apply(&mut event);
        event
    }));
    assert_eq!(feature(&masked, "browser_contradictions"), None);
    assert_eq!(feature(&masked, "claims_browser"), None);
}

#[test]
fn late_events_are_counted_and_move_no_clock() {
    let mut state = run([at(1_000_000, "/a"), at(1_001_000, "/b")]);
    let observed = state.observe(&at(1_000, "/gait-canary-7/x"));
    assert!(observed.late && observed.canary && !observed.decision);
    assert_eq!((state.events(), state.decisions()), (3, 2));
    assert_eq!(state.first_seen(), EventTime(1_000_000_000));
    assert_eq!(feature(&state, "canary_touches"), Some(1.0));
}

#[test]
fn transitions_lead_from_template_to_template() {
    let mut state = ClientState::new(&at(0, "/a"));
    assert_eq!(state.observe(&at(0, "/a")).transition, None);
    let first = state.observe(&at(4_000, "/p/1")).transition;
    let second = state.observe(&at(9_000, "/p/2")).transition;
    assert_eq!(first.map(|pair| pair.1), second.map(|pair| pair.0));
    assert_eq!(second.map(|pair| pair.0), second.map(|pair| pair.1), "ids are folded");
}

prop_compose! {
    fn any_event()(
        time in prop_oneof![-5_000_000..2_000_000_000_i64, any::<i64>()],
        kind in any::<(bool, bool, bool)>(),
        numbers in any::<(u64, u64, Option<u64>)>(),
        status in prop_oneof![Just(200), Just(404), Just(302), Just(204), any::<u16>()],
        method in prop_oneof![Just(Method::Get), Just(Method::Post), Just(Method::Other)],
        target in prop_oneof![
            "(/(api|p|v1|[a-z0-9-]{0,12}|\\.\\.|%2e|\\.env|openapi\\.json)){0,5}(\\.[a-z]{0,6})?(\\?.{0,20})?",
            "/(a|b|api/c|heartbeat|x\\.css)",
            ".{0,80}",
        ],
        headers in prop::collection::vec(prop::option::of("(empty|document|image|\\*/\\*|text/html|.{0,12})"), 8),
        fields in any::<u32>(),
    ) -> Event<'static> {
        let mut headers = headers.into_iter();
        let mut header = || headers.next().flatten().map(|text: String| &*text.leak());
        let mut event = Event {
            time: EventTime(time),
            time_kind: if kind.0 { TimeKind::Start } else { TimeKind::End },
            resolution: if kind.1 { Resolution::Second } else { Resolution::Millisecond },
            status, method, target: target.leak(),
            response_bytes: numbers.0,
            connection: kind.2.then_some(numbers.1),
            connection_requests: numbers.2,
            request_bytes: numbers.2,
            authenticated: kind.2.then_some(kind.0),
            user_agent: header(), referer: header(), accept: header(), accept_language: header(),
            accept_encoding: header(), sec_fetch_mode: header(), sec_fetch_dest: header(),
            sec_fetch_site: header(),
            ..Event::default()
        };
        for (bit, field) in [
            FieldSet::USER_AGENT, FieldSet::REFERER, FieldSet::ACCEPT, FieldSet::ACCEPT_LANGUAGE,
            FieldSet::ACCEPT_ENCODING, FieldSet::SEC_FETCH, FieldSet::JA4, FieldSet::SIGNATURE,
        ].into_iter().enumerate() {
            if fields & (1 << bit) != 0 {
                event.logged.insert(field);
            }
        }
        event
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_keeps_every_feature_in_its_range(events in prop::collection::vec(any_event(), 1..120)) {
        let state = run(events.iter().cloned());
        prop_assert_eq!(state.events(), events.len() as u64);
        for id in FeatureId::all() {
            let spec = id.spec();
            if let Some(value) = (spec.read)(&state) {
                prop_assert!(value.is_finite() && value >= spec.range.0 && value <= spec.range.1,
                    "{} is {}", spec.name, value);
            }
        }
        // The same events make the same bytes, also when the state was copied in between.
        let mut again = ClientState::new(events.first().unwrap_or(&Event::default()));
        for event in &events {
            again.observe(event);
            again = *bytemuck::from_bytes(bytemuck::bytes_of(&again));
        }
        prop_assert_eq!(bytemuck::bytes_of(&state), bytemuck::bytes_of(&again));
    }
}
