//! How an agent's harness acts on a browser: what one action does, and how long it takes to be decided.
//!
//! | style | looks | types | scrolls | pause |
//! |---|---|---|---|---|
//! | screenshot | after the page has settled, 0.5–1.4 s | fills a field at once | one to three screens a step | one model call per action, with the picture's tokens |
//! | elements | at once | fills at once | never | one model call per burst of 1–4 actions, 0.2–0.9 s apart |
//! | snapshot | reads the page as text | fills at once | never | one model call per action; grows with the page |
//! | delayed | after it has settled | letter by letter with even random gaps of 40–180 ms | a screen at a time | model call and a log-normal delay on top |
//!
//! A delayed harness moves the pointer onto what it clicks, so a site that prefetches sees it right before
//! the click, and never without one.

use super::super::thought::Thought;
use crate::{
    browser::Browser,
    desk::Desk,
    random::Random,
    site::{Target, term},
};

/// The style of a harness: see the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Screenshot,
    Elements,
    Snapshot,
    Delayed,
}

/// A browser with a model and a harness between them.
#[derive(Debug)]
pub(crate) struct Harness<T> {
    pub(crate) browser: Browser,
    style: Style,
    model: T,
    /// Actions that were decided on together and are not done yet.
    burst_left: u32,
}

/// Bytes that a picture of the page stands for.
const SCREENSHOT_BYTES: u32 = 6000;

impl<T: Thought> Harness<T> {
    pub(crate) fn new(style: Style, random: &mut Random) -> Self {
        let tokens = if style == Style::Elements { 140.0 } else { 80.0 };
        let model = T::drawn(random, tokens);
        Self { browser: Browser::default(), style, model, burst_left: 0 }
    }

    /// The pause until the next action, the page's own timers included; returns when it is over.
    pub(crate) fn thinks(&mut self, desk: &mut Desk<'_>, from_ms: u64) -> u64 {
        let page = self.browser.page();
        let pause_ms = match self.style {
            Style::Elements if self.burst_left > 0 => {
                self.burst_left -= 1;
                desk.wait_ms(200, 900)
            }
            Style::Elements => {
                self.burst_left = desk.random.below(4);
                self.model.reads(desk.site.bytes(page) / 3);
                desk.wait_ms(80, 300) + self.model.pause_ms(desk.random)
            }
            Style::Snapshot => {
                self.model.reads(desk.site.words(page) * 7);
                desk.wait_ms(150, 500) + self.model.pause_ms(desk.random)
            }
            Style::Screenshot | Style::Delayed => {
                self.model.reads(SCREENSHOT_BYTES);
                let settles_ms = desk.wait_ms(500, 1400);
                let delay_ms = if self.style == Style::Delayed {
                    desk.random.log_normal_ms(1800.0, 0.6)
                } else {
                    0
                };
                settles_ms + self.model.pause_ms(desk.random) + delay_ms
            }
        };
        // Nobody hides the tab of a program.
        self.browser.stay(desk, from_ms, pause_ms, true);
        from_ms + pause_ms
    }

    /// Clicks a link of the page.
    pub(crate) fn clicks(&mut self, desk: &mut Desk<'_>, link: Target) -> u64 {
        let moves_ms = if self.style == Style::Delayed {
            self.browser.hover(desk, 0, link);
            desk.wait_ms(70, 260)
        } else {
            0
        };
        self.browser.follow(desk, moves_ms, link)
    }

    /// Scrolls by a jump: what it uncovers is asked for at one time. True when it took a step.
    pub(crate) fn scrolls(&mut self, desk: &mut Desk<'_>) -> bool {
        let screens = match self.style {
            Style::Elements | Style::Snapshot => return false,
            Style::Screenshot => 1 + desk.random.below(3) as usize,
            Style::Delayed => 1,
        };
        self.browser.scroll(desk, 0, screens)
    }

    /// Puts a term into the search box: one call for all of it, or letter by letter when it is delayed.
    pub(crate) fn searches(&mut self, desk: &mut Desk<'_>, number: u8) -> u64 {
        let letters = u8::try_from(term(number).len()).unwrap_or(u8::MAX);
        let mut at_ms = 0;
        if self.style == Style::Delayed {
            for typed in 1..letters {
                at_ms += desk.wait_ms(40, 180);
                self.browser.suggests(desk, at_ms, number, typed, typed == 1);
            }
        }
        self.browser.suggests(desk, at_ms, number, letters, at_ms == 0);
        let enters_ms = at_ms + desk.wait_ms(30, 160);
        self.browser.follow(desk, enters_ms, Target::Search { term: number, page: 1 })
    }

    /// Fills in all fields of a step and sends it.
    pub(crate) fn fills(&mut self, desk: &mut Desk<'_>, step: u8, refused: bool) -> u64 {
        let mut at_ms = 0;
        for field in 0..desk.site.fields(step) {
            at_ms += match self.style {
                Style::Delayed => u64::from(desk.site.letters(step, field)) * desk.wait_ms(60, 140),
                _ => desk.wait_ms(15, 90),
            };
            self.browser.leaves_field(desk, at_ms, step, field);
        }
        self.browser.submit(desk, at_ms + 20, step, refused)
    }
}
