//! A part of a whole that may be empty.

use std::fmt;

use serde::Serialize;

/// A share, 0..=1; nothing where there is no whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Share(Option<f64>);

impl Share {
    /// `count` of `of`.
    pub(super) fn new(count: u64, of: u64) -> Self {
        Self((of > 0).then(|| count as f64 / of as f64))
    }

    /// True when there is a whole and the share of it lies above.
    pub(super) fn is_above(self, share: f64) -> bool {
        self.0.is_some_and(|own| own > share)
    }

    /// True when there is a whole and the share of it lies below.
    pub(super) fn is_below(self, share: f64) -> bool {
        self.0.is_some_and(|own| own < share)
    }

    /// True when there is a whole and nothing of it.
    pub(super) fn is_none_of_it(self) -> bool {
        self.0 == Some(0.0)
    }
}

/// As percent with one decimal; what is there never shows as 0, what is missing never as 100.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("-"),
            Some(share) if share > 0.0 && share < 0.000_5 => f.write_str("below 0.1 %"),
            Some(share) if (0.999_5..1.0).contains(&share) => f.write_str("above 99.9 %"),
            Some(share) => write!(f, "{:.1} %", share * 100.0),
        }
    }
}
