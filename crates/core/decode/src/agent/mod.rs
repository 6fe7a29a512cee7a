//! The identity part of a line: who acts, for whom, under which grant, by which chain, and what is asked for.
//!
//! Whatever the gateway answered, the attempt is told. An identity of the wrong shape is a reject, so that a
//! line that cannot be attributed is counted and never taken for a harmless one.

mod tree;

use gait_event::{AgentCall, Argument, published::hash128};

use crate::{
    arena::{Arena, Gathered},
    field::Field,
    raw::{RawFields, Value},
    reject::{Fault, RejectReason},
    time::{Calendar, TimeUnit, instant},
};
use tree::Tree;

/// Where an MCP server listens, when its gateway logs no path.
const TARGET: &str = "/mcp";

/// Requests by which a client learns what there is or keeps its session: they touch nothing that is granted.
const DISCOVERY: [&str; 9] = [
    "initialize",
    "server/discover",
    "ping",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "prompts/list",
    "logging/setLevel",
    "roots/list",
];

/// Reads the identity part of a line into `raw`, behind what the table of the format has read.
///
/// # Errors
/// A claim has a shape that says nobody: an object where a name is expected, a chain that is none.
pub(crate) fn read<'a>(line: &'a str, raw: &mut RawFields<'a>) -> Result<(), Fault> {
    let arena = raw.arena;
    let record = Tree::read(line, arena).map_err(|_| Fault::new(RejectReason::NotJson))?;
    // A tool is called by `POST`; a gateway that answered nothing, or does not log its answer, logs no status.
    raw.method.get_or_insert("POST");
    raw.target.get_or_insert(TARGET);
    raw.see(Field::Method.bit() | Field::Status.bit(), Field::Method.logged());
    raw.event.call = call(record, arena)?;
    Ok(())
}

/// The call; `None` for a line that names nobody.
fn call<'a>(record: Tree<'a>, arena: &'a Arena) -> Result<Option<&'a AgentCall<'a>>, Fault> {
    let name = |key| text(record, key, arena);
    let (client, subject, grant) = (name("client_id")?, name("subject")?, name("grant_id")?);
    if (client, subject, grant) == (None, None, None) {
        return Ok(None);
    }
    let chain = chain(record.get("act"), arena)?;
    let credential_expires = expiry(record.get("token_exp"))?;
    Ok(Some(arena.keep_value(AgentCall {
        request_id: name("request_id")?,
        // Who calls is whom the gateway authenticated; the chain is what the credential says about it.
        actor: client.or(chain.first().copied()).unwrap_or_default(),
        subject: subject.unwrap_or_default(),
        grant,
        chain,
        action: action(name("event")?, name("tool")?),
        resource_type: name("resource_type")?,
        resources: resources(record, arena)?,
        arguments: arguments(record.get("args"), arena),
        credential: name("jti")?.map(|jti| hash128(jti.as_bytes())),
        credential_expires,
    })))
}

/// What is done: the tool, else the method unless that is discovery.
fn action<'a>(method: Option<&'a str>, tool: Option<&'a str>) -> Option<&'a str> {
    match (method, tool) {
        (Some(method), _) if is_discovery(method) => None,
        (_, Some(tool)) => Some(tool),
        (method, None) => Some(method.unwrap_or_default()),
    }
}

fn is_discovery(method: &str) -> bool {
    DISCOVERY.contains(&method) || method.starts_with("notifications/")
}

/// A name; numbers as their digits.
fn text<'a>(
    record: Tree<'a>,
    key: &'static str,
    arena: &'a Arena,
) -> Result<Option<&'a str>, Fault> {
    match record.get(key) {
        Tree::Null | Tree::Text("") => Ok(None),
        value => plain(value, arena).map(Some).ok_or(Fault::of(RejectReason::BadField, key)),
    }
}

fn plain<'a>(value: Tree<'a>, arena: &'a Arena) -> Option<&'a str> {
    match value {
        Tree::Text(text) => Some(text),
        Tree::Int(number) => Some(arena.keep(&number.to_string())),
        Tree::Float(number) => Some(arena.keep(&number.to_string())),
        Tree::Null | Tree::Bool(_) | Tree::List(_) | Tree::Object(_) => None,
    }
}

