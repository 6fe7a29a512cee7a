//! Plays a scenario: a merge of all visits by the time their requests are logged.
//!
//! Order is (logged time, client), as one gateway would write it. Memory grows with the visitors who are
//! there at once, not with all who come.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
};

use crate::{
    SimEvent,
    desk::{Agenda, Desk, Pending},
    persona::{Behaviour, Next},
    profile,
    scenario::{Arrivals, Scenario, Visitor},
};

/// Idle time after which the gateway closes a connection, ms.
const KEEPALIVE_MS: u64 = 65_000;

/// One visit under way.
#[derive(Debug)]
struct Visit {
    visitor: Visitor,
    behaviour: Box<dyn Behaviour>,
    agenda: Agenda,
    /// When the persona decides next, ms; `None` after it left.
    acts_ms: Option<u64>,
    ip: String,
    connection: Connection,
}

/// The connection a client's requests come on.
#[derive(Clone, Copy, Debug, Default)]
struct Connection {
    opened: u32,
    requests: u32,
    last_ms: u64,
}

impl Visit {
    fn new(mut visitor: Visitor) -> Self {
        let behaviour = visitor.persona.behaviour(&mut visitor.random);
        Self {
            behaviour,
            agenda: Agenda::default(),
            acts_ms: Some(visitor.arrives_ms),
            ip: profile::address(visitor.client, visitor.profile.ipv6),
            connection: Connection::default(),
            visitor,
        }
    }

    /// Lets the persona act until its next logged request is certain; returns that request's time.
    fn settle(&mut self, epoch_ms: u64, span_ms: u64) -> Option<u64> {
        loop {
            let due_ms = self.agenda.first().map(|pending| pending.logged_ms);
            match (due_ms, self.acts_ms) {
                // Whatever is decided later is logged later still.
                (Some(due_ms), None) => return Some(due_ms),
                (Some(due_ms), Some(acts_ms)) if due_ms <= acts_ms => return Some(due_ms),
                (_, Some(acts_ms)) if acts_ms < span_ms => self.act(acts_ms, epoch_ms),
                (due_ms, _) => return due_ms,
            }
        }
    }

    fn act(&mut self, now_ms: u64, epoch_ms: u64) {
        let mut desk = Desk {
            now_ms,
            epoch_ms,
            random: &mut self.visitor.random,
            profile: &self.visitor.profile,
            agenda: &mut self.agenda,
        };
        self.acts_ms = match self.behaviour.act(&mut desk) {
            Next::In(wait_ms) => Some(now_ms.saturating_add(wait_ms)),
            Next::Leaves => None,
        };
    }

    /// The connection number and its request count for a request that is logged now.
    fn connects(&mut self, pending: &Pending) -> (u64, u64) {
        let connection = &mut self.connection;
        let idle_ms = pending.logged_ms.saturating_sub(connection.last_ms);
        let fresh = connection.opened == 0 || idle_ms > KEEPALIVE_MS;
        if fresh || self.visitor.profile.hangs_up {
            connection.opened += 1;
            connection.requests = 0;
        }
        connection.requests += 1;
        connection.last_ms = pending.logged_ms;
        let number = (u64::from(self.visitor.client) << 16) + u64::from(connection.opened);
        (number, connection.requests.into())
    }
}

/// A visit in the queue; the soonest is the greatest.
#[derive(Debug)]
struct Queued {
    due: Reverse<(u64, u32)>,
    visit: Box<Visit>,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

/// An iterator over everything the simulated gateway logs, in the order in which it logs it.
#[derive(Debug)]
pub struct Simulation {
    scenario: Scenario,
    arrivals: std::iter::Peekable<Arrivals>,
    queue: BinaryHeap<Queued>,
    sequence: u64,
}

impl Simulation {
    /// Begins a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            scenario: *scenario,
            arrivals: Arrivals::new(scenario).peekable(),
            queue: BinaryHeap::new(),
            sequence: 0,
        }
    }

    /// How many visits are under way.
    #[must_use]
    pub fn active(&self) -> usize {
        self.queue.len()
    }

    /// Lets in everybody who arrives before the next request is logged.
    fn admit(&mut self) {
        let (epoch_ms, span_ms) = (self.scenario.epoch_ms(), self.scenario.span_ms());
        while let Some(visitor) = self.arrivals.next_if(|visitor| {
            self.queue.peek().is_none_or(|first| visitor.arrives_ms <= first.due.0.0)
        }) {
            let mut visit = Box::new(Visit::new(visitor));
            if let Some(due_ms) = visit.settle(epoch_ms, span_ms) {
                self.queue.push(Queued { due: Reverse((due_ms, visit.visitor.client)), visit });
            }
        }
    }
}

impl Iterator for Simulation {
    type Item = SimEvent;

    fn next(&mut self) -> Option<SimEvent> {
        self.admit();
        let (epoch_ms, span_ms) = (self.scenario.epoch_ms(), self.scenario.span_ms());
        let mut first = self.queue.peek_mut()?;
        if first.due.0.0 > span_ms {
            return None;
        }
        let visit = &mut first.visit;
        let pending = visit.agenda.take()?;
        let connection = visit.connects(&pending);
        self.sequence += 1;
        let visitor = &visit.visitor;
        let event =
            SimEvent::new(self.sequence, epoch_ms, visitor, &visit.ip, &pending, connection);
        match visit.settle(epoch_ms, span_ms) {
            Some(due_ms) => first.due.0.0 = due_ms,
            None => drop(PeekMut::pop(first)),
        }
        Some(event)
    }
}
