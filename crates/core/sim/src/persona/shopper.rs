//! A person who buys: types a search, compares some books, fills the cart, and half the time the form.
//!
//! The search box asks for suggestions at the speed of typing, about five letters a second; filling in a
//! form takes seconds per field.

use crate::{
    browser::{Browser, View},
    desk::Desk,
    persona::{
        Behaviour, Next,
        reader::{entry, pace, view},
    },
    random::Random,
    request::{Referer, Request},
    site::{TERM_COUNT, Target},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Arrives,
    Types,
    Compares,
    Cart,
    Form,
    Sends,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Shopper {
    browser: Browser,
    entry: Referer,
    scale: f64,
    stage: Stage,
    term: u8,
    typed: u8,
    books_left: u32,
    searches_left: u32,
}

impl Shopper {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            browser: Browser::default(),
            entry: entry(random),
            scale: pace(random),
            stage: Stage::Arrives,
            term: 0,
            typed: 0,
            books_left: 0,
            searches_left: random.leaning(3),
        }
    }

    /// Opens a page as this person looks at it; returns when the look is over.
    fn look(&mut self, desk: &mut Desk<'_>, target: Target) -> u64 {
        let view = view(desk.random, self.scale, target);
        self.browser.follow(desk, target, self.entry, view) + view.dwell_ms
    }

    fn starts_typing(&mut self, desk: &mut Desk<'_>, after_ms: u64) -> Next {
        self.stage = Stage::Types;
        self.term = u8::try_from(desk.random.below(TERM_COUNT.into())).unwrap_or(0);
        self.typed = 2;
        Next::In(after_ms)
    }

    /// One letter more, or the result page when the word is long enough.
    fn types(&mut self, desk: &mut Desk<'_>) -> Next {
        let suggest = Target::Suggest { term: self.term, typed: self.typed };
        desk.send(0, Request::call(suggest).from(self.browser.page));
        self.typed += 1;
        let letters = Target::term_letters(self.term);
        let finished = self.typed > 4 && desk.random.chance(0.35) || self.typed > letters;
        if finished {
            self.stage = Stage::Compares;
            self.books_left = desk.random.between(1, 5);
            return Next::In(desk.random.log_logistic_ms(1100.0 * self.scale, 2.5).max(250));
        }
        Next::In(desk.random.log_logistic_ms(190.0 * self.scale, 3.2).max(60))
    }

    /// The results, then books from them, each reached from the results again.
    fn compares(&mut self, desk: &mut Desk<'_>) -> Next {
        let results = Target::Search { term: self.term, page: 1 };
        if self.typed > 0 {
            self.typed = 0;
            return Next::In(self.look(desk, results));
        }
        if self.books_left > 0 {
            self.books_left -= 1;
            self.browser.page = results;
            let book = results.link(desk.random.leaning(10));
            return Next::In(self.look(desk, book));
        }
        if self.searches_left > 0 {
            self.searches_left -= 1;
            return self.starts_typing(desk, 0);
        }
        self.stage = Stage::Cart;
        if desk.random.chance(0.35) { Next::Leaves } else { Next::In(0) }
    }

    fn fills_cart(&mut self, desk: &mut Desk<'_>) -> Next {
        let sent_ms = desk.send(0, Request::form(Target::Cart).from(self.browser.page));
        let view = view(desk.random, self.scale, Target::Cart);
        let cart = Request::page(Target::Cart).from(self.browser.page);
        let stands_ms = self.browser.load(desk, sent_ms + 20, cart, view);
        self.stage = Stage::Form;
        if desk.random.chance(0.4) { Next::Leaves } else { Next::In(stands_ms + view.dwell_ms) }
    }

    fn opens_form(&mut self, desk: &mut Desk<'_>) -> Next {
        self.stage = Stage::Sends;
        let fields = u64::from(desk.random.between(6, 9));
        let per_field_ms = desk.random.log_logistic_ms(5200.0 * self.scale, 3.0).max(1500);
        let view = View { dwell_ms: fields * per_field_ms, scrolled: true };
        Next::In(self.browser.follow(desk, Target::Checkout, self.entry, view) + view.dwell_ms)
    }

    fn sends_form(&mut self, desk: &mut Desk<'_>) -> Next {
        let form = Request::form(Target::Checkout).from(Target::Checkout);
        if desk.random.chance(0.2) {
            // A field was wrong: the page comes back with a mark on it.
            desk.send(0, form.answered(422));
            return Next::In(desk.random.log_logistic_ms(11_000.0 * self.scale, 2.5).max(2500));
        }
        let sent_ms = desk.send(0, form);
        let view = view(desk.random, self.scale, Target::Thanks);
        let thanks = Request::page(Target::Thanks).from(Target::Checkout);
        self.browser.load(desk, sent_ms + 20, thanks, view);
        Next::Leaves
    }
}

impl Behaviour for Shopper {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        match self.stage {
            Stage::Arrives => {
                let looked_ms = self.look(desk, Target::Home);
                self.starts_typing(desk, looked_ms)
            }
            Stage::Types => self.types(desk),
            Stage::Compares => self.compares(desk),
            Stage::Cart => self.fills_cart(desk),
            Stage::Form => self.opens_form(desk),
            Stage::Sends => self.sends_form(desk),
        }
    }
}
