//! Who the client is: addresses without port and brackets, and the walk through trusted proxies.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::Deserialize;

use crate::arena::Arena;

/// A network of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cidr {
    address: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no network; write an address or a prefix such as `10.0.0.0/8` or `2001:db8::/32`"
)]
pub struct CidrError(pub String);

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let error = || CidrError(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(longest), |bits| bits.parse().map_err(|_| error()))?;
        if bits <= longest { Ok(Self { address, bits }) } else { Err(error()) }
    }
}

impl TryFrom<String> for Cidr {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, CidrError> {
        text.parse()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Cidr {
    /// True when the address lies in the network. An IPv4 address mapped into IPv6 is the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                (net.to_bits() ^ ip.to_bits()).leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                (net.to_bits() ^ ip.to_bits()).leading_zeros() >= u32::from(self.bits)
            }
            _ => false,
        }
    }
}

/// The client of a request: the peer, or when that is a trusted proxy the rightmost entry of
/// `X-Forwarded-For` that is not one. An entry that is no address ends the walk. Without a peer (a
/// gateway that logs the header alone) the rightmost entry, which the gateway added, is the peer.
pub(crate) fn client<'a>(
    peer: Option<&'a str>,
    forwarded: Option<&'a str>,
    trusted: &[Cidr],
) -> Option<&'a str> {
    let peer = match (peer, forwarded) {
        (Some(peer), _) => without_port(peer),
        (None, Some(list)) => without_port(list.rsplit(',').next().unwrap_or_default().trim()),
        (None, None) => return None,
    };
    match forwarded {
        Some(forwarded) if is_trusted(peer, trusted) => {
            let client = walk(forwarded, trusted);
            if client.is_empty() { Some(peer) } else { Some(client) }
        }
        _ => Some(peer),
    }
}

/// The rightmost untrusted entry; the leftmost reached when garbage or the end comes first; empty
/// when the rightmost entry is garbage already.
fn walk<'l>(list: &'l str, trusted: &[Cidr]) -> &'l str {
    let mut client = "";
    for entry in list.rsplit(',') {
        let entry = without_port(entry.trim());
        if entry.parse::<IpAddr>().is_err() {
            break;
        }
        client = entry;
        if !is_trusted(entry, trusted) {
            break;
        }
    }
    client
}

fn is_trusted(address: &str, trusted: &[Cidr]) -> bool {
    !trusted.is_empty()
        && address.parse().is_ok_and(|ip: IpAddr| trusted.iter().any(|net| net.contains(ip)))
}

/// Cuts the port and the brackets: `1.2.3.4:80`, `[::1]:80`, `[::1]`, `host:80`.
pub(crate) fn without_port(address: &str) -> &str {
    if let Some(rest) = address.strip_prefix('[') {
        return rest.split_once(']').map_or(rest, |(inside, _)| inside);
    }
    if classes(address) & COLON == 0 {
        return address;
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => address,
    }
}

/// The bare address in front of the first space, and what follows the space. `None` when an address with
/// brackets or none at all stands there.
#[inline]
pub(crate) fn leading(text: &str) -> Option<(&str, &str)> {
    let mut seen = PLAIN;
    let end = text.bytes().position(|byte| {
        let class = class(byte);
        seen |= class;
        class == NEVER
    })?;
    let (word, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix(' ')?;
    let address = if seen & COLON == 0 { word } else { without_port(word) };
    let is_one = !matches!(address, "" | "-") && word != "-" && address.len() <= 255;
    is_one.then_some((address, rest))
}

/// What a byte may be in an address or a host name.
const PLAIN: u8 = 0;
const COLON: u8 = 1;
const NEVER: u8 = 2;

/// The class of every byte.
static CLASS: [u8; 256] = {
    let mut class = [NEVER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'%' | b'*') {
            class[byte as usize] = PLAIN;
        } else if byte == b':' {
            class[byte as usize] = COLON;
        }
        byte += 1;
    }
    class
};

/// The classes of the bytes of a text, as a set of bits.
fn classes(text: &str) -> u8 {
    text.bytes().fold(PLAIN, |all, byte| all | class(byte))
}

#[inline]
fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(NEVER)
}

/// True for texts that can be an address or a host name; what else they are is not checked.
pub(crate) fn is_plausible(address: &str) -> bool {
    !address.is_empty() && address.len() <= 255 && classes(address) & NEVER == 0
}

/// A host in lower case, without port, brackets and the dot of the root: one site has one name.
pub(crate) fn host<'a>(host: &'a str, arena: &'a Arena) -> &'a str {
    let host = without_port(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.bytes().any(|b| b.is_ascii_uppercase()) {
        arena.keep(&host.to_ascii_lowercase())
    } else {
        host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().filter_map(|text| text.parse().ok()).collect()
    }

    #[test]
    fn networks_hold_their_addresses() {
        let table = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "203.0.113.9", false),
        ];
        for (net, address, inside) in table {
            let net: Result<Cidr, _> = net.parse();
            let address = address.parse();
            assert_eq!(net.ok().zip(address.ok()).map(|(n, a)| n.contains(a)), Some(inside));
        }
        for text in ["10.0.0.0/33", "10.0.0/8", "::/129", "proxy", "10.0.0.0/", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Cidr>(), Err(CidrError(text.into())));
        }
    }

    #[test]
    fn the_client_is_the_rightmost_untrusted_entry() {
        let trusted = nets(&["10.0.0.0/8", "fd00::/8"]);
        let table = [
            // Default: an untrusted peer may claim what it likes.
            (Some("203.0.113.9:443"), Some("198.51.100.1"), "203.0.113.9"),
            (Some("10.0.0.1"), Some("198.51.100.1"), "198.51.100.1"),
            (Some("10.0.0.1"), Some("6.6.6.6, 198.51.100.1, 10.0.0.2"), "198.51.100.1"),
            (Some("10.0.0.1"), Some("6.6.6.6, [2001:db8::1]:99, fd00::2"), "2001:db8::1"),
            (Some("10.0.0.1"), Some("198.51.100.1, <script>, 10.0.0.2"), "10.0.0.2"),
            (Some("10.0.0.1"), Some("unknown"), "10.0.0.1"),
            (Some("10.0.0.1"), Some("10.0.0.3, 10.0.0.2"), "10.0.0.3"),
            (Some("10.0.0.1"), None, "10.0.0.1"),
            (None, Some("6.6.6.6,198.51.100.1"), "198.51.100.1"),
            (None, Some("198.51.100.1, 10.0.0.2"), "198.51.100.1"),
        ];
        for (peer, forwarded, expected) in table {
            let found = client(peer, forwarded, &trusted);
            assert_eq!(found, Some(expected), "{peer:?} {forwarded:?}");
        }
        assert_eq!(client(None, None, &trusted), None);
        let trusting_none = client(Some("10.0.0.1"), Some("198.51.100.1"), &[]);
        assert_eq!(trusting_none, Some("10.0.0.1"));
    }

    #[test]
    fn ports_and_brackets_are_cut() {
        for (given, bare) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:51022", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("pppa006.compuserve.com", "pppa006.compuserve.com"),
            ("[::1", "::1"),
        ] {
            assert_eq!(without_port(given), bare);
        }
        for given in ["Shop.Example:8443", "shop.example.", "SHOP.example.:443", "shop.example"] {
            assert_eq!(host(given, &Arena::new()), "shop.example");
        }
    }
}
