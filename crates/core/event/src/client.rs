//! Who asked: the identity key of a client and the id it is published under.
//!
//! Best available wins. An identified agent is keyed by site, agent, subject and grant. Everybody else is by
//! site, network, user agent and JA4; the network is an IPv4 address
//! whole, an IPv6 address by its /64, and a host name as it is. Language is left out: it varies within
//! one browser (fetches against navigations) and its change is a feature instead.

use std::{borrow::Cow, fmt, net::IpAddr, str::FromStr};

use crate::{
    AgentCall, Event,
    published::{hash128, write_hex},
};

/// Upper bound of the canonical key, bytes. Longer user agents are cut for the key alone.
pub const MAX_KEY_BYTES: usize = 1024;

/// Upper bound of a part of the key before the user agent, bytes.
const MAX_PART_BYTES: usize = 255;

/// Between the parts of a key; control characters cannot stand in a logged header value.
const SEPARATOR: u8 = 0x1f;

/// Stands before the agent in the key of an identified client; no network begins with it.
const IDENTIFIED: u8 = 0x1e;

/// The published id of a client: the first 128 bits of BLAKE3 over the canonical key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u128);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

impl FromStr for ClientId {
    type Err = std::num::ParseIntError;

    /// Reads the 32 hexadecimal digits that `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// The canonical key of a client as bytes, reused between events so that looking one up allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct ClientKey {
    bytes: Vec<u8>,
}

impl ClientKey {
    /// Writes the key of the client that sent `event`. Call it before a mask is applied.
    pub fn set(&mut self, event: &Event<'_>) {
        if let Some(call) = event.call {
            return self.set_agent(event.site_name(), call);
        }
        self.set_parts(
            event.site_name(),
            event.ip,
            event.user_agent.unwrap_or_default(),
            event.ja4.unwrap_or_default(),
        );
    }

    /// Writes the key from its parts: site, address as logged, user agent, JA4 (each may be empty).
    pub fn set_parts(&mut self, site: &str, ip: &str, user_agent: &str, ja4: &str) {
        self.bytes.clear();
        for part in [site, &net_of(ip), ja4] {
            self.bytes.extend_from_slice(first_bytes(part, MAX_PART_BYTES));
            self.bytes.push(SEPARATOR);
        }
        let room = MAX_KEY_BYTES.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(first_bytes(user_agent, room));
    }

    /// Writes the key of an identified agent.
    #[cold]
    fn set_agent(&mut self, site: &str, call: &AgentCall<'_>) {
        self.bytes.clear();
        self.bytes.extend_from_slice(first_bytes(site, MAX_PART_BYTES));
        self.bytes.extend_from_slice(&[SEPARATOR, IDENTIFIED]);
        for part in [call.actor, call.subject] {
            self.bytes.extend_from_slice(first_bytes(part, MAX_PART_BYTES));
            self.bytes.push(SEPARATOR);
        }
        let grant = call.grant.unwrap_or_default();
        self.bytes.extend_from_slice(first_bytes(grant, MAX_PART_BYTES));
    }

    /// The canonical bytes: site, network, JA4, user agent; or site, agent, subject, grant.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The published id.
    #[must_use]
    pub fn id(&self) -> ClientId {
        ClientId(hash128(&self.bytes))
    }
}

/// The first `count` bytes, cut within a character where that falls so.
fn first_bytes(text: &str, count: usize) -> &[u8] {
    text.as_bytes().get(..count).unwrap_or(text.as_bytes())
}

/// The network a client address stands for: IPv6 by /64 in canonical text (`2001:db8::/64`), IPv4 and
/// host names as they are. An IPv4 address mapped into IPv6 is the IPv4 address.
#[must_use]
pub fn net_of(ip: &str) -> Cow<'_, str> {
    // At most four digits stand before the first colon of an IPv6 address.
    let front = ip.as_bytes().first_chunk::<5>();
    if !front.map_or_else(|| ip.contains(':'), |front| front.contains(&b':')) {
        return Cow::Borrowed(ip);
    }
    let Ok(IpAddr::V6(v6)) = ip.parse() else { return Cow::Borrowed(ip) };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return Cow::Owned(v4.to_string());
    }
    let prefix = std::net::Ipv6Addr::from(u128::from(v6) & (u128::MAX << 64));
    Cow::Owned(format!("{prefix}/64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_is_keyed_by_its_64_and_ipv4_whole() {
        assert_eq!(net_of("2001:db8:0:1:aaaa::1"), "2001:db8:0:1::/64");
        assert_eq!(net_of("2001:db8:0:1:bbbb::2"), "2001:db8:0:1::/64");
        assert_eq!(net_of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(net_of("192.0.2.7"), "192.0.2.7");
        assert_eq!(net_of("pppa006.compuserve.com"), "pppa006.compuserve.com");
        assert_eq!(net_of("not:an:address"), "not:an:address");
        assert_eq!(net_of("2001::"), "2001::/64");
        assert_eq!(net_of("02001::1"), "02001::1");
    }

    #[test]
    fn an_identified_agent_is_its_agent_subject_and_grant_wherever_it_calls_from() {
        let id = |ip, actor, subject, grant| {
            let call = AgentCall { actor, subject, grant, ..AgentCall::default() };
            let mut key = ClientKey::default();
            key.set(&Event { ip, call: Some(&call), ..Event::default() });
            key.id()
        };
        let base = id("192.0.2.7", "a", "s", Some("g"));
        assert_eq!(base, id("2001:db8::1", "a", "s", Some("g")));
        for other in [("b", "s", Some("g")), ("a", "t", Some("g")), ("a", "s", None)] {
            assert_ne!(base, id("192.0.2.7", other.0, other.1, other.2));
        }
    }

    #[test]
    fn the_id_depends_on_every_part_and_on_nothing_else() {
        let id = |site, ip, ua, ja4| {
            let mut key = ClientKey::default();
            key.set_parts("left over", "from", "an earlier", "event");
            key.set_parts(site, ip, ua, ja4);
            key.id()
        };
        let base = id("shop", "192.0.2.7", "curl/8", "");
        assert_eq!(base, id("shop", "192.0.2.7", "curl/8", ""));
        assert_ne!(base, id("", "192.0.2.7", "curl/8", ""));
        assert_ne!(base, id("shop", "192.0.2.8", "curl/8", ""));
        assert_ne!(base, id("shop", "192.0.2.7", "curl/9", ""));
        assert_ne!(base, id("shop", "192.0.2.7", "curl/8", "t13d"));
        assert_eq!(base.to_string().parse(), Ok(base));
    }
}
