//! Who a record is about.

use std::borrow::Cow;

use gait_decide::ClientRef;
use gait_event::ClientId;
use serde::Serialize;

use crate::number::Text;

/// A client as it is published.
#[derive(Clone, Debug, Serialize)]
pub struct ClientJson<'a> {
    id: Text<ClientId>,
    ip: &'a str,
    net: Cow<'a, str>,
    user_agent: Option<&'a str>,
    ja4: Option<&'a str>,
}

impl<'a> From<ClientRef<'a>> for ClientJson<'a> {
    fn from(client: ClientRef<'a>) -> Self {
        Self {
            id: Text(client.id),
            ip: client.ip,
            net: client.net(),
            user_agent: client.user_agent,
            ja4: client.ja4,
        }
    }
}
