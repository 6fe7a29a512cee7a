//! Who a client is, in as few bytes as its text allows.
//!
//! The canonical key already holds the texts, so they are read back from it. Beside it stands only what it
//! does not hold: the address when it was folded into a network, and all texts when the key cut one of them.
//! The texts of an identified agent are kept beside its key, whole.
//! A user agent that was logged as empty and one that was not sent make the same key: both are `None`.

use gait_decide::{AgentRef, ClientRef};
use gait_event::{AgentCall, ClientId, ClientKey, Event, net_of};

/// Longest part of a key except the user agent, bytes; longer ones are cut in the key.
const KEY_PART_MAX_BYTES: usize = 255;

/// Longest text kept of a client, bytes. A gateway passes on less; what is longer is cut here.
pub(crate) const TEXT_MAX_BYTES: usize = 16 * 1024;

/// What one heap allocation costs beside its content, bytes, for the estimate of resident memory.
const ALLOCATION_BYTES: usize = 16;

/// The texts of a client whose key cut one of them, or is that of an identified agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uncut {
    pub(crate) site: Box<str>,
    pub(crate) ja4: Box<str>,
    pub(crate) user_agent: Box<str>,
    pub(crate) agent: Option<IdentifiedAgent>,
}

/// Who an identified agent is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdentifiedAgent {
    pub(crate) agent: Box<str>,
    pub(crate) subject: Box<str>,
    pub(crate) grant: Option<Box<str>>,
}

impl IdentifiedAgent {
    fn new(call: &AgentCall<'_>) -> Self {
        Self {
            agent: bounded(call.actor),
            subject: bounded(call.subject),
            grant: call.grant.map(bounded),
        }
    }

    fn bytes(&self) -> usize {
        let grant = self.grant.as_deref().map_or(0, |grant| grant.len() + ALLOCATION_BYTES);
        self.agent.len() + self.subject.len() + grant + 2 * ALLOCATION_BYTES
    }
}

/// The canonical key of a client and what is needed to read its texts back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    key: Box<[u8]>,
    /// The first address seen, when it is not the network in the key.
    ip: Option<Box<str>>,
    uncut: Option<Box<Uncut>>,
    site_len: u8,
    net_len: u8,
    ja4_len: u8,
}

/// An identity taken apart, as a snapshot holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdentityParts<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) ip: Option<&'a str>,
    pub(crate) uncut: Option<&'a Uncut>,
    /// Of the site, the network and the JA4 in the key.
    pub(crate) lens: [u8; 3],
}

impl Identity {
    /// The identity of the client that sent `event`, whose key is `key`. Call it before a mask is applied.
    pub(crate) fn new(key: &ClientKey, event: &Event<'_>) -> Self {
        let site = event.site_name();
        let ja4 = event.ja4.unwrap_or_default();
        let user_agent = event.user_agent.unwrap_or_default();
        if let Some(call) = event.call {
            return Self::identified(key, event, call);
        }
        let net = net_of(event.ip);
        let lens @ [site_len, net_len, ja4_len] = [part_len(site), part_len(&net), part_len(ja4)];
        let texts_in_key: usize = lens.iter().map(|len| usize::from(*len)).sum();
        // Three separators stand in the key beside the texts.
        let whole = texts_in_key + lens.len() + user_agent.len() == key.as_bytes().len()
            && [site.len(), net.len(), ja4.len()] == lens.map(usize::from);
        let uncut = || {
            Box::new(Uncut {
                site: bounded(site),
                ja4: bounded(ja4),
                user_agent: bounded(user_agent),
                agent: None,
            })
        };
        Self {
            key: key.as_bytes().into(),
            ip: (*net != *event.ip || net.len() > KEY_PART_MAX_BYTES).then(|| bounded(event.ip)),
            uncut: (!whole).then(uncut),
            site_len,
            net_len,
            ja4_len,
        }
    }

