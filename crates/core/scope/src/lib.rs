//! What an identified agent was granted, and whether a call stays inside it: hard limits alone.
//!
//! A judgement depends on the call and on the grants in force, on nothing seen before. Grants are read from
//! text, native or in the shapes of others; where the text comes from and who the caller is are left to others,
//! and habits within a grant are not judged here.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod clause;
mod day;
mod file;
mod finding;
mod grant;
mod import;
mod judge;
mod words;

pub use clause::{Clause, Clauses};
pub use file::{
    BoundFile, Consent, Day, Delegation, GrantFile, GrantTextError, Instant, PermissionFile,
    WindowFile,
};
pub use finding::{Finding, FindingKind, Notice};
pub use grant::{Bound, Grant, GrantError, Grants, Permission, Resources, Window};
pub use import::{Shape, ShapeError};
pub use judge::Judgement;
