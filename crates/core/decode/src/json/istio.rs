//! Istio's JSON access log: 24 fixed keys. `start_time` is the start, `duration` milliseconds.

use super::Preset;
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("start_time", Field::StartTime),
        ("duration", Field::Duration),
        ("downstream_remote_address", Field::Ip),
        ("x_forwarded_for", Field::ForwardedFor),
        ("authority", Field::Host),
        ("method", Field::Method),
        ("path", Field::Target),
        ("protocol", Field::Protocol),
        ("response_code", Field::Status),
        ("bytes_sent", Field::ResponseBytes),
        ("bytes_received", Field::RequestBytes),
        ("user_agent", Field::UserAgent),
    ],
    headers: None,
    telling: &["start_time", "response_code", "route_name", "upstream_transport_failure_reason"],
    duration_unit: DurationUnit::Ms,
};
