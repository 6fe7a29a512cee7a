//! People of the tuning split: a visit is a list of errands, made up on arrival and done one by one.
//!
//! Browsing follows links near the top and goes back now and then; finding types a search, then compares
//! results, each reached from the results again; tabs are opened behind the list, then read in turn.

use super::{Habits, Hand, entry, motion};
use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Referer,
    site::{TERM_COUNT, Target},
};

/// Something that a person came for.
#[derive(Clone, Copy, Debug)]
enum Errand {
    Browse { pages: u32 },
    Find { term: u8 },
    Compare { results: u32 },
    Spread { tabs: u32 },
    Read { tabs: u32 },
    Fill { step: u8 },
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Reading<H> {
    browser: Browser,
    hand: H,
    habits: Habits,
    entry: Referer,
    /// What is left to do; the next one stands last.
    errands: Vec<Errand>,
}

impl<H: Hand> Reading<H> {
    pub(crate) fn new(habits: Habits, random: &mut Random) -> Self {
        let pages = habits.pages.0 + random.leaning(habits.pages.1);
        let mut errands = Vec::new();
        if random.chance(habits.fills) {
            errands.push(Errand::Fill { step: 0 });
        }
        let rounds = 1 + pages / 25;
        for _ in 0..rounds {
            // The page of the arrival counts.
            let pages = (pages / rounds).saturating_sub(1);
            if pages > 0 {
                errands.push(Errand::Browse { pages });
            }
            if random.chance(habits.searches) {
                let term = u8::try_from(random.below(TERM_COUNT.into())).unwrap_or(0);
                errands.push(Errand::Find { term });
            }
            if random.chance(habits.tabs) {
                errands.push(Errand::Spread { tabs: random.between(2, 7) });
            }
        }
        let entry = entry(random);
        let hand = H::drawn(random, habits.slowness);
        Self { browser: Browser::default(), hand, habits, entry, errands }
    }

    fn arrives(&mut self, desk: &mut Desk<'_>) -> u64 {
        let target = match desk.random.below(10) {
            0..5 => desk.site.any_item(desk.random),
            5..7 => desk.site.any_list(desk.random),
            _ => Target::Home,
        };
        self.browser.arrive(desk, 0, target, self.entry)
    }

    fn goes_on(&mut self, desk: &mut Desk<'_>) -> u64 {
        if desk.random.chance(self.habits.back) && self.browser.back(desk, 0) {
            return 1;
        }
        let link = motion::any_link(&self.browser, desk);
        motion::clicks(&mut self.hand, &self.habits, &mut self.browser, desk, 0, link)
    }

    fn looks(&mut self, desk: &mut Desk<'_>, from_ms: u64) -> u64 {
        motion::looks(&mut self.hand, &self.habits, &mut self.browser, desk, from_ms)
    }

    /// Does a piece of an errand; says how long it took.
    fn does(&mut self, desk: &mut Desk<'_>, errand: Errand) -> u64 {
        match errand {
            Errand::Browse { pages } => {
                if pages > 1 {
                    self.errands.push(Errand::Browse { pages: pages - 1 });
                }
                let stands_ms = self.goes_on(desk);
                self.looks(desk, stands_ms)
            }
            Errand::Find { term } => {
                let results = desk.random.between(1, 5);
                self.errands.push(Errand::Compare { results });
                let stands_ms = motion::searches(&mut self.hand, &mut self.browser, desk, 0, term);
                self.looks(desk, stands_ms)
            }
            Errand::Compare { results } => {
                if results > 1 {
                    self.errands.push(Errand::Compare { results: results - 1 });
                }
                if !matches!(self.browser.page(), Target::Search { .. }) {
                    self.browser.back(desk, 0);
                }
                let link = motion::any_link(&self.browser, desk);
                let (hand, habits) = (&mut self.hand, &self.habits);
                let stands_ms = motion::clicks(hand, habits, &mut self.browser, desk, 300, link);
                self.looks(desk, stands_ms)
            }
            Errand::Spread { tabs } => {
                self.errands.push(Errand::Read { tabs });
                let mut at_ms = 0;
                for _ in 0..tabs {
                    at_ms += self.hand.rest_ms(desk.random);
                    let link = motion::any_link(&self.browser, desk);
                    self.browser.open_behind(desk, at_ms, link);
                }
                at_ms + self.hand.rest_ms(desk.random)
            }
            Errand::Read { tabs } => {
                if tabs > 1 {
                    self.errands.push(Errand::Read { tabs: tabs - 1 });
                }
                let newest = self.browser.tab_count().saturating_sub(1);
                self.browser.bring(newest);
                let read_ms = self.looks(desk, 0);
                self.browser.close();
                read_ms + self.hand.rest_ms(desk.random)
            }
            Errand::Fill { step } => self.fills(desk, step),
        }
    }

    fn fills(&mut self, desk: &mut Desk<'_>, step: u8) -> u64 {
        let page = Target::Form(step);
        let stands_ms = if self.browser.page() == page {
            0
        } else {
            motion::clicks(&mut self.hand, &self.habits, &mut self.browser, desk, 0, page)
        };
        // Some leave the form where it stands.
        if desk.random.chance(0.15) {
            return self.looks(desk, stands_ms);
        }
        if step + 1 < desk.site.form_steps {
            self.errands.push(Errand::Fill { step: step + 1 });
        }
        motion::fills(&mut self.hand, &mut self.browser, desk, stands_ms, step)
    }
}

impl<H: Hand> Behaviour for Reading<H> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.browser.is_open() {
            let stands_ms = self.arrives(desk);
            return Next::In(self.looks(desk, stands_ms));
        }
        match self.errands.pop() {
            Some(errand) => Next::In(self.does(desk, errand)),
            None => Next::Leaves,
        }
    }

    fn browser(&mut self) -> Option<&mut Browser> {
        Some(&mut self.browser)
    }
}
