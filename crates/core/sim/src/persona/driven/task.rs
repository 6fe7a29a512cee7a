//! A browser agent of the tuning split: it was told what to do and does it in order.
//!
//! Search, open the results from the top one after the other, go back by asking for the results again,
//! then perhaps the form, whose refusals it reads and repairs.

use super::{Harness, Style};
use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next, thought::Thought},
    random::Random,
    request::Referer,
    site::{TERM_COUNT, Target},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Arrives,
    Searches,
    Results { next: u32 },
    Form { step: u8, refusals: u32 },
    Done,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Task<T> {
    harness: Harness<T>,
    stage: Stage,
    rounds_left: u32,
    results: u32,
    term: u8,
    fills: bool,
}

impl<T: Thought> Task<T> {
    pub(crate) fn new(style: Style, random: &mut Random) -> Self {
        Self {
            harness: Harness::new(style, random),
            stage: Stage::Arrives,
            rounds_left: random.between(1, 4),
            results: random.between(2, 7),
            term: u8::try_from(random.below(TERM_COUNT.into())).unwrap_or(0),
            fills: random.chance(0.4),
        }
    }

    fn compares(&mut self, desk: &mut Desk<'_>, next: u32) -> u64 {
        let results = Target::Search { term: self.term, page: 1 };
        if self.harness.browser.page() != results {
            // The tool asks for the address again; the address of the results is known.
            return self.harness.browser.enter(desk, 0, results);
        }
        if desk.random.chance(0.2) && self.harness.scrolls(desk) {
            return 0;
        }
        self.stage = Stage::Results { next: next + 1 };
        let link = desk.site.link(results, next);
        self.harness.clicks(desk, link)
    }

    fn after_results(&mut self) {
        self.rounds_left -= 1;
        self.term = (self.term + 5) % TERM_COUNT;
        self.stage = match (self.rounds_left, self.fills) {
            (0, true) => Stage::Form { step: 0, refusals: 0 },
            (0, false) => Stage::Done,
            _ => Stage::Searches,
        };
    }

    fn fills(&mut self, desk: &mut Desk<'_>, step: u8, refusals: u32) -> u64 {
        let page = Target::Form(step);
        if self.harness.browser.page() != page {
            return self.harness.clicks(desk, page);
        }
        let refused = refusals < 2 && desk.random.chance(0.35);
        self.stage = match (refused, step + 1 < desk.site.form_steps) {
            (true, _) => Stage::Form { step, refusals: refusals + 1 },
            (false, true) => Stage::Form { step: step + 1, refusals: 0 },
            (false, false) => Stage::Done,
        };
        self.harness.fills(desk, step, refused)
    }
}

impl<T: Thought> Behaviour for Task<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let stands_ms = match self.stage {
            Stage::Arrives => {
                self.stage = Stage::Searches;
                if self.harness.browser.is_open() {
                    0
                } else {
                    self.harness.browser.arrive(desk, 0, Target::Home, Referer::None)
                }
            }
            Stage::Searches => {
                self.stage = Stage::Results { next: 0 };
                self.harness.searches(desk, self.term)
            }
            Stage::Results { next } if next < self.results => self.compares(desk, next),
            Stage::Results { .. } => {
                self.after_results();
                0
            }
            Stage::Form { step, refusals } => self.fills(desk, step, refusals),
            Stage::Done => return Next::Leaves,
        };
        Next::In(self.harness.thinks(desk, stands_ms))
    }

    fn browser(&mut self) -> Option<&mut Browser> {
        Some(&mut self.harness.browser)
    }
}
