//! Vulnerability scanners: a list of paths as fast as the site answers, or parameters of known pages turned
//! over one by one.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    probe::PROBE_COUNT,
    random::Random,
    request::Request,
    site::Target,
};

/// A list of paths, several at a time.
#[derive(Debug)]
pub(crate) struct Wordlist {
    next: u16,
    probes_left: u32,
    workers: u32,
    rest_ms: u32,
}

impl Wordlist {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            next: u16::try_from(random.below(PROBE_COUNT.into())).unwrap_or(0),
            probes_left: random.between(60, 420),
            workers: random.between(1, 8),
            rest_ms: random.pick(&[0, 20, 100, 400]),
        }
    }
}

impl Behaviour for Wordlist {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let mut answered_ms = 1;
        for _ in 0..self.workers.min(self.probes_left) {
            self.probes_left -= 1;
            let at_ms = desk.wait_ms(0, 3);
            let probe = Request::call(Target::Probe(self.next));
            answered_ms = desk.send(at_ms, probe).max(answered_ms);
            self.next = (self.next + 1) % PROBE_COUNT;
        }
        if self.probes_left == 0 {
            return Next::Leaves;
        }
        Next::In(answered_ms + u64::from(self.rest_ms) + 1)
    }
}

/// Crawls a little, then tries parameters of the API and now and then a known hole, at a throttled rate.
#[derive(Debug)]
pub(crate) struct Fuzzer {
    pages_left: u32,
    page: Target,
    tries_left: u32,
    rate_ms: f64,
}

impl Fuzzer {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            pages_left: random.between(3, 15),
            page: Target::Home,
            tries_left: random.between(80, 500),
            rate_ms: 60.0 + 900.0 * random.unit() * random.unit(),
        }
    }
}

impl Behaviour for Fuzzer {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left > 0 {
            self.pages_left -= 1;
            let done_ms = desk.send(0, Request::page(self.page));
            let links = u32::from(desk.site.link_count(self.page));
            self.page = desk.site.link(self.page, desk.random.below(links));
            return Next::In(done_ms + desk.random.exponential_ms(self.rate_ms));
        }
        if self.tries_left == 0 {
            return Next::Leaves;
        }
        self.tries_left -= 1;
        let number = u16::try_from(desk.random.below(PROBE_COUNT.into())).unwrap_or(0);
        let section = number % 8;
        let wrong = u8::try_from(number % 4).unwrap_or(0);
        let status = desk.random.pick(&[400_u16, 400, 404, 403, 500]);
        let request = match desk.random.below(3) {
            0 => Request::call(Target::Probe(number)),
            1 => Request::call(Target::ApiWrong { section, wrong }).answered(status),
            _ => Request::post_call(Target::ApiWrite(wrong)).answered(status),
        };
        let done_ms = desk.send(0, request);
        Next::In(done_ms + desk.random.exponential_ms(self.rate_ms) + 1)
    }
}
