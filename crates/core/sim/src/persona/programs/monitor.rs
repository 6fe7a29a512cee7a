//! Availability checks: one request at one period, or a journey of a few pages in a fixed order.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// One request a minute or twice, for as long as the log lasts.
#[derive(Debug)]
pub(crate) struct Probe {
    period_ms: u64,
    request: Request,
}

impl Probe {
    pub(crate) fn new(random: &mut Random) -> Self {
        let request = match random.below(3) {
            0 => Request::head(Target::Home),
            1 => Request::call(Target::Home),
            _ => Request::call(Target::Surface(Surface::Health)),
        };
        Self { period_ms: random.pick(&[30_000, 60_000]), request }
    }
}

impl Behaviour for Probe {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        desk.send(0, self.request);
        Next::In(self.period_ms + desk.wait_ms(0, 25))
    }
}

/// Front page, a list, an item, the form: the same every few minutes.
#[derive(Debug)]
pub(crate) struct Journey {
    period_ms: u64,
    item: u32,
    pages: usize,
}

impl Journey {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            period_ms: random.pick(&[90_000, 180_000, 300_000]),
            item: random.below(40),
            pages: random.between(2, 4) as usize,
        }
    }
}

impl Behaviour for Journey {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let item = Target::Item(self.item);
        let list = Target::List { section: 0, page: 1 };
        let mut at_ms = 0;
        for page in [Target::Home, list, item, Target::Form(0)].into_iter().take(self.pages) {
            at_ms = desk.send(at_ms, Request::page(page)) + desk.wait_ms(4, 30);
        }
        Next::In(self.period_ms + desk.wait_ms(0, 900))
    }
}
