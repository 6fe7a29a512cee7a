//! What is seen only by looking across clients: families that share a gait, over closed event-time windows.
//!
//! [`WindowClock`] says when a window has closed; [`Families`] takes the summaries of its clients, in any
//! order, and names those that belong together. Who counts as a person, and what a membership is worth as
//! evidence, is left to the caller.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod families;
mod likeness;
mod window;

pub use families::{FAMILIES_MAX, Families, FamilyId, MEMBERS_MIN, Membership};
pub use likeness::{OCTAVES, Summary};
pub use window::WindowClock;
