//! What changes judgement in mid-stream: taken up while running, written to a journal, repeated from it.

mod journal;
mod reload;
mod script;
mod steering;

pub(crate) use journal::Journal;
pub(crate) use reload::{Asked, Reload};
pub(crate) use script::Script;
pub(crate) use steering::{Change, Steering};
