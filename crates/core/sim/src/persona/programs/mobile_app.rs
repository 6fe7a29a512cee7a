//! A vendor's own application in a person's hand: API calls in parallel, at the pace of taps.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::Target,
};

/// Opening it asks for several things at once, as an agent's tool calls would; every further screen is one to
/// three calls after a person's pause.
#[derive(Debug)]
pub(crate) struct ScreenApp {
    slowness: f64,
    opened: bool,
    screens_left: u32,
    section: u16,
}

impl ScreenApp {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            slowness: random.log_normal_ms(1000.0, 0.35).clamp(500, 2400) as f64 / 1000.0,
            opened: false,
            screens_left: random.between(3, 20),
            section: u16::try_from(random.below(8)).unwrap_or(0),
        }
    }
}

impl Behaviour for ScreenApp {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.screens_left == 0 {
            return Next::Leaves;
        }
        self.screens_left -= 1;
        if self.opened {
            let item = desk.random.below(desk.site.items);
            desk.send(0, Request::call(Target::ApiItem(item)));
            desk.send(3, Request::call(Target::ApiPart { item, part: 0 }));
            if desk.random.chance(0.5) {
                desk.send(5, Request::call(Target::ApiPart { item, part: 1 }));
            }
        } else {
            self.opened = true;
            desk.send(0, Request::call(Target::ApiIndex));
            desk.send(4, Request::call(Target::PageCall(0)));
            desk.send(6, Request::call(Target::ApiList { section: self.section, page: 1 }));
        }
        Next::In(desk.random.log_normal_ms(7000.0 * self.slowness, 0.9).max(600))
    }
}

/// A feed that is drawn up with the thumb: the next page of one list every few seconds, an item now and then, a count
/// of news in the background.
#[derive(Debug)]
pub(crate) struct FeedApp {
    page: u8,
    section: u16,
    draws_left: u32,
    thumb_ms: f64,
}

impl FeedApp {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            page: 0,
            section: u16::try_from(random.below(8)).unwrap_or(0),
            draws_left: random.between(5, 50),
            thumb_ms: 2500.0 + 6000.0 * random.unit(),
        }
    }
}

impl Behaviour for FeedApp {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.draws_left == 0 {
            return Next::Leaves;
        }
        self.draws_left -= 1;
        if desk.random.chance(0.25) {
            let item = desk.random.leaning(desk.site.items);
            desk.send(0, Request::call(Target::ApiItem(item)));
            return Next::In(1200 + desk.random.weibull_ms(20_000.0, 0.75));
        }
        self.page = self.page % 60 + 1;
        if self.page % 8 == 1 {
            desk.send(2, Request::call(Target::PageCall(0)));
        }
        desk.send(0, Request::call(Target::ApiList { section: self.section, page: self.page }));
        Next::In(400 + desk.random.weibull_ms(self.thumb_ms, 0.85))
    }
}
