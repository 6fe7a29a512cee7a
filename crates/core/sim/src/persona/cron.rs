//! A job that polls by the wall clock: every minute or five, some hundred milliseconds past it.
//!
//! Three in four poll a list of the API, the others the feed of the magazine.
//! The first run is by hand, whenever the visit begins; from then on the clock decides.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::{SUBJECT_COUNT, Target},
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Cron {
    period_ms: u64,
    start_up_ms: u32,
    subject: u8,
    calls: u8,
    feed: bool,
}

impl Cron {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            period_ms: random.pick(&[60_000, 60_000, 300_000]),
            start_up_ms: random.between(150, 900),
            subject: u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0),
            calls: u8::try_from(random.between(1, 3)).unwrap_or(1),
            feed: random.chance(0.25),
        }
    }
}

impl Behaviour for Cron {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let mut at_ms = 0;
        for page in 1..=self.calls {
            let list = Target::ApiBooks { subject: self.subject, page };
            let call = Request::call(if self.feed { Target::Surface(Surface::Feed) } else { list });
            let call = if desk.random.chance(0.6) { call.answered(304) } else { call };
            at_ms = desk.send(at_ms, call) + u64::from(desk.random.between(2, 9));
        }
        let wall_ms = desk.epoch_ms + desk.now_ms;
        let to_tick_ms = self.period_ms - wall_ms % self.period_ms;
        let start_up_ms = self.start_up_ms + desk.random.below(self.start_up_ms / 4);
        // A run that began within the start-up of this tick must not run twice in it.
        let skip_ms = if to_tick_ms < 1000 { self.period_ms } else { 0 };
        Next::In(to_tick_ms + skip_ms + u64::from(start_up_ms))
    }
}
