//! The simulated site: a second-hand bookshop as a link graph that is computed, not stored.
//!
//! Every page knows its path, its links and the assets it shows, as pure functions of a few numbers.
//! Who follows which link, and when, is left to the personas.

use std::fmt;

use crate::{probe, random::mix, surface::Surface};

/// Host of the simulated site.
pub(crate) const HOST: &str = "books.tidewater.example";

const SUBJECTS: [&str; 16] = [
    "maritime",
    "poetry",
    "travel",
    "botany",
    "cookery",
    "cartography",
    "music",
    "astronomy",
    "gardening",
    "folklore",
    "typography",
    "railways",
    "ornithology",
    "theatre",
    "weather",
    "chess",
];
const TERMS: [&str; 12] = [
    "lighthouse",
    "knots",
    "harbour",
    "moorland",
    "sextant",
    "orchard",
    "woodcut",
    "almanac",
    "estuary",
    "bindings",
    "heron",
    "gambit",
];
const TITLE_FIRST: [&str; 16] = [
    "salt",
    "winter",
    "the-last",
    "a-field",
    "northern",
    "paper",
    "the-quiet",
    "copper",
    "distant",
    "a-small",
    "the-green",
    "borrowed",
    "slow",
    "hidden",
    "early",
    "the-long",
];
const TITLE_LAST: [&str; 16] = [
    "tide", "atlas", "garden", "letters", "passage", "almanac", "harvest", "lantern", "river",
    "compass", "orchard", "signal", "meadow", "archive", "voyage", "hour",
];

/// How many books the shop lists.
pub(crate) const BOOKS: u16 = 1200;
/// How many essays its magazine holds.
pub(crate) const ESSAYS: u16 = 90;
/// How many subjects the books are filed under.
pub(crate) const SUBJECT_COUNT: u8 = 16;
/// How many terms visitors search for.
pub(crate) const TERM_COUNT: u8 = 12;
/// Books on one page of a subject.
const BOOKS_PER_PAGE: u16 = 12;
/// Pages of a subject.
pub(crate) const SUBJECT_PAGES: u8 = 7;
/// Files that every page shares: two style sheets, two scripts, a font, the icon sprite.
const SHARED: [&str; 6] = [
    "/assets/base.4f1c.css",
    "/assets/shop.99ab.css",
    "/assets/runtime.7d02.js",
    "/assets/shop.c3e8.js",
    "/assets/caslon.woff2",
    "/assets/icons.svg",
];

/// Anything the site can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    #[default]
    Home,
    Subject {
        subject: u8,
        page: u8,
    },
    Book(u16),
    Essay(u16),
    Search {
        term: u8,
        page: u8,
    },
    Cart,
    Checkout,
    Thanks,
    Help(u8),
    /// One of the shared files.
    Shared(u8),
    /// The picture of a book's cover.
    Cover(u16),
    /// Search-as-you-type: the first `typed` letters of a term.
    Suggest {
        term: u8,
        typed: u8,
    },
    ApiBooks {
        subject: u8,
        page: u8,
    },
    /// The list call with a parameter the API refuses.
    ApiBooksWrong {
        subject: u8,
    },
    ApiBook(u16),
    ApiStock(u16),
    ApiReviews(u16),
    ApiSubjects,
    ApiHolds,
    ApiOrders,
    /// The heartbeat of an open page.
    Pulse,
    Surface(Surface),
    /// What a scanner tries: see `probe`.
    Probe(u16),
}

/// What sort of file an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssetKind {
    Style,
    Script,
    Font,
    Image,
}

