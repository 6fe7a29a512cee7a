//! Web Bot Auth: is a request signed by the holder of a key that the named agent has published?
//!
//! A bot signs requests by RFC 9421 with Ed25519 and names itself in `Signature-Agent`; its keys stand in a
//! directory at `/.well-known/http-message-signatures-directory` of that name. Decided here, from one event
//! and directories that were fetched before: the state of the signature. Fetching directories, and what a
//! state means for a verdict, is left to others. Time is the event's. Nonces are not remembered, so a
//! signature that is sent again within its life to the target it covers stays valid.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")
)]

mod base;
mod base64;
mod directory;
mod fields;
mod verify;

pub use directory::{DIRECTORIES_MAX, DIRECTORY_MAX_BYTES, DirectoryError, KEYS_MAX, KeyDirectory};
pub use verify::{CLOCK_SKEW_S, check};
