//! Which part of the simulator is for tuning and which for reporting.
//!
//! Nothing that is tuned on one split may be reported on it: the two share no generator family and no
//! archetype of site.

/// A part of the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Split {
    /// For choosing thresholds and training models.
    Tuning,
    /// For reporting.
    HeldOut,
}

impl Split {
    /// The word on command lines and in truth files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::HeldOut => "held_out",
        }
    }
}
