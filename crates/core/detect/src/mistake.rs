//! What can be wrong with a detector file, said so that the author can mend it without reading code.

/// One mistake in one detector file. A pack is refused with all of its mistakes, never with the first alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}{problem}", if key.is_empty() { String::new() } else { format!("`{key}` ") })]
pub struct Mistake {
    /// The path as it was given to the compiler.
    pub file: String,
    /// Dotted path of the key, for example `params.start` or `require[1].min`; empty for the whole file.
    pub key: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// The kinds of mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not TOML.
    #[error("is not valid TOML: {0}")]
    Syntax(String),
    /// The path does not end in `<family>/<id>/detector.toml`.
    #[error("must lie at `<family>/<id>/detector.toml`, with a family of the closed set")]
    Place,
    /// A required key is not there.
    #[error("is missing")]
    Missing,
    /// A key that no operator and no table knows.
    #[error("is not a known key{}", suggestion(.0.as_deref()))]
    UnknownKey(Option<String>),
    /// The value is of another type.
    #[error("must be {0}")]
    Type(&'static str),
    /// The value is not in a closed set.
    #[error("does not know `{found}`{}; known are {known}", suggestion(.closest.as_deref()))]
    UnknownWord {
        /// What stands there.
        found: String,
        /// The nearest word of the set, when one is near.
        closest: Option<String>,
        /// The set.
        known: String,
    },
    /// No feature of that name.
    #[error("names no feature: `{found}`{}; docs/features.md lists them", suggestion(.closest.as_deref()))]
    UnknownFeature {
        /// What stands there.
        found: String,
        /// The nearest feature name, when one is near.
        closest: Option<String>,
    },
    /// A number or a list out of its limits, or values that contradict each other.
    #[error("{0}")]
    Limit(String),
    /// The id is not the name of the folder.
    #[error("must be `{0}`, the name of its folder")]
    Folder(String),
    /// Two files give the same detector.
    #[error("stands in another file too: ids are never reused")]
    Duplicate,
    /// A tag of no known taxonomy.
    #[error(
        "holds `{0}`: tags look like `oat:OAT-011`, `asi:ASI05`, `api:API4`, `attack:T1595.003`, `atlas:AML.T0103`"
    )]
    Tag(String),
}

fn suggestion(closest: Option<&str>) -> String {
    closest.map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

/// The candidate nearest to `word` by edit distance, when it is near enough to be meant. One that goes on
/// where `word` ends is nearest of all.
#[must_use]
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| {
            let begins = word.len() >= 4 && candidate.starts_with(word);
            (if begins { 0 } else { edit_distance(word, candidate) }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= word.len().max(candidate.len()) / 3 + 1)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in bytes, one row at a time.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let above = *cell;
            *cell = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            diagonal = above;
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_distance_is_the_textbook_one() {
        for (a, b, distance) in [
            ("", "", 0),
            ("abc", "", 3),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
            ("gap", "gap", 0),
        ] {
            assert_eq!(edit_distance(a, b), distance, "{a} {b}");
        }
    }

    #[test]
    fn suggests_what_is_near_and_nothing_else() {
        let names = ["gap_ln_sd", "gap_cv", "miss_share"];
        assert_eq!(closest("gap_lnsd", names), Some("gap_ln_sd"));
        assert_eq!(closest("mis_shar", names), Some("miss_share"));
        assert_eq!(closest("miss", names), Some("miss_share"));
        assert_eq!(closest("colour", names), None);
    }

    #[test]
    fn reads_as_a_sentence_with_file_and_key() {
        let mistake = Mistake {
            file: "timing/x/detector.toml".into(),
            key: "params.feature".into(),
            problem: Problem::UnknownFeature {
                found: "gap_lnsd".into(),
                closest: Some("gap_ln_sd".into()),
            },
        };
        assert_eq!(
            mistake.to_string(),
            "timing/x/detector.toml: `params.feature` names no feature: `gap_lnsd`, did you mean \
             `gap_ln_sd`?; docs/features.md lists them"
        );
    }
}
