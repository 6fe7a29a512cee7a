//! The vocabulary every other crate speaks: when ([`EventTime`]), where in the log ([`Origin`]),
//! what was asked ([`Event`]), by whom ([`ClientKey`]) and which fields the judges may not read ([`Mask`]).
//!
//! This crate decides what the words mean. It leaves to `gait-decode` how bytes become an [`Event`],
//! and to `gait-engine` what an event does to a client.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod call;
mod client;
mod event;
mod mask;
pub mod math;
mod origin;
pub mod published;
mod request;
mod signature;
mod time;

pub use call::{AgentCall, Argument};
pub use client::{ClientId, ClientKey, MAX_KEY_BYTES, net_of};
pub use event::{Event, FieldSet};
pub use mask::{Mask, MaskError};
pub use origin::Origin;
pub use request::{HttpVersion, Method};
pub use signature::SignatureState;
pub use time::{EventTime, Resolution, TimeKind, days_from_civil, days_from_date};
