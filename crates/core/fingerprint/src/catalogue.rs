//! The catalogue: every feature of every block of state, in one order, and its document.
//!
//! A feature is a row in the table of its block; a new block is one line here.

use std::fmt::Write as _;

use crate::{
    activity, deception, discovery, feature::FeatureSpec, identity, motor, navigation, site,
    timing, trouble,
};

/// Goes up with every change of the names, the order or the meaning of features.
pub const CATALOGUE_VERSION: u32 = 5;

/// The tables of the blocks, each with the heading it stands under.
const TABLES: [(&str, &[FeatureSpec]); 23] = [
    ("Activity", activity::FEATURES),
    ("Timing", timing::gaps::FEATURES),
    ("Timing", timing::octaves::FEATURES),
    ("Timing", timing::complexity::FEATURES),
    ("Timing", timing::alignment::FEATURES),
    ("Timing", timing::fanout::FEATURES),
    ("Timing", timing::backoff::FEATURES),
    ("Navigation", navigation::referrer::FEATURES),
    ("Navigation", navigation::coverage::FEATURES),
    ("Navigation", navigation::enumeration::FEATURES),
    ("Navigation", navigation::sequence::FEATURES),
    ("Navigation", navigation::render::FEATURES),
    ("Navigation", site::walk::FEATURES),
    ("Motor traces", motor::typing::FEATURES),
    ("Motor traces", motor::scroll::FEATURES),
    ("Errors", trouble::errors::FEATURES),
    ("Errors", trouble::repair::FEATURES),
    ("Discovery and deception", discovery::FEATURES),
    ("Discovery and deception", deception::FEATURES),
    ("Identity", identity::claimed::FEATURES),
    ("Identity", identity::headers::FEATURES),
    ("Identity", identity::signing::FEATURES),
    ("Identity", identity::contradiction::FEATURES),
];

/// How many features there are.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub const FEATURE_COUNT: usize = {
    let mut count = 0;
    let mut table = 0;
    while table < TABLES.len() {
        count += TABLES[table].1.len();
        table += 1;
    }
    count
};

/// All features in order.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) static CATALOGUE: [FeatureSpec; FEATURE_COUNT] = {
    let mut all = [TABLES[0].1[0]; FEATURE_COUNT];
    let (mut table, mut at) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].1.len() {
            all[at] = TABLES[table].1[row];
            row += 1;
            at += 1;
        }
        table += 1;
    }
    all
};

const HEAD: &str = "\
# Features

Made from the code by `GAIT_BLESS=1 cargo test -p gait-fingerprint`; do not edit.

What is read from the state of one client. A feature that has too little evidence is absent: it abstains,
and so does every detector that needs it. *Decision steps* are what a client chose to ask for (documents,
API calls, policy files), without assets, without the calls of a page, the target of a redirect and what a
timer asks for. *Gaps* are the times between the starts of decision steps (API calls started
within 250 ms count as one); features of cadence abstain where the log's clock is no finer than a second,
unless they say otherwise.

";

/// The text of `docs/features.md`.
#[must_use]
pub fn features_markdown() -> String {
    let mut text = String::from(HEAD);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Catalogue version {CATALOGUE_VERSION}, {FEATURE_COUNT} features.");
    let mut heading = "";
    for (title, table) in TABLES {
        if title != heading {
            heading = title;
            let _ = write!(
                text,
                "\n## {title}\n\n| feature | unit | range | meaning |\n|---|---|---|---|\n"
            );
        }
        for spec in table {
            let unit = spec.unit.symbol();
            let (low, high) = spec.range;
            let _ =
                writeln!(text, "| `{}` | {unit} | {low} to {high} | {} |", spec.name, spec.meaning);
        }
    }
    text
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the drift test reads and writes the document")]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_not_drifted() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/features.md");
        if std::env::var("GAIT_BLESS").is_ok() {
            assert!(std::fs::write(path, features_markdown()).is_ok(), "{path} cannot be written");
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == features_markdown(),
            "docs/features.md has drifted: run `GAIT_BLESS=1 cargo test -p gait-fingerprint`"
        );
    }

    #[test]
    fn every_feature_is_whole() {
        for spec in &CATALOGUE {
            assert!(spec.range.0 < spec.range.1, "{}", spec.name);
            assert!(spec.meaning.len() > 20 && spec.meaning.ends_with('.'), "{}", spec.name);
            let twins = CATALOGUE.iter().filter(|other| other.name == spec.name).count();
            assert_eq!(twins, 1, "{}", spec.name);
        }
    }
}
