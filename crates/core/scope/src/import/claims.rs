//! Claims with `authorization_details` (RFC 9396), as a token or an introspection answer holds them.
//!
//! Each detail becomes one permission. A detail without `identifier` is for every resource of its kinds.

use std::collections::{BTreeMap, BTreeSet};

use gait_event::published::hash128;
use serde::Deserialize;

use super::{instant, one_or_more};
use crate::{
    GrantFile, GrantTextError,
    file::{BoundFile, Delegation, Instant, PermissionFile, WindowFile, filled},
};

/// What is read of a token; its other claims say nothing about what is granted.
#[derive(Deserialize)]
struct Claims {
    grant_id: Option<String>,
    jti: Option<String>,
    #[serde(alias = "azp", alias = "appid", alias = "cid", deserialize_with = "filled")]
    client_id: String,
    #[serde(alias = "subject", deserialize_with = "filled")]
    sub: String,
    act: Option<Act>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default, alias = "issued_at", deserialize_with = "instant")]
    iat: Option<Instant>,
    #[serde(default, alias = "not_before", deserialize_with = "instant")]
    nbf: Option<Instant>,
    #[serde(default, alias = "expires_at", deserialize_with = "instant")]
    exp: Option<Instant>,
    purpose: Option<String>,
    /// The days of data of every detail that names none itself.
    data_window: Option<WindowFile>,
    authorization_details: Vec<Detail>,
}

fn yes() -> bool {
    true
}

/// Nested claims, or a list of hops; acting agent first.
#[derive(Deserialize)]
#[serde(untagged)]
enum Act {
    Nested { sub: String, act: Option<Box<Act>> },
    List(Vec<Hop>),
}

#[derive(Deserialize)]
struct Hop {
    sub: String,
}

/// One of the details. Members beyond these are restrictions of a kind that is not known here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    #[serde(rename = "type", deserialize_with = "filled")]
    kind: String,
    #[serde(default)]
    actions: BTreeSet<String>,
    #[serde(default)]
    privileges: BTreeSet<String>,
    #[serde(default)]
    datatypes: BTreeSet<String>,
    identifier: Option<Identifiers>,
    identifiers: Option<Identifiers>,
    /// Where the resource servers are: a gateway in front of one asks for no other.
    #[serde(default, rename = "locations")]
    _locations: Vec<String>,
    data_window: Option<WindowFile>,
    #[serde(default)]
    arguments: BTreeMap<String, BoundFile>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Identifiers {
    One(String),
    Several(BTreeSet<String>),
}

/// Reads one object of claims or a list of them.
///
/// # Errors
/// A key is unknown, missing or of the wrong kind, a token is not active, or a detail names no action.
pub(super) fn read(text: &str) -> Result<Vec<GrantFile>, GrantTextError> {
    one_or_more::<Claims>(text)?.into_iter().enumerate().map(native).collect()
}

fn native((number, claims): (usize, Claims)) -> Result<GrantFile, GrantTextError> {
    let key = |key: &str| format!("[{number}].{key}");
    if !claims.active {
        return Err(GrantTextError::at(key("active"), "the token is not active; leave it out"));
    }
    let id = claims.id();
    let mut permissions = Vec::new();
    for (place, detail) in claims.authorization_details.into_iter().enumerate() {
        let mut permission = detail.permission();
        permission.data_window = permission.data_window.or_else(|| claims.data_window.clone());
        if permission.actions.is_empty() {
            let key = key(&format!("authorization_details[{place}].actions"));
            return Err(GrantTextError::at(key, "names no action, so nothing would be granted"));
        }
        permissions.push(permission);
    }
    let chain = claims.act.map(chain).unwrap_or_default();
    Ok(GrantFile {
        id,
        agent: claims.client_id,
        subject: claims.sub,
        granted_by: None,
        purpose: claims.purpose,
        not_before: claims.nbf.or(claims.iat),
        expires_at: claims.exp,
        consent: None,
        subject_inactive_from: None,
        delegation: Some(Delegation { chain, depth_max: None }),
        permissions,
    })
}

impl Claims {
    /// The id of the grant; without one a hash of the token's id, else of the pair, and of the end.
    fn id(&self) -> String {
        if let Some(id) = &self.grant_id {
            return id.clone();
        }
        let end = self.exp.as_ref().map(Instant::text).unwrap_or_default();
        let parts = match &self.jti {
            Some(jti) => vec![jti.as_str()],
            None => vec![self.client_id.as_str(), self.sub.as_str(), end],
        };
        format!("rar-{:016x}", hash128(parts.join("\u{1f}").as_bytes()) >> 64)
    }
}

impl Detail {
    fn permission(self) -> PermissionFile {
        let kinds = if self.datatypes.is_empty() { [self.kind].into() } else { self.datatypes };
        let mut ids = BTreeSet::new();
        let named = self.identifier.is_some() || self.identifiers.is_some();
        for identifiers in [self.identifier, self.identifiers].into_iter().flatten() {
            match identifiers {
                Identifiers::One(id) => ids.extend([id]),
                Identifiers::Several(several) => ids.extend(several),
            }
        }
        let of_kinds = |texts: BTreeSet<String>| {
            kinds.iter().map(|kind| (kind.clone(), texts.clone())).collect::<BTreeMap<_, _>>()
        };
        let every = || of_kinds([String::new()].into());
        PermissionFile {
            actions: self.actions.into_iter().chain(self.privileges).collect(),
            resource_prefixes: if named { BTreeMap::new() } else { every() },
            resources: if named { of_kinds(ids) } else { BTreeMap::new() },
            data_window: self.data_window,
            arguments: self.arguments,
        }
    }
}

fn chain(act: Act) -> Vec<String> {
    match act {
        Act::List(hops) => hops.into_iter().map(|hop| hop.sub).collect(),
        Act::Nested { sub, act } => {
            let mut hops = vec![sub];
            let mut next = act;
            while let Some(inner) = next {
                match *inner {
                    Act::Nested { sub, act } => {
                        hops.push(sub);
                        next = act;
                    }
                    Act::List(list) => {
                        hops.extend(list.into_iter().map(|hop| hop.sub));
                        next = None;
                    }
                }
            }
            hops
        }
    }
}
