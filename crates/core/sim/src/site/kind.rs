//! The archetypes of sites: what each is for, how it is built, and which split it belongs to.
//!
//! An archetype gives ranges; `Site` draws one site of it from a seed.

use crate::Split;

/// An archetype of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteKind {
    /// A shop whose pages the server renders.
    #[default]
    Shop,
    /// Documentation or a wiki: long texts, few files.
    Docs,
    /// Widgets that poll, tables, records, a heartbeat.
    Dashboard,
    /// An API as the product, with a portal for its developers.
    ApiPortal,
    /// One document, then JSON.
    SinglePage,
    /// A paper: long texts, many lazy images, lists without end.
    News,
    /// Bookings: several forms in a row.
    Booking,
}

/// The ranges of an archetype; both ends are included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) sections: (u32, u32),
    pub(crate) items: (u32, u32),
    pub(crate) per_list: (u32, u32),
    pub(crate) links_per_item: (u32, u32),
    /// Files that every page shares.
    pub(crate) shared: (u32, u32),
    pub(crate) images_per_item: (u32, u32),
    pub(crate) images_per_list: (u32, u32),
    /// Words of an item's text.
    pub(crate) words: (u32, u32),
    pub(crate) form_steps: (u32, u32),
    pub(crate) fields_per_step: (u32, u32),
    /// Calls that a page makes by itself.
    pub(crate) page_calls: (u32, u32),
    pub(crate) widgets: (u32, u32),
    /// Chances of what a site may have or lack.
    pub(crate) pulse: f64,
    pub(crate) suggest: f64,
    pub(crate) prefetch: f64,
    pub(crate) endless: f64,
    pub(crate) single_page: bool,
}

impl SiteKind {
    /// Every archetype.
    pub const ALL: [Self; 7] = [
        Self::Shop,
        Self::Docs,
        Self::Dashboard,
        Self::ApiPortal,
        Self::SinglePage,
        Self::News,
        Self::Booking,
    ];

    /// The name on command lines and in truth files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Docs => "docs",
            Self::Dashboard => "dashboard",
            Self::ApiPortal => "api-portal",
            Self::SinglePage => "single-page",
            Self::News => "news",
            Self::Booking => "booking",
        }
    }

    /// The split the archetype belongs to: what is tuned on one sees no site of the other.
    #[must_use]
    pub fn split(self) -> Split {
        match self {
            Self::Shop | Self::Docs | Self::Dashboard | Self::ApiPortal => Split::Tuning,
            Self::SinglePage | Self::News | Self::Booking => Split::HeldOut,
        }
    }

    /// An archetype of `split`, by seed; of any when there is no split.
    #[must_use]
    pub fn drawn(split: Option<Split>, seed: u64) -> Self {
        let fits = |kind: &Self| split.is_none_or(|split| kind.split() == split);
        let count = Self::ALL.iter().filter(|kind| fits(kind)).count() as u64;
        let number = crate::random::mix(seed).checked_rem(count).unwrap_or(0);
        let number = usize::try_from(number).unwrap_or(0);
        Self::ALL.into_iter().filter(fits).nth(number).unwrap_or_default()
    }

    pub(crate) fn plan(self) -> Plan {
        match self {
            Self::Shop => SHOP,
            Self::Docs => DOCS,
            Self::Dashboard => DASHBOARD,
            Self::ApiPortal => API_PORTAL,
            Self::SinglePage => SINGLE_PAGE,
            Self::News => NEWS,
            Self::Booking => BOOKING,
        }
    }
}

const SHOP: Plan = Plan {
    sections: (8, 40),
    items: (400, 4000),
    per_list: (12, 36),
    links_per_item: (6, 12),
    shared: (5, 14),
    images_per_item: (3, 9),
    images_per_list: (12, 30),
    words: (90, 420),
    form_steps: (2, 4),
    fields_per_step: (3, 8),
    page_calls: (0, 2),
    widgets: (0, 0),
    pulse: 0.4,
    suggest: 0.8,
    prefetch: 0.4,
    endless: 0.2,
    single_page: false,
};

const DOCS: Plan = Plan {
    sections: (6, 25),
    items: (120, 2500),
    per_list: (10, 40),
    links_per_item: (8, 30),
    shared: (2, 5),
    images_per_item: (0, 2),
    images_per_list: (0, 0),
    words: (250, 2600),
    form_steps: (1, 1),
    fields_per_step: (1, 3),
    page_calls: (0, 1),
    widgets: (0, 0),
    pulse: 0.15,
    suggest: 0.6,
    prefetch: 0.5,
    endless: 0.0,
    single_page: false,
};

const DASHBOARD: Plan = Plan {
    sections: (5, 15),
    items: (200, 6000),
    per_list: (15, 50),
    links_per_item: (4, 9),
    shared: (4, 10),
    images_per_item: (0, 1),
    images_per_list: (0, 4),
    words: (40, 160),
    form_steps: (1, 3),
    fields_per_step: (4, 12),
    page_calls: (1, 3),
    widgets: (2, 8),
    pulse: 0.6,
    suggest: 0.5,
    prefetch: 0.2,
    endless: 0.1,
    single_page: false,
};

const API_PORTAL: Plan = Plan {
    sections: (4, 12),
    items: (40, 300),
    per_list: (8, 25),
    links_per_item: (6, 18),
    shared: (3, 8),
    images_per_item: (0, 2),
    images_per_list: (0, 2),
    words: (200, 1500),
    form_steps: (1, 2),
    fields_per_step: (2, 5),
    page_calls: (0, 2),
    widgets: (0, 1),
    pulse: 0.1,
    suggest: 0.7,
    prefetch: 0.4,
    endless: 0.0,
    single_page: false,
};

const NEWS: Plan = Plan {
    sections: (7, 20),
    items: (500, 8000),
    per_list: (20, 45),
    links_per_item: (8, 25),
    shared: (6, 18),
    images_per_item: (3, 14),
    images_per_list: (18, 45),
    words: (300, 1900),
    form_steps: (1, 1),
    fields_per_step: (1, 3),
    page_calls: (1, 4),
    widgets: (0, 1),
    pulse: 0.7,
    suggest: 0.3,
    prefetch: 0.3,
    endless: 0.7,
    single_page: false,
};

const BOOKING: Plan = Plan {
    sections: (4, 14),
    items: (60, 900),
    per_list: (6, 20),
    links_per_item: (3, 8),
    shared: (4, 10),
    images_per_item: (3, 12),
    images_per_list: (6, 20),
    words: (60, 260),
    form_steps: (3, 6),
    fields_per_step: (3, 9),
    page_calls: (0, 2),
    widgets: (0, 1),
    pulse: 0.3,
    suggest: 0.7,
    prefetch: 0.2,
    endless: 0.1,
    single_page: false,
};

const SINGLE_PAGE: Plan = Plan {
    sections: (6, 30),
    items: (300, 5000),
    per_list: (10, 30),
    links_per_item: (4, 10),
    shared: (4, 9),
    images_per_item: (1, 6),
    images_per_list: (6, 24),
    words: (60, 500),
    form_steps: (1, 3),
    fields_per_step: (3, 7),
    page_calls: (1, 3),
    widgets: (0, 2),
    pulse: 0.5,
    suggest: 0.8,
    prefetch: 0.5,
    endless: 0.5,
    single_page: true,
};
