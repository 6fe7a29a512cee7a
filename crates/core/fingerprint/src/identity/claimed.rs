//! The claim of the user agent as features: one flag for each kind.

use crate::{
    claim::ClaimKind,
    feature::{FeatureSpec, Unit},
};

/// A row of this block: the flag of one kind of claim.
macro_rules! claims {
    ($name:literal, $kind:ident, $what:literal) => {
        FeatureSpec {
            name: $name,
            unit: Unit::Flag,
            range: (0.0, 1.0),
            meaning: concat!(
                "The user agent ",
                $what,
                ". Abstains when user agents are masked or not logged."
            ),
            read: |state| match state.claim.kind() {
                ClaimKind::Masked => None,
                kind => Some(f32::from(u8::from(kind == ClaimKind::$kind))),
            },
        }
    };
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    claims!("claims_browser", Browser, "is that of a browser with a real engine"),
    claims!("claims_library", Library, "names an HTTP library or a command-line client"),
    claims!("claims_tool", Tool, "names a scanner or an attack tool"),
    claims!("claims_headless", Headless, "names a headless or remotely driven browser"),
    claims!("claims_declared_bot", DeclaredBot, "names a crawler"),
    claims!(
        "claims_declared_agent",
        DeclaredAgent,
        "names an AI assistant or agent acting for a user"
    ),
    claims!("claims_monitor", Monitor, "names an uptime or synthetic monitor"),
    claims!("claims_app", App, "is that of an app"),
    claims!("claim_absent", Absent, "was not sent"),
];