fn word<const N: usize>(list: [&'static str; N], index: usize) -> &'static str {
    list.get(index % N).copied().unwrap_or_default()
}

impl fmt::Display for Target {
    /// Path and query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Home => f.write_str("/"),
            Self::Subject { subject, page } => {
                write!(f, "/subjects/{}", word(SUBJECTS, subject.into()))?;
                if page > 1 { write!(f, "?page={page}") } else { Ok(()) }
            }
            Self::Book(book) => {
                let (first, last) = (usize::from(book), usize::from(book / 16 + book));
                write!(
                    f,
                    "/books/{}-{}-{}",
                    1000 + book,
                    word(TITLE_FIRST, first),
                    word(TITLE_LAST, last)
                )
            }
            Self::Essay(essay) => {
                let (first, last) = (usize::from(essay / 3), usize::from(essay));
                write!(f, "/essays/{}-{}-{essay}", word(TITLE_FIRST, first), word(TITLE_LAST, last))
            }
            Self::Search { term, page } => {
                write!(f, "/search?q={}", word(TERMS, term.into()))?;
                if page > 1 { write!(f, "&page={page}") } else { Ok(()) }
            }
            Self::Cart => f.write_str("/cart"),
            Self::Checkout => f.write_str("/checkout"),
            Self::Thanks => f.write_str("/checkout/thanks"),
            Self::Help(0) => f.write_str("/help"),
            Self::Help(topic) => write!(f, "/help/topic-{topic}"),
            Self::Shared(file) => f.write_str(word(SHARED, file.into())),
            Self::Cover(book) => write!(f, "/covers/{}.webp", 1000 + book),
            Self::Suggest { term, typed } => {
                let term = word(TERMS, term.into());
                write!(f, "/api/v2/suggest?q={}", term.get(..usize::from(typed)).unwrap_or(term))
            }
            Self::ApiBooks { subject, page } => {
                write!(f, "/api/v2/books?subject={}&page={page}", word(SUBJECTS, subject.into()))
            }
            Self::ApiBooksWrong { subject } => {
                write!(f, "/api/v2/books?category={}&limit=500", word(SUBJECTS, subject.into()))
            }
            Self::ApiBook(book) => write!(f, "/api/v2/books/{}", 1000 + book),
            Self::ApiStock(book) => write!(f, "/api/v2/books/{}/stock", 1000 + book),
            Self::ApiReviews(book) => write!(f, "/api/v2/books/{}/reviews", 1000 + book),
            Self::ApiSubjects => f.write_str("/api/v2/subjects"),
            Self::ApiHolds => f.write_str("/api/v2/holds"),
            Self::ApiOrders => f.write_str("/api/v2/orders"),
            Self::Pulse => f.write_str("/pulse"),
            Self::Surface(surface) => f.write_str(surface.path()),
            Self::Probe(number) => {
                let (path, ending, _) = probe::probe(number);
                if !path.starts_with('/') {
                    f.write_str("/")?;
                }
                f.write_str(path)?;
                f.write_str(ending)
            }
        }
    }
}

impl Target {
    /// How many letters a search term has.
    pub(crate) fn term_letters(term: u8) -> u8 {
        u8::try_from(word(TERMS, term.into()).len()).unwrap_or(u8::MAX)
    }

    /// Link number `number` of this page. Every number gives a page: the list repeats.
    pub(crate) fn link(self, number: u32) -> Self {
        let n = u16::try_from(number % u32::from(self.link_count())).unwrap_or_default();
        let subject = |number: u16| u8::try_from(number % u16::from(SUBJECT_COUNT)).unwrap_or(0);
        match self {
            Self::Home if n < 6 => Self::Essay(n * 13 % ESSAYS),
            Self::Home if n < 14 => Self::Book(n * 137 % BOOKS),
            Self::Home => Self::Subject { subject: subject(n), page: 1 },
            Self::Subject { subject, page } if n < BOOKS_PER_PAGE => {
                let place = u16::from(page.saturating_sub(1)) * BOOKS_PER_PAGE + n;
                Self::Book((place * u16::from(SUBJECT_COUNT) + u16::from(subject)) % BOOKS)
            }
            Self::Subject { subject, page } => {
                Self::Subject { subject, page: page % SUBJECT_PAGES + 1 }
            }
            Self::Book(book) if n == 0 => Self::Subject { subject: subject(book), page: 1 },
            Self::Book(book) if n == 1 => Self::Essay(book % ESSAYS),
            Self::Book(book) => Self::Book((book + n * 53) % BOOKS),
            Self::Essay(essay) if n < 4 => Self::Essay((essay + n * 7 + 1) % ESSAYS),
            Self::Essay(essay) => Self::Book((essay * 17 + n * 29) % BOOKS),
            Self::Search { term, page } if n < 10 => {
                let place = u16::from(page) * 97 + n * 41;
                Self::Book((u16::from(term) * 101 + place) % BOOKS)
            }
            Self::Search { term, page } => Self::Search { term, page: page.saturating_add(1) },
            Self::Help(_) => Self::Help(u8::try_from(n).unwrap_or(0)),
            _ => Self::Home,
        }
    }

    /// How many links the page offers.
    pub(crate) fn link_count(self) -> u16 {
        match self {
            Self::Home => 30,
            Self::Subject { .. } => BOOKS_PER_PAGE + 1,
            Self::Book(_) => 8,
            Self::Essay(_) => 9,
            Self::Search { .. } => 11,
            Self::Help(_) => 6,
            _ => 1,
        }
    }

    /// The files every page needs, in the order a browser meets them.
    pub(crate) fn shared() -> impl Iterator<Item = (Self, AssetKind)> {
        let kinds = [
            AssetKind::Style,
            AssetKind::Style,
            AssetKind::Script,
            AssetKind::Script,
            AssetKind::Font,
            AssetKind::Image,
        ];
        (0..).zip(kinds).map(|(file, kind)| (Self::Shared(file), kind))
    }

    /// The covers this page shows, from top to bottom.
    pub(crate) fn covers(self) -> impl Iterator<Item = Self> {
        let count = match self {
            Self::Subject { .. } | Self::Search { .. } | Self::Home => 14,
            Self::Book(_) => 5,
            Self::Essay(_) => 7,
            _ => 0,
        };
        let own = if let Self::Book(book) = self { Some(Self::Cover(book)) } else { None };
        own.into_iter().chain((0..count).filter_map(move |number| match self.link(number) {
            Self::Book(book) => Some(Self::Cover(book)),
            _ => None,
        }))
    }

