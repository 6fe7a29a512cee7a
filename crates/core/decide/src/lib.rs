//! What is published about a client: its verdict, and the alerts that open, change and close with it, within
//! the false-alarm budget of the operator.
//!
//! Every id is a hash of what, who and when, so that a record delivered twice is the same record. Time is
//! event time. How a client is judged is left to `gait-classify`; how records are written, to the edges.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test may fail"))]

mod admission;
mod alert;
mod budget;
mod ids;
mod policy;
mod reason;
mod verdict;

pub use admission::Admission;
pub use alert::{
    Alert, AlertChange, AlertFamily, AlertKind, AlertPhase, AlertState, CloseCause, FamilyAlert,
};
pub use budget::{Budget, BudgetError, Ledger, Level, ONE_ALARM_NANO};
pub use ids::{AlertId, FamilyId, NoAlertId, VerdictId};
pub use policy::{AlertPolicy, PolicyError};
pub use reason::{Reason, ReasonId, reason_title, reasons};
pub use verdict::{AgentRef, ChangedAt, ClientRef, DecidedAt, Verdict};
