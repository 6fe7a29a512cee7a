//! Whether the process can be relied on: named conditions, and why one of them does not hold.

use std::sync::{Arc, Mutex, PoisonError};

/// The conditions of readiness. Ready when all hold; with none, ready at once.
#[derive(Clone, Debug, Default)]
pub struct Health {
    conditions: Arc<Mutex<Vec<State>>>,
}

/// One condition and, when it does not hold, why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct State {
    pub(crate) name: &'static str,
    pub(crate) ready: bool,
    pub(crate) reason: Option<String>,
}

/// A handle to one condition, held by the part of the process that knows.
#[derive(Clone, Debug)]
pub struct Condition {
    health: Health,
    name: &'static str,
}

impl Health {
    /// Adds a condition, which does not hold yet. The same name is the same condition.
    #[must_use]
    pub fn condition(&self, name: &'static str) -> Condition {
        let condition = Condition { health: self.clone(), name };
        condition.not_ready("starting");
        condition
    }

    /// True when every condition holds.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.states().iter().all(|state| state.ready)
    }

    pub(crate) fn states(&self) -> Vec<State> {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, new: State) {
        let mut states = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        match states.iter_mut().find(|state| state.name == new.name) {
            Some(state) => *state = new,
            None => states.push(new),
        }
    }
}

impl Condition {
    /// The condition holds.
    pub fn ready(&self) {
        self.health.set(State { name: self.name, ready: true, reason: None });
    }

    /// The condition does not hold; `reason` is what an operator reads.
    pub fn not_ready(&self, reason: impl Into<String>) {
        let reason = Some(reason.into());
        self.health.set(State { name: self.name, ready: false, reason });
    }
}
