//! The one state machine: events in, alerts and verdicts out.
//!
//! An [`Engine`] keeps a bounded table of clients, lets each event change its client's state, has the
//! client judged at fixed points of its own history, and hands out what changed. It is a pure function of
//! its configuration and its inputs in their canonical order: it reads no clock, fails at nothing, logs
//! nothing, and gives the same bytes for every batch size, hash seed and restart.
//!
//! What a client did is remembered by `gait-fingerprint`, judged by `gait-detect` and `gait-classify`, and
//! turned into alerts and verdicts by `gait-decide`. Where events come from and where facts go is left to
//! the edges.
//!
//! - **Eviction.** At the cap the stalest client gives its slot to a new one. Its last verdict leaves through
//!   the [`Outbox`], and its alert closes, since nobody watches it any more. A suspicious one leaves a
//!   tombstone, and goes on from there when it returns: its counts add up, and its class stands, and opens
//!   another alert, until the new life decides by itself.
//! - **Decay.** A life also ends with age: the client begins anew and what stands from before halves with every
//!   half-life of event time.
//! - **Lateness** is judged against the client's own latest event. A late event is counted, named in the
//!   outbox and kept from the clocks.
//! - **Families.** Whenever a window of event time closes, its clients are held against each other. Who shares a gait
//!   is named as a family, and has one alert with it; class and score stay the client's own.
//! - **The false-alarm budget**, where one is set, decides which clients may become an alert. Whoever may not keeps
//!   class and score, and is published as held.
//! - **Saved state** is a snapshot with the identity of everything that made it; one that does not fit is
//!   refused by name, and the log is replayed.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod budget;
mod claims;
mod control;
mod engine;
mod identity;
mod invariant;
mod judges;
mod outbox;
mod profiles;
mod snapshot;
mod stage_two;
mod standing;
mod stats;
mod table;
mod tombstone;

pub use control::{Control, Feedback};
pub use engine::{Engine, EngineConfig, Input, LOOKAHEAD};
pub use invariant::InvariantId;
pub use outbox::{Evicted, Outbox, Sighting, SlotId};
pub use snapshot::{RestoreError, SNAPSHOT_SCHEMA};
pub use stats::Stats;
pub use tombstone::tombstones_max;
