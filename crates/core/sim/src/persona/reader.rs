//! A person who reads: essays to the end, books at a glance, back and onward by the links of the page.
//!
//! Dwell is log-logistic around a scale of the person's own, longer where there is more to read; a third
//! of the pages are only glanced at. Going back shows the page from the browser's cache: no request.

use crate::{
    browser::{Browser, View},
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::{Referer, Request},
    site::{ESSAYS, SUBJECT_COUNT, Target},
};

/// Sites that send readers here.
const ENTRIES: [&str; 4] = [
    "https://www.google.com/",
    "https://duckduckgo.com/",
    "https://www.bing.com/",
    "https://lists.bindersguild.example/",
];

/// How a person came: half by a search engine, some by a link, the rest by bookmark.
pub(crate) fn entry(random: &mut Random) -> Referer {
    if random.chance(0.65) { Referer::Outside(random.pick(&ENTRIES)) } else { Referer::None }
}

/// How long this person looks at a page, and whether to the end.
pub(crate) fn view(random: &mut Random, scale: f64, page: Target) -> View {
    if random.chance(0.33) {
        return View { dwell_ms: random.log_logistic_ms(3200.0, 2.4).max(700), scrolled: false };
    }
    let median_ms = match page {
        Target::Essay(_) => 52_000.0,
        Target::Book(_) => 17_000.0,
        Target::Checkout => 38_000.0,
        _ => 9000.0,
    };
    let dwell_ms = random.log_logistic_ms(median_ms * scale, 1.8).clamp(900, 900_000);
    View { dwell_ms, scrolled: random.chance(0.7) }
}

/// A person's own pace: the quick take half the typical time, the slow more than twice.
pub(crate) fn pace(random: &mut Random) -> f64 {
    random.log_logistic_ms(1000.0, 4.0).clamp(500, 2400) as f64 / 1000.0
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Reader {
    browser: Browser,
    entry: Referer,
    scale: f64,
    pages_left: u32,
    before: Target,
    impatient: bool,
}

impl Reader {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            browser: Browser::default(),
            entry: entry(random),
            scale: pace(random),
            pages_left: 2 + random.leaning(24),
            before: Target::Home,
            impatient: false,
        }
    }

    /// One who reloads a page that is slow to come.
    pub(crate) fn impatient(random: &mut Random) -> Self {
        Self { impatient: true, ..Self::new(random) }
    }

    fn first_page(random: &mut Random) -> Target {
        match random.below(10) {
            0..5 => Target::Essay(u16::try_from(random.leaning(ESSAYS.into())).unwrap_or(0)),
            5 | 6 => {
                let subject = u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0);
                Target::Subject { subject, page: 1 }
            }
            _ => Target::Home,
        }
    }

    fn choose(&mut self, random: &mut Random) -> Target {
        if !self.browser.open {
            return Self::first_page(random);
        }
        let here = self.browser.page;
        here.link(random.leaning(here.link_count().into()))
    }
}

impl Behaviour for Reader {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        if self.browser.open && desk.random.chance(0.18) {
            // Back, from the cache: the page in front changes and the log does not see it.
            std::mem::swap(&mut self.browser.page, &mut self.before);
            return Next::In(desk.random.log_logistic_ms(4000.0 * self.scale, 2.0).max(400));
        }
        let target = self.choose(desk.random);
        self.before = self.browser.page;
        let view = view(desk.random, self.scale, target);
        if self.impatient && desk.random.chance(0.2) {
            // Gives up on the page while it loads and asks again.
            let referer = if self.browser.open { Referer::Page(self.before) } else { self.entry };
            desk.send(0, Request::page(target).referred(referer).answered(499));
            let again_ms = desk.random.log_logistic_ms(4200.0, 3.0).max(1200);
            let request = Request::page(target).referred(referer);
            let stands_ms = self.browser.load(desk, again_ms, request, view);
            return Next::In(stands_ms + view.dwell_ms);
        }
        let stands_ms = self.browser.follow(desk, target, self.entry, view);
        Next::In(stands_ms + view.dwell_ms)
    }
}
