//! What the process tells about itself: a closed catalogue of metrics ([`CATALOGUE`]), the typed way to
//! raise each of them ([`Metrics`]), and stage latencies that cost the hot path next to nothing
//! ([`StageRecorder`]).
//!
//! No metric can be raised by name, and no label takes a value that input chooses: addresses, paths and
//! user agents belong in verdicts, not here. Who scrapes is left to `gait-serve`, when to count to the
//! pipeline.
//!
//! ```
//! use gait_decode::{FormatId, RejectReason};
//! use gait_observe::{Metrics, Stage};
//!
//! let metrics = Metrics::new("1.2.3", ["timing.steady_cadence"]);
//! let combined = metrics.format(FormatId::Combined);
//! combined.events(99);
//! combined.rejected(RejectReason::BadTime);
//! let mut stages = metrics.stages();
//! stages.time(Stage::Publish, || ());
//! assert!(metrics.render().contains("gait_events_total{format=\"combined\"} 99"));
//! ```

mod catalogue;
mod engine;
mod label;
mod markdown;
mod metrics;
mod stage;
mod summary;
#[cfg(test)]
mod tests;

pub use catalogue::{CATALOGUE, MetricKind, MetricSpec};
pub use engine::{EngineMeter, EngineReading};
pub use label::{DeadLetterReason, FeedbackOutcome, Label, Source, Values};
pub use markdown::metrics_markdown;
pub use metrics::{FormatMeter, Metrics};
pub use stage::{Lap, SAMPLE_EVERY, Stage, StageRecorder};
