//! Plays a scenario: a merge of all visits by the time their requests are logged.
//!
//! Order is (logged time, client), as one gateway would write it. Memory grows with the visitors who are
//! there at once, not with all who come.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, binary_heap::PeekMut},
};

use gait_event::{EventTime, HttpVersion};

use crate::{
    Evasion, SimEvent,
    desk::{Agenda, Desk, Pending},
    persona::{self, Behaviour, Next},
    profile,
    scenario::{Arrivals, Scenario, Visitor},
    site::Site,
};

/// Connections that a browser opens to one host over HTTP/1.1.
const LANES: usize = 6;

/// Idle time after which the gateway closes a connection, ms.
const KEEPALIVE_MS: u64 = 65_000;

/// Where an agent took a session over from its person, and where it gave it back. Steps count the requests
/// that somebody chose, from 1: documents and calls, without what pages and timers ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The agent's first step, and when it was logged.
    pub taken: Option<(u32, EventTime)>,
    /// The person's first step afterwards.
    pub returned: Option<(u32, EventTime)>,
}

/// What is the same for every visit.
#[derive(Clone, Copy, Debug)]
struct World {
    site: Site,
    epoch_ms: u64,
    span_ms: u64,
    evasion: Option<Evasion>,
}

/// One visit under way.
#[derive(Debug)]
struct Visit {
    visitor: Visitor,
    behaviour: Box<dyn Behaviour>,
    agenda: Agenda,
    /// When the persona decides next, ms; `None` after it left.
    acts_ms: Option<u64>,
    /// An agent drives the client, and not its person.
    taken_over: bool,
    /// Requests so far that somebody chose.
    steps: u32,
    ip: String,
    lanes: [Connection; LANES],
    opened: u32,
}

/// A connection that a client's requests come on.
#[derive(Clone, Copy, Debug, Default)]
struct Connection {
    number: u32,
    requests: u32,
    last_ms: u64,
}

impl Visit {
    fn new(mut visitor: Visitor) -> Self {
        let behaviour =
            persona::behaviour(visitor.persona, visitor.split, visitor.place, &mut visitor.random);
        Self {
            behaviour,
            agenda: Agenda::default(),
            acts_ms: Some(visitor.arrives_ms),
            taken_over: false,
            steps: 0,
            ip: profile::address(visitor.client, visitor.profile.ipv6),
            lanes: [Connection::default(); LANES],
            opened: 0,
            visitor,
        }
    }

    /// Lets the persona act until its next logged request is certain; returns that request's time.
    fn settle(&mut self, world: &World) -> Option<u64> {
        loop {
            let due_ms = self.agenda.first().map(|pending| pending.logged_ms);
            match (due_ms, self.acts_ms) {
                // Whatever is decided later is logged later still.
                (Some(due_ms), None) => return Some(due_ms),
                (Some(due_ms), Some(acts_ms)) if due_ms <= acts_ms => return Some(due_ms),
                (_, Some(acts_ms)) if acts_ms < world.span_ms => self.act(acts_ms, world),
                (due_ms, _) => return due_ms,
            }
        }
    }

    fn act(&mut self, now_ms: u64, world: &World) {
        let mut desk = Desk {
            now_ms,
            epoch_ms: world.epoch_ms,
            random: &mut self.visitor.random,
            profile: &self.visitor.profile,
            site: &world.site,
            agenda: &mut self.agenda,
            taken_over: self.taken_over,
        };
        let next = self.behaviour.act(&mut desk);
        self.acts_ms = match next {
            Next::In(wait_ms) => {
                let evades = self.visitor.persona.label().is_undeclared_program();
                let evasion = world.evasion.filter(|_| evades);
                let bent_ms = evasion.map_or(wait_ms, |how| how.bends(wait_ms, desk.random));
                if let Some(browser) = self.behaviour.browser().filter(|_| bent_ms > wait_ms) {
                    browser.stay(&mut desk, wait_ms, bent_ms - wait_ms, true);
                }
                self.taken_over = desk.taken_over;
                Some(now_ms.saturating_add(bent_ms.max(1)))
            }
            Next::Leaves => None,
        };
    }

