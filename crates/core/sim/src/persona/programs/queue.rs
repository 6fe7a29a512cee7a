//! A scraper with several connections and a delay that follows the site's own latency, randomised by half.

use super::FrontierScraper;
use crate::{
    desk::Desk,
    persona::{Behaviour, Next, pace::Sleep},
    random::Random,
    request::Request,
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue {
    frontier: FrontierScraper,
    connections: u32,
    /// The delay at this moment, ms.
    delay_ms: u64,
    requests_left: u32,
    obeys: bool,
}

impl Queue {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            frontier: FrontierScraper::new(Sleep::Fixed { ms: 0 }, random),
            connections: random.between(1, 8),
            delay_ms: random.between(250, 2500).into(),
            requests_left: random.between(60, 500),
            obeys: random.chance(0.5),
        }
    }
}

impl Behaviour for Queue {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.obeys {
            self.obeys = false;
            let robots = crate::site::Target::Surface(Surface::Robots);
            return Next::In(desk.send(0, Request::page(robots)) + 5);
        }
        if self.requests_left == 0 {
            return Next::Leaves;
        }
        let mut answered_ms = 1;
        for _ in 0..self.connections.min(self.requests_left) {
            self.requests_left -= 1;
            let page = self.frontier.takes(desk);
            let at_ms = desk.wait_ms(0, 30);
            answered_ms = desk.send(at_ms, Request::page(page)).max(answered_ms);
        }
        // Half the old delay, half the latency: the rule of an auto-throttle.
        self.delay_ms = u64::midpoint(self.delay_ms, answered_ms * 4);
        let low_ms = u32::try_from(self.delay_ms / 2).unwrap_or(u32::MAX);
        Next::In(answered_ms + desk.wait_ms(low_ms, low_ms.saturating_mul(3)))
    }
}
