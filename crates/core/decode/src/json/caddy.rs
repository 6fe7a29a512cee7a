//! Caddy's JSON access log. `ts` is the end, `duration` seconds, both floats. Headers are arrays, and
//! credentials show as `REDACTED`.

use super::{Headers, Preset};
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("ts", Field::EndTime),
        ("duration", Field::Duration),
        // `client_ip` has been through Caddy's own trusted proxies.
        ("request.client_ip", Field::Ip),
        ("request.remote_ip", Field::Ip),
        ("request.host", Field::Host),
        ("request.method", Field::Method),
        ("request.uri", Field::Target),
        ("request.proto", Field::Protocol),
        ("status", Field::Status),
        ("size", Field::ResponseBytes),
        ("bytes_read", Field::RequestBytes),
    ],
    headers: Some(Headers { prefix: "request.headers.", complete: true }),
    telling: &["request", "ts", "status", "duration"],
    duration_unit: DurationUnit::S,
};
