//! The floors hold: a crate depends only on crates listed above it in the root manifest, and each heavy
//! package has exactly one home.

use std::{collections::BTreeMap, process::Command};

use gait_tests::repository;
use serde_json::Value;

/// The crate that alone may name a package (tests and benches of the workspace aside).
const HOMES: &[(&str, &[&str])] = &[
    ("ed25519-dalek", &["gait-webauth"]),
    ("rdkafka", &["gait-kafka"]),
    ("prometheus", &["gait-observe"]),
    ("hdrhistogram", &["gait-observe"]),
    ("axum", &["gait-serve"]),
    ("flate2", &["gait-logfile"]),
    ("zstd", &["gait-logfile"]),
    ("anyhow", &["gait", "gait-train"]),
    ("clap", &["gait", "gait-train"]),
    ("linfa", &["gait-train"]),
    ("linfa-logistic", &["gait-train"]),
    ("linfa-trees", &["gait-train"]),
    ("linfa-ensemble", &["gait-train"]),
    ("ndarray", &["gait-train"]),
];

/// Nothing below `crates/core` may name these: they bring a clock, a thread or input and output.
const BANNED_IN_CORE: &[&str] =
    &["tokio", "tracing", "rand", "chrono", "time", "getrandom", "anyhow"];

/// Member crates in manifest order: package name, folder, names of the normal and build dependencies.
fn members() -> Vec<(String, String, Vec<String>)> {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).expect("root manifest");
    let manifest: toml::Table = manifest.parse().expect("root manifest is TOML");
    let order = manifest["workspace"]["members"].as_array().expect("members are a list").clone();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(repository())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages are a list");
    order
        .iter()
        .map(|folder| {
            let folder = folder.as_str().expect("a member is a path").to_owned();
            let tail = format!("/{folder}/Cargo.toml");
            let package = packages
                .iter()
                .find(|p| p["manifest_path"].as_str().is_some_and(|path| path.ends_with(&tail)))
                .unwrap_or_else(|| panic!("cargo knows no package in `{folder}`"));
            let dependencies = package["dependencies"]
                .as_array()
                .expect("dependencies are a list")
                .iter()
                .filter(|d| d["kind"].as_str() != Some("dev"))
                .filter_map(|d| d["name"].as_str().map(str::to_owned))
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), folder, dependencies)
        })
        .collect()
}

#[test]
fn a_crate_depends_only_on_crates_listed_above_it() {
    let members = members();
    let place: BTreeMap<&str, usize> =
        members.iter().enumerate().map(|(i, (name, ..))| (name.as_str(), i)).collect();
    let mut broken = Vec::new();
    for (i, (name, _, dependencies)) in members.iter().enumerate() {
        for dependency in dependencies {
            if place.get(dependency.as_str()).is_some_and(|&at| at >= i) {
                broken.push(format!("{name} -> {dependency}"));
            }
        }
    }
    assert!(members.len() > 10, "the member list was not read");
    assert!(broken.is_empty(), "dependencies against the flow of the data: {broken:?}");
}

#[test]
fn a_heavy_package_has_one_home() {
    let members = members();
    for (package, homes) in HOMES {
        for (name, folder, dependencies) in &members {
            let development = folder == "tests" || folder == "benches";
            let names_it = dependencies.iter().any(|d| d == package);
            assert!(
                !names_it || development || homes.contains(&name.as_str()),
                "`{name}` names `{package}`, which belongs to {homes:?}"
            );
        }
        let known = |home: &&str| members.iter().any(|(name, ..)| name == home);
        assert!(homes.iter().all(known), "a home of `{package}` is no member");
    }
}

#[test]
fn the_core_names_nothing_impure() {
    for (name, folder, dependencies) in members() {
        if folder.starts_with("crates/core/") {
            for banned in BANNED_IN_CORE {
                assert!(!dependencies.iter().any(|d| d == banned), "`{name}` names `{banned}`");
            }
        }
    }
}

#[test]
fn no_crate_is_a_dumping_ground() {
    for (name, ..) in members() {
        for word in ["common", "util", "utils", "types", "misc", "helpers"] {
            assert!(!name.split('-').any(|part| part == word), "`{name}` names no noun it owns");
        }
    }
}
