//! `gait grants`: grants in the shapes of others become native ones, a file each.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read as _},
    path::Path,
};

use anyhow::{Context, Result};
use gait_event::published::hash128;
use gait_scope::{GrantFile, Grants, Shape};

use crate::{
    cli::GrantsCommand,
    exit::{Exit, Misconfigured},
    terminal::counted,
};

/// Longest name of a grant file without its extension, bytes; a longer id is cut and its hash added.
const NAME_MAX_BYTES: usize = 120;

/// Does what was asked.
pub(crate) fn run(command: &GrantsCommand) -> Result<Exit> {
    match command {
        GrantsCommand::Import { shape, file, out } => import(*shape, file, out),
    }
}

/// Everything is read and checked before the first file is written.
fn import(shape: Shape, file: &Path, out: &Path) -> Result<Exit> {
    let name = file.display();
    let wrong = |text: String| Misconfigured(format!("`{name}`: {text}"));
    let text = read(file).with_context(|| format!("cannot read `{name}`"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let is_toml = file.extension().is_some_and(|extension| extension == "toml");
    let grants = if shape == Shape::Native && is_toml {
        GrantFile::from_toml(text).map(|grant| vec![grant])
    } else {
        shape.read(text)
    };
    let grants = grants.map_err(|error| wrong(error.to_string()))?;
    let mut all = Grants::default();
    for grant in &grants {
        all.insert(grant.grant()).map_err(|error| wrong(error.to_string()))?;
    }
    fs::create_dir_all(out).with_context(|| format!("cannot create `{}`", out.display()))?;
    let mut written = 0;
    for grant in &grants {
        written += u64::from(write(grant, out)?);
    }
    let (count, written) = (counted(grants.len() as u64, "grant"), counted(written, "file"));
    println!("{count} in `{}`, {written} written", out.display());
    Ok(Exit::Done)
}

fn read(file: &Path) -> io::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        return Ok(text);
    }
    fs::read_to_string(file)
}

/// Writes a grant beside its place and moves it there, so that a reader sees the old one or the new one. False
/// when it stands there already.
fn write(grant: &GrantFile, out: &Path) -> Result<bool> {
    let mut text = serde_json::to_vec_pretty(grant)?;
    text.push(b'\n');
    let name = file_name(&grant.id);
    let path = out.join(format!("{name}.json"));
    if fs::read(&path).is_ok_and(|held| held == text) {
        return Ok(false);
    }
    let beside = out.join(format!(".{name}.{}.new", std::process::id()));
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, &path))
        .inspect_err(|_| _ = fs::remove_file(&beside))
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(true)
}

/// The id with everything but letters, digits, `-`, `_` and inner dots as `%` and two hexadecimal digits: no two
/// ids share a name, and none leaves the directory.
fn file_name(id: &str) -> String {
    let mut name = String::new();
    for (place, byte) in id.bytes().enumerate() {
        match byte {
            b'.' if place > 0 => name.push('.'),
            b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => name.push(char::from(byte)),
            _ => write!(name, "%{byte:02x}").expect("text is written to memory"),
        }
    }
    if name.len() > NAME_MAX_BYTES {
        name.truncate(NAME_MAX_BYTES);
        write!(name, "~{:032x}", hash128(id.as_bytes())).expect("text is written to memory");
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_stay_in_the_directory_and_apart() {
        let long = "x".repeat(500);
        let longer = "x".repeat(501);
        let ids = ["g-1", "../g", ".g", "a/b", "a%2fb", "ü", "a\\b", &long, &longer];
        let names: BTreeSet<String> = ids.iter().map(|id| file_name(id)).collect();
        assert_eq!(names.len(), ids.len());
        for name in names {
            assert!(name.len() < 200 && !name.starts_with('.'), "{name}");
            assert!(!name.contains(['/', '\\']), "{name}");
        }
        assert_eq!(file_name("grt_1.a-B"), "grt_1.a-B");
    }
}
