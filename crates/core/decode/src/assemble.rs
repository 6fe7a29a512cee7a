//! Raw fields to event: the rules that hold for every format stand here and nowhere else.
//!
//! Start time where the duration is known, lower-case host, bare client address, absent for `-`.

use gait_event::{EventTime, FieldSet, HttpVersion, Method, Resolution, TimeKind};

use crate::{
    address::{self, Cidr},
    arena::Arena,
    field::Field,
    mcp_name,
    raw::{RawFields, Value},
    reject::{Fault, RejectReason},
    request_line,
    time::{Calendar, DurationUnit, TimeUnit, duration_us, instant},
};

/// What a format and its configuration say about the raw fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) time_unit: TimeUnit,
    pub(crate) duration_unit: DurationUnit,
    pub(crate) trusted_proxies: Vec<Cidr>,
    pub(crate) calendar: Calendar,
    /// The one site of the log, when the operator names it.
    pub(crate) site: Option<String>,
}

/// Stands for the address of an identified agent whose gateway logs none.
const NO_ADDRESS: &str = "-";

/// Completes the event of one record from the fields that were read. `record` is the text they borrow
/// from, for columns.
pub(crate) fn assemble(raw: &mut RawFields<'_>, rules: &Rules, record: &str) -> Result<(), Fault> {
    set_time(raw, rules, record)?;
    set_client(raw, rules, record)?;
    set_request(raw)?;
    if let Some(site) = &rules.site {
        raw.event.site = Some(raw.arena.keep(site));
    }
    raw.event.status = status(raw, record)?;
    raw.event.response_bytes =
        number(&raw.response_bytes, Field::ResponseBytes, record)?.unwrap_or_default();
    raw.event.request_bytes = number(&raw.request_bytes, Field::RequestBytes, record)?;
    raw.event.connection = number(&raw.connection, Field::Connection, record)?;
    raw.event.connection_requests =
        number(&raw.connection_requests, Field::ConnectionRequests, record)?;
    raw.event.authenticated = authenticated(raw);
    raw.event.mcp_name = raw.event.mcp_name.map(|name| mcp_name::decode(name, raw.arena));
    Ok(())
}

/// The start where it is logged or follows from end and duration, else the end.
fn set_time(raw: &mut RawFields<'_>, rules: &Rules, record: &str) -> Result<(), Fault> {
    let mut duration = duration_us(&raw.duration, rules.duration_unit)
        .map_err(|()| bad(RejectReason::BadField, Field::Duration, &raw.duration, record))?;
    let start = time_of(&raw.start, rules, record)?;
    let end = time_of(&raw.end, rules, record)?;
    let (time, resolution, kind) = match (start, end, duration) {
        (Some((start, step)), Some((end, _)), None) => {
            duration = u64::try_from(end.since(start)).ok();
            raw.event.logged.insert(FieldSet::DURATION);
            (start, step, TimeKind::Start)
        }
        (Some((start, step)), _, _) => (start, step, TimeKind::Start),
        (None, Some((end, step)), Some(duration)) => (end.minus(duration), step, TimeKind::Start),
        (None, Some((end, step)), None) => (end, step, TimeKind::End),
        (None, None, _) => return Err(Fault::of(RejectReason::MissingField, "time")),
    };
    raw.event.duration_us = duration;
    raw.event.time = time;
    raw.event.resolution = resolution;
    raw.event.time_kind = kind;
    Ok(())
}

fn time_of(
    value: &Value<'_>,
    rules: &Rules,
    record: &str,
) -> Result<Option<(EventTime, Resolution)>, Fault> {
    if matches!(value, Value::Absent) {
        return Ok(None);
    }
    let time = instant(value, rules.time_unit, &rules.calendar);
    time.map(Some).ok_or_else(|| bad(RejectReason::BadTime, Field::StartTime, value, record))
}

fn set_client(raw: &mut RawFields<'_>, rules: &Rules, record: &str) -> Result<(), Fault> {
    if raw.event.call.is_some() && raw.peer.is_none() {
        // An identified agent is known by its credential: its calls count from wherever they come.
        raw.event.ip = NO_ADDRESS;
        return Ok(());
    }
    let client = address::client(raw.peer, raw.forwarded_for, &rules.trusted_proxies)
        .ok_or(Fault::of(RejectReason::MissingField, "ip"))?;
    if !address::is_plausible(client) {
        return Err(Fault::of(RejectReason::BadAddress, "ip").within(record, client));
    }
    raw.event.ip = client;
    Ok(())
}

