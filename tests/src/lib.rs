//! What the cross-crate tests share: where the repository, the built `gait` and the optional data stand, and which files
//! git would ship.
//!
//! Judging anything is left to the test files themselves.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The built `gait`: `GAIT_BIN`, else the one beside the running test in the target folder.
///
/// # Panics
/// When there is none there: it is built first.
#[must_use]
pub fn built_gait() -> PathBuf {
    if let Some(path) = std::env::var_os("GAIT_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a running test has a path");
    let path = test.ancestors().nth(2).expect("tests lie in target/PROFILE/deps").join("gait");
    assert!(path.exists(), "`{}` is missing: run `cargo build -p gait` first", path.display());
    path
}

/// The folder of real logs, when `GAIT_DATA` names one. A test that needs it says so and returns.
#[must_use]
pub fn shared_data() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("GAIT_DATA")?);
    folder.is_dir().then(|| folder.canonicalize().unwrap_or(folder))
}

/// Every file git tracks or would track, relative to the root, sorted.
///
/// # Panics
/// When git cannot be asked: the tests run in a checkout.
#[must_use]
pub fn tracked_files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(repository())
        .output()
        .expect("git lists the files of this checkout");
    let mut files: Vec<PathBuf> = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .map(PathBuf::from)
        .filter(|file| repository().join(file).is_file())
        .collect();
    files.sort();
    files.dedup();
    files
}
