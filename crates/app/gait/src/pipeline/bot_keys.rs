//! Key directories of signing bots that were fetched into a folder: one JSON file for each host.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gait_webauth::{DIRECTORY_MAX_BYTES, KeyDirectory};

use crate::exit::Misconfigured;

/// The keys of every `HOST.json` of a directory; nobody's without one.
///
/// # Errors
/// It cannot be read, or a file is no key directory; every one is named.
pub(crate) fn load_bot_keys(directory: Option<&Path>) -> Result<KeyDirectory, Misconfigured> {
    let mut keys = KeyDirectory::default();
    let Some(directory) = directory else { return Ok(keys) };
    let name = directory.display();
    let unreadable = |error| Misconfigured(format!("cannot read bot keys in `{name}`: {error}"));
    let entries: Result<Vec<_>, _> = fs::read_dir(directory).map_err(unreadable)?.collect();
    let mut paths: Vec<PathBuf> =
        entries.map_err(unreadable)?.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    if paths.is_empty() {
        return Err(Misconfigured(format!("`{name}` has no keys: they lie at `HOST.json`")));
    }
    let mut mistakes = Vec::new();
    for path in &paths {
        if let Err(text) = add(&mut keys, path) {
            mistakes.push(format!("`{}`: {text}", path.display()));
        }
    }
    if mistakes.is_empty() { Ok(keys) } else { Err(Misconfigured(mistakes.join("\n"))) }
}

fn add(keys: &mut KeyDirectory, path: &Path) -> Result<(), String> {
    let size_bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size_bytes > DIRECTORY_MAX_BYTES as u64 {
        return Err(format!("is {size_bytes} bytes long; the most is {DIRECTORY_MAX_BYTES}"));
    }
    let json = fs::read(path).map_err(|error| error.to_string())?;
    let host = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    keys.add(host, &json).map_err(|error| error.to_string())
}
