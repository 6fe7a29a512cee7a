//! A browser agent of the held-out split: it looks around and decides from what it sees.
//!
//! It opens lists, pages through them, takes items that its question is about, guesses an address now and
//! then and reads the refusal, goes back with the browser's button, and looks again at what it has seen.

use super::{Harness, Style};
use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next, thought::Thought},
    random::{Random, mix},
    request::Referer,
    site::{TERM_COUNT, Target},
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Explore<T> {
    harness: Harness<T>,
    steps_left: u32,
    /// What it is asked about: decides which links look right.
    question: u64,
    form: Option<u8>,
    guessed: bool,
}

impl<T: Thought> Explore<T> {
    pub(crate) fn new(style: Style, random: &mut Random) -> Self {
        Self {
            harness: Harness::new(style, random),
            steps_left: random.between(8, 60),
            question: random.bits(),
            form: random.chance(0.35).then_some(0),
            guessed: false,
        }
    }

    /// The link of the page that looks most like the question; the same page gives the same link.
    fn best_link(&self, desk: &Desk<'_>, skip: u64) -> Target {
        let page = self.harness.browser.page();
        let links = (0..u32::from(desk.site.link_count(page))).map(|n| desk.site.link(page, n));
        let fit = |link: &Target| mix(link.number() ^ self.question ^ skip);
        links.max_by_key(fit).unwrap_or_default()
    }

    fn looks_around(&mut self, desk: &mut Desk<'_>) -> u64 {
        let page = self.harness.browser.page();
        match desk.random.below(20) {
            _ if self.guessed => {
                self.guessed = false;
                self.harness.browser.enter(desk, 0, Target::Home)
            }
            0 => {
                self.guessed = true;
                let guess = u8::try_from(desk.random.below(12)).unwrap_or(0);
                self.harness.browser.enter(desk, 0, Target::Surface(Surface::Guess(guess)))
            }
            1..5 if self.harness.scrolls(desk) => 0,
            5..8 if self.harness.browser.back(desk, 0) => 40,
            8..10 => {
                let term = u8::try_from(desk.random.below(TERM_COUNT.into())).unwrap_or(0);
                self.harness.searches(desk, term)
            }
            10..12 if matches!(page, Target::List { .. }) => {
                let last = u32::from(desk.site.link_count(page)).saturating_sub(1);
                let next = desk.site.link(page, last);
                self.harness.clicks(desk, next)
            }
            _ => {
                let link = self.best_link(desk, u64::from(self.steps_left));
                self.harness.clicks(desk, link)
            }
        }
    }

    /// The form at the end, with refusals that are repaired.
    fn fills(&mut self, desk: &mut Desk<'_>, step: u8) -> u64 {
        let page = Target::Form(step);
        if self.harness.browser.page() != page {
            return self.harness.clicks(desk, page);
        }
        let refused = desk.random.chance(0.3);
        if !refused {
            self.form = (step + 1 < desk.site.form_steps).then_some(step + 1);
        }
        self.harness.fills(desk, step, refused)
    }
}

impl<T: Thought> Behaviour for Explore<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let stands_ms = if !self.harness.browser.is_open() {
            let first = if desk.random.chance(0.5) {
                Target::Home
            } else {
                desk.site.any_list(desk.random)
            };
            self.harness.browser.arrive(desk, 0, first, Referer::None)
        } else if self.steps_left > 0 {
            self.steps_left -= 1;
            self.looks_around(desk)
        } else if let Some(step) = self.form {
            self.fills(desk, step)
        } else {
            return Next::Leaves;
        };
        Next::In(self.harness.thinks(desk, stands_ms))
    }

    fn browser(&mut self) -> Option<&mut Browser> {
        Some(&mut self.harness.browser)
    }
}
