//! Which documents for machines, which policy files and which attack surfaces a client touched.

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet};

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    route::{Route, Sight},
    target::Words,
};

/// A surface among the first steps is early.
const EARLY_DECISIONS: u32 = 5;
/// Events before the share of MCP calls is read.
const EVENTS_MIN: u64 = 4;

/// Sets of surfaces, and flags.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Discovery {
    surfaces: u16,
    attacks: u16,
    /// `robots.txt`, sitemap, feed, markdown, and a surface within the first steps: one bit each.
    read: u16,
    /// Events touched a canary, at most 65,535: see `deception`.
    pub(crate) canaries: u16,
    mcp: u32,
}

const ROBOTS: u16 = 1;
const SITEMAP: u16 = 1 << 1;
const FEED: u16 = 1 << 2;
const MARKDOWN: u16 = 1 << 3;
const ACCEPT_LOGGED: u16 = 1 << 4;
const EARLY: u16 = 1 << 5;

impl Discovery {
    /// Takes any event in; `decisions` counts the steps before it.
    pub(crate) fn see(&mut self, sight: &Sight<'_>, decisions: u32) {
        let outline = &sight.outline;
        self.attacks |= outline.attack;
        if outline.discovery != 0 && !is_opened_as_a_page(sight.event) {
            self.surfaces |= outline.discovery;
            self.read |= if decisions < EARLY_DECISIONS { EARLY } else { 0 };
        }
        if sight.route == Route::Policy {
            self.read |= match outline.words {
                words if words.contains(Words::ROBOTS) => ROBOTS,
                words if words.contains(Words::SITEMAP) => SITEMAP,
                _ => FEED,
            };
        }
        if sight.event.logged.contains(FieldSet::ACCEPT) && sight.route.may_be_decision() {
            self.read |= ACCEPT_LOGGED;
            let markdown = |accept: &str| accept.contains("text/markdown");
            if sight.event.accept.is_some_and(markdown) {
                self.read |= MARKDOWN;
            }
        }
        let mcp = outline.words.contains(Words::MCP) || sight.event.mcp_method.is_some();
        self.mcp = self.mcp.saturating_add(u32::from(mcp));
    }
}

/// True for what somebody opened in a window of a browser, to read it there: the browser says that it
/// navigates, or asks as for a page where the log does not tell.
fn is_opened_as_a_page(event: &Event<'_>) -> bool {
    if event.logged.contains(FieldSet::SEC_FETCH) {
        return event.sec_fetch_dest == Some("document");
    }
    event.accept.is_some_and(|accept| accept.starts_with("text/html"))
}

fn flag(state: &ClientState, bit: u16) -> f32 {
    f32::from(u8::from(state.discovery.read & bit != 0))
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "discovery_surfaces",
        unit: Unit::Count,
        range: (0.0, 16.0),
        meaning: "Different machine-readable surfaces touched: llms.txt, OpenAPI, MCP card, API \
                  catalog, agent card, plugin manifest, agent skills, protected-resource metadata, \
                  signature directory, AGENTS.md, GraphQL introspection. What was opened as a page in a \
                  browser's window does not count.",
        read: |state| Some(state.discovery.surfaces.count_ones() as f32),
    },
    FeatureSpec {
        name: "discovery_early",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "A machine-readable surface, not opened as a page, was among the first 5 decision steps.",
        read: |state| Some(flag(state, EARLY)),
    },
    FeatureSpec {
        name: "robots_read",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "robots.txt, ads.txt, humans.txt or security.txt was asked for.",
        read: |state| Some(flag(state, ROBOTS)),
    },
    FeatureSpec {
        name: "sitemap_read",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "A sitemap was asked for.",
        read: |state| Some(flag(state, SITEMAP)),
    },
    FeatureSpec {
        name: "feed_read",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "An RSS, Atom or JSON feed was asked for.",
        read: |state| Some(flag(state, FEED)),
    },
    FeatureSpec {
        name: "markdown_asked",
        unit: Unit::Flag,
        range: (0.0, 1.0),
        meaning: "A page was asked for as text/markdown. When the log carries Accept.",
        read: |state| (flag(state, ACCEPT_LOGGED) > 0.0).then(|| flag(state, MARKDOWN)),
    },
    FeatureSpec {
        name: "attack_surfaces",
        unit: Unit::Count,
        range: (0.0, 16.0),
        meaning: "Different kinds of attack surface touched: .env, version control, secrets, \
                  WordPress login, database consoles, cgi-bin, traversal, injection, backups, \
                  management consoles, web shells.",
        read: |state| Some(state.discovery.attacks.count_ones() as f32),
    },
    FeatureSpec {
        name: "mcp_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of events that are calls of an MCP endpoint. From 4 events on.",
        read: |state| {
            let events = state.activity.events;
            let share = || state.discovery.mcp as f32 / events as f32;
            (events >= EVENTS_MIN).then(share)
        },
    },
];
