//! The maintained crawler list: `data/crawlers.tsv`, made from the npm package `crawler-user-agents` by
//! `scripts/crawlers/refresh.py`. The longest literal that stands in a user agent decides.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::ClaimKind;

/// Rows of kind, anchor, literal and name; a row that a crawler shares with the row above has its name.
const TABLE: &str = include_str!("../../data/crawlers.tsv");

/// A crawler, declared agent or monitor of the list, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrawlerId(u16);

impl CrawlerId {
    /// The name of the crawler.
    #[must_use]
    pub fn name(self) -> &'static str {
        LIST.names.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// The crawler of that name, spelled as [`CrawlerId::name`] spells it.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let at = LIST.names.iter().position(|known| *known == name)?;
        u16::try_from(at).ok().map(Self)
    }

    pub(super) fn number(self) -> u16 {
        self.0
    }

    pub(super) fn from_number(number: u16) -> Option<Self> {
        (usize::from(number) < LIST.names.len()).then_some(Self(number))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Any,
    Start,
    End,
    Both,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    kind: ClaimKind,
    anchor: Anchor,
    literal: &'static str,
    id: CrawlerId,
}

struct List {
    rows: Vec<Row>,
    names: Vec<&'static str>,
    /// `None` only when the table cannot be built; then no claim is found in it.
    search: Option<AhoCorasick>,
}

static LIST: LazyLock<List> = LazyLock::new(|| List::read(TABLE));

impl List {
    fn read(table: &'static str) -> Self {
        let (mut rows, mut names) = (Vec::new(), Vec::<&str>::new());
        let mut places = BTreeMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(kind), Some(anchor), Some(literal), Some(name)) = (
                columns.next().and_then(kind_of),
                columns.next().and_then(anchor_of),
                columns.next(),
                columns.next(),
            ) else {
                continue;
            };
            let at = *places.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            let Ok(number) = u16::try_from(at) else { break };
            rows.push(Row { kind, anchor, literal, id: CrawlerId(number) });
        }
        let search = AhoCorasick::new(rows.iter().map(|row| row.literal)).ok();
        Self { rows, names, search }
    }
}

/// The kind and the row that a user agent names.
pub(super) fn find(text: &str) -> Option<(ClaimKind, CrawlerId)> {
    let list = &*LIST;
    list.search
        .as_ref()?
        .find_overlapping_iter(text)
        .filter_map(|found| {
            let row = list.rows.get(found.pattern().as_usize())?;
            let (start, end) = (found.start() == 0, found.end() == text.len());
            let stands = match row.anchor {
                Anchor::Any => true,
                Anchor::Start => start,
                Anchor::End => end,
                Anchor::Both => start && end,
            };
            stands.then_some(row)
        })
        // The longest wins, the first of equals: `max_by_key` would take the last.
        .reduce(|best, row| if row.literal.len() > best.literal.len() { row } else { best })
        .map(|row| (row.kind, row.id))
}

fn kind_of(word: &str) -> Option<ClaimKind> {
    Some(match word {
        "crawler" => ClaimKind::DeclaredBot,
        "agent" => ClaimKind::DeclaredAgent,
        "monitor" => ClaimKind::Monitor,
        "library" => ClaimKind::Library,
        "headless" => ClaimKind::Headless,
        "tool" => ClaimKind::Tool,
        _ => return None,
    })
}

fn anchor_of(word: &str) -> Option<Anchor> {
    Some(match word {
        "any" => Anchor::Any,
        "start" => Anchor::Start,
        "end" => Anchor::End,
        "both" => Anchor::Both,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_found() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert!(rows > 1_000 && LIST.rows.len() == rows, "{} of {rows}", LIST.rows.len());
        for row in &LIST.rows {
            assert!(find(row.literal).is_some(), "{row:?}");
            assert_eq!(CrawlerId::by_name(row.id.name()), Some(row.id));
        }
        assert_eq!(CrawlerId::by_name("Nobodybot"), None);
    }
}