/// A chain as a list of hops, or as claims that hold each other (RFC 8693); acting agent first.
fn chain<'a>(act: Tree<'a>, arena: &'a Arena) -> Result<&'a [&'a str], Fault> {
    let bad = || Fault::of(RejectReason::BadField, "act");
    let mut hops = Gathered::default();
    match act {
        Tree::Null => {}
        Tree::List(list) => {
            for hop in list {
                hops.push(hop_name(*hop).ok_or_else(bad)?, arena);
            }
        }
        mut nested @ (Tree::Object(_) | Tree::Text(_)) => {
            while nested != Tree::Null {
                hops.push(hop_name(nested).ok_or_else(bad)?, arena);
                nested = nested.get("act");
            }
        }
        Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) => return Err(bad()),
    }
    Ok(arena.keep_list(&hops))
}

fn hop_name(hop: Tree<'_>) -> Option<&str> {
    match hop {
        Tree::Text(name) => Some(name),
        hop => match hop.get("sub") {
            Tree::Text(name) => Some(name),
            _ => None,
        },
    }
}

fn expiry(value: Tree<'_>) -> Result<Option<gait_event::EventTime>, Fault> {
    let value = match value {
        Tree::Null => return Ok(None),
        Tree::Int(number) => Value::Int(number),
        Tree::Float(number) => Value::Float(number),
        Tree::Text(text) => Value::Text(text),
        Tree::Bool(_) | Tree::List(_) | Tree::Object(_) => Value::Absent,
    };
    let time = instant(&value, TimeUnit::Auto, &Calendar::default());
    time.map(|(time, _)| Some(time)).ok_or(Fault::of(RejectReason::BadField, "token_exp"))
}

/// What the gateway resolved, and what the arguments name beside it.
fn resources<'a>(record: Tree<'a>, arena: &'a Arena) -> Result<&'a [&'a str], Fault> {
    let mut ids = Gathered::default();
    let places = [(record, "resource_ids"), (record, "resource_id")];
    let asked = record.get("args");
    for (place, key) in places.into_iter().chain([(asked, "resource_ids"), (asked, "resource_id")])
    {
        let bad = || Fault::of(RejectReason::BadField, key);
        match place.get(key) {
            Tree::Null => {}
            Tree::List(list) => {
                for id in list {
                    ids.push(plain(*id, arena).ok_or_else(bad)?, arena);
                }
            }
            id => ids.push(plain(id, arena).ok_or_else(bad)?, arena),
        }
    }
    Ok(arena.keep_list(&ids))
}

fn arguments<'a>(args: Tree<'a>, arena: &'a Arena) -> &'a [(&'a str, Argument<'a>)] {
    let mut flat = Gathered::default();
    flatten("", args, arena, &mut flat);
    arena.keep_list(&flat)
}

/// Recursion as deep as the record nests, which was bounded before it was read.
fn flatten<'a>(
    name: &'a str,
    value: Tree<'a>,
    arena: &'a Arena,
    flat: &mut Gathered<'a, (&'a str, Argument<'a>)>,
) {
    let plain = match value {
        Tree::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let path = if name.is_empty() { key } else { arena.keep(&format!("{name}.{key}")) };
                flatten(path, *value, arena, flat);
            }
            return;
        }
        Tree::List(list) if !list.is_empty() => {
            for value in list {
                flatten(name, *value, arena, flat);
            }
            return;
        }
        Tree::Null | Tree::Object(_) | Tree::List(_) => Argument::Empty,
        Tree::Bool(truth) => Argument::Bool(truth),
        Tree::Int(number) => Argument::Number(number as f64),
        Tree::Float(number) => Argument::Number(number),
        Tree::Text(text) => Argument::Text(text),
    };
    if !name.is_empty() {
        flat.push((name, plain), arena);
    }
}

#[cfg(test)]
mod tests;
