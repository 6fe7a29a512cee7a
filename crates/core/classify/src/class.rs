//! The closed set of verdicts, and how sure a verdict is.

use std::fmt;

/// Who drives a client. The discriminants are part of saved state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Not enough was seen, or what was seen speaks both ways.
    #[default]
    Undecided = 0,
    /// A person.
    Human = 1,
    /// A program that says which bot it is, and does nothing that disproves it.
    DeclaredBot = 2,
    /// An undeclared program that follows a fixed plan.
    Automation = 3,
    /// An undeclared program that decides its next step from the last answer.
    Agent = 4,
    /// Several clients behind one key.
    Mixed = 5,
    /// A person's session that a program took over.
    Takeover = 6,
}

impl Class {
    /// Every class, in the order of the discriminants.
    pub const ALL: [Self; 7] = [
        Self::Undecided,
        Self::Human,
        Self::DeclaredBot,
        Self::Automation,
        Self::Agent,
        Self::Mixed,
        Self::Takeover,
    ];

    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Human => "human",
            Self::DeclaredBot => "declared_bot",
            Self::Automation => "automation",
            Self::Agent => "agent",
            Self::Mixed => "mixed",
            Self::Takeover => "takeover",
        }
    }

    /// The class with that published word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The class with that discriminant, for saved state; anything else is undecided.
    #[must_use]
    pub fn from_u8(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// True for the programs that do not say what they are.
    #[must_use]
    pub fn is_undeclared_program(self) -> bool {
        matches!(self, Self::Automation | Self::Agent | Self::Takeover)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much stands behind a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Confidence {
    /// Undecided, or decided on the first few steps, or on one family of evidence alone.
    #[default]
    Low = 0,
    /// Two families agree, or one does over many steps.
    Medium = 1,
    /// Two families agree over many steps, and nothing of weight contradicts.
    High = 2,
}

impl Confidence {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_discriminants_lead_back() {
        for class in Class::ALL {
            assert_eq!(Class::parse(class.as_str()), Some(class));
            assert_eq!(Class::from_u8(class as u8), class);
        }
        assert_eq!(Class::parse("robot"), None);
        assert_eq!(Class::from_u8(200), Class::Undecided);
    }
}
