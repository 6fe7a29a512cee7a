//! The order of files within one folder or glob: natural (`part2` before `part10`), and with rotated logs
//! oldest first (`access.log.2.gz`, `access.log.1`, `access.log`).
//!
//! Only names are read: modification times change with every copy of an archive.

use std::{cmp::Ordering, path::Path};

/// The endings a rotated file carries after it was compressed.
const COMPRESSED_ENDINGS: [&str; 3] = [".gz", ".zst", ".zstd"];

/// Longest number that is taken for a rotation count; longer ones are dates or ids.
const MAX_ROTATION_DIGITS: usize = 4;

/// How a file name says its age. Declared from old to new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rotation<'a> {
    /// `access.log-20261122`: an earlier date is older.
    Dated(Natural<'a>),
    /// `access.log.3`: a higher number is older.
    Numbered(std::cmp::Reverse<u32>),
    /// `access.log`: still written to.
    Current,
}

/// Text that compares digit runs by their value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Natural<'a>(&'a str);

impl PartialOrd for Natural<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (self.0, other.0);
        while !left.is_empty() && !right.is_empty() {
            let (l, l_rest) = split_run(left);
            let (r, r_rest) = split_run(right);
            match compare_runs(l, r) {
                Ordering::Equal => (left, right) = (l_rest, r_rest),
                unequal => return unequal,
            }
        }
        // Equal as numbers but not as text (`01` and `1`) still needs one order.
        left.len().cmp(&right.len()).then_with(|| self.0.cmp(other.0))
    }
}

/// Splits the first run of digits or of other characters off.
fn split_run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at(end)
}

fn compare_runs(left: &str, right: &str) -> Ordering {
    let is_number = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    if !(is_number(left) && is_number(right)) {
        return left.cmp(right);
    }
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Compares two paths: by folder, then by log, then from the oldest rotation to the current file.
pub(crate) fn by_age(left: &Path, right: &Path) -> Ordering {
    let folders = |path: &Path| path.parent().map(|p| p.to_string_lossy().into_owned());
    let names = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
    let (left_folder, right_folder) = (folders(left), folders(right));
    let (left_name, right_name) =
        (names(left).unwrap_or_default(), names(right).unwrap_or_default());
    let (left_log, left_age) = split_rotation(&left_name);
    let (right_log, right_age) = split_rotation(&right_name);
    left_folder
        .as_deref()
        .map(Natural)
        .cmp(&right_folder.as_deref().map(Natural))
        .then_with(|| Natural(left_log).cmp(&Natural(right_log)))
        .then_with(|| left_age.cmp(&right_age))
        .then_with(|| left.cmp(right))
}

/// The name of the log without rotation and compression endings, and its age.
fn split_rotation(name: &str) -> (&str, Rotation<'_>) {
    let plain = COMPRESSED_ENDINGS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    if let Some((log, number)) = plain.rsplit_once('.')
        && !log.is_empty()
        && number.len() <= MAX_ROTATION_DIGITS
        && let Ok(number) = number.parse()
    {
        return (log, Rotation::Numbered(std::cmp::Reverse(number)));
    }
    match date_start(plain) {
        Some(start) => {
            let (log, date) = plain.split_at(start);
            (log, Rotation::Dated(Natural(date)))
        }
        None => (plain, Rotation::Current),
    }
}

/// Where a trailing date begins, its separator included: `-20261122`, `.2026-11-22`, `_2026-11-22T13`.
fn date_start(name: &str) -> Option<usize> {
    let tail_is_date = |tail: &str| {
        let digits = tail.bytes().filter(u8::is_ascii_digit).count();
        (tail.starts_with("19") || tail.starts_with("20"))
            && digits >= 8
            && tail.bytes().all(|b| b.is_ascii_digit() || b"-_.:TZ".contains(&b))
    };
    name.char_indices()
        .filter(|&(at, c)| at > 0 && matches!(c, '-' | '.' | '_'))
        .find(|&(at, _)| name.get(at + 1..).is_some_and(tail_is_date))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn oldest_first_whatever_the_rotation_scheme() {
        let cases: [&[&str]; 6] = [
            &["access.log.10.gz", "access.log.2.gz", "access.log.1", "access.log"],
            &["a.log-20251231.gz", "a.log-20260101", "a.log"],
            &["a.log.2026-01-31", "a.log.2026-02-01.zst", "a.log.1", "a.log"],
            &["api.log.1", "api.log", "web.log.2", "web.log.1", "web.log"],
            &["part1.ndjson", "part2.ndjson", "part10.ndjson"],
            &["d/1/access.log", "d/2/access.log.1", "d/2/access.log", "d/10/access.log"],
        ];
        for expected in cases {
            let mut sorted: Vec<PathBuf> = expected.iter().rev().map(PathBuf::from).collect();
            sorted.sort_by(|a, b| by_age(a, b));
            assert_eq!(sorted, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_date_in_front_of_the_ending_is_part_of_the_name() {
        assert_eq!(
            split_rotation("access-2026-11-22.log"),
            ("access-2026-11-22.log", Rotation::Current)
        );
        assert_eq!(split_rotation("20261122"), ("20261122", Rotation::Current));
        assert_eq!(split_rotation(".5"), (".5", Rotation::Current));
    }

    #[test]
    fn equal_numbers_with_different_text_keep_one_order() {
        assert_eq!(Natural("a01").cmp(&Natural("a1")), Ordering::Less);
        assert_eq!(Natural("a1").cmp(&Natural("a01")), Ordering::Greater);
        assert_eq!(Natural("a1").cmp(&Natural("a1b")), Ordering::Less);
    }
}
