//! Envelopes: what shippers put around a line before it reaches us, told by its shape.

mod cri;
mod json;
mod syslog;

pub(crate) use cri::{CriLine, Joiner, parse as parse_cri};
pub(crate) use json::{KNOWN_FIELDS, field};
pub(crate) use syslog::strip as strip_syslog;
