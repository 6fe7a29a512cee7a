//! A language model with API tools: finds out what there is, then works, several calls at a time.
//!
//! It begins at the machine-readable surfaces, guesses one or two paths that miss, then alternates between
//! single calls and parallel ones; a refused call is read and repaired; a throttled one is retried with
//! doubling waits, as the client library under it does.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, inference::Inference},
    random::Random,
    request::Request,
    site::{BOOKS, SUBJECT_COUNT, Target},
    surface::{GUESSES, Surface},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct ApiAgent {
    model: Inference,
    discoveries_left: u32,
    steps_left: u32,
    subject: u8,
    page: u8,
    book: u16,
    /// The call that was refused last and will be repaired.
    refused: bool,
}

impl ApiAgent {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            model: Inference::new(random, 70.0),
            discoveries_left: random.between(1, 4),
            steps_left: random.between(8, 45),
            subject: u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0),
            page: 0,
            book: u16::try_from(random.below(BOOKS.into())).unwrap_or(0),
            refused: false,
        }
    }

    fn call(&mut self, desk: &mut Desk<'_>, after_ms: u64, request: Request) -> u64 {
        self.model.reads(request.response_bytes());
        desk.send(after_ms, request)
    }

    fn discovers(&mut self, desk: &mut Desk<'_>) -> u64 {
        self.discoveries_left -= 1;
        let guess =
            u8::try_from(desk.random.below(u32::try_from(GUESSES.len()).unwrap_or(1))).unwrap_or(0);
        let surface = match self.discoveries_left {
            0 => Surface::OpenApi,
            1 => desk.random.pick(&[Surface::Llms, Surface::ApiCatalog, Surface::AgentCard]),
            _ => Surface::Guess(guess),
        };
        self.call(desk, 0, Request::call(Target::Surface(surface)))
    }

    /// Two to four different calls about one book, within some tens of milliseconds.
    fn fans_out(&mut self, desk: &mut Desk<'_>) -> u64 {
        self.book = (self.book + 16) % BOOKS;
        let calls = [
            Target::ApiBook(self.book),
            Target::ApiStock(self.book),
            Target::ApiReviews(self.book),
            Target::ApiHolds,
        ];
        let count = desk.random.between(2, 4) as usize;
        let mut done_ms = 0;
        let mut at_ms = 0;
        for target in calls.into_iter().take(count) {
            done_ms = self.call(desk, at_ms, Request::call(target)).max(done_ms);
            at_ms += u64::from(desk.random.between(1, 18));
        }
        done_ms
    }

    fn lists(&mut self, desk: &mut Desk<'_>) -> u64 {
        let wrong = Request::call(Target::ApiBooksWrong { subject: self.subject });
        if !self.refused && desk.random.chance(0.3) {
            self.refused = true;
            return self.call(desk, 0, wrong);
        }
        self.refused = false;
        self.page = self.page % 6 + 1;
        let list = Target::ApiBooks { subject: self.subject, page: self.page };
        self.call(desk, 0, Request::call(list))
    }

    /// A call that is throttled, and the library's own retries: 0.5 s, 1 s, 2 s.
    fn is_throttled(&mut self, desk: &mut Desk<'_>) -> u64 {
        let call = Request::call(Target::ApiBook(self.book));
        let mut at_ms = 0;
        let mut wait_ms = 500;
        for _ in 0..desk.random.between(1, 3) {
            at_ms = self.call(desk, at_ms, call.answered(429)) + wait_ms;
            at_ms += u64::from(desk.random.below(30));
            wait_ms *= 2;
        }
        self.call(desk, at_ms, call)
    }

    fn orders(&mut self, desk: &mut Desk<'_>) -> u64 {
        let status = if desk.profile.authenticated { 201 } else { 401 };
        self.call(desk, 0, Request::post_call(Target::ApiOrders).answered(status))
    }
}

impl Behaviour for ApiAgent {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.steps_left == 0 {
            return Next::Leaves;
        }
        let done_ms = if self.discoveries_left > 0 {
            self.discovers(desk)
        } else {
            self.steps_left -= 1;
            match desk.random.below(20) {
                _ if self.refused => self.lists(desk),
                0..8 => self.fans_out(desk),
                8..17 => self.lists(desk),
                17 => self.is_throttled(desk),
                _ => self.orders(desk),
            }
        };
        Next::In(done_ms + self.model.pause_ms(desk.random))
    }
}
