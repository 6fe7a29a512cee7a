//! The lines that an MCP gateway writes, one per request: who calls, for whom, under which grant, and what came
//! of it. What is HTTP in them is read by this table; the identities are read by `agent`.

use super::Preset;
use crate::{field::Field, time::DurationUnit};

pub(super) const PRESET: Preset = Preset {
    keys: &[
        ("ts", Field::StartTime),
        ("latency_ms", Field::Duration),
        ("client_ip", Field::Ip),
        ("host", Field::Host),
        ("site", Field::Site),
        ("code", Field::Status),
        ("result_bytes", Field::ResponseBytes),
        ("user_agent", Field::UserAgent),
        ("client_id", Field::Authenticated),
        ("event", Field::McpMethod),
        ("tool", Field::McpName),
    ],
    headers: None,
    telling: &["ts", "event", "client_id", "grant_id"],
    duration_unit: DurationUnit::Ms,
};
