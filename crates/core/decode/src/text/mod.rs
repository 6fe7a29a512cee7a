//! Text formats: hand-written scanners over one [`cursor::Cursor`], one file per format.
//!
//! Scanners find the fields and undo the escapes; what the fields mean is decided where all formats
//! are: in `assemble`.

mod alb;
mod cloudfront;
mod combined;
mod cursor;
mod envoy;
mod escape;
mod haproxy;
mod plain;

use crate::{field::Field, format::FormatId, time::DurationUnit};

pub(crate) use alb::read as read_alb;
pub(crate) use cloudfront::Cloudfront;
pub(crate) use combined::read as read_combined;
pub(crate) use envoy::read as read_envoy;
pub(crate) use haproxy::read as read_haproxy;
pub(crate) use plain::read as read_plain;

/// What is known of a text format without a line of it.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The fields a line can carry.
    pub(crate) fields: &'static [Field],
    /// The unit of its durations.
    pub(crate) duration_unit: DurationUnit,
}

impl Layout {
    /// The layout of a text format; `None` for JSON formats.
    pub(crate) fn of(format: FormatId) -> Option<Self> {
        let (fields, duration_unit) = match format {
            FormatId::Combined => (combined::FIELDS, DurationUnit::S),
            FormatId::EnvoyText => (envoy::FIELDS, DurationUnit::Ms),
            FormatId::Haproxy => (haproxy::FIELDS, DurationUnit::Ms),
            FormatId::AwsAlb => (alb::FIELDS, DurationUnit::Us),
            FormatId::Cloudfront => (cloudfront::FIELDS, DurationUnit::S),
            _ => return None,
        };
        Some(Self { fields, duration_unit })
    }
}

#[cfg(test)]
mod tests;
