//! A person who leaves a tab open: a page or two, then heartbeats for hours and nobody there.
//!
//! A visible page beats every 20 s; browsers throttle the timers of a hidden one to once a minute. The
//! beats are as regular as any machine's and are not the person's decisions.

use crate::{
    browser::{Browser, PULSE_MS},
    desk::Desk,
    persona::{
        Behaviour, Next,
        reader::{entry, pace, view},
    },
    random::Random,
    request::{Referer, Request},
    site::{ESSAYS, Target},
};

/// Beats of a hidden tab, ms: browsers wake its timers once a minute.
const HIDDEN_PULSE_MS: u64 = 60_000;

/// See the module.
#[derive(Debug)]
pub(crate) struct IdleTab {
    browser: Browser,
    entry: Referer,
    scale: f64,
    pages_left: u32,
    beats_left: u32,
    hidden: bool,
}

impl IdleTab {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            browser: Browser::default(),
            entry: entry(random),
            scale: pace(random),
            pages_left: random.between(1, 3),
            beats_left: random.between(20, 600),
            hidden: random.chance(0.5),
        }
    }
}

impl Behaviour for IdleTab {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left > 0 {
            self.pages_left -= 1;
            let essay =
                Target::Essay(u16::try_from(desk.random.leaning(ESSAYS.into())).unwrap_or(0));
            let target = if self.browser.open { self.browser.page.link(0) } else { essay };
            let view = view(desk.random, self.scale, target);
            return Next::In(self.browser.follow(desk, target, self.entry, view) + view.dwell_ms);
        }
        if self.beats_left == 0 {
            return Next::Leaves;
        }
        self.beats_left -= 1;
        desk.send(0, Request::pulse().from(self.browser.page));
        let beat_ms = if self.hidden { HIDDEN_PULSE_MS } else { PULSE_MS };
        Next::In(beat_ms + u64::from(desk.random.below(12)))
    }
}
