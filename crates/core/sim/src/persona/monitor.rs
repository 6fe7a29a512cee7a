//! An availability check: one request a minute or twice, for as long as the log lasts.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Monitor {
    period_ms: u64,
    request: Request,
}

impl Monitor {
    pub(crate) fn new(random: &mut Random) -> Self {
        let health = Target::Surface(Surface::Health);
        let request = match random.below(3) {
            0 => Request::head(Target::Home),
            1 => Request::call(Target::Home),
            _ => Request::call(health),
        };
        Self { period_ms: random.pick(&[30_000, 60_000]), request }
    }
}

impl Behaviour for Monitor {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        desk.send(0, self.request);
        Next::In(self.period_ms + u64::from(desk.random.below(25)))
    }
}
