//! What a client does all day: events by class of route, methods, and how fast it decides.

use bytemuck::{Pod, Zeroable};
use gait_event::Method;

use crate::{
    ClientState,
    clock::Driver,
    feature::{FeatureSpec, Unit},
    route::{Route, Sight},
};

/// Events before a share of events is read.
const EVENTS_MIN: u64 = 4;
/// Documents before assets are counted per document.
const DOCUMENTS_MIN: u32 = 2;
/// Decision steps before a rate is read.
const DECISIONS_MIN: u32 = 4;
const MINUTE_US: i64 = 60_000_000;

/// Counts of events; each stops at 2^32 - 1.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Activity {
    pub(crate) events: u64,
    pub(crate) documents: u32,
    assets: u32,
    calls: u32,
    beacons: u32,
    timed: u32,
    pub(crate) writes: u32,
    heads: u32,
    queries: u32,
    /// Minutes with at least one decision step.
    active_minutes: u32,
    /// The latest of them, counted from the epoch, modulo 2^32.
    minute: u32,
}

impl Activity {
    /// Takes any event in, late ones too.
    pub(crate) fn see(&mut self, sight: &Sight<'_>) {
        self.events = self.events.saturating_add(1);
        let class = match sight.route {
            Route::Document => Some(&mut self.documents),
            Route::Api => Some(&mut self.calls),
            Route::Beacon => Some(&mut self.beacons),
            route if route.is_asset() => Some(&mut self.assets),
            _ => None,
        };
        if let Some(count) = class {
            *count = count.saturating_add(1);
        }
        let method = sight.event.method;
        self.writes = self.writes.saturating_add(u32::from(method.writes()));
        self.heads = self.heads.saturating_add(u32::from(method == Method::Head));
        self.queries = self.queries.saturating_add(u32::from(sight.outline.query));
    }

    /// Takes in what drove an event.
    pub(crate) fn drive(&mut self, driver: Driver, time_us: i64) {
        match driver {
            Driver::Timer => self.timed = self.timed.saturating_add(1),
            Driver::Choice => {
                let minute = time_us.div_euclid(MINUTE_US) & i64::from(u32::MAX);
                let minute = u32::try_from(minute).unwrap_or(0);
                if minute != self.minute || self.active_minutes == 0 {
                    self.minute = minute;
                    self.active_minutes = self.active_minutes.saturating_add(1);
                }
            }
            Driver::Page => {}
        }
    }
}

/// The share of `part` among all events, once there are enough.
fn share(state: &ClientState, part: u32) -> Option<f32> {
    let events = state.activity.events;
    (events >= EVENTS_MIN).then(|| part as f32 / events as f32)
}

/// A row of this block: a share of events.
macro_rules! share_of_events {
    ($name:literal, $field:ident, $of:literal) => {
        FeatureSpec {
            name: $name,
            unit: Unit::Share,
            range: (0.0, 1.0),
            meaning: concat!("Share of events that are ", $of, ". From 4 events on."),
            read: |state| share(state, state.activity.$field),
        }
    };
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "events",
        unit: Unit::Count,
        range: (0.0, 1e12),
        meaning: "Events seen, late ones included.",
        read: |state| Some(state.activity.events as f32),
    },
    FeatureSpec {
        name: "decisions",
        unit: Unit::Count,
        range: (0.0, 4_294_967_296.0),
        meaning: "Steps of the decision clock: what the client chose to ask for, without what pages, \
                  redirects and timers asked for.",
        read: |state| Some(state.clock.decisions as f32),
    },
    FeatureSpec {
        name: "span_s",
        unit: Unit::Seconds,
        range: (0.0, 1e13),
        meaning: "Time from the first to the last event.",
        read: |state| {
            let span_us = state.clock.last_us.saturating_sub(state.clock.first_us);
            Some(span_us as f32 / 1e6)
        },
    },
    share_of_events!("document_share", documents, "documents"),
    share_of_events!("asset_share", assets, "styles, scripts, images, fonts, media or frames"),
    share_of_events!("api_share", calls, "API calls, those of pages included"),
    share_of_events!("beacon_share", beacons, "beacons and heartbeats by their name or form"),
    share_of_events!(
        "machine_timed_share",
        timed,
        "beacons or hits of a route learnt to be on a timer"
    ),
    FeatureSpec {
        name: "assets_per_document",
        unit: Unit::Ratio,
        range: (0.0, 1e6),
        meaning: "Assets over documents. From 2 documents on.",
        read: |state| {
            let (assets, documents) = (state.activity.assets, state.activity.documents);
            (documents >= DOCUMENTS_MIN).then(|| assets as f32 / documents as f32)
        },
    },
    share_of_events!("write_share", writes, "POST, PUT, PATCH or DELETE"),
    share_of_events!("head_share", heads, "HEAD"),
    share_of_events!("query_share", queries, "asked with a query (assets not counted as such)"),
    FeatureSpec {
        name: "rate_per_minute",
        unit: Unit::PerMinute,
        range: (0.0, 1e9),
        meaning: "Decision steps per minute that has any. From 4 steps on.",
        read: |state| {
            let decisions = state.clock.decisions;
            let minutes = state.activity.active_minutes.max(1);
            (decisions >= DECISIONS_MIN).then(|| decisions as f32 / minutes as f32)
        },
    },
];
