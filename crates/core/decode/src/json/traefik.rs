//! Traefik's JSON access log. `StartUTC` is the start, `Duration` nanoseconds. Headers are flat keys
//! `request_<Name>`, and Traefik drops them unless it is told to keep them.

use super::{Headers, Preset};
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("StartUTC", Field::StartTime),
        ("StartLocal", Field::StartTime),
        ("Duration", Field::Duration),
        ("ClientHost", Field::Ip),
        ("ClientAddr", Field::Ip),
        ("RequestHost", Field::Host),
        ("RequestAddr", Field::Host),
        ("RequestMethod", Field::Method),
        ("RequestPath", Field::Target),
        ("RequestProtocol", Field::Protocol),
        ("DownstreamStatus", Field::Status),
        ("DownstreamContentSize", Field::ResponseBytes),
        // The content alone; headers are not in it.
        ("RequestContentSize", Field::RequestBytes),
    ],
    headers: Some(Headers { prefix: "request_", complete: false }),
    telling: &["RequestMethod", "DownstreamStatus"],
    duration_unit: DurationUnit::Ns,
};
