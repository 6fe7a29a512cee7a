//! A configuration file and the environment as one flat set of values, each with the place it is from.
//!
//! Every section takes its keys out of it; what is left over was never known. All mistakes are kept, so
//! that one run names them all.

use std::collections::BTreeMap;

use gait_detect::closest;
use serde::de::{Deserialize, DeserializeOwned, IntoDeserializer};
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue},
};

use super::{mistake::Mistake, section::Key};

/// What the names of environment overrides begin with: `GAIT_SOURCE__TOPICS` sets `source.topics`.
const ENVIRONMENT_PREFIX: &str = "GAIT_";

/// The values of a configuration by key, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Document<'k> {
    file: String,
    keys: &'k [Key],
    values: BTreeMap<String, Set>,
    mistakes: Vec<Mistake>,
}

/// A value and where it was set.
#[derive(Debug)]
struct Set {
    value: Value,
    place: String,
}

impl<'k> Document<'k> {
    /// Reads TOML whose keys are among `keys`. `file` is how messages name it.
    pub(super) fn parse(file: &str, text: &str, keys: &'k [Key]) -> Self {
        let file = file.to_owned();
        let mut document = Self { file, keys, values: BTreeMap::new(), mistakes: Vec::new() };
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            document.flatten("", root.into_inner(), text);
        }
        for error in errors {
            let place = document.place(text, error.span().map_or(0, |span| span.start));
            document.wrong(place, "", error.message());
        }
        document
    }

    fn place(&self, text: &str, at: usize) -> String {
        let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        format!("{}:{line}", self.file)
    }

    fn flatten(&mut self, section: &str, table: DeTable<'_>, text: &str) {
        for (name, value) in table {
            let key = join(section, name.get_ref());
            let place = self.place(text, name.span().start);
            if self.is_key(&key) {
                self.set(key, value, place);
            } else if !self.is_section(&key) {
                let unknown = self.unknown(section, name.get_ref());
                self.wrong(place, &key, &unknown);
            } else if let DeValue::Table(inner) = value.into_inner() {
                self.flatten(&key, inner, text);
            } else {
                self.wrong(place, &key, &format!("is a section: write `[{key}]`"));
            }
        }
    }

    /// Lays environment variables over the file. Names without `__` are not overrides.
    pub(super) fn overlay(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX).filter(|p| p.contains("__"))
            else {
                continue;
            };
            let key = path.to_lowercase().replace("__", ".");
            let place = format!("environment variable {name}");
            if self.is_key(&key) {
                // What is not a TOML value is taken as text, so that words need no quotes.
                let value = DeValue::parse(&value)
                    .unwrap_or_else(|_| Spanned::new(0..0, DeValue::String(value.as_str().into())));
                self.set(key, value, place);
            } else {
                let (section, last) = key.rsplit_once('.').unwrap_or(("", &key));
                let unknown = self.unknown(section, last);
                self.wrong(place, &key, &unknown);
            }
        }
    }

    fn set(&mut self, key: String, value: Spanned<DeValue<'_>>, place: String) {
        match Value::deserialize(value.into_deserializer()) {
            Ok(value) => _ = self.values.insert(key, Set { value, place }),
            Err(error) => self.wrong(place, &key, error.message()),
        }
    }

    /// The value of a key; `default` where it is not set or not of the right shape.
    pub(super) fn read<T: DeserializeOwned>(&mut self, key: &str, default: T) -> T {
        let Some(set) = self.values.get(key) else { return default };
        match set.value.clone().try_into() {
            Ok(value) => value,
            Err(error) => {
                self.refuse(key, error.message());
                default
            }
        }
    }

    /// Says that the value of `key` is wrong, where it was set or should have been.
    pub(super) fn refuse(&mut self, key: &str, text: &str) {
        let place = self.values.get(key).map_or_else(|| self.file.clone(), |set| set.place.clone());
        self.wrong(place, key, text);
    }

    fn wrong(&mut self, place: String, key: &str, text: &str) {
        self.mistakes.push(Mistake { place, key: key.to_owned(), text: text.trim().to_owned() });
    }

    /// All mistakes.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    fn is_key(&self, path: &str) -> bool {
        self.keys.iter().any(|key| key.path == path)
    }

    fn is_section(&self, path: &str) -> bool {
        self.keys.iter().any(|key| key.path.strip_prefix(path).is_some_and(|r| r.starts_with('.')))
    }

    /// What to say about a name that is neither key nor section of `section`.
    fn unknown(&self, section: &str, name: &str) -> String {
        let mut known: Vec<&str> = Vec::new();
        for key in self.keys {
            let inside = if section.is_empty() {
                Some(key.path.as_str())
            } else {
                key.path.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'))
            };
            let Some(first) = inside.and_then(|rest| rest.split('.').next()) else { continue };
            if !known.contains(&first) {
                known.push(first);
            }
        }
        match closest(name, known.iter().copied()) {
            Some(near) => format!("is not known; did you mean `{near}`?"),
            None if known.is_empty() => format!("is not known; there is no section `{section}`"),
            None => format!("is not known; known here are {}", known.join(", ")),
        }
    }
}

fn join(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}
