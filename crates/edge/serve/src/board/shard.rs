//! One shard: its clients, and the order in which they were published or seen.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use gait_event::ClientId;

use crate::RiskEntry;

/// A client and the turn at which it was last published or seen.
#[derive(Debug)]
struct Placed {
    entry: Arc<RiskEntry>,
    turn: u64,
}

/// Clients, at most `clients_max`.
#[derive(Debug)]
pub(super) struct Shard {
    clients: HashMap<ClientId, Placed>,
    /// Turns in growing order. A client whose turn comes again leaves its old turn behind as a dead one.
    turns: VecDeque<(u64, ClientId)>,
    turn: u64,
    clients_max: usize,
}

/// What left the shard: the earlier verdict of the same client, or the client that made room.
pub(super) type Gone = (Option<Arc<RiskEntry>>, Option<Arc<RiskEntry>>);

impl Shard {
    pub(super) fn new(clients_max: usize) -> Self {
        Self { clients: HashMap::new(), turns: VecDeque::new(), turn: 0, clients_max }
    }

    pub(super) fn put(&mut self, entry: Arc<RiskEntry>) -> Gone {
        let client = entry.client;
        self.next_turn(client);
        let placed = Placed { entry, turn: self.turn };
        let replaced = self.clients.insert(client, placed).map(|placed| placed.entry);
        let evicted = if self.clients.len() > self.clients_max { self.evict() } else { None };
        self.forget_dead_turns();
        (replaced, evicted)
    }

    /// The entry of a client, to be changed: it is the last to go now. Whoever reads it keeps what it was.
    pub(super) fn refresh(&mut self, client: ClientId) -> Option<&mut RiskEntry> {
        if !self.clients.contains_key(&client) {
            return None;
        }
        self.next_turn(client);
        self.forget_dead_turns();
        let turn = self.turn;
        let placed = self.clients.get_mut(&client)?;
        placed.turn = turn;
        Some(Arc::make_mut(&mut placed.entry))
    }

    fn next_turn(&mut self, client: ClientId) {
        self.turn += 1;
        self.turns.push_back((self.turn, client));
    }

    pub(super) fn get(&self, client: ClientId) -> Option<Arc<RiskEntry>> {
        self.clients.get(&client).map(|placed| Arc::clone(&placed.entry))
    }

    pub(super) fn len(&self) -> usize {
        self.clients.len()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Arc<RiskEntry>> {
        self.clients.values().map(|placed| &placed.entry)
    }

    /// Lets the client go whose turn was longest ago.
    fn evict(&mut self) -> Option<Arc<RiskEntry>> {
        while let Some((turn, client)) = self.turns.pop_front() {
            if self.clients.get(&client).is_some_and(|placed| placed.turn == turn) {
                return self.clients.remove(&client).map(|placed| placed.entry);
            }
        }
        None
    }

    /// Keeps the list of turns within twice the clients; each turn is looked at once per doubling.
    fn forget_dead_turns(&mut self) {
        if self.turns.len() > 2 * self.clients.len() + 64 {
            let clients = &self.clients;
            self.turns.retain(|(turn, client)| {
                clients.get(client).is_some_and(|placed| placed.turn == *turn)
            });
        }
    }
}
