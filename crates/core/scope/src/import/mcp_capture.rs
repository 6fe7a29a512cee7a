//! The grants that an MCP capture lists beside its catalogue of tools and resources.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::instant;
use crate::{
    GrantFile, GrantTextError,
    file::{Delegation, Instant, PermissionFile, WindowFile, filled, from_json},
};

/// The whole file. What else stands beside the grants describes the capture and restricts nothing.
#[derive(Deserialize)]
struct Capture {
    #[serde(default)]
    tools: BTreeMap<String, Tool>,
    grants: Vec<Granted>,
}

#[derive(Deserialize)]
struct Tool {
    #[serde(default)]
    scope: Option<String>,
}

/// One grant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    #[serde(deserialize_with = "filled")]
    grant_id: String,
    #[serde(deserialize_with = "filled")]
    client_id: String,
    #[serde(deserialize_with = "filled")]
    subject: String,
    #[serde(default)]
    act: Vec<Hop>,
    #[serde(default)]
    scopes: BTreeSet<String>,
    allowed_tools: Option<BTreeSet<String>>,
    #[serde(default)]
    resources: BTreeMap<String, BTreeSet<String>>,
    data_window: Option<WindowFile>,
    #[serde(default, deserialize_with = "instant")]
    issued_at: Option<Instant>,
    #[serde(default, deserialize_with = "instant")]
    expires_at: Option<Instant>,
    purpose: Option<String>,
}

#[derive(Deserialize)]
struct Hop {
    sub: String,
}

/// Reads the file.
///
/// # Errors
/// A key is unknown, missing or of the wrong kind.
pub(super) fn read(text: &str) -> Result<Vec<GrantFile>, GrantTextError> {
    let Capture { tools, grants } = from_json(text)?;
    Ok(grants.into_iter().map(|granted| granted.native(&tools)).collect())
}

impl Granted {
    /// Without a list of tools, its scopes stand for those of the catalogue.
    fn native(self, catalogue: &BTreeMap<String, Tool>) -> GrantFile {
        let in_scope = |tool: &Tool| tool.scope.as_ref().is_some_and(|s| self.scopes.contains(s));
        let of_scopes = catalogue.iter().filter(|(_, tool)| in_scope(tool));
        let actions = match self.allowed_tools {
            Some(tools) => tools,
            None => of_scopes.map(|(name, _)| name.clone()).collect(),
        };
        let chain = self.act.into_iter().map(|hop| hop.sub).collect();
        GrantFile {
            id: self.grant_id,
            agent: self.client_id,
            subject: self.subject,
            granted_by: None,
            purpose: self.purpose,
            not_before: self.issued_at,
            expires_at: self.expires_at,
            consent: None,
            subject_inactive_from: None,
            delegation: Some(Delegation { chain, depth_max: None }),
            permissions: vec![PermissionFile {
                actions,
                resources: self.resources,
                data_window: self.data_window,
                ..PermissionFile::default()
            }],
        }
    }
}
