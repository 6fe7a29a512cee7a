//! The words of an alert: what it is about, where it stands, why it closed.

use std::fmt;

use gait_classify::Class;

/// What an alert is about. Fixed when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AlertKind {
    /// An agent that does not say so.
    UndeclaredAgent = 0,
    /// A script, scanner or crawler that does not say so.
    UndeclaredAutomation = 1,
    /// A person's session that a program took over.
    Takeover = 2,
    /// An identified agent that broke its grant or touched a canary.
    IdentifiedAgent = 3,
}

impl AlertKind {
    /// Every kind, in the order of the discriminants.
    pub const ALL: [Self; 4] =
        [Self::UndeclaredAgent, Self::UndeclaredAutomation, Self::Takeover, Self::IdentifiedAgent];

    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UndeclaredAgent => "undeclared_agent",
            Self::UndeclaredAutomation => "undeclared_automation",
            Self::Takeover => "takeover",
            Self::IdentifiedAgent => "identified_agent",
        }
    }

    /// The kind of alert that a class opens for a client that nobody vouches for, if any.
    #[must_use]
    pub fn of(class: Class) -> Option<Self> {
        match class {
            Class::Agent => Some(Self::UndeclaredAgent),
            Class::Automation => Some(Self::UndeclaredAutomation),
            Class::Takeover => Some(Self::Takeover),
            Class::Undecided | Class::Human | Class::DeclaredBot | Class::Mixed => None,
        }
    }
}

impl fmt::Display for AlertKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where an alert stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertPhase {
    /// It begins.
    Open,
    /// Its class or enforceability changed, a new family of evidence joined, or its score left its band.
    Update,
    /// It is over.
    Close,
}

impl AlertPhase {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Update => "update",
            Self::Close => "close",
        }
    }
}

impl fmt::Display for AlertPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an alert closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseCause {
    /// The client looked like no undeclared program any more, or scored low, for long enough.
    Cleared,
    /// The client came back after a long silence: what it does now is another story.
    Silence,
    /// The client had to make room in the full table: nobody watches it any more.
    Evicted,
    /// The client was found to belong to a family, whose alert speaks for it from now on.
    Family,
    /// An analyst called it a false one.
    FalseAlarm,
}

impl CloseCause {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Silence => "silence",
            Self::Evicted => "evicted",
            Self::Family => "family",
            Self::FalseAlarm => "false_alarm",
        }
    }
}

impl fmt::Display for CloseCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
