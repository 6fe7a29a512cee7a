//! A person with tabs: opens several books from a list within seconds, then goes through them.
//!
//! Openings come a few hundred milliseconds to two seconds apart, which looks like a program; only the
//! tab in front beats, and the pauses between rounds are a person's.

use crate::{
    browser::{Browser, View},
    desk::Desk,
    persona::{
        Behaviour, Next,
        reader::{entry, pace, view},
    },
    random::Random,
    request::{Referer, Request},
    site::{SUBJECT_COUNT, SUBJECT_PAGES, Target},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct PowerUser {
    browser: Browser,
    entry: Referer,
    scale: f64,
    list: Target,
    rounds_left: u32,
    to_open: u32,
    opened: u32,
    link: u32,
}

impl PowerUser {
    pub(crate) fn new(random: &mut Random) -> Self {
        let subject = u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0);
        Self {
            browser: Browser::default(),
            entry: entry(random),
            scale: pace(random),
            list: Target::Subject { subject, page: 1 },
            rounds_left: random.between(2, 6),
            to_open: 0,
            opened: 0,
            link: 0,
        }
    }

    /// Looks over the list before opening anything.
    fn scans_list(&mut self, desk: &mut Desk<'_>) -> Next {
        self.rounds_left -= 1;
        let view = View {
            dwell_ms: desk.random.log_logistic_ms(8000.0 * self.scale, 2.0),
            scrolled: true,
        };
        let stands_ms = self.browser.follow(desk, self.list, self.entry, view);
        self.to_open = desk.random.between(3, 7);
        self.opened = self.to_open;
        self.link = 0;
        Next::In(stands_ms + view.dwell_ms.max(1500))
    }

    /// One more tab in the background; its page loads, and nobody looks at it yet.
    fn opens_tab(&mut self, desk: &mut Desk<'_>) -> Next {
        self.to_open -= 1;
        self.link += 1 + desk.random.leaning(4);
        let request = Request::page(self.list.link(self.link)).from(self.list);
        let hidden = View { dwell_ms: 1000, scrolled: false };
        self.browser.load(desk, 0, request, hidden);
        if self.to_open > 0 {
            return Next::In(desk.random.log_logistic_ms(750.0 * self.scale, 2.6).max(180));
        }
        let read_ms = self.reads_tabs(desk);
        if let Target::Subject { subject, page } = self.list {
            self.list = Target::Subject { subject, page: page % SUBJECT_PAGES + 1 };
        }
        Next::In(read_ms)
    }

    /// Goes through the open tabs; returns how long that takes, ms.
    fn reads_tabs(&mut self, desk: &mut Desk<'_>) -> u64 {
        let mut read_ms = 2000;
        for _ in 0..self.opened {
            let seen = view(desk.random, self.scale, self.browser.page);
            self.browser.beats(desk, read_ms, seen.dwell_ms);
            read_ms += seen.dwell_ms;
        }
        read_ms
    }
}

impl Behaviour for PowerUser {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        match (self.to_open, self.rounds_left) {
            (0, 0) => Next::Leaves,
            (0, _) => self.scans_list(desk),
            _ => self.opens_tab(desk),
        }
    }
}
