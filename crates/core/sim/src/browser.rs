//! A rendering browser: turns "open this page" into the requests that a page load makes.
//!
//! Shared files are fetched once per visit and then come from the cache; covers are fetched as they come
//! into view; an open page sends a heartbeat. When to open what is left to the personas.

use crate::{
    desk::Desk,
    request::{Referer, Request},
    site::{AssetKind, Target},
};

/// Between two heartbeats of a visible page, ms.
pub(crate) const PULSE_MS: u64 = 20_000;

/// Covers that fit into the first screen.
const FIRST_SCREEN: usize = 4;

/// What happens on a page after it has loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// How long the page is looked at, ms.
    pub(crate) dwell_ms: u64,
    /// Whether somebody scrolls it to the end.
    pub(crate) scrolled: bool,
}

/// One browser during one visit.
#[derive(Debug, Default)]
pub(crate) struct Browser {
    warm: bool,
    /// The page in front.
    pub(crate) page: Target,
    /// Whether any page is open.
    pub(crate) open: bool,
}

impl Browser {
    /// Loads a page by a navigation in `after_ms`, with all that follows from it. Returns after how many
    /// ms, from now, the page stands.
    pub(crate) fn load(
        &mut self,
        desk: &mut Desk<'_>,
        after_ms: u64,
        request: Request,
        view: View,
    ) -> u64 {
        let came_ms = desk.send(after_ms, request);
        self.page = request.target;
        self.open = true;
        let parsed_ms = came_ms + u64::from(desk.random.between(15, 90));
        self.shared_files(desk, parsed_ms);
        self.covers(desk, parsed_ms, view);
        self.beats(desk, parsed_ms, view.dwell_ms);
        parsed_ms
    }

    /// The heartbeats of the page in front, while it is looked at.
    pub(crate) fn beats(&self, desk: &mut Desk<'_>, from_ms: u64, dwell_ms: u64) {
        let mut pulse_ms = from_ms + PULSE_MS;
        while pulse_ms < from_ms + dwell_ms {
            desk.send(pulse_ms, Request::pulse().from(self.page));
            pulse_ms += PULSE_MS;
        }
    }

    /// Opens a page from the page in front, or from `entry` when there is none.
    pub(crate) fn follow(
        &mut self,
        desk: &mut Desk<'_>,
        target: Target,
        entry: Referer,
        view: View,
    ) -> u64 {
        let referer = if self.open { Referer::Page(self.page) } else { entry };
        self.load(desk, 0, Request::page(target).referred(referer), view)
    }

    fn shared_files(&mut self, desk: &mut Desk<'_>, from_ms: u64) {
        if self.warm {
            return;
        }
        self.warm = true;
        // A returning visitor's browser holds the files from last time.
        let known = desk.random.chance(0.3);
        for (file, kind) in Target::shared() {
            let asset = Request::asset(file, kind).from(self.page);
            let at_ms = from_ms + u64::from(desk.random.below(40));
            if !known {
                desk.send(at_ms, asset);
            } else if kind == AssetKind::Style {
                desk.send(at_ms, asset.answered(304));
            }
        }
    }

    /// The first screen at once; the rest in waves while somebody scrolls.
    fn covers(&self, desk: &mut Desk<'_>, from_ms: u64, view: View) {
        let mut wave_ms = from_ms + u64::from(desk.random.between(5, 60));
        for (number, cover) in self.page.covers().enumerate() {
            if number >= FIRST_SCREEN {
                if !view.scrolled {
                    return;
                }
                if number % FIRST_SCREEN == 0 {
                    wave_ms += desk.random.log_logistic_ms(1900.0, 2.2).max(150);
                }
            }
            if wave_ms > from_ms + view.dwell_ms {
                return;
            }
            let at_ms = wave_ms + u64::from(desk.random.below(25));
            desk.send(at_ms, Request::asset(cover, AssetKind::Image).from(self.page));
        }
    }
}
