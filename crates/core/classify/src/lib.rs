//! Evidence to a verdict on one client: log-odds, score, class and the reasons, exactly additive.
//!
//! Inference only, over a frozen [`Model`]. Within a family of detectors the strongest evidence counts in
//! full and the rest a little, for a program and for a person apart; families add up, and so do the model's
//! terms, each a step function of one feature. Everything is whole millinats, so that the prior and the
//! contributions sum to the log-odds to the last digit; [`audit`] checks that from outside. What follows from
//! a class (alerts, responses) is left to `gait-decide`; how a model is fitted, to `gait-train`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test may fail"))]

mod assessment;
mod audit;
mod class;
mod combine;
mod model;
mod score;
mod terms;

pub use assessment::{Assessment, assess, next_step};
pub use audit::{Audit, audit};
pub use class::{Class, Confidence};
pub use combine::{Contribution, Contributions, FamilySet, Source};
pub use model::{Enforcement, Kind, MODEL_MAX_BYTES, Model, ModelError, ModelHash, Thresholds};
pub use score::{Calibration, KNOTS_MAX, Knot, Score};
pub use terms::{STEP_MILLINATS_MAX, STEPS_MAX, TERMS_MAX, Term};
