//! The grants in force as they were written, by id: what a feed adds and takes away, and what a journal keeps. How
//! a call is judged by them is left to [`Grants`].

use std::{collections::BTreeMap, fmt};

use gait_event::published::{hash128, write_hex};

use crate::{GrantError, GrantFile, GrantTextError, Grants};

/// Grants by id, each valid by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GrantBook {
    by_id: BTreeMap<String, GrantFile>,
}

/// What tells one book from another: 128 bits of BLAKE3 over its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookHash(pub u128);

impl fmt::Display for BookHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

impl GrantBook {
    /// Takes a grant in, in the place of the one with the same id.
    ///
    /// # Errors
    /// When it could never match; the book stays as it was.
    pub fn put(&mut self, grant: GrantFile) -> Result<(), GrantError> {
        grant.grant().check()?;
        self.by_id.insert(grant.id.clone(), grant);
        Ok(())
    }

    /// Takes in a grant whose id is new.
    ///
    /// # Errors
    /// When its id is taken, or when it could never match; the book stays as it was.
    pub fn add(&mut self, grant: GrantFile) -> Result<(), GrantError> {
        if self.by_id.contains_key(&grant.id) {
            return Err(GrantError::Twice(grant.id));
        }
        self.put(grant)
    }

    /// Takes the grant of that id out; false when there is none.
    pub fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    /// The grants as they are judged by.
    #[must_use]
    pub fn grants(&self) -> Grants {
        let mut grants = Grants::default();
        self.by_id.values().for_each(|file| grants.place(file.grant()));
        grants
    }

    /// The grants as they were written, by id.
    pub fn files(&self) -> impl Iterator<Item = &GrantFile> {
        self.by_id.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All of it as text: a line of JSON for each grant, by id.
    #[must_use]
    pub fn write(&self) -> String {
        // Texts, numbers and lists alone: there is nothing that JSON cannot say.
        let line = |grant| serde_json::to_string(grant).unwrap_or_default() + "\n";
        self.by_id.values().map(line).collect()
    }

    /// Reads what [`GrantBook::write`] wrote.
    ///
    /// # Errors
    /// A line is no grant, names an id again, or could never match.
    pub fn read(text: &str) -> Result<Self, BookError> {
        let mut book = Self::default();
        for (line, number) in text.lines().zip(1..) {
            GrantFile::from_json(line)
                .map_err(BookMistake::from)
                .and_then(|grant| Ok(book.add(grant)?))
                .map_err(|mistake| BookError { line: number, mistake })?;
        }
        Ok(book)
    }

    /// What tells it from other books.
    #[must_use]
    pub fn hash(&self) -> BookHash {
        BookHash(hash128(self.write().as_bytes()))
    }
}

/// A line of a book that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {mistake}")]
pub struct BookError {
    /// The line, the first is 1.
    pub line: u64,
    /// What is wrong with it.
    pub mistake: BookMistake,
}

/// What can be wrong with a line of a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookMistake {
    /// It is no grant.
    #[error(transparent)]
    Text(#[from] GrantTextError),
    /// The grant cannot stand in the book.
    #[error(transparent)]
    Grant(#[from] GrantError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: &str, agent: &str) -> GrantFile {
        let text = format!(
            r#"{{"id":"{id}","agent":"{agent}","subject":"mia","permissions":[{{"actions":["read"]}}]}}"#
        );
        GrantFile::from_json(&text).unwrap()
    }

    #[test]
    fn a_book_reads_as_it_is_written_and_order_does_not_tell_books_apart() {
        let (mut one, mut other) = (GrantBook::default(), GrantBook::default());
        one.put(file("g1", "a")).unwrap();
        one.put(file("g2", "b")).unwrap();
        other.put(file("g2", "c")).unwrap();
        other.put(file("g1", "a")).unwrap();
        assert_ne!(one.hash(), other.hash());
        other.put(file("g2", "b")).unwrap();
        assert_eq!((one.hash(), one.write()), (other.hash(), other.write()));
        assert_eq!(GrantBook::read(&one.write()), Ok(one.clone()));
        assert_eq!(one.grants().len(), 2);
        assert!(one.remove("g2") && !one.remove("g2"));
        assert_eq!(one.grants().of_pair("b", "mia").count(), 0);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let mut book = GrantBook::default();
        book.put(file("g1", "a")).unwrap();
        let twice = book.write().repeat(2);
        assert_eq!(
            GrantBook::read(&twice).unwrap_err().to_string(),
            "line 2: grant `g1` is given twice; keep one of them"
        );
        let unknown = book.write().replace("subject", "subjekt");
        assert!(GrantBook::read(&unknown).unwrap_err().to_string().starts_with("line 1: "));
        let never = r#"{"id":"g","agent":"a","subject":"s","permissions":[]}"#;
        let refused = book.put(GrantFile::from_json(never).unwrap());
        assert_eq!(refused, Err(GrantError::NoAction("g".into())));
        assert_eq!(book.len(), 1, "it stays as it was");
    }
}