    /// The status of an ordinary answer.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Pulse => 204,
            Self::ApiBooksWrong { .. } => 422,
            Self::Surface(surface) => surface.status(),
            Self::Probe(number) => probe::probe(number).2,
            _ => 200,
        }
    }

    /// Size of an ordinary answer, bytes: typical of its kind, fixed for each target.
    pub(crate) fn bytes(self) -> u32 {
        let (low, high, number) = match self {
            Self::Home => (21_000, 21_000, 0),
            Self::Subject { subject, page } => {
                (14_000, 19_000, u64::from(subject) * 8 + u64::from(page))
            }
            Self::Book(book) => (8000, 15_000, u64::from(book)),
            Self::Essay(essay) => (11_000, 46_000, u64::from(essay)),
            Self::Search { term, page } => (9000, 16_000, u64::from(term) * 8 + u64::from(page)),
            Self::Cart | Self::Checkout | Self::Thanks => (6200, 6900, self.status().into()),
            Self::Help(topic) => (5000, 9000, topic.into()),
            Self::Shared(file) => (7000, 84_000, file.into()),
            Self::Cover(book) => (6000, 31_000, book.into()),
            Self::Suggest { term, typed } => (180, 700, u64::from(term) * 16 + u64::from(typed)),
            Self::ApiBooks { subject, page } => {
                (5200, 6400, u64::from(subject) * 8 + u64::from(page))
            }
            Self::ApiBook(book) => (900, 1900, book.into()),
            Self::ApiStock(book) | Self::ApiReviews(book) => (240, 2600, book.into()),
            Self::ApiBooksWrong { .. } | Self::ApiHolds | Self::ApiOrders => (190, 320, 1),
            Self::ApiSubjects => (1310, 1310, 0),
            Self::Pulse => (0, 0, 0),
            Self::Surface(surface) => (surface.bytes(), surface.bytes(), 0),
            Self::Probe(number) => (150, 1180, number.into()),
        };
        low + u32::try_from(mix(number) % u64::from(high - low + 1)).unwrap_or(0)
    }

    /// How long the site works on it at ease, ms: low and high.
    pub(crate) fn work_ms(self) -> (u32, u32) {
        match self {
            Self::Shared(_) | Self::Cover(_) | Self::Surface(_) => (0, 3),
            Self::Pulse => (1, 4),
            Self::Probe(_) => (1, 9),
            Self::Search { .. } => (40, 190),
            Self::Suggest { .. } => (6, 24),
            Self::Home | Self::Subject { .. } | Self::Book(_) | Self::Essay(_) => (12, 70),
            Self::ApiHolds | Self::ApiOrders | Self::Checkout | Self::Thanks => (30, 140),
            _ => (5, 45),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn paths_are_plain_and_distinct() {
        let mut seen = BTreeSet::new();
        let books = (0..BOOKS).map(Target::Book);
        for target in books.chain((0..ESSAYS).map(Target::Essay)) {
            let path = target.to_string();
            assert!(path.starts_with('/') && path.is_ascii() && !path.contains(' '), "{path}");
            assert!(seen.insert(path), "{target:?}");
        }
        assert_eq!(Target::Suggest { term: 0, typed: 5 }.to_string(), "/api/v2/suggest?q=light");
        assert_eq!(
            Target::Subject { subject: 0, page: 2 }.to_string(),
            "/subjects/maritime?page=2"
        );
        assert_eq!(Target::Probe(0).to_string(), "/.env");
        assert_eq!(Target::Probe(48).to_string(), "/test/");
    }

    #[test]
    fn the_link_graph_reaches_every_subject_and_most_books() {
        let mut seen = BTreeSet::new();
        let mut queue = vec![Target::Home];
        while let Some(page) = queue.pop() {
            if seen.insert(page.to_string()) {
                queue.extend((0..page.link_count()).map(|number| page.link(number.into())));
            }
            assert!(seen.len() < 5000, "the graph is finite");
        }
        let count = |prefix: &str| seen.iter().filter(|path| path.starts_with(prefix)).count();
        assert_eq!(count("/subjects/"), usize::from(SUBJECT_COUNT) * usize::from(SUBJECT_PAGES));
        assert!(count("/books/") > 1000, "{}", count("/books/"));
        assert!(count("/essays/") > 80, "{}", count("/essays/"));
    }

    #[test]
    fn pages_show_covers_of_books_they_link_to() {
        for page in [Target::Home, Target::Subject { subject: 3, page: 1 }, Target::Book(5)] {
            assert!(page.covers().count() >= 4, "{page}");
        }
        assert_eq!(Target::Book(5).covers().next(), Some(Target::Cover(5)));
        assert_eq!(Target::Cart.covers().count(), 0);
    }
}
