//! Jobs that poll: by the wall clock, or with a condition and a back-off from whenever they were started.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// Every minute or five, some hundred milliseconds past it. Three in four poll a list of the API, the others
/// the feed. The first run is by hand.
#[derive(Debug)]
pub(crate) struct ClockJob {
    period_ms: u64,
    start_up_ms: u32,
    section: u16,
    calls: u8,
    feed: bool,
}

impl ClockJob {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            period_ms: random.pick(&[60_000, 60_000, 300_000]),
            start_up_ms: random.between(150, 900),
            section: u16::try_from(random.below(8)).unwrap_or(0),
            calls: u8::try_from(random.between(1, 3)).unwrap_or(1),
            feed: random.chance(0.25),
        }
    }
}

impl Behaviour for ClockJob {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let mut at_ms = 0;
        for page in 1..=self.calls {
            let list = Target::ApiList { section: self.section, page };
            let call = Request::call(if self.feed { Target::Surface(Surface::Feed) } else { list });
            let call = if desk.random.chance(0.6) { call.answered(304) } else { call };
            at_ms = desk.send(at_ms, call) + desk.wait_ms(2, 9);
        }
        let wall_ms = desk.epoch_ms + desk.now_ms;
        let to_tick_ms = self.period_ms - wall_ms % self.period_ms;
        let start_up_ms = self.start_up_ms + desk.random.below(self.start_up_ms / 4);
        // A run that began within the start-up of this tick must not run twice in it.
        let skip_ms = if to_tick_ms < 1000 { self.period_ms } else { 0 };
        Next::In(to_tick_ms + skip_ms + u64::from(start_up_ms))
    }
}

/// Waits a while after each answer, longer while nothing is new, and starts over when something is.
#[derive(Debug)]
pub(crate) struct ConditionalPoller {
    target: Target,
    base_ms: u64,
    wait_ms: u64,
}

impl ConditionalPoller {
    pub(crate) fn new(random: &mut Random) -> Self {
        let section = u16::try_from(random.below(8)).unwrap_or(0);
        let list = Target::ApiList { section, page: 1 };
        let target = if random.chance(0.3) { Target::Surface(Surface::Feed) } else { list };
        let base_ms = u64::from(random.between(8, 45)) * 1000;
        Self { target, base_ms, wait_ms: base_ms }
    }
}

impl Behaviour for ConditionalPoller {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let fresh = desk.random.chance(0.15);
        let call = Request::call(self.target);
        let done_ms = desk.send(0, if fresh { call } else { call.answered(304) });
        self.wait_ms =
            if fresh { self.base_ms } else { (self.wait_ms * 3 / 2).min(self.base_ms * 8) };
        Next::In(done_ms + self.wait_ms + desk.wait_ms(0, 400))
    }
}