    /// An identified agent: nothing of its texts is read back from the key.
    fn identified(key: &ClientKey, event: &Event<'_>, call: &AgentCall<'_>) -> Self {
        let uncut = Uncut {
            site: bounded(event.site_name()),
            ja4: bounded(event.ja4.unwrap_or_default()),
            user_agent: bounded(event.user_agent.unwrap_or_default()),
            agent: Some(IdentifiedAgent::new(call)),
        };
        Self {
            key: key.as_bytes().into(),
            ip: Some(bounded(event.ip)),
            uncut: Some(Box::new(uncut)),
            site_len: 0,
            net_len: 0,
            ja4_len: 0,
        }
    }

    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// True when this is an agent that the gateway has identified.
    pub(crate) fn is_agent(&self) -> bool {
        self.uncut.as_deref().is_some_and(|uncut| uncut.agent.is_some())
    }

    /// The texts, under the published id.
    pub(crate) fn client(&self, id: ClientId) -> ClientRef<'_> {
        let [site, net, ja4, user_agent] = self.texts_in_key();
        let ip = self.ip.as_deref().unwrap_or(net);
        let (site, ja4, user_agent) = match self.uncut.as_deref() {
            Some(uncut) => (&*uncut.site, &*uncut.ja4, &*uncut.user_agent),
            None => (site, ja4, user_agent),
        };
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let agent = self.uncut.as_deref().and_then(|uncut| uncut.agent.as_ref());
        ClientRef {
            id,
            site: given(site),
            ip,
            user_agent: given(user_agent),
            ja4: given(ja4),
            agent: agent.map(|agent| AgentRef {
                agent: &agent.agent,
                subject: &agent.subject,
                grant: agent.grant.as_deref(),
            }),
        }
    }

    /// The site's name as bytes, without reading any other text; empty when the log has none.
    pub(crate) fn site(&self) -> &[u8] {
        match self.uncut.as_deref() {
            Some(uncut) => uncut.site.as_bytes(),
            None => self.key.get(..usize::from(self.site_len)).unwrap_or_default(),
        }
    }

    /// Bytes on the heap, allocator included, as an estimate.
    pub(crate) fn bytes(&self) -> usize {
        let uncut = self.uncut.as_deref().map_or(0, |uncut| {
            let texts = uncut.site.len() + uncut.ja4.len() + uncut.user_agent.len();
            let agent = uncut.agent.as_ref().map_or(0, IdentifiedAgent::bytes);
            size_of::<Uncut>() + texts + agent + 4 * ALLOCATION_BYTES
        });
        let ip = self.ip.as_deref().map_or(0, |ip| ip.len() + ALLOCATION_BYTES);
        self.key.len() + ALLOCATION_BYTES + ip + uncut
    }

    pub(crate) fn parts(&self) -> IdentityParts<'_> {
        IdentityParts {
            key: &self.key,
            ip: self.ip.as_deref(),
            uncut: self.uncut.as_deref(),
            lens: [self.site_len, self.net_len, self.ja4_len],
        }
    }

    /// Puts an identity together again. `None` when the lengths do not fit the key.
    pub(crate) fn from_parts(parts: IdentityParts<'_>) -> Option<Self> {
        let [site_len, net_len, ja4_len] = parts.lens;
        let in_key: usize = parts.lens.iter().map(|len| usize::from(*len) + 1).sum();
        (in_key <= parts.key.len()).then(|| Self {
            key: parts.key.into(),
            ip: parts.ip.map(Into::into),
            uncut: parts.uncut.cloned().map(Box::new),
            site_len,
            net_len,
            ja4_len,
        })
    }

    /// Site, network, JA4 and user agent. A text that was cut within a character reads as empty, and is
    /// kept uncut.
    fn texts_in_key(&self) -> [&str; 4] {
        let mut rest = &*self.key;
        let mut part = |len: u8| {
            let (text, after) = rest.split_at_checked(usize::from(len)).unwrap_or_default();
            rest = after.get(1..).unwrap_or_default();
            std::str::from_utf8(text).unwrap_or_default()
        };
        let [site, net, ja4] = [part(self.site_len), part(self.net_len), part(self.ja4_len)];
        [site, net, ja4, std::str::from_utf8(rest).unwrap_or_default()]
    }
}

