//! What a client says it is, read once from its user agent.
//!
//! A claim is not a verdict: anybody can send any user agent. Names of attack tools are believed first,
//! then the maintained crawler list, then libraries and apps, and last the shape of a browser.

mod browser;
mod crawlers;
mod names;

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet, SignatureState};

pub use crawlers::CrawlerId;

/// The kind of client a user agent claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ClaimKind {
    /// The user agent is masked or not logged.
    Masked,
    /// No user agent was sent.
    Absent,
    /// A browser with a real engine.
    Browser,
    /// A crawler of the maintained list, or one that says it is one.
    DeclaredBot,
    /// An AI assistant or agent acting for a user that says so.
    DeclaredAgent,
    /// An uptime or synthetic monitor.
    Monitor,
    /// An HTTP library or a command-line client.
    Library,
    /// A scanner or an attack tool.
    Tool,
    /// A headless or remotely driven browser that says so.
    Headless,
    /// An app of a vendor.
    App,
    /// Anything else.
    Other,
}

impl ClaimKind {
    /// True for what people go over a site with, as far as the claim tells.
    pub(crate) fn may_be_people(self) -> bool {
        matches!(self, Self::Masked | Self::Browser)
    }

    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Masked,
        Self::Absent,
        Self::Browser,
        Self::DeclaredBot,
        Self::DeclaredAgent,
        Self::Monitor,
        Self::Library,
        Self::Tool,
        Self::Headless,
        Self::App,
        Self::Other,
    ];

    /// The kind in `snake_case`, as it is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Absent => "absent",
            Self::Browser => "browser",
            Self::DeclaredBot => "declared_bot",
            Self::DeclaredAgent => "declared_agent",
            Self::Monitor => "monitor",
            Self::Library => "library",
            Self::Tool => "tool",
            Self::Headless => "headless",
            Self::App => "app",
            Self::Other => "other",
        }
    }
}

/// What a client says it is, and which row of the crawler list says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The kind.
    pub kind: ClaimKind,
    /// The row of the crawler list, for crawlers, declared agents and monitors that are in it.
    pub bot: Option<CrawlerId>,
    /// What stands behind it: a valid signature proves a declared bot, whatever its user agent.
    pub signature: SignatureState,
}

impl Claim {
    /// Reads the claim of a (masked) event.
    #[must_use]
    pub fn of(event: &Event<'_>) -> Self {
        match event.user_agent {
            Some(text) if !text.is_empty() && text != "-" => Self::of_user_agent(text),
            _ if event.logged.contains(FieldSet::USER_AGENT) => Self::plain(ClaimKind::Absent),
            _ => Self::plain(ClaimKind::Masked),
        }
    }

    /// Reads the claim of a user agent.
    #[must_use]
    pub fn of_user_agent(text: &str) -> Self {
        let named = names::named(text);
        if named == Some(ClaimKind::Tool) {
            return Self::plain(ClaimKind::Tool);
        }
        match crawlers::find(text) {
            // Apps are built on libraries and name both; their own name comes first.
            Some((ClaimKind::Library, _)) if browser::is_app(text) => Self::plain(ClaimKind::App),
            Some((kind @ (ClaimKind::Library | ClaimKind::Tool | ClaimKind::Headless), _)) => {
                Self::plain(kind)
            }
            Some((kind, id)) => Self { bot: Some(id), ..Self::plain(kind) },
            None => {
                let kind = named.or_else(|| names::worded(text));
                Self::plain(kind.unwrap_or_else(|| browser::kind_of(text)))
            }
        }
    }

    /// A claim with nothing behind it.
    #[must_use]
    pub fn plain(kind: ClaimKind) -> Self {
        Self { kind, bot: None, signature: SignatureState::Absent }
    }
}

/// A claim as it is kept in the state of a client.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct StoredClaim {
    kind: u16,
    /// Position in the crawler list plus one; 0 is none.
    bot: u16,
}

impl From<Claim> for StoredClaim {
    fn from(claim: Claim) -> Self {
        Self {
            kind: claim.kind as u16,
            bot: claim.bot.map_or(0, |id| id.number().saturating_add(1)),
        }
    }
}

impl StoredClaim {
    /// The number of the kind.
    pub(crate) fn number(self) -> u16 {
        self.kind
    }

    /// The kind. A number that no kind has reads as masked.
    pub(crate) fn kind(self) -> ClaimKind {
        ClaimKind::ALL.get(usize::from(self.kind)).copied().unwrap_or(ClaimKind::Masked)
    }

    /// The claim.
    pub(crate) fn claim(self) -> Claim {
        let bot = self.bot.checked_sub(1).and_then(CrawlerId::from_number);
        Claim { bot, ..Claim::plain(self.kind()) }
    }
}

#[cfg(test)]
mod tests;
