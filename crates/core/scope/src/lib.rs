//! What an identified agent was granted, and whether a call stays inside it: hard limits alone.
//!
//! A judgement depends on the call and on the grant it names, on nothing seen before. Reading grants from
//! disk and identities from log lines is left to the caller; habits within a grant are not judged here.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test may fail"))]

mod grant;
mod judge;

pub use grant::{Grant, GrantError, Grants};
pub use judge::{Call, Violation, Violations};
