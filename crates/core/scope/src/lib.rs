//! What an identified agent was granted, whether a call stays inside it, and whether its habits there change.
//!
//! A judgement by hard limits depends on the call and on the grants in force, on nothing seen before; drift is
//! judged by a [`Profile`] of what came before. Grants are read from text, native or in the shapes of others;
//! where the text comes from, who the caller is and where profiles are kept are left to others.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod book;
mod clause;
mod day;
mod drift;
mod file;
mod finding;
mod grant;
mod import;
mod judge;
mod words;

pub use book::{BookError, BookHash, BookMistake, GrantBook};
pub use clause::{Clause, Clauses};
pub use drift::{Aspect, CALLS_PER_FALSE_ALARM_MIN, Change, Habit, Profile};
pub use file::{
    BoundFile, Consent, Day, Delegation, GrantFile, GrantTextError, Instant, PermissionFile,
    WindowFile,
};
pub use finding::{Drift, Finding, FindingKind, Notice};
pub use grant::{Bound, Grant, GrantError, Grants, Permission, Resources, Window};
pub use import::{Shape, ShapeError};
pub use judge::Judgement;