fn part_len(text: &str) -> u8 {
    u8::try_from(text.len().min(KEY_PART_MAX_BYTES)).unwrap_or(u8::MAX)
}

fn bounded(text: &str) -> Box<str> {
    let end = text.floor_char_boundary(TEXT_MAX_BYTES);
    text.get(..end).unwrap_or(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(site: &str, ip: &str, user_agent: Option<&str>, ja4: &str) -> Identity {
        let event = Event { host: Some(site), ip, user_agent, ja4: Some(ja4), ..Event::default() };
        let mut key = ClientKey::default();
        key.set(&event);
        Identity::new(&key, &event)
    }

    #[test]
    fn every_text_comes_back_as_it_was_logged() {
        let long_agent = "Mözilla/5.0 ".repeat(200);
        let long_site = "ü".repeat(200);
        let long_host = "host-".repeat(70);
        for (site, ip, user_agent, ja4) in [
            ("shop.example", "192.0.2.7", Some("curl/8"), "t13d"),
            ("", "192.0.2.7", None, ""),
            ("shop.example", "2001:db8::1:2", Some("with \u{1f} in it"), ""),
            ("shop.example", "::ffff:192.0.2.7", Some("curl/8"), ""),
            ("shop.example", "192.0.2.7", Some(&long_agent), "t13d"),
            (&long_site, "2001:db8::1", Some(&long_agent), ""),
            ("shop.example", &long_host, Some("curl/8"), ""),
            ("with \u{1f} in it", "not:an:address", Some("x"), "a\u{1f}b"),
        ] {
            let identity = identity(site, ip, user_agent, ja4);
            let client = identity.client(ClientId(1));
            assert_eq!(client.site.unwrap_or_default(), site);
            assert_eq!(identity.site(), site.as_bytes());
            assert_eq!(client.ip, ip);
            assert_eq!(client.user_agent, user_agent);
            assert_eq!(client.ja4.unwrap_or_default(), ja4);
            assert_eq!(Identity::from_parts(identity.parts()), Some(identity.clone()));
        }
    }

    #[test]
    fn an_identified_agent_comes_back_whole() {
        let long = "agent-".repeat(100);
        for (actor, subject, grant) in [("a", "s", Some("g")), ("", "", None), (&long, "s", None)] {
            let call = AgentCall { actor, subject, grant, ..AgentCall::default() };
            let event = Event { ip: "2001:db8::1", call: Some(&call), ..Event::default() };
            let mut key = ClientKey::default();
            key.set(&event);
            let identity = Identity::new(&key, &event);
            let client = identity.client(ClientId(1));
            assert_eq!(client.agent, Some(AgentRef { agent: actor, subject, grant }));
            assert_eq!((client.ip, client.user_agent), ("2001:db8::1", None));
            assert_eq!(Identity::from_parts(identity.parts()), Some(identity.clone()));
        }
    }

    #[test]
    fn an_empty_user_agent_is_none() {
        assert_eq!(identity("", "192.0.2.7", Some(""), "").client(ClientId(1)).user_agent, None);
    }

    #[test]
    fn the_common_client_costs_one_allocation() {
        let identity = identity("shop.example", "192.0.2.7", Some("curl/8"), "");
        assert!(identity.ip.is_none() && identity.uncut.is_none());
        assert_eq!(identity.bytes(), identity.key.len() + ALLOCATION_BYTES);
    }

    #[test]
    fn no_text_outgrows_its_limit() {
        let identity = identity("s", "192.0.2.7", Some(&"é".repeat(TEXT_MAX_BYTES)), "");
        let client = identity.client(ClientId(1));
        assert_eq!(client.user_agent.map(str::len), Some(TEXT_MAX_BYTES));
    }

    #[test]
    fn lengths_that_do_not_fit_the_key_are_refused() {
        let parts = IdentityParts { key: b"abc", ip: None, uncut: None, lens: [1, 0, 0] };
        assert!(Identity::from_parts(parts).is_none());
    }
}
