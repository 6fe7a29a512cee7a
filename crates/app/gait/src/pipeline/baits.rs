//! The canaries that an operator names: `[[canary]]` tables of a file, compiled.

use std::{fs, path::Path};

use gait_fingerprint::{Bait, Canaries, Canary};
use serde::{Deserialize, Serialize};

use crate::exit::Misconfigured;

/// One `[[canary]]` as it is written: one of `path`, `prefix`, `parameter` and `token`, and perhaps a site.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CanaryEntry {
    path: Option<String>,
    prefix: Option<String>,
    parameter: Option<String>,
    token: Option<Secret>,
    site: Option<String>,
}

/// A token, which nothing prints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(a token)")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    canary: Vec<CanaryEntry>,
}

impl CanaryEntry {
    fn canary(&self) -> Option<Canary> {
        let baits = [
            self.path.clone().map(Bait::Path),
            self.prefix.clone().map(Bait::Prefix),
            self.parameter.clone().map(Bait::Parameter),
            self.token.clone().map(|token| Bait::Token(token.0)),
        ];
        let mut baits = baits.into_iter().flatten();
        let only = baits.next().filter(|_| baits.next().is_none());
        only.map(|bait| Canary { bait, site: self.site.clone() })
    }
}

/// Compiles entries; every mistake names its entry, counted from 1.
pub(crate) fn compile_canaries(entries: &[CanaryEntry]) -> Result<Canaries, Vec<String>> {
    let (mut canaries, mut mistakes) = (Canaries::default(), Vec::new());
    for (entry, number) in entries.iter().zip(1..) {
        let added = match entry.canary() {
            None => {
                Err("needs exactly one of `path`, `prefix`, `parameter` and `token`".to_owned())
            }
            Some(canary) => canaries.add(&canary).map_err(|error| error.to_string()),
        };
        if let Err(text) = added {
            mistakes.push(format!("entry {number}: {text}"));
        }
    }
    if mistakes.is_empty() { Ok(canaries) } else { Err(mistakes) }
}

/// The canaries of a file; none without one.
///
/// # Errors
/// As [`load_entries`], or an entry is wrong; every one is named.
pub(crate) fn load_canaries(path: Option<&Path>) -> Result<Canaries, Misconfigured> {
    compile_canaries(&load_entries(path)?).map_err(|mistakes| {
        let name = path.unwrap_or(Path::new("")).display();
        let lines: Vec<String> =
            mistakes.iter().map(|text| format!("`{name}`: canary: {text}")).collect();
        Misconfigured(lines.join("\n"))
    })
}

/// The `[[canary]]` tables of a file as they are written; none without one.
///
/// # Errors
/// It cannot be read or is no list of `[[canary]]`. Tokens are not repeated.
pub(crate) fn load_entries(path: Option<&Path>) -> Result<Vec<CanaryEntry>, Misconfigured> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let wrong = |text: &str| Misconfigured(format!("`{}`: {text}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
    // The message alone: with its place it would repeat the line, and so a token.
    let file: File = toml::from_str(&text).map_err(|error| wrong(error.message().trim_end()))?;
    Ok(file.canary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_entry_is_named_and_no_token() {
        let text = "[[canary]]\npath = '/old'\nsite = 'shop.example'\n[[canary]]\n[[canary]]\n\
                    path = '/a'\nprefix = '/b'\n[[canary]]\ntoken = 'se/cret-and-long'\n";
        let file: File = toml::from_str(text).unwrap();
        let mistakes = compile_canaries(&file.canary).unwrap_err();
        let one = "needs exactly one of `path`, `prefix`, `parameter` and `token`";
        assert_eq!(mistakes[..2], [format!("entry 2: {one}"), format!("entry 3: {one}")]);
        assert!(mistakes[2].starts_with("entry 4: the token"), "{}", mistakes[2]);
        assert!(!format!("{mistakes:?}{:?}", file.canary).contains("cret"));
        assert_eq!(compile_canaries(&file.canary[..1]).unwrap().len(), 1);
    }
}
