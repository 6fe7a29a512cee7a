//! The keys that agents have published: directories that somebody fetched, read and indexed once.
//!
//! A key counts for the agent in whose directory it stands and for nobody else, whatever its id.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::base64;

/// Agents whose keys are held, at most.
pub const DIRECTORIES_MAX: usize = 1024;
/// Keys of one agent, at most.
pub const KEYS_MAX: usize = 64;
/// Length of one directory, at most, bytes.
pub const DIRECTORY_MAX_BYTES: usize = 64 * 1024;

/// Times above this are in milliseconds: in seconds they would lie thousands of years ahead.
const SECONDS_MAX: i64 = 100_000_000_000;

/// What is wrong with a directory.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// It is longer than [`DIRECTORY_MAX_BYTES`].
    #[error("is {0} bytes long; the most is {DIRECTORY_MAX_BYTES}")]
    TooLong(usize),
    /// It is no JSON with a list `keys`.
    #[error("is no key directory, a JSON object with a list `keys`: {0}")]
    NotKeys(#[from] serde_json::Error),
    /// It holds more than [`KEYS_MAX`] keys.
    #[error("holds {0} keys; the most is {KEYS_MAX}")]
    TooManyKeys(usize),
    /// An Ed25519 key is not a point of the curve, or not 32 bytes of base64url.
    #[error("key {0} of `keys` is no Ed25519 public key; fetch the directory again")]
    BadKey(usize),
    /// It holds no Ed25519 key.
    #[error("holds no Ed25519 key (`kty` `OKP`, `crv` `Ed25519`), the only kind that is verified")]
    NoKeys,
    /// There are more than [`DIRECTORIES_MAX`] agents already.
    #[error("is one agent too many; the most is {DIRECTORIES_MAX}")]
    TooMany,
    /// The agent is no host name, with a port or without.
    #[error(
        "`{0}` is no host name; name the file after the host of the agent, as `bot.example.json`"
    )]
    BadName(String),
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    #[serde(default)]
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    nbf: Option<f64>,
    exp: Option<f64>,
}

/// One key and when it may be used, seconds of the epoch, inclusive.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    id: String,
    point: VerifyingKey,
    from_s: i64,
    to_s: i64,
}

impl Key {
    fn of(jwk: &Jwk) -> Option<Self> {
        let point: [u8; 32] = base64::decode(&jwk.x)?;
        Some(Self {
            id: thumbprint(&point),
            point: VerifyingKey::from_bytes(&point).ok()?,
            from_s: jwk.nbf.map_or(i64::MIN, seconds),
            to_s: jwk.exp.map_or(i64::MAX, seconds),
        })
    }

    /// True when the holder of this key signed `base`.
    pub(crate) fn signed(&self, base: &str, signature: &[u8; 64]) -> bool {
        self.point.verify_strict(base.as_bytes(), &Signature::from_bytes(signature)).is_ok()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a time out of range saturates")]
fn seconds(number: f64) -> i64 {
    let number = number as i64;
    if number > SECONDS_MAX { number / 1000 } else { number }
}

/// The id of an Ed25519 key: its thumbprint by RFC 7638 and RFC 8037.
fn thumbprint(point: &[u8; 32]) -> String {
    let x = base64::encode_url(point);
    let canonical = format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}");
    base64::encode_url(&Sha256::digest(canonical.as_bytes()))
}

/// Published keys by agent. The default knows nobody: every signature is unresolved.
#[derive(Clone, Debug, Default)]
pub struct KeyDirectory {
    /// By host in lower case, port included where it is not 443.
    agents: BTreeMap<String, Vec<Key>>,
}

impl KeyDirectory {
    /// Nobody's keys.
    pub const EMPTY: &'static Self = &Self { agents: BTreeMap::new() };

    /// Adds the directory that was fetched from `host`, in place of an earlier one. Keys of other kinds than
    /// Ed25519 are passed over.
    ///
    /// # Errors
    /// It is too long, no directory, holds a broken or no usable key, or is one too many.
    pub fn add(&mut self, host: &str, json: &[u8]) -> Result<(), DirectoryError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(DirectoryError::BadName(host.to_owned()));
        }
        if json.len() > DIRECTORY_MAX_BYTES {
            return Err(DirectoryError::TooLong(json.len()));
        }
        let jwks: Jwks = serde_json::from_slice(json)?;
        if jwks.keys.len() > KEYS_MAX {
            return Err(DirectoryError::TooManyKeys(jwks.keys.len()));
        }
        let mut keys = Vec::new();
        for (place, jwk) in jwks.keys.iter().enumerate() {
            if jwk.kty == "OKP" && jwk.crv == "Ed25519" {
                keys.push(Key::of(jwk).ok_or(DirectoryError::BadKey(place + 1))?);
            }
        }
        if keys.is_empty() {
            return Err(DirectoryError::NoKeys);
        }
        let host = host.to_ascii_lowercase();
        if self.agents.len() >= DIRECTORIES_MAX && !self.agents.contains_key(&host) {
            return Err(DirectoryError::TooMany);
        }
        self.agents.insert(host, keys);
        Ok(())
    }

    /// Agents whose keys are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    /// True when nobody's keys are held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// The key with that id that the agent at `host` has published and that may be used at `now_s`.
    pub(crate) fn find(&self, host: &str, id: &str, now_s: i64) -> Option<&Key> {
        let keys = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.agents.get(&host.to_ascii_lowercase())
        } else {
            self.agents.get(host)
        };
        let may = |key: &&Key| key.id == id && (key.from_s..=key.to_s).contains(&now_s);
        keys?.iter().find(may)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 9421, appendix B.1.4, and its thumbprint.
    const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"any","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs""#;
    const KEY_ID: &str = "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";

    fn with(json: &str) -> Result<KeyDirectory, DirectoryError> {
        let mut directory = KeyDirectory::default();
        directory.add("bot.example", json.as_bytes()).map(|()| directory)
    }

    #[test]
    fn a_key_is_found_by_agent_and_thumbprint_within_its_time() {
        let text = format!(
            "{{\"keys\":[{{\"kty\":\"RSA\"}},{KEY},\"nbf\":100,\"exp\":200000000000000}}]}}"
        );
        let directory = with(&text).unwrap();
        for (host, id, now_s, found) in [
            ("bot.example", KEY_ID, 100, true),
            ("BOT.example", KEY_ID, 200_000_000_000, true),
            ("bot.example", KEY_ID, 99, false),
            ("bot.example", KEY_ID, 200_000_000_001, false),
            ("bot.example", "any", 100, false),
            ("other.example", KEY_ID, 100, false),
        ] {
            assert_eq!(directory.find(host, id, now_s).is_some(), found, "{host} {id} {now_s}");
        }
    }

    #[test]
    fn a_thumbprint_is_that_of_rfc_8037() {
        let point = base64::decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(&point), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_directory_that_is_none_is_refused_with_its_reason() {
        let many = format!("{{\"keys\":[{}]}}", vec!["{}"; KEYS_MAX + 1].join(","));
        let long = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(DIRECTORY_MAX_BYTES));
        for (json, told) in [
            ("[]", "no key directory"),
            ("{\"keys\":[]}", "no Ed25519 key"),
            ("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}", "key 1 of"),
            (many.as_str(), "holds 65 keys"),
            (long.as_str(), "bytes long"),
        ] {
            let error = with(json).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        let named = KeyDirectory::default().add("https://bot.example/", b"{}").unwrap_err();
        assert!(named.to_string().contains("is no host name"), "{named}");
    }
}
