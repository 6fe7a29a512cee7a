//! Embeds the shipped detectors, so that the built-in pack needs no file system at run time.
//!
//! Writes a list of (path below `detectors/`, text), sorted by path, into `builtin.rs`.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = here.join("../../../detectors").canonicalize()?;
    println!("cargo::rerun-if-changed={}", root.display());
    let mut entries = Vec::new();
    for family in folders(&root)? {
        for detector in folders(&family)? {
            let file = detector.join("detector.toml");
            if file.is_file() {
                let path = file.strip_prefix(&root).map_err(io::Error::other)?.display();
                let text = file.display();
                entries.push(format!(
                    "    ({:?}, include_str!({:?})),\n",
                    path.to_string(),
                    text.to_string()
                ));
            }
        }
    }
    entries.sort();
    let list = format!("&[\n{}]\n", entries.concat());
    fs_write(&Path::new(&variable("OUT_DIR")?).join("builtin.rs"), &list)
}

fn folders(of: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "a build script's only output is a file")]
fn fs_write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by variables")]
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
