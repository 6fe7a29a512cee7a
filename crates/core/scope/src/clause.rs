//! The limits that a call can break: a closed list, whose words are published.

use std::fmt;

/// A hard limit that a call broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Clause {
    /// The action is not granted, or there is no such grant.
    Tool,
    /// A resource is not granted.
    Resource,
    /// An argument is out of its bounds.
    Argument,
    /// A day lies outside the data window.
    Window,
    /// The grant is over.
    Expired,
    /// The grant is not valid yet.
    NotYetValid,
    /// The consent has ended.
    Consent,
    /// The grant is for another person.
    Subject,
    /// The person is no longer active.
    SubjectInactive,
    /// The chain is too long, names an agent twice, or names one that the grant does not.
    Delegation,
    /// Somebody acts whom the chain does not show, or a hop of the grant's chain is left out.
    UnloggedHop,
}

impl Clause {
    /// Every clause, in the order in which they are published.
    pub const ALL: [Self; 11] = [
        Self::Tool,
        Self::Resource,
        Self::Argument,
        Self::Window,
        Self::Expired,
        Self::NotYetValid,
        Self::Consent,
        Self::Subject,
        Self::SubjectInactive,
        Self::Delegation,
        Self::UnloggedHop,
    ];

    /// The published word, snake_case; stable.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Argument => "argument",
            Self::Window => "window",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Consent => "consent",
            Self::Subject => "subject",
            Self::SubjectInactive => "subject_inactive",
            Self::Delegation => "delegation",
            Self::UnloggedHop => "unlogged_hop",
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The limits that one call broke, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clauses(u16);

impl Clauses {
    /// Whether the call stays inside its grant.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many limits the call broke.
    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the call broke this limit.
    #[must_use]
    pub fn contains(self, clause: Clause) -> bool {
        self.0 & (1 << clause as u8) != 0
    }

    /// The broken limits, in the order of [`Clause::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Clause> {
        Clause::ALL.into_iter().filter(move |clause| self.contains(*clause))
    }

    /// Adds a limit when it is broken.
    pub(crate) fn set(&mut self, clause: Clause, broken: bool) {
        self.0 |= u16::from(broken) << clause as u8;
    }

    /// The limits of both sets.
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_in_order() {
        let mut all = Clauses::default();
        for (place, clause) in Clause::ALL.into_iter().enumerate() {
            assert_eq!(clause as usize, place, "{clause}");
            all.set(clause, true);
        }
        assert_eq!(all.iter().collect::<Vec<_>>(), Clause::ALL);
        assert_eq!(all.len(), 11);
    }
}
