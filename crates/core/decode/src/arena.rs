//! Where text is kept that a record does not hold as an event needs it: unescaped, joined, in lower case.
//! It costs a copy and no allocation of its own, and all of it is let go of at once.

use std::fmt;

use bumpalo::{Bump, collections::Vec};

/// The made text of a batch of records. Events borrow from the records and from here, so both stay until
/// the events are done with; then [`Arena::reset`] makes the room free again.
#[derive(Default)]
pub struct Arena {
    bump: Bump,
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena").field("bytes", &self.bytes()).finish()
    }
}

impl Arena {
    /// An arena without text. It takes memory when the first text is kept.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets go of every text and keeps the room for the next.
    pub fn reset(&mut self) {
        self.bump.reset();
    }

    /// The memory it has taken, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Keeps a copy of a text.
    pub(crate) fn keep(&self, text: &str) -> &str {
        self.bump.alloc_str(text)
    }

    /// Keeps a value.
    pub(crate) fn keep_value<T: Copy>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    /// An empty list whose values lie in the arena; [`Vec::into_bump_slice`] keeps it.
    pub(crate) fn list<T: Copy>(&self) -> Vec<'_, T> {
        Vec::new_in(&self.bump)
    }

    /// Keeps a copy of bytes.
    pub(crate) fn keep_bytes(&self, bytes: &[u8]) -> &[u8] {
        self.bump.alloc_slice_copy(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_used_again() {
        let mut arena = Arena::new();
        assert_eq!(arena.bytes(), 0);
        let long = "x".repeat(10_000);
        assert_eq!((arena.keep(&long), arena.keep("short")), (long.as_str(), "short"));
        arena.reset();
        let taken = arena.bytes();
        for _ in 0..1000 {
            assert_eq!(arena.keep_bytes(b"kept"), b"kept");
            arena.keep(&long);
            arena.reset();
        }
        assert!(arena.bytes() <= 2 * taken.max(20_000), "{} after {taken}", arena.bytes());
    }
}
