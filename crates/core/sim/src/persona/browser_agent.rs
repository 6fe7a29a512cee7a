//! A language model that drives a browser: every page is rendered in full, every step waits for the model.
//!
//! A step looks at the page (a screenshot, after it has settled), thinks, and clicks. It fills a search
//! field in one go, so the box asks for suggestions once and not per letter; it takes the results in
//! order, comes back to them by their address, and scrolls one page in five.

use crate::{
    browser::{Browser, View},
    desk::Desk,
    persona::{Behaviour, Next, inference::Inference},
    random::Random,
    request::{Referer, Request},
    site::{TERM_COUNT, Target},
};

#[derive(Clone, Copy, Debug)]
enum Step {
    Opens,
    Fills,
    Results,
    Book(u32),
    Cart,
    Checkout,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct BrowserAgent {
    browser: Browser,
    model: Inference,
    step: Step,
    term: u8,
    books: u32,
    searches_left: u32,
    buys: bool,
}

impl BrowserAgent {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            browser: Browser::default(),
            model: Inference::new(random, 110.0),
            step: Step::Opens,
            term: u8::try_from(random.below(TERM_COUNT.into())).unwrap_or(0),
            books: random.between(2, 6),
            searches_left: random.between(0, 2),
            buys: random.chance(0.4),
        }
    }

    /// Opens a page, and returns after the model has decided on the next step.
    fn opens(&mut self, desk: &mut Desk<'_>, target: Target) -> Next {
        let settle_ms = u64::from(desk.random.between(500, 1400));
        let pause_ms = settle_ms + self.model.pause_ms(desk.random);
        let view = View { dwell_ms: pause_ms, scrolled: desk.random.chance(0.2) };
        // What a screenshot and the page's outline cost the model to read.
        self.model.reads(6000);
        let stands_ms = self.browser.follow(desk, target, Referer::None, view);
        Next::In(stands_ms + pause_ms)
    }

    fn after_book(&mut self, number: u32) -> Step {
        if number + 1 < self.books {
            return Step::Book(number + 1);
        }
        if self.searches_left > 0 {
            self.searches_left -= 1;
            self.term = (self.term + 5) % TERM_COUNT;
            return Step::Fills;
        }
        Step::Cart
    }

    fn fills_cart(&mut self, desk: &mut Desk<'_>) -> Next {
        desk.send(0, Request::form(Target::Cart).from(self.browser.page));
        self.step = Step::Checkout;
        self.opens(desk, Target::Cart)
    }
}

impl Behaviour for BrowserAgent {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let results = Target::Search { term: self.term, page: 1 };
        match self.step {
            Step::Opens => {
                self.step = Step::Fills;
                self.opens(desk, Target::Home)
            }
            Step::Fills => {
                self.step = Step::Results;
                let suggest = Target::Suggest { term: self.term, typed: u8::MAX };
                desk.send(0, Request::call(suggest).from(self.browser.page));
                Next::In(self.model.pause_ms(desk.random))
            }
            Step::Results => {
                self.step = Step::Book(0);
                self.opens(desk, results)
            }
            Step::Book(number) => {
                self.browser.page = results;
                self.step = self.after_book(number);
                self.opens(desk, results.link(number))
            }
            Step::Cart if self.buys => self.fills_cart(desk),
            Step::Cart | Step::Checkout => {
                if self.buys {
                    self.buys = false;
                    return self.opens(desk, Target::Checkout);
                }
                Next::Leaves
            }
        }
    }
}
