//! Fixed-size behavioural state per client ([`ClientState`]) and the features read from it
//! ([`FeatureVector`]).
//!
//! An event is looked at once (`target`, `route`), placed on the client's clocks (`clock`, `machine`) and
//! handed to the blocks of state. A block is one file: it owns its bytes, its update and its features.
//! This crate measures; what a value means is decided by `gait-detect`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod activity;
mod catalogue;
mod claim;
mod clock;
mod counter;
mod deception;
mod discovery;
mod feature;
mod gait;
mod handover;
mod identity;
mod machine;
mod moments;
mod motor;
mod navigation;
mod route;
pub mod site;
mod state;
mod surroundings;
mod target;
mod timing;
mod trouble;

pub use catalogue::{CATALOGUE_VERSION, FEATURE_COUNT, features_markdown};
pub use claim::{Claim, ClaimKind, CrawlerId};
pub use clock::LATENESS_US;
pub use deception::{Bait, CANARIES_MAX, Canaries, Canary, CanaryError, TOKEN_BYTES};
pub use feature::{FeatureId, FeatureSpec, FeatureVector, Unit};
pub use gait::Gait;
pub use handover::ChangePoint;
pub use route::Route;
pub use state::{ClientState, Observed};
pub use surroundings::Surroundings;
