//! The rules a compiler does not hold: file heads, file length, panic lints, repeated bans, and that every
//! make target is in the index.

use std::{collections::BTreeMap, fs, path::Path};

use gait_tests::{repository, tracked_files};

/// Longest source file, lines.
const LINES_MAX: usize = 500;

/// Files over the limit, with the length they may not exceed. This list may only shrink.
const LONGER: &[(&str, usize)] = &[];

fn rust_sources() -> BTreeMap<String, String> {
    tracked_files()
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        .map(|file| {
            let text = fs::read_to_string(repository().join(file)).expect("a source file is text");
            (file.display().to_string(), text)
        })
        .collect()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_source_file_opens_with_what_it_decides() {
    let bare: Vec<_> = rust_sources()
        .into_iter()
        .filter(|(_, text)| {
            let head = text.lines().next().unwrap_or_default();
            !(head.starts_with("//!") || head.starts_with("#!["))
        })
        .map(|(file, _)| file)
        .collect();
    assert!(bare.is_empty(), "files without a head: {bare:?}");
}

#[test]
fn source_files_stay_short() {
    let mut long = Vec::new();
    for (file, text) in rust_sources() {
        let allowed = LONGER.iter().find(|(name, _)| *name == file).map_or(LINES_MAX, |(_, n)| *n);
        let lines = text.lines().count();
        if lines > allowed {
            long.push(format!("{file}: {lines} lines, {allowed} allowed"));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_list_of_longer_files_only_shrinks() {
    let sources = rust_sources();
    for (file, allowed) in LONGER {
        let lines = sources.get(*file).map_or(0, |text| text.lines().count());
        assert!(lines > LINES_MAX, "{file} is short now: take it off the list");
        assert!(lines + 20 >= *allowed, "{file} has {lines} lines: lower its entry from {allowed}");
    }
}

#[test]
fn every_core_crate_denies_panics() {
    let lints = ["unwrap_used", "expect_used", "panic", "indexing_slicing"];
    let roots: Vec<_> = rust_sources()
        .into_iter()
        .filter(|(file, _)| {
            file.starts_with("crates/core/")
                && file.ends_with("/src/lib.rs")
                && !file.contains("/fuzz/")
        })
        .collect();
    assert!(roots.len() >= 8, "the core was not found");
    for (file, text) in roots {
        for lint in lints {
            assert!(text.contains(&format!("clippy::{lint}")), "{file} does not deny `{lint}`");
        }
    }
}

#[test]
fn the_core_repeats_every_root_ban() {
    let root: toml::Table = read("clippy.toml").parse().expect("clippy.toml is TOML");
    let core: toml::Table = read("crates/core/clippy.toml").parse().expect("it is TOML");
    for key in ["disallowed-methods", "disallowed-types"] {
        let paths = |table: &toml::Table| -> Vec<String> {
            let list = table.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
            list.iter().filter_map(|b| b["path"].as_str().map(str::to_owned)).collect()
        };
        let core = paths(&core);
        for path in paths(&root) {
            assert!(core.contains(&path), "crates/core/clippy.toml lacks the root ban of `{path}`");
        }
    }
}

#[test]
fn every_ban_gives_its_reason() {
    for file in ["clippy.toml", "crates/core/clippy.toml"] {
        let table: toml::Table = read(file).parse().expect("it is TOML");
        for (_, list) in table.iter().filter(|(key, _)| key.starts_with("disallowed-")) {
            for ban in list.as_array().expect("bans are a list") {
                let reason = ban.get("reason").and_then(toml::Value::as_str).unwrap_or_default();
                assert!(reason.len() > 10, "{file}: {ban:?} gives no reason");
            }
        }
    }
}

#[test]
fn every_make_target_is_in_the_index() {
    let makefile = read("Makefile");
    let mut described = 0;
    for line in makefile.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase())) {
        let Some((target, rest)) = line.split_once(':') else { continue };
        if rest.starts_with('=') || target.contains(char::is_whitespace) {
            continue;
        }
        assert!(rest.contains("## "), "`make {target}` is not described");
        described += 1;
    }
    assert!(described >= 10, "the Makefile was not read");
}

#[test]
fn unfinished_marks_do_not_stand_in_the_tree() {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[ig", "nore]"), concat!("XX", "X")];
    for (file, text) in rust_sources() {
        for mark in marks {
            assert!(!text.contains(mark), "{file} holds `{mark}`");
        }
    }
}