    /// The connection number and its request count for a request that is logged now.
    fn connects(&mut self, pending: &Pending) -> (u64, u64) {
        let profile = &self.visitor.profile;
        let many = profile.protocol == HttpVersion::Http11 && pending.request.target.is_asset();
        let lane = usize::try_from(pending.logged_ms % LANES as u64).unwrap_or(0);
        let lane = if many { lane } else { 0 };
        let hangs_up = profile.hangs_up;
        let Some(connection) = self.lanes.get_mut(lane) else { return (0, 0) };
        let idle_ms = pending.logged_ms.saturating_sub(connection.last_ms);
        if connection.number == 0 || idle_ms > KEEPALIVE_MS || hangs_up {
            self.opened += 1;
            *connection = Connection { number: self.opened, ..Connection::default() };
        }
        connection.requests += 1;
        connection.last_ms = pending.logged_ms;
        let number = (u64::from(self.visitor.client) << 16) + u64::from(connection.number);
        (number, connection.requests.into())
    }

    /// Counts a step, and notes in `turn` when it changes who decides.
    fn counts(&mut self, pending: &Pending, at: EventTime, turns: &mut BTreeMap<u32, Turn>) {
        if !pending.request.chosen {
            return;
        }
        self.steps += 1;
        let client = self.visitor.client;
        if pending.taken_over {
            turns.entry(client).or_default().taken.get_or_insert((self.steps, at));
        } else if let Some(turn) = turns.get_mut(&client) {
            turn.returned.get_or_insert((self.steps, at));
        }
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
    world: World,
    arrivals: std::iter::Peekable<Arrivals>,
    queue: BinaryHeap<Queued>,
    sequence: u64,
    turns: BTreeMap<u32, Turn>,
}

impl Simulation {
    /// Begins a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            world: World {
                site: scenario.site(),
                epoch_ms: scenario.epoch_ms(),
                span_ms: scenario.span_ms(),
                evasion: scenario.evasion,
            },
            arrivals: Arrivals::new(scenario).peekable(),
            queue: BinaryHeap::new(),
            sequence: 0,
            turns: BTreeMap::new(),
        }
    }

    /// How many visits are under way.
    #[must_use]
    pub fn active(&self) -> usize {
        self.queue.len()
    }

    /// Where sessions changed hands so far, by client: after the last event, all of them.
    #[must_use]
    pub fn turns(&self) -> &BTreeMap<u32, Turn> {
        &self.turns
    }

    /// Lets in everybody who arrives before the next request is logged.
    fn admit(&mut self) {
        while let Some(visitor) = self.arrivals.next_if(|visitor| {
            self.queue.peek().is_none_or(|first| visitor.arrives_ms <= first.due.0.0)
        }) {
            let mut visit = Box::new(Visit::new(visitor));
            if let Some(due_ms) = visit.settle(&self.world) {
                self.queue.push(Queued { due: Reverse((due_ms, visit.visitor.client)), visit });
            }
        }
    }
}

impl Iterator for Simulation {
    type Item = SimEvent;

    fn next(&mut self) -> Option<SimEvent> {
        self.admit();
        let mut first = self.queue.peek_mut()?;
        if first.due.0.0 > self.world.span_ms {
            return None;
        }
        let visit = &mut first.visit;
        let pending = visit.agenda.take()?;
        let connection = visit.connects(&pending);
        self.sequence += 1;
        let site = &self.world.site;
        let event = SimEvent::new(
            (self.sequence, self.world.epoch_ms),
            site,
            &visit.visitor,
            &visit.ip,
            &pending,
            connection,
        );
        visit.counts(&pending, event.logged_at(), &mut self.turns);
        match visit.settle(&self.world) {
            Some(due_ms) => first.due.0.0 = due_ms,
            None => drop(PeekMut::pop(first)),
        }
        Some(event)
    }
}
