//! An identified call: who acts, for whom, under which grant, and what it asks for.
//!
//! Everything here is asserted by the gateway that wrote the line. Whether the call stays inside its grant is
//! judged elsewhere.

use crate::EventTime;

/// What a line says about an identified agent's call. Text that the line does not hold is empty or `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AgentCall<'a> {
    /// The id of the request, a number as its digits.
    pub request_id: Option<&'a str>,
    /// The agent that calls.
    pub actor: &'a str,
    /// The person on whose behalf it acts.
    pub subject: &'a str,
    /// The id of the grant that the call names.
    pub grant: Option<&'a str>,
    /// The delegation chain of the credential, acting agent first.
    pub chain: &'a [&'a str],
    /// What is done, such as the name of an MCP tool. `None` for discovery and keeping alive, which touch
    /// nothing that is granted.
    pub action: Option<&'a str>,
    /// The kind of resource that is asked for.
    pub resource_type: Option<&'a str>,
    /// Ids of the resources that are asked for.
    pub resources: &'a [&'a str],
    /// The arguments, nested ones under dotted names, each element of a list under the name of the list.
    pub arguments: &'a [(&'a str, Argument<'a>)],
    /// A hash of the id of the credential; the id itself is not kept.
    pub credential: Option<u128>,
    /// When the credential ends.
    pub credential_expires: Option<EventTime>,
}

/// The value of one argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument<'a> {
    /// Null, or a container without content.
    Empty,
    /// Text.
    Text(&'a str),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
}
