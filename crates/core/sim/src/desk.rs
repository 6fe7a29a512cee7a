//! Where a client works: its chance, its profile, and the agenda of requests that are under way.
//!
//! Times are whole milliseconds since the start of the scenario, because that is what gateways log.

use std::collections::VecDeque;

use crate::{profile::Profile, random::Random, request::Request, site::Site};

/// A request with its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// When the answer is out and the gateway writes its line, ms.
    pub(crate) logged_ms: u64,
    /// From the request's arrival to there, ms.
    pub(crate) duration_ms: u32,
    pub(crate) request: Request,
    /// An agent drives the client, and not its person.
    pub(crate) taken_over: bool,
}

/// Requests that were decided and are not logged yet, soonest first.
#[derive(Debug, Default)]
pub(crate) struct Agenda(VecDeque<Pending>);

impl Agenda {
    fn add(&mut self, pending: Pending) {
        let place = self.0.partition_point(|held| held.logged_ms <= pending.logged_ms);
        self.0.insert(place, pending);
    }

    /// The next one to be logged.
    pub(crate) fn first(&self) -> Option<&Pending> {
        self.0.front()
    }

    /// Takes the next one off.
    pub(crate) fn take(&mut self) -> Option<Pending> {
        self.0.pop_front()
    }
}

/// What a persona sees and uses while it acts.
#[derive(Debug)]
pub(crate) struct Desk<'c> {
    /// When it acts, ms.
    pub(crate) now_ms: u64,
    /// The scenario's start, ms since the Unix epoch: for personas that live by the wall clock.
    pub(crate) epoch_ms: u64,
    pub(crate) random: &'c mut Random,
    pub(crate) profile: &'c Profile,
    pub(crate) site: &'c Site,
    pub(crate) agenda: &'c mut Agenda,
    /// An agent drives the client, and not its person.
    pub(crate) taken_over: bool,
}

impl Desk<'_> {
    /// Sends `request` in `after_ms`; returns after how many ms, from now, the answer is complete.
    pub(crate) fn send(&mut self, after_ms: u64, request: Request) -> u64 {
        let (low, high) = self.site.work_ms(request.target);
        let mut work = self.random.between(low, high);
        // One answer in sixty waits for something: a cold cache, a lock, a pause of the runtime.
        if self.random.chance(1.0 / 60.0) {
            work += self.random.between(60, 700);
        }
        let transfer = self.profile.line.transfer_ms(request.response_bytes(self.site));
        let transfer = transfer / 2 + self.random.below(transfer + 1);
        let duration_ms = work + transfer;
        let done_ms = after_ms + u64::from(duration_ms);
        let elsewhere = self.site.logging.split && request.target.is_asset();
        if !elsewhere {
            let logged_ms = self.now_ms + done_ms;
            let taken_over = self.taken_over;
            self.agenda.add(Pending { logged_ms, duration_ms, request, taken_over });
        }
        done_ms
    }

    /// Uniform in `low..=high`, ms.
    pub(crate) fn wait_ms(&mut self, low: u32, high: u32) -> u64 {
        self.random.between(low, high).into()
    }
}
