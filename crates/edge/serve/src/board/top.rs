//! The clients of the board that deserve a look first.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::{Arc, PoisonError},
};

use gait_classify::{Class, Score};
use gait_event::ClientId;

use super::Board;
use crate::RiskEntry;

/// Which of the clients come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Those with the highest score; among equals, those seen last.
    #[default]
    Score,
    /// Those seen last; among equals, those with the highest score.
    Recent,
}

/// Which clients are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this class alone.
    pub class: Option<Class>,
    /// With at least this score.
    pub min_score: Score,
    /// Which of them come first.
    pub order: Order,
}

impl Filter {
    fn fits(self, entry: &RiskEntry) -> bool {
        self.class.is_none_or(|class| entry.class == class) && entry.score >= self.min_score
    }
}

/// The first clients of those that fit, and how many fit.
#[derive(Clone, Debug, Default)]
pub struct Top {
    /// In the order that was asked for.
    pub clients: Vec<Arc<RiskEntry>>,
    /// How many clients fit the filter in all.
    pub matched: usize,
}

/// An entry with its place in the order that was asked for.
struct Ranked {
    rank: (i64, i64, Reverse<ClientId>),
    entry: Arc<RiskEntry>,
}

impl Ranked {
    fn new(entry: &Arc<RiskEntry>, order: Order) -> Self {
        let (score, seen) = (i64::from(entry.score.tenths()), entry.last_seen.0);
        let (first, second) = match order {
            Order::Score => (score, seen),
            Order::Recent => (seen, score),
        };
        Self { rank: (first, second, Reverse(entry.client)), entry: Arc::clone(entry) }
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl Board {
    /// The first `count` clients that fit. Walks the whole board, one shard locked for reading at a time.
    #[must_use]
    pub fn top(&self, count: usize, filter: Filter) -> Top {
        let mut matched = 0;
        // The least of the best is on top, so that a better one takes its place.
        let mut best: BinaryHeap<Reverse<Ranked>> = BinaryHeap::new();
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            for entry in shard.entries().filter(|entry| filter.fits(entry)) {
                matched += 1;
                best.push(Reverse(Ranked::new(entry, filter.order)));
                if best.len() > count {
                    best.pop();
                }
            }
        }
        let clients =
            best.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked.entry).collect();
        Top { clients, matched }
    }
}
