//! What the false-alarm budget and the analysts say about an alert on a client.

use std::fmt;

/// Whether a client may become an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admission {
    /// Too few people are known to look like this: the budget pays for the alert.
    Admitted,
    /// An undeclared program by its class, but a person may look like this too often for the budget. The verdict
    /// stands; no alert opens and no gateway is to act.
    Held,
    /// Needs no budget: the client touched a canary, or is an identified agent that offended.
    Exempt,
    /// An analyst called the alert on it a false one.
    Cleared,
    /// An analyst confirmed the alert on it.
    Confirmed,
}

impl Admission {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Held => "held",
            Self::Exempt => "exempt",
            Self::Cleared => "cleared",
            Self::Confirmed => "confirmed",
        }
    }

    /// True when no alert may open and no gateway is to act.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        matches!(self, Self::Held | Self::Cleared)
    }
}

impl fmt::Display for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
