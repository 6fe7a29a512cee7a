//! Fields that no feature, stratum or detector may read, so that a measurement cannot lean on them.
//!
//! A masked field stays in the client key: the same clients are judged, by less.

use std::{fmt, str::FromStr};

use crate::{Event, FieldSet, HttpVersion};

/// A set of masked fields: `ua`, `protocol`, `sec_fetch`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    /// Hide `User-Agent`, and with it every claim and every crawler list.
    pub ua: bool,
    /// Hide the protocol version.
    pub protocol: bool,
    /// Hide `Sec-Fetch-*`.
    pub sec_fetch: bool,
}

/// A mask names a field that cannot be masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown field `{0}` in the mask; known are `ua`, `protocol` and `sec_fetch`")]
pub struct MaskError(pub String);

impl FromStr for Mask {
    type Err = MaskError;

    /// Reads a comma-separated list; the empty text masks nothing.
    fn from_str(text: &str) -> Result<Self, MaskError> {
        let mut mask = Self::default();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "ua" => mask.ua = true,
                "protocol" => mask.protocol = true,
                "sec_fetch" => mask.sec_fetch = true,
                other => return Err(MaskError(other.to_owned())),
            }
        }
        Ok(mask)
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(self.ua, "ua"), (self.protocol, "protocol"), (self.sec_fetch, "sec_fetch")];
        let mut first = true;
        for (_, name) in names.iter().filter(|(on, _)| *on) {
            if !first {
                f.write_str(",")?;
            }
            first = false;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl Mask {
    /// Takes the masked fields out of an event. Call it after the client key was built.
    pub fn apply(self, event: &mut Event<'_>) {
        if self.ua {
            event.user_agent = None;
            event.logged.remove(FieldSet::USER_AGENT);
        }
        if self.protocol {
            event.protocol = HttpVersion::Unknown;
            event.logged.remove(FieldSet::PROTOCOL);
        }
        if self.sec_fetch {
            event.sec_fetch_mode = None;
            event.sec_fetch_dest = None;
            event.sec_fetch_site = None;
            event.logged.remove(FieldSet::SEC_FETCH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_the_same_list() {
        let mask: Mask = "sec_fetch, ua".parse().unwrap_or_default();
        assert_eq!(mask.to_string(), "ua,sec_fetch");
        assert_eq!("".parse::<Mask>(), Ok(Mask::default()));
        assert_eq!("tls".parse::<Mask>(), Err(MaskError("tls".into())));
    }

    #[test]
    fn masked_fields_are_gone_and_no_longer_count_as_logged() {
        let mut event =
            Event { user_agent: Some("curl/8"), protocol: HttpVersion::Http2, ..Event::default() };
        event.logged.insert(FieldSet::USER_AGENT);
        event.logged.insert(FieldSet::PROTOCOL);
        Mask { ua: true, ..Mask::default() }.apply(&mut event);
        assert_eq!(event.user_agent, None);
        assert!(!event.logged.contains(FieldSet::USER_AGENT));
        assert_eq!(event.protocol, HttpVersion::Http2);
        assert!(event.logged.contains(FieldSet::PROTOCOL));
    }
}
