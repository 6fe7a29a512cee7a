//! Kong's log serializer, which http-log, file-log and kafka-log share. `started_at` is the start in
//! milliseconds. `consumer` and `authenticated_entity` are there when the request was authenticated.

use super::{Headers, Preset};
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("started_at", Field::StartTime),
        ("latencies.request", Field::Duration),
        ("client_ip", Field::Ip),
        ("request.headers.host", Field::Host),
        ("request.method", Field::Method),
        ("request.uri", Field::Target),
        ("request.url", Field::Url),
        ("response.status", Field::Status),
        ("response.size", Field::ResponseBytes),
        ("request.size", Field::RequestBytes),
        ("authenticated_entity", Field::Authenticated),
        ("consumer", Field::Authenticated),
    ],
    // Kong has taken the client from `X-Forwarded-For` by its own `trusted_ips` already; the header
    // is read again only for peers that are trusted here.
    headers: Some(Headers { prefix: "request.headers.", complete: true }),
    telling: &["request", "response", "started_at", "client_ip"],
    duration_unit: DurationUnit::Ms,
};
