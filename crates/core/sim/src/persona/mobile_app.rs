//! The shop's own application in a person's hand: API calls in parallel, at the pace of taps.
//!
//! Opening it asks for several things at once, as an agent's tool calls would; every further screen is one
//! to three calls after a person's pause.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, reader::pace},
    random::Random,
    request::Request,
    site::{BOOKS, SUBJECT_COUNT, Target},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct MobileApp {
    scale: f64,
    opened: bool,
    screens_left: u32,
    subject: u8,
}

impl MobileApp {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            scale: pace(random),
            opened: false,
            screens_left: random.between(3, 20),
            subject: u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0),
        }
    }
}

impl Behaviour for MobileApp {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.screens_left == 0 {
            return Next::Leaves;
        }
        self.screens_left -= 1;
        if self.opened {
            let book = u16::try_from(desk.random.below(BOOKS.into())).unwrap_or(0);
            desk.send(0, Request::call(Target::ApiBook(book)));
            desk.send(3, Request::call(Target::ApiStock(book)));
            if desk.random.chance(0.5) {
                desk.send(5, Request::call(Target::ApiReviews(book)));
            }
        } else {
            self.opened = true;
            desk.send(0, Request::call(Target::ApiSubjects));
            desk.send(4, Request::call(Target::ApiHolds));
            desk.send(6, Request::call(Target::ApiBooks { subject: self.subject, page: 1 }));
        }
        Next::In(desk.random.log_logistic_ms(7000.0 * self.scale, 1.9).max(600))
    }
}
