//! Timing on the decision clock. Gaps are the time from the start of one step to the start of the next;
//! API calls that start together are decided together and have no gap between them.
//!
//! Cadence is read only where the log's clock is finer than a second.

pub(crate) mod alignment;
pub(crate) mod backoff;
pub(crate) mod complexity;
pub(crate) mod fanout;
pub(crate) mod gaps;
pub(crate) mod octaves;
