//! People whose regularity is their work or their absence: idle tabs, clerks, watchers, tinkerers.
//!
//! These are the ones who must not be taken for programs: beats of an idle tab are as even as any
//! machine's, a clerk sends the same form hundreds of times, a watcher reloads one page for hours, and
//! somebody who tries an API by hand makes the mistakes of an agent.

use super::{Habits, Hand, entry, motion};
use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::{Referer, Request},
    site::Target,
    surface::Surface,
};

/// Time that is planned at once, ms.
const STRETCH_MS: u64 = 300_000;

/// A visit, and then an open tab and nobody there, for up to eight hours.
#[derive(Debug)]
pub(crate) struct IdleTab {
    before: Box<dyn Behaviour>,
    idle: bool,
    left_ms: u64,
    visible: bool,
}

impl IdleTab {
    pub(crate) fn new(before: Box<dyn Behaviour>, random: &mut Random) -> Self {
        let left_ms = u64::from(random.between(10, 480)) * 60_000;
        Self { before, idle: false, left_ms, visible: random.chance(0.6) }
    }
}

impl Behaviour for IdleTab {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.idle {
            if let Next::In(wait_ms) = self.before.act(desk) {
                return Next::In(wait_ms);
            }
            self.idle = true;
        }
        if self.left_ms == 0 {
            return Next::Leaves;
        }
        let stretch_ms = self.left_ms.min(STRETCH_MS);
        self.left_ms -= stretch_ms;
        if let Some(browser) = self.before.browser() {
            browser.stay(desk, 0, stretch_ms, self.visible);
        }
        Next::In(stretch_ms)
    }
}

/// Enters records all day: the same form, the same fields, a pause now and then.
#[derive(Debug)]
pub(crate) struct FormClerk<H> {
    browser: Browser,
    hand: H,
    habits: Habits,
    forms_left: u32,
    step: u8,
}

impl<H: Hand> FormClerk<H> {
    pub(crate) fn new(habits: Habits, random: &mut Random) -> Self {
        let practised = 0.6 + 0.3 * random.unit();
        let hand = H::drawn(random, practised);
        let forms_left = random.between(20, 220);
        Self { browser: Browser::default(), hand, habits, forms_left, step: 0 }
    }
}

impl<H: Hand> Behaviour for FormClerk<H> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.forms_left == 0 {
            return Next::Leaves;
        }
        let page = Target::Form(self.step);
        let from_ms = if self.browser.page() == page {
            0
        } else {
            let (hand, habits) = (&mut self.hand, &self.habits);
            motion::clicks(hand, habits, &mut self.browser, desk, 0, page)
        };
        let done_ms = motion::fills(&mut self.hand, &mut self.browser, desk, from_ms, self.step);
        self.step += 1;
        if self.step < desk.site.form_steps {
            return Next::In(done_ms + self.hand.rest_ms(desk.random));
        }
        self.step = 0;
        self.forms_left -= 1;
        // The next paper is taken up; one time in thirty there is coffee.
        let rest_ms = if desk.random.chance(1.0 / 30.0) {
            desk.random.log_normal_ms(420_000.0, 0.5)
        } else {
            desk.random.log_normal_ms(6000.0, 0.5)
        };
        self.browser.stay(desk, done_ms, rest_ms, true);
        Next::In(done_ms + rest_ms)
    }
}

/// Watches the status page of the site, by hand, between other work.
#[derive(Debug)]
pub(crate) struct StatusWatcher<H> {
    browser: Browser,
    hand: H,
    every_ms: f64,
    looks_left: u32,
}

impl<H: Hand> StatusWatcher<H> {
    pub(crate) fn new(random: &mut Random) -> Self {
        let every_ms = f64::from(random.pick(&[15_000_u32, 30_000, 60_000, 120_000]));
        let hand = H::drawn(random, 1.0);
        Self { browser: Browser::default(), hand, every_ms, looks_left: random.between(8, 120) }
    }
}

impl<H: Hand> Behaviour for StatusWatcher<H> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.looks_left == 0 {
            return Next::Leaves;
        }
        self.looks_left -= 1;
        let stands_ms = if self.browser.is_open() {
            self.browser.reload(desk, 0)
        } else {
            self.browser.arrive(desk, 0, Target::Status, Referer::None)
        };
        // The eye comes back about when it meant to; sometimes something else is in the way.
        let wait_ms = if desk.random.chance(0.15) {
            self.hand.dwell_ms(desk.random, 900) * 3
        } else {
            desk.random.log_normal_ms(self.every_ms, 0.18)
        };
        self.browser.stay(desk, stands_ms, wait_ms, true);
        Next::In(stands_ms + wait_ms)
    }
}

/// Reads the documentation and tries the API in the address bar: mistakes, repairs, reloads.
#[derive(Debug)]
pub(crate) struct ApiTinkerer<H> {
    browser: Browser,
    hand: H,
    habits: Habits,
    tries_left: u32,
    section: u16,
    refused: bool,
}

impl<H: Hand> ApiTinkerer<H> {
    pub(crate) fn new(habits: Habits, random: &mut Random) -> Self {
        Self {
            browser: Browser::default(),
            hand: H::drawn(random, 1.0),
            habits,
            tries_left: random.between(6, 40),
            section: u16::try_from(random.below(6)).unwrap_or(0),
            refused: false,
        }
    }

    /// An address typed or changed by hand.
    fn tries(&mut self, desk: &mut Desk<'_>) -> u64 {
        let wrong = u8::try_from(desk.random.below(4)).unwrap_or(0);
        let target = match desk.random.below(10) {
            _ if self.refused => Target::ApiList { section: self.section, page: 1 },
            0 => Target::Surface(Surface::OpenApi),
            1 | 2 => Target::ApiWrong { section: self.section, wrong },
            3..6 => Target::ApiItem(desk.random.below(desk.site.items)),
            _ => Target::ApiList { section: self.section, page: wrong + 1 },
        };
        self.refused = matches!(target, Target::ApiWrong { .. });
        desk.send(0, Request::page(target))
    }
}

impl<H: Hand> Behaviour for ApiTinkerer<H> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.tries_left == 0 {
            return Next::Leaves;
        }
        self.tries_left -= 1;
        if !self.browser.is_open() {
            let came = entry(desk.random);
            let page = desk.site.any_item(desk.random);
            let stands_ms = self.browser.arrive(desk, 0, page, came);
            let (hand, habits) = (&mut self.hand, &self.habits);
            return Next::In(motion::looks(hand, habits, &mut self.browser, desk, stands_ms));
        }
        if !self.refused && desk.random.chance(0.25) {
            let link = motion::any_link(&self.browser, desk);
            let (hand, habits) = (&mut self.hand, &self.habits);
            let stands_ms = motion::clicks(hand, habits, &mut self.browser, desk, 0, link);
            return Next::In(motion::looks(hand, habits, &mut self.browser, desk, stands_ms));
        }
        let came_ms = self.tries(desk);
        Next::In(came_ms + self.hand.dwell_ms(desk.random, 90) + self.hand.field_ms(desk.random, 9))
    }
}
