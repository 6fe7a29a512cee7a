//! Gateway log bytes to events or rejects.
//!
//! A [`Decoder`] takes one record after the other, a log line or a Kafka value, takes the shipper's
//! envelope off, reads the format and hands over an [`gait_event::Event`] or a [`Reject`] with a closed
//! reason. [`recognise`] finds the format from the first records. Nothing here panics, reads a clock or
//! does I/O; decompression and lines are made elsewhere.
//!
//! To add a JSON format, add a table under `json`; to add a text format, a scanner under `text`; then
//! name it in [`FormatId`] and say in `facts` what it is.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod address;
mod agent;
mod arena;
mod assemble;
mod config;
mod decoder;
mod envelope;
mod facts;
mod field;
mod format;
mod framing;
mod json;
mod mcp_name;
mod nesting;
mod raw;
mod recognise;
mod reject;
mod request_line;
mod scan;
mod suggest;
mod text;
mod time;

pub use address::{Cidr, CidrError};
pub use arena::Arena;
pub use config::{DecodeConfig, DecodeConfigError, Framing, Unwrap, UnwrapError};
pub use decoder::{Decoded, Decoder};
pub use facts::{FormatFacts, TimestampFacts, facts, formats_markdown};
pub use field::Field;
pub use format::{FormatChoice, FormatError, FormatId};
pub use framing::{ArraySplitter, UnclosedArray};
pub use json::{FieldMap, FieldMapError};
pub use recognise::{Recognised, Unrecognised, recognise};
pub use reject::{Reject, RejectReason, RejectReasonError};
pub use time::iso_instant;

/// The longest record that is decoded, bytes. A longer one is rejected as [`RejectReason::TooLong`].
pub const MAX_RECORD_BYTES: usize = 1 << 20;
