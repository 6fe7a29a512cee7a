//! A vulnerability scanner: a list of paths, several at a time, as fast as the site answers.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    probe::PROBE_COUNT,
    random::Random,
    request::Request,
    site::Target,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Scanner {
    next: u16,
    probes_left: u32,
    workers: u32,
    rest_ms: u32,
}

impl Scanner {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            next: u16::try_from(random.below(PROBE_COUNT.into())).unwrap_or(0),
            probes_left: random.between(60, 420),
            workers: random.between(1, 8),
            rest_ms: random.pick(&[0, 20, 100, 400]),
        }
    }
}

impl Behaviour for Scanner {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let mut answered_ms = 1;
        for _ in 0..self.workers.min(self.probes_left) {
            self.probes_left -= 1;
            let at_ms = u64::from(desk.random.below(4));
            answered_ms =
                desk.send(at_ms, Request::call(Target::Probe(self.next))).max(answered_ms);
            self.next = (self.next + 1) % PROBE_COUNT;
        }
        if self.probes_left == 0 {
            return Next::Leaves;
        }
        Next::In(answered_ms + u64::from(self.rest_ms) + 1)
    }
}
