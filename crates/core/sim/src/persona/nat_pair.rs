//! Two people behind one address with the same browser: one key, two interleaved minds.
//!
//! Neither knows of the other; what the log shows as one client jumps between two visits.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, reader::Reader, shopper::Shopper},
    random::Random,
};

/// See the module. Due times are ms of the scenario; `None` has left.
#[derive(Debug)]
pub(crate) struct NatPair {
    first: Reader,
    first_due_ms: Option<u64>,
    second: Shopper,
    second_due_ms: Option<u64>,
}

impl NatPair {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            first: Reader::new(random),
            first_due_ms: Some(0),
            second: Shopper::new(random),
            second_due_ms: Some(0),
        }
    }
}

fn due(next: Next, now_ms: u64) -> Option<u64> {
    match next {
        Next::In(ms) => Some(now_ms + ms),
        Next::Leaves => None,
    }
}

impl Behaviour for NatPair {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let now_ms = desk.now_ms;
        if self.first_due_ms == Some(0) {
            // The second sits down within the first minutes of the first.
            self.first_due_ms = Some(now_ms);
            self.second_due_ms = Some(now_ms + desk.random.exponential_ms(40_000.0) + 1);
        }
        if self.first_due_ms.is_some_and(|due_ms| due_ms <= now_ms) {
            self.first_due_ms = due(self.first.act(desk), now_ms);
        }
        if self.second_due_ms.is_some_and(|due_ms| due_ms <= now_ms) {
            self.second_due_ms = due(self.second.act(desk), now_ms);
        }
        let soonest_ms = self.first_due_ms.into_iter().chain(self.second_due_ms).min();
        soonest_ms.map_or(Next::Leaves, |due_ms| Next::In(due_ms.saturating_sub(now_ms)))
    }
}
