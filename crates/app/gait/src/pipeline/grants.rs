//! The grants of a directory: one file each, in JSON or TOML.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use gait_scope::{GrantBook, GrantFile};

use crate::exit::Misconfigured;

/// The largest grant file that is read, bytes.
const GRANT_MAX_BYTES: u64 = 16 << 20;

/// The grants of every `*.json` and `*.toml` of a directory.
///
/// # Errors
/// It cannot be read or holds no grant, or a file is wrong; every mistake is named with file and key.
pub(crate) fn load_grants(directory: &Path) -> Result<GrantBook, Misconfigured> {
    let name = directory.display();
    let paths = grant_files(directory)
        .map_err(|error| Misconfigured(format!("cannot read grants in `{name}`: {error}")))?;
    let mut book = GrantBook::default();
    let mut mistakes = Vec::new();
    for path in &paths {
        let taken = read(path).and_then(|file| book.add(file).map_err(|error| error.to_string()));
        if let Err(text) = taken {
            mistakes.push(format!("`{}`: {text}", path.display()));
        }
    }
    if mistakes.is_empty() && book.is_empty() {
        mistakes.push(format!("`{name}` holds no grant; `gait grants import` writes some there"));
    }
    if mistakes.is_empty() { Ok(book) } else { Err(Misconfigured(mistakes.join("\n"))) }
}

/// The files that are grants, sorted. Those of YAML are among them, so that none is left out in silence.
pub(crate) fn grant_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !is_hidden && matches!(extension, Some("json" | "toml" | "yaml" | "yml")) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<GrantFile, String> {
    let text = read_bounded(path).map_err(|error| error.to_string())?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => GrantFile::from_json(&text).map_err(|error| error.to_string()),
        Some("toml") => GrantFile::from_toml(&text).map_err(|error| error.to_string()),
        _ => Err("YAML is not read; write the grant as JSON or TOML".into()),
    }
}

fn read_bounded(path: &Path) -> io::Result<String> {
    let size_bytes = fs::metadata(path)?.len();
    if size_bytes > GRANT_MAX_BYTES {
        let text = format!("is {size_bytes} bytes long; the most is {GRANT_MAX_BYTES}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    fs::read_to_string(path)
}
