//! Cloudflare Logpush, dataset `http_requests`. Timestamps are nanoseconds, seconds or RFC 3339 as the
//! job says; the unit is told by magnitude. `RequestHeaders` holds the custom fields of the job.

use super::{Headers, Preset};
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("EdgeStartTimestamp", Field::StartTime),
        ("EdgeEndTimestamp", Field::EndTime),
        ("ClientIP", Field::Ip),
        ("ClientRequestHost", Field::Host),
        ("ClientRequestMethod", Field::Method),
        ("ClientRequestURI", Field::Target),
        ("ClientRequestPath", Field::Target),
        ("ClientRequestProtocol", Field::Protocol),
        ("EdgeResponseStatus", Field::Status),
        ("EdgeResponseBytes", Field::ResponseBytes),
        ("ClientRequestBytes", Field::RequestBytes),
        ("ClientRequestUserAgent", Field::UserAgent),
        ("ClientRequestReferer", Field::Referer),
        ("JA4", Field::Ja4),
    ],
    headers: Some(Headers { prefix: "RequestHeaders.", complete: false }),
    telling: &["ClientRequestMethod", "EdgeResponseStatus"],
    duration_unit: DurationUnit::S,
};
