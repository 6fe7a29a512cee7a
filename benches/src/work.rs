//! The work that is measured, each piece as the engine does it.

use std::sync::Arc;

use gait_classify::{Assessment, Model, assess};
use gait_decide::AlertPolicy;
use gait_decode::{Arena, Decoded, Decoder};
use gait_detect::{Evidences, Pack};
use gait_engine::{Engine, EngineConfig, LOOKAHEAD, Outbox};
use gait_event::{Event, EventTime, Mask, Origin};
use gait_fingerprint::ClientState;
use gait_sim::SimEvent;

use crate::input::lines;

/// Decodes every line of `text`; returns how many became events.
pub fn decode(decoder: &mut Decoder, text: &[u8]) -> u64 {
    let mut arena = Arena::new();
    let mut events = 0;
    for (offset, line) in (1..).zip(lines(text)) {
        arena.reset();
        decoder.decode(line, Origin { partition: 0, offset }, &arena, &mut |decoded| {
            events += u64::from(matches!(std::hint::black_box(decoded), Decoded::Event(..)));
        });
    }
    events
}

/// An engine with the built-in detectors and the shipped model.
#[must_use]
pub fn engine(clients_max: u32) -> Engine {
    Engine::new(EngineConfig {
        clients_max,
        lateness_us: 60_000_000,
        mask: Mask::default(),
        pack: Arc::new(Pack::builtin()),
        model: Arc::new(Model::shipped()),
        sites: Arc::default(),
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        alerts: AlertPolicy::default(),
        hash_seed: 1,
    })
}

/// Takes every line of `text` through decoder and engine, a window at a time as the pipeline does; returns
/// how many became events.
pub fn judge_lines(decoder: &mut Decoder, engine: &mut Engine, text: &[u8]) -> u64 {
    let mut outbox = Outbox::default();
    let mut arena = Arena::new();
    let before = engine.stats().events;
    let mut numbered = (1..).zip(lines(text)).peekable();
    while numbered.peek().is_some() {
        arena.reset();
        let mut events = Vec::with_capacity(LOOKAHEAD);
        for (offset, line) in numbered.by_ref().take(LOOKAHEAD) {
            decoder.decode(line, Origin { partition: 0, offset }, &arena, &mut |decoded| {
                if let Decoded::Event(event, _) = decoded {
                    events.push(event.clone());
                }
            });
        }
        engine.step_batch(&mut events, &mut outbox, |_, outbox, _| outbox.clear());
    }
    engine.stats().events - before
}

/// Many clients' states, updated in an order that no cache foresees.
#[derive(Debug)]
pub struct Updates<'e> {
    events: Vec<Event<'e>>,
    states: Vec<ClientState>,
    turn: usize,
    time: EventTime,
}

/// A prime: steps of it visit every client before any twice, far from the one before.
const STRIDE: usize = 1_000_003;

/// Between two events of the log, µs.
const TICK_US: u64 = 700;

impl<'e> Updates<'e> {
    /// `clients` states, each of which has seen one request.
    #[must_use]
    pub fn new(clients: usize, events: &'e [SimEvent]) -> Self {
        let events: Vec<_> = events.iter().map(SimEvent::event).collect();
        let time = events.last().map_or(EventTime(0), |event| event.time);
        let states = events.iter().cycle().take(clients).map(ClientState::new).collect();
        Self { events, states, turn: 0, time }
    }

    /// Shows `count` requests to one client after the other; returns `count`.
    pub fn run(&mut self, count: u64) -> u64 {
        let (clients, kinds) = (self.states.len().max(1), self.events.len().max(1));
        for _ in 0..count {
            self.turn += 1;
            self.time = self.time.plus(TICK_US);
            let event = self.events.get_mut(self.turn % kinds);
            let state = self.states.get_mut(self.turn.wrapping_mul(STRIDE) % clients);
            if let (Some(event), Some(state)) = (event, state) {
                event.time = self.time;
                std::hint::black_box(state.observe(event));
            }
        }
        count
    }
}

/// Detectors and model, ready to judge.
#[derive(Debug)]
pub struct Judge {
    pack: Pack,
    model: Model,
    evidences: Box<Evidences>,
}

impl Default for Judge {
    fn default() -> Self {
        Self { pack: Pack::builtin(), model: Model::shipped(), evidences: Box::default() }
    }
}

impl Judge {
    /// Features, evidence and assessment of one client.
    pub fn judge(&mut self, state: &ClientState) -> Assessment {
        let features = state.features();
        self.evidences.clear();
        self.pack.evaluate(&features, &mut self.evidences);
        assess(&self.pack, &self.model, &features, state.claim(), &self.evidences)
    }
}

/// The states of the clients of `events`, after all that they did.
pub fn states(events: impl Iterator<Item = SimEvent>) -> Vec<ClientState> {
    let mut states: Vec<Option<ClientState>> = Vec::new();
    for sim_event in events {
        let at = sim_event.client as usize;
        if states.len() <= at {
            states.resize(at + 1, None);
        }
        let event = sim_event.event();
        states[at].get_or_insert_with(|| ClientState::new(&event)).observe(&event);
    }
    states.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use gait_decode::FormatId;

    use super::*;
    use crate::input;

    #[test]
    fn every_line_is_decoded_and_judged() {
        let text = input::json_lines(input::events(3000));
        let mut decoder = Decoder::new(&input::decode_config(FormatId::NginxJson)).unwrap();
        assert_eq!(decode(&mut decoder, &text), 3000);
        let mut engine = engine(10_000);
        assert_eq!(judge_lines(&mut decoder, &mut engine, &text), 3000);
        assert_eq!(engine.stats().events_late, 0);
        let combined = input::combined_lines(input::events(3000));
        let mut decoder = Decoder::new(&input::decode_config(FormatId::Combined)).unwrap();
        assert_eq!(decode(&mut decoder, &combined), 3000);
    }

    #[test]
    fn updates_are_never_late_and_reach_every_client() {
        let events: Vec<_> = input::events(500).collect();
        let mut updates = Updates::new(100, &events);
        updates.run(1000);
        assert!(updates.states.iter().all(|state| state.events() == 10 || state.events() == 11));
    }

    #[test]
    fn a_judge_judges() {
        let mut judge = Judge::default();
        let states = states(input::events(5000));
        let judged = states.iter().map(|state| judge.judge(state)).collect::<Vec<_>>();
        assert!(judged.iter().any(|assessment| !assessment.contributions.as_slice().is_empty()));
    }
}
