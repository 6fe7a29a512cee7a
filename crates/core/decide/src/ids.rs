//! Published ids: the first 128 bits of BLAKE3 over what, who and when, in hexadecimal.

use std::{fmt, str::FromStr};

use gait_classify::{Class, ModelHash};
use gait_detect::PackHash;
use gait_event::{
    ClientId, EventTime, Mask,
    published::{hash128, write_hex},
};

use crate::AlertKind;

/// The id of a verdict: same client, judges, mask and stretch of its history, same id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerdictId(pub u128);

/// The id of an alert, from its opening to its closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId(pub u128);

/// The id of a family of clients that share a gait, as long as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyId(pub u128);

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

impl FamilyId {
    /// The id of the family on a site, by the hash of its name, that was found at `founded`, when `first` had the
    /// least id of its members.
    #[must_use]
    pub fn new(site: u64, first: ClientId, founded: EventTime) -> Self {
        Self(hash(&[
            b"family",
            &site.to_be_bytes(),
            &first.0.to_be_bytes(),
            &founded.0.to_be_bytes(),
        ]))
    }
}

impl fmt::Display for VerdictId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

impl FromStr for AlertId {
    type Err = NoAlertId;

    /// Reads the 32 hexadecimal digits that `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = u128::from_str_radix(text, 16).ok().filter(|_| well_formed);
        id.map(Self).ok_or(NoAlertId)
    }
}

/// A text that is the id of no alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of an alert is 32 hexadecimal digits, as in the alert")]
pub struct NoAlertId;

impl VerdictId {
    /// The id of the verdict on `client` after `events` events, the first and the last of them at `seen`. That
    /// stands for the position in the log, so that a file and a topic with the same records give the same id;
    /// the times tell a client that was forgotten and came anew from what it was at the same count.
    #[must_use]
    pub fn new(
        client: ClientId,
        pack: PackHash,
        model: ModelHash,
        mask: Mask,
        events: u64,
        (first_seen, last_seen): (EventTime, EventTime),
    ) -> Self {
        let mask = u8::from(mask.ua) | u8::from(mask.protocol) << 1 | u8::from(mask.sec_fetch) << 2;
        Self(hash(&[
            b"verdict",
            &client.0.to_be_bytes(),
            &pack.0,
            &model.0,
            &[mask],
            &events.to_be_bytes(),
            &first_seen.0.to_be_bytes(),
            &last_seen.0.to_be_bytes(),
        ]))
    }
}

impl AlertId {
    /// The id of the alert on `client` that opened for `class` at `opened`.
    #[must_use]
    pub fn new(kind: AlertKind, client: ClientId, class: Class, opened: EventTime) -> Self {
        Self(hash(&[
            b"alert",
            kind.as_str().as_bytes(),
            &client.0.to_be_bytes(),
            class.as_str().as_bytes(),
            &opened.0.to_be_bytes(),
        ]))
    }
}

impl AlertId {
    /// The id of the alert on `family` that opened at `opened`.
    #[must_use]
    pub fn of_family(kind: AlertKind, family: FamilyId, opened: EventTime) -> Self {
        Self(hash(&[
            b"family alert",
            kind.as_str().as_bytes(),
            &family.0.to_be_bytes(),
            &opened.0.to_be_bytes(),
        ]))
    }
}

/// Room for the parts of any id with their lengths, bytes.
const ID_BYTES: usize = 192;

/// Each part with its length first, so that no two lists of parts run into each other.
fn hash(parts: &[&[u8]]) -> u128 {
    let mut message = Vec::with_capacity(ID_BYTES);
    for part in parts {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part);
    }
    hash128(&message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_id_depends_on_all_of_its_parts() {
        let id = |client, pack, model, mask, events, (first, last)| {
            let seen = (EventTime(first), EventTime(last));
            let (pack, model) = (PackHash([pack; 16]), ModelHash([model; 16]));
            VerdictId::new(ClientId(client), pack, model, mask, events, seen)
        };
        let mask = Mask::default();
        let base = id(1, 2, 3, mask, 4, (5, 6));
        assert_eq!(base, id(1, 2, 3, mask, 4, (5, 6)));
        let ua = Mask { ua: true, ..mask };
        for other in [
            id(9, 2, 3, mask, 4, (5, 6)),
            id(1, 9, 3, mask, 4, (5, 6)),
            id(1, 2, 9, mask, 4, (5, 6)),
            id(1, 2, 3, ua, 4, (5, 6)),
            id(1, 2, 3, mask, 9, (5, 6)),
            id(1, 2, 3, mask, 4, (4, 6)),
            id(1, 2, 3, mask, 4, (5, 7)),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn an_alert_id_depends_on_all_of_its_parts() {
        let id =
            |kind, client, class, at| AlertId::new(kind, ClientId(client), class, EventTime(at));
        let base = id(AlertKind::UndeclaredAgent, 1, Class::Agent, 5);
        assert_eq!(base, id(AlertKind::UndeclaredAgent, 1, Class::Agent, 5));
        assert_ne!(base, id(AlertKind::UndeclaredAutomation, 1, Class::Agent, 5));
        assert_ne!(base, id(AlertKind::UndeclaredAgent, 2, Class::Agent, 5));
        assert_ne!(base, id(AlertKind::UndeclaredAgent, 1, Class::Automation, 5));
        assert_ne!(base, id(AlertKind::UndeclaredAgent, 1, Class::Agent, 6));
        assert_eq!(base.to_string().len(), 32);
        assert_eq!(base.to_string().parse(), Ok(base));
        for text in ["", "+123456789abcdef0123456789abcdef", "0123", &"f".repeat(33)] {
            assert_eq!(text.parse::<AlertId>(), Err(NoAlertId), "{text}");
        }
    }
}
