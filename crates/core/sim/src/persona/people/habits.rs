//! What a person of each kind tends to do: shares and counts, all of them assumptions.

use crate::{persona::Persona, random::Random, request::Referer};

/// Sites that send people here.
const ENTRIES: [&str; 5] = [
    "https://www.google.com/",
    "https://duckduckgo.com/",
    "https://www.bing.com/",
    "https://lists.bindersguild.example/",
    "https://news.ycombinator.com/",
];

/// Tendencies of one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Pages of a visit: the least, and how many more at most (leaning to few).
    pub(crate) pages: (u32, u32),
    /// Goes back instead of on.
    pub(crate) back: f64,
    /// Scrolls a page.
    pub(crate) scrolls: f64,
    /// Rests on a link before a click, or on one that is not clicked.
    pub(crate) hovers: f64,
    /// Searches during the visit.
    pub(crate) searches: f64,
    /// Fills in the form during the visit.
    pub(crate) fills: f64,
    /// Opens links behind the page in front.
    pub(crate) tabs: f64,
    /// Looks at something else for a while, with the tab hidden.
    pub(crate) hides: f64,
    /// A hidden tab is thrown away and loads again.
    pub(crate) discards: f64,
    /// Gives up on a page that is slow to come and asks again.
    pub(crate) reloads: f64,
    /// How much slower than others.
    pub(crate) slowness: f64,
}

const USUAL: Habits = Habits {
    pages: (2, 24),
    back: 0.18,
    scrolls: 0.7,
    hovers: 0.45,
    searches: 0.3,
    fills: 0.1,
    tabs: 0.12,
    hides: 0.12,
    discards: 0.0,
    reloads: 0.01,
    slowness: 1.0,
};

impl Habits {
    /// The tendencies of a kind of person.
    pub(crate) fn of(persona: Persona) -> Self {
        match persona {
            Persona::Shopper => Self { pages: (4, 22), searches: 0.9, fills: 0.55, ..USUAL },
            Persona::PowerUser => {
                Self { pages: (10, 60), tabs: 0.85, hides: 0.2, slowness: 0.7, ..USUAL }
            }
            Persona::KeyboardUser => {
                Self { hovers: 0.0, scrolls: 0.95, back: 0.3, slowness: 1.8, ..USUAL }
            }
            Persona::SlowLine => Self { reloads: 0.2, ..USUAL },
            Persona::MobileBrowser => {
                Self { hides: 0.35, discards: 0.6, hovers: 0.0, tabs: 0.03, ..USUAL }
            }
            Persona::Bouncer => Self {
                pages: (1, 3),
                searches: 0.05,
                fills: 0.0,
                tabs: 0.0,
                slowness: 0.6,
                ..USUAL
            },
            Persona::Researcher => {
                Self { pages: (40, 160), searches: 0.95, tabs: 0.4, hides: 0.3, ..USUAL }
            }
            Persona::ProxiedOffice => Self { pages: (2, 14), fills: 0.2, ..USUAL },
            Persona::IdleTab => Self { pages: (1, 3), ..USUAL },
            _ => USUAL,
        }
    }
}

/// How a person came: most by a search engine or a link, the rest by bookmark.
pub(crate) fn entry(random: &mut Random) -> Referer {
    if random.chance(0.65) { Referer::Outside(random.pick(&ENTRIES)) } else { Referer::None }
}
