//! People of the held-out split: foragers without a plan, who weigh at every page what promises most.
//!
//! A page is a patch whose gain falls with what was taken from it; a poor patch is left by going back, by
//! another search or by another tab. There is no list of errands: what happens next depends on where the
//! person is, how much patience is left and what the last page gave (information foraging, after Pirolli
//! and Card 1999; the weights are assumptions).

use super::{Habits, Hand, entry, motion};
use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Referer,
    site::{TERM_COUNT, Target},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Foraging<H> {
    browser: Browser,
    hand: H,
    habits: Habits,
    entry: Referer,
    /// Falls with every page; the visit ends when it is used up.
    patience: f64,
    /// What the patch still promises, 0 to 1.
    gain: f64,
    /// The step of the form that is being filled in.
    step: Option<u8>,
    to_fill: bool,
}

impl<H: Hand> Foraging<H> {
    pub(crate) fn new(habits: Habits, random: &mut Random) -> Self {
        let patience = f64::from(habits.pages.0 + random.leaning(habits.pages.1));
        Self {
            browser: Browser::default(),
            hand: H::drawn(random, habits.slowness),
            habits,
            entry: entry(random),
            patience,
            gain: 0.5 + 0.5 * random.unit(),
            step: None,
            to_fill: random.chance(habits.fills),
        }
    }

    fn looks(&mut self, desk: &mut Desk<'_>, from_ms: u64) -> u64 {
        motion::looks(&mut self.hand, &self.habits, &mut self.browser, desk, from_ms)
    }

    /// A page that smells of what is sought: the best of three links.
    fn scent(&mut self, desk: &mut Desk<'_>) -> Target {
        let mut best = (0, Target::Home);
        for _ in 0..3 {
            let link = motion::any_link(&self.browser, desk);
            let scent = crate::random::mix(link.number() ^ desk.site.seed) | 1;
            if scent > best.0 {
                best = (scent, link);
            }
        }
        best.1
    }

    fn moves(&mut self, desk: &mut Desk<'_>) -> u64 {
        let poor = 1.0 - self.gain;
        if self.browser.tab_count() > 1 && desk.random.chance(0.25 + 0.3 * poor) {
            if desk.random.chance(0.5) {
                self.browser.close();
            } else {
                let tabs = u32::try_from(self.browser.tab_count()).unwrap_or(1);
                self.browser.bring(desk.random.below(tabs) as usize);
            }
            self.gain = 0.4 + 0.5 * desk.random.unit();
            return self.hand.rest_ms(desk.random);
        }
        if desk.random.chance(self.habits.back * (0.5 + 2.0 * poor)) && self.browser.back(desk, 0) {
            self.gain = 0.7;
            return 1;
        }
        if desk.random.chance(self.habits.searches * poor * 0.5) {
            let term = u8::try_from(desk.random.below(TERM_COUNT.into())).unwrap_or(0);
            self.gain = 0.9;
            return motion::searches(&mut self.hand, &mut self.browser, desk, 0, term);
        }
        let link = self.scent(desk);
        if desk.random.chance(self.habits.tabs * 0.5) {
            let at_ms = self.hand.rest_ms(desk.random);
            return self.browser.open_behind(desk, at_ms, link);
        }
        self.gain = (self.gain * 0.8 + 0.25 * desk.random.unit()).min(1.0);
        motion::clicks(&mut self.hand, &self.habits, &mut self.browser, desk, 0, link)
    }

    fn fills(&mut self, desk: &mut Desk<'_>, step: u8) -> u64 {
        let next = step + 1;
        let gives_up = desk.random.chance(0.12);
        self.step = (next < desk.site.form_steps && !gives_up).then_some(next);
        motion::fills(&mut self.hand, &mut self.browser, desk, 0, step)
    }
}

impl<H: Hand> Behaviour for Foraging<H> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.browser.is_open() {
            let target = match desk.random.below(8) {
                0..3 => desk.site.any_item(desk.random),
                3..5 => desk.site.any_list(desk.random),
                5 => Target::Info(0),
                _ => Target::Home,
            };
            let stands_ms = self.browser.arrive(desk, 0, target, self.entry);
            return Next::In(self.looks(desk, stands_ms));
        }
        if let Some(step) = self.step {
            return Next::In(self.fills(desk, step));
        }
        self.patience -= 0.6 + 0.8 * desk.random.unit();
        if self.patience <= 0.0 {
            if !self.to_fill {
                return Next::Leaves;
            }
            self.to_fill = false;
            self.step = Some(0);
            let (hand, habits) = (&mut self.hand, &self.habits);
            let form = Target::Form(0);
            return Next::In(motion::clicks(hand, habits, &mut self.browser, desk, 0, form));
        }
        let stands_ms = self.moves(desk);
        Next::In(self.looks(desk, stands_ms))
    }

    fn browser(&mut self) -> Option<&mut Browser> {
        Some(&mut self.browser)
    }
}
