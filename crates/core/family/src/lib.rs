//! What is seen only by looking across clients: families that share a gait, over closed event-time windows.
//!
//! [`WindowClock`] says when a window has closed; [`Families`] takes the summaries of the clients that were
//! active in it, in any order, and names those that belong together. Who is a person and who a program is told
//! by the caller, and so is what becomes of a membership.
//!
//! A family of people who like the same pages would be worse than a family that is missed. So a family is
//! founded by programs, or by a crowd that no people make: many clients that keep the same steady pace to within
//! a few percent and hardly ever ask for a thing twice.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod cohort;
mod families;
mod likeness;
mod summary;
mod window;

pub use families::{FAMILIES_MAX, Families, Family, KEPT_US, Membership, POOL_MAX};
pub use summary::{Lean, Summary};
pub use window::WindowClock;
