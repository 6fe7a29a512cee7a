//! What the terminal shows: tables, progress, numbers for people.

mod number;
mod progress;
mod table;

pub(crate) use number::{counted, grouped, rate};
pub(crate) use progress::Progress;
pub(crate) use table::Table;
