//! Scrolling: parts of a page that load long after the page did, in waves.
//!
//! Lazy images and widgets load when they come into sight. Hands bring them there one after the other, and
//! then read; a program that drives a browser jumps, so that one wave brings all, or has the browser scroll
//! to what it clicks, so that a wave comes right before the next page.

use bytemuck::{Pod, Zeroable};
use gait_event::Method;

use crate::{
    ClientState,
    feature::{FeatureSpec, Unit},
    route::{Route, Sight},
};

/// A page that loaded nothing for this long has been loaded; what comes then, was scrolled to, ms.
const QUIET_MS: u32 = 600;
/// Parts that load within this time of each other are one wave, ms.
const WAVE_MS: u32 = 250;
/// A page that is left so soon after a wave was scrolled by the click itself, ms.
const CLICK_MS: u32 = 350;
/// Pages left before shares of pages are read.
const PAGES_MIN: u16 = 3;
/// Pages with waves that were left before shares of those are read.
const WAVED_MIN: u16 = 2;

/// The latest page, its waves, and what was counted of the pages before. Counts stop at 65,535.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Scroll {
    /// When the page last loaded something of its first load, ms since the first event, modulo 2^32.
    load_ms: u32,
    /// When the latest wave last brought something.
    wave_ms: u32,
    /// Waves of the latest page.
    waves: u16,
    /// A page is open: 1.
    open: u16,
    /// Pages that were left.
    left: u16,
    /// Those of them with a wave, with more than one, and left right after one.
    waved: u16,
    spread: u16,
    clicked: u16,
}

impl Scroll {
    /// Takes an event in that is not late, `since_first_us` after the client's first.
    pub(crate) fn see(&mut self, sight: &Sight<'_>, since_first_us: i64) {
        let now_ms = u32::try_from((since_first_us / 1000) & i64::from(u32::MAX)).unwrap_or(0);
        if sight.route == Route::Document && sight.event.method == Method::Get {
            self.leave(now_ms);
            (self.load_ms, self.waves, self.open) = (now_ms, 0, 1);
        } else if self.open == 1 && sight.route.is_asset() {
            self.part(now_ms);
        }
    }

    /// Waves of the page in front; and a count that goes up with every page left with waves.
    pub(crate) fn counts(&self) -> (u16, u16) {
        (self.waves, self.waved)
    }

    fn leave(&mut self, now_ms: u32) {
        self.left = self.left.saturating_add(self.open);
        if self.waves == 0 {
            return;
        }
        self.waved = self.waved.saturating_add(1);
        self.spread = self.spread.saturating_add(u16::from(self.waves > 1));
        let clicked = since(now_ms, self.wave_ms) <= CLICK_MS;
        self.clicked = self.clicked.saturating_add(u16::from(clicked));
    }

    /// A part of the page loads: with its first load, or in a wave.
    fn part(&mut self, now_ms: u32) {
        if self.waves == 0 && since(now_ms, self.load_ms) <= QUIET_MS {
            self.load_ms = now_ms;
            return;
        }
        if self.waves == 0 || since(now_ms, self.wave_ms) > WAVE_MS {
            self.waves = self.waves.saturating_add(1);
        }
        self.wave_ms = now_ms;
    }
}

/// Milliseconds from `then` to `now`; what came out of order was at the same time.
fn since(now_ms: u32, then_ms: u32) -> u32 {
    let since = now_ms.wrapping_sub(then_ms);
    if since > u32::MAX / 2 { 0 } else { since }
}

/// The share of `part` among pages with waves, once there are enough; needs the start of requests.
fn of_waved(state: &ClientState, part: u16) -> Option<f32> {
    let waved = state.scroll.waved;
    (waved >= WAVED_MIN && state.clock.starts()).then(|| f32::from(part) / f32::from(waved))
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "scrolled_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of pages that loaded parts of themselves after 600 ms without any: somebody \
                  scrolled. From 3 pages that were left on, when the log measures cadence.",
        read: |state: &ClientState| {
            let (left, waved) = (state.scroll.left, state.scroll.waved);
            (left >= PAGES_MIN && state.clock.cadence()).then(|| f32::from(waved) / f32::from(left))
        },
    },
    FeatureSpec {
        name: "scroll_spread_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of the scrolled pages whose parts came in several waves: hands scroll bit by bit, a \
                  jump brings all at once. From 2 scrolled pages on, when the log tells the start of a \
                  request.",
        read: |state| of_waved(state, state.scroll.spread),
    },
    FeatureSpec {
        name: "scroll_click_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of the scrolled pages that were left within 350 ms after a wave: the click itself \
                  scrolled. From 2 scrolled pages on, when the log tells the start of a request.",
        read: |state| of_waved(state, state.scroll.clicked),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use gait_event::Event;

    /// What is remembered after pages and images at these milliseconds.
    fn after(requests: &[(u32, &str)]) -> Scroll {
        let mut scroll = Scroll::default();
        for (time_ms, target) in requests {
            let event = Event { target, status: 200, ..Event::default() };
            scroll.see(&Sight::of(&event), i64::from(*time_ms) * 1000);
        }
        scroll
    }

    #[test]
    fn waves_come_after_the_page_has_loaded() {
        for (requests, counted) in [
            // Loaded at once, in a slow chain, and in two waves that were read.
            (&[(0, "/a"), (90, "/1.png"), (9_000, "/b")][..], (1, 0, 0, 0)),
            (&[(0, "/a"), (500, "/1.png"), (1_000, "/2.png"), (9_000, "/b")], (1, 0, 0, 0)),
            (&[(0, "/a"), (2_000, "/1.png"), (4_000, "/2.png"), (9_000, "/b")], (1, 1, 1, 0)),
            // All at once; and by the click.
            (&[(0, "/a"), (2_000, "/1.png"), (2_100, "/2.png"), (9_000, "/b")], (1, 1, 0, 0)),
            (&[(0, "/a"), (2_000, "/1.png"), (2_100, "/b")], (1, 1, 0, 1)),
            // Nothing was open yet, and the page is still open.
            (&[(0, "/1.png"), (2_000, "/a"), (9_000, "/2.png")], (0, 0, 0, 0)),
        ] {
            let scroll = after(requests);
            let found = (scroll.left, scroll.waved, scroll.spread, scroll.clicked);
            assert_eq!(found, counted, "{requests:?}");
        }
    }
}
