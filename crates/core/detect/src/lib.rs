//! Detectors: what a client's features say for a person or for a program, in capped millinats.
//!
//! A detector is data: a TOML file that names one operator of a closed set, its parameters and the
//! conditions under which it may speak at all. This crate reads such files and names every mistake at once
//! ([`Pack::compile`]), and judges a feature vector ([`Pack::evaluate`]). It leaves to `gait-classify` how
//! the evidence of several detectors is combined.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")
)]

mod baseline;
mod canonical;
mod detector;
mod evidence;
mod guard;
mod markdown;
mod mistake;
mod operator;
mod pack;
mod rule;
mod section;
mod words;

pub use baseline::{Baseline, CLIENTS_MIN, Cell, LEVELS, Peers, STEPS, Side, Stratum};
pub use detector::{Deprecation, Detector, Meaning, Parameter};
pub use evidence::{
    Abstention, DetectorIndex, EVIDENCE_MAX_MILLINATS, EVIDENCE_MIN_MILLINATS, Evidence, Evidences,
    Silence,
};
pub use markdown::detectors_markdown;
pub use mistake::{Mistake, Problem, closest};
pub use operator::OPERATORS;
pub use pack::{DETECTORS_MAX, Pack, PackHash, SpecSource};
pub use rule::Traits;
pub use words::{Family, Maturity, Severity, Toward};
