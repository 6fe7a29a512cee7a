//! Language models that fetch for an answer, and leave no more than a few pages behind.
//!
//! The tuning family fetches one page after the other; the held-out family fetches the results of a search
//! index at once, then some of what they link to.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, thought::Thought},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// One to three requests, with a thought between; a quarter look at llms.txt first.
#[derive(Debug)]
pub(crate) struct AnswerFetch<T> {
    model: T,
    asks_llms: bool,
    pages_left: u32,
    page: Option<Target>,
}

impl<T: Thought> AnswerFetch<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            model: T::drawn(random, 50.0),
            asks_llms: random.chance(0.25),
            pages_left: random.between(1, 3),
            page: None,
        }
    }
}

impl<T: Thought> Behaviour for AnswerFetch<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let target = if self.asks_llms {
            self.asks_llms = false;
            Target::Surface(Surface::Llms)
        } else {
            let link = desk.random.leaning(4);
            let page = match self.page {
                Some(page) => desk.site.link(page, link),
                None => desk.site.any_item(desk.random),
            };
            *self.page.insert(page)
        };
        let request = Request::page(target);
        let answered_ms = desk.send(0, request);
        self.model.reads(request.response_bytes(desk.site));
        Next::In(answered_ms + self.model.pause_ms(desk.random))
    }
}

/// Two or three rounds: three to six pages at once, then a long thought.
#[derive(Debug)]
pub(crate) struct ResearchFetch<T> {
    model: T,
    rounds_left: u32,
    page: Option<Target>,
}

impl<T: Thought> ResearchFetch<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self { model: T::drawn(random, 260.0), rounds_left: random.between(1, 3), page: None }
    }
}

impl<T: Thought> Behaviour for ResearchFetch<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.rounds_left == 0 {
            return Next::Leaves;
        }
        self.rounds_left -= 1;
        let mut done_ms = 0;
        for _ in 0..desk.random.between(2, 6) {
            let link = desk.random.leaning(8);
            let page = match self.page {
                Some(page) => desk.site.link(page, link),
                None => desk.site.any_item(desk.random),
            };
            let request = Request::page(page);
            self.model.reads(request.response_bytes(desk.site) / 4);
            let at_ms = desk.wait_ms(0, 60);
            done_ms = desk.send(at_ms, request).max(done_ms);
            self.page = Some(page);
        }
        Next::In(done_ms + self.model.pause_ms(desk.random))
    }
}
