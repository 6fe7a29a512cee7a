//! A language model that fetches for an answer: one to three requests, and it is gone.
//!
//! It comes with an address from a search index, asks for Markdown where its software knows to, may look
//! at llms.txt first, and fetches a second page only after the model has read the first.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, inference::Inference},
    random::Random,
    request::Request,
    site::{BOOKS, ESSAYS, Target},
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct FetchAgent {
    model: Inference,
    asks_llms: bool,
    pages_left: u32,
    page: Target,
}

impl FetchAgent {
    pub(crate) fn new(random: &mut Random) -> Self {
        let essay = Target::Essay(u16::try_from(random.below(ESSAYS.into())).unwrap_or(0));
        let book = Target::Book(u16::try_from(random.below(BOOKS.into())).unwrap_or(0));
        Self {
            model: Inference::new(random, 50.0),
            asks_llms: random.chance(0.25),
            pages_left: random.between(1, 3),
            page: if random.chance(0.6) { essay } else { book },
        }
    }
}

impl Behaviour for FetchAgent {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let target = if self.asks_llms {
            self.asks_llms = false;
            Target::Surface(Surface::Llms)
        } else {
            self.page
        };
        let request = Request::page(target);
        let answered_ms = desk.send(0, request);
        self.model.reads(request.response_bytes());
        self.page = self.page.link(desk.random.leaning(4));
        Next::In(answered_ms + self.model.pause_ms(desk.random))
    }
}