/// Method, target, protocol and host, from fields of their own, the request line or the URL.
fn set_request(raw: &mut RawFields<'_>) -> Result<(), Fault> {
    if let Some(protocol) = raw.protocol {
        raw.event.protocol = HttpVersion::parse(protocol);
    }
    let mut target = raw.target;
    if let Some(url) = raw.url {
        // A text that is no URL is a target.
        let (host, rest) = request_line::split_url(url).unzip();
        raw.event.host = raw.event.host.or(host);
        target = target.or(rest).or(Some(url));
    }
    if raw.method.is_none() && target.is_none() && raw.saw(Field::Request) {
        let line = request_line::parse(raw.request.unwrap_or_default());
        raw.event.method = line.method;
        raw.event.protocol = line.protocol;
        target = Some(line.target);
    } else {
        // Logged but empty means the gateway could not read the request: that is an event.
        if !raw.saw(Field::Method) {
            return Err(Fault::of(RejectReason::MissingField, Field::Method.name()));
        }
        if target.is_none() && !raw.saw(Field::Target) {
            return Err(Fault::of(RejectReason::MissingField, Field::Target.name()));
        }
        raw.event.method = raw.method.map_or(Method::Other, Method::parse);
    }
    raw.event.target = with_query(target.unwrap_or_default(), raw.query, raw.arena);
    raw.event.host = raw.event.host.map(|host| address::host(host, raw.arena));
    Ok(())
}

/// Adds a query that is logged apart to a target that has none.
fn with_query<'a>(target: &'a str, query: Option<&'a str>, arena: &'a Arena) -> &'a str {
    match query {
        Some(query) if !target.contains('?') => {
            arena.keep(&format!("{target}?{}", query.strip_prefix('?').unwrap_or(query)))
        }
        _ => target,
    }
}

/// -1..=999; negative, `-` and null mean that no response was sent.
fn status(raw: &RawFields<'_>, record: &str) -> Result<u16, Fault> {
    let number = match &raw.status {
        Value::Absent if raw.saw(Field::Status) => Some(0),
        Value::Absent => return Err(Fault::of(RejectReason::MissingField, "status")),
        value => integer(value),
    };
    match number {
        Some(-1) => Ok(0),
        Some(status @ 0..=999) => Ok(u16::try_from(status).unwrap_or_default()),
        _ => Err(bad(RejectReason::BadStatus, Field::Status, &raw.status, record)),
    }
}

/// A count or size; negative numbers mean that there is none.
fn number(value: &Value<'_>, field: Field, record: &str) -> Result<Option<u64>, Fault> {
    if matches!(value, Value::Absent) {
        return Ok(None);
    }
    let number = integer(value).ok_or_else(|| bad(RejectReason::BadField, field, value, record))?;
    Ok(u64::try_from(number).ok())
}

fn integer(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range and the fraction are checked"
        )]
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e18 => {
            Some(*number as i64)
        }
        Value::Text(text) => short_count(text).or_else(|| text.parse().ok()),
        _ => None,
    }
}

/// A text of digits that surely fits: nearly every status and size.
fn short_count(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.bytes().try_fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + i64::from(digit))
    })
}

/// Whether a credential came: true for anything but `0` and `false`; absent but logged means no.
fn authenticated(raw: &RawFields<'_>) -> Option<bool> {
    match &raw.authenticated {
        Value::Absent => raw.saw(Field::Authenticated).then_some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Int(number) => Some(*number != 0),
        Value::Float(number) => Some(*number != 0.0),
        Value::Text(text) => Some(!matches!(*text, "0" | "false" | "no")),
        Value::Object => Some(true),
    }
}

fn bad(reason: RejectReason, field: Field, value: &Value<'_>, record: &str) -> Fault {
    let fault = Fault::of(reason, field.name());
    match value {
        Value::Text(text) => fault.within(record, text),
        _ => fault,
    }
}
