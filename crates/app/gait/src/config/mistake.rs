//! What is wrong with a configuration, said so that it can be mended without the manual.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// File and line, or the environment variable.
    pub(crate) place: String,
    /// The key, as `section.key`; empty where the text is not TOML at all.
    pub(crate) key: String,
    /// What is wrong and what would be right.
    pub(crate) text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.place, self.text)
        } else {
            write!(f, "{}: `{}` {}", self.place, self.key, self.text)
        }
    }
}
