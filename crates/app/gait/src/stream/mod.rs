//! Streams: results go out as they come, and what was read is only acknowledged when they have arrived.

mod files;
mod kafka;
mod lane;
mod outlet;
mod sinks;

pub(crate) use files::{follow, read_once};
pub(crate) use kafka::consume;
pub(crate) use outlet::StreamOutlet;
pub(crate) use sinks::Sinks;
