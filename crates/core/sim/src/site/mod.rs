//! A simulated site as a link graph that is computed, not stored: one draw of an archetype by seed.
//!
//! Every page knows its links, its pictures and its weight as pure functions of a few numbers. Names
//! stand in `naming`, ranges in `kind`. Who follows which link, and when, is left to the personas.

mod kind;
mod naming;
mod target;
mod traits;

pub use kind::SiteKind;
pub(crate) use naming::{TERM_COUNT, term};
pub(crate) use target::Target;
pub(crate) use traits::{Logging, Traits};

use crate::{
    probe,
    random::{Random, mix},
};

/// What sort of file an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssetKind {
    Style,
    Script,
    Font,
    Image,
}

/// One site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub(crate) kind: SiteKind,
    pub(crate) seed: u64,
    pub(crate) sections: u16,
    pub(crate) items: u32,
    per_list: u16,
    links_per_item: u16,
    /// Files that every page shares.
    pub(crate) shared: u8,
    images_per_item: u16,
    images_per_list: u16,
    words: (u32, u32),
    /// Steps of the form.
    pub(crate) form_steps: u8,
    fields_per_step: (u32, u32),
    /// Calls that a page makes by itself once it stands.
    pub(crate) page_calls: u8,
    /// Parts of the front page that poll.
    pub(crate) widgets: u8,
    pub(crate) traits: Traits,
    pub(crate) logging: Logging,
}

/// Topics of the pages about the site.
pub(crate) const INFOS: u8 = 6;
/// Parts of an item that the API knows.
pub(crate) const PARTS: u8 = 4;
/// Links that lead into a list of a section from the front page.
const HOME_ITEMS: u16 = 12;

impl Site {
    /// The site of this archetype with this seed.
    pub(crate) fn new(kind: SiteKind, seed: u64) -> Self {
        let mut random = Random::stream(seed, 1 << 40 | kind as u64);
        let random = &mut random;
        let plan = kind.plan();
        let mut draw = |range: (u32, u32)| random.between(range.0, range.1);
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        let middle = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        let least_words = draw((plan.words.0, plan.words.0 * 2));
        let site = Self {
            kind,
            seed,
            sections: middle(draw(plan.sections)),
            items: draw(plan.items),
            per_list: middle(draw(plan.per_list)),
            links_per_item: middle(draw(plan.links_per_item)),
            shared: small(draw(plan.shared).min(naming::FILES_MAX)),
            images_per_item: middle(draw(plan.images_per_item)),
            images_per_list: middle(draw(plan.images_per_list)),
            words: (least_words, draw((least_words, plan.words.1.max(least_words)))),
            form_steps: small(draw(plan.form_steps)),
            fields_per_step: plan.fields_per_step,
            page_calls: small(draw(plan.page_calls)),
            widgets: small(draw(plan.widgets)),
            traits: Traits::default(),
            logging: Logging::default(),
        };
        let traits = Traits::draw(&plan, random);
        Self { traits, logging: Logging::draw(random), ..site }
    }

    /// The same site behind a gateway that logs everything.
    pub(crate) fn logging_all(self) -> Self {
        Self { logging: Logging::default(), ..self }
    }

    fn fixed(&self, target: Target, salt: u64) -> u64 {
        mix(target.number() ^ self.seed.rotate_left(23) ^ (salt << 56))
    }

    fn fixed_between(&self, target: Target, salt: u64, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.fixed(target, salt) % span).unwrap_or(0)
    }

    /// Pages of a section's list.
    pub(crate) fn list_pages(&self) -> u8 {
        let per_section = self.items / u32::from(self.sections.max(1));
        u8::try_from((per_section / u32::from(self.per_list.max(1))).clamp(1, 60)).unwrap_or(60)
    }

    /// An item of a section by its place.
    pub(crate) fn item_of(&self, section: u16, place: u32) -> Target {
        let sections = u32::from(self.sections.max(1));
        Target::Item((place * sections + u32::from(section % self.sections.max(1))) % self.items)
    }

    /// An item drawn as people come upon them: the popular more often.
    pub(crate) fn any_item(&self, random: &mut Random) -> Target {
        let popular = random.leaning(self.items).min(random.leaning(self.items));
        Target::Item((popular.wrapping_mul(7919)) % self.items.max(1))
    }

    /// A list drawn at random, from its first page.
    pub(crate) fn any_list(&self, random: &mut Random) -> Target {
        let section = u16::try_from(random.leaning(self.sections.into())).unwrap_or(0);
        Target::List { section, page: 1 }
    }

    /// Link number `number` of a page. Every number gives a page: the list repeats.
    pub(crate) fn link(&self, page: Target, number: u32) -> Target {
        let n = number % u32::from(self.link_count(page).max(1));
        let section_of = |number: u32| {
            u16::try_from(number % u32::from(self.sections.max(1))).unwrap_or_default()
        };
        match page {
            Target::Home if n < u32::from(HOME_ITEMS) => Target::Item((n * 137 + 1) % self.items),
            Target::Home => Target::List { section: section_of(n), page: 1 },
            Target::List { section, page } if n < u32::from(self.per_list) => self
                .item_of(section, u32::from(page.saturating_sub(1)) * u32::from(self.per_list) + n),
            Target::List { section, page } => {
                Target::List { section, page: page % self.list_pages() + 1 }
            }
            Target::Item(item) if n == 0 => Target::List { section: section_of(item), page: 1 },
            Target::Item(item) => {
                let step = self.fixed_between(page, u64::from(n), 1, 400);
                Target::Item((item + step) % self.items)
            }
            Target::Search { term, page } if n < u32::from(self.per_list.min(12)) => {
                let place = u32::from(term) * 101 + u32::from(page) * 97 + n * 41;
                Target::Item(place % self.items)
            }
            Target::Search { term, page } => Target::Search { term, page: page.saturating_add(1) },
            Target::Info(_) => Target::Info(u8::try_from(n).unwrap_or(0)),
            _ => Target::Home,
        }
    }

    /// How many links a page offers.
    pub(crate) fn link_count(&self, page: Target) -> u16 {
        match page {
            Target::Home => HOME_ITEMS + self.sections,
            Target::List { .. } => self.per_list + 1,
            Target::Item(_) => self.links_per_item + 1,
            Target::Search { .. } => self.per_list.min(12) + 1,
            Target::Info(_) => INFOS.into(),
            _ => 1,
        }
    }

    /// The files that every page shares, in the order in which a browser meets them.
    pub(crate) fn shared_files(&self) -> impl Iterator<Item = (u8, AssetKind)> {
        (0..self.shared).map(|number| (number, kind_of(naming::file(number))))
    }

    /// The script that this kind of page needs for itself, where the site splits its scripts.
    pub(crate) fn chunk(&self, page: Target) -> Option<u8> {
        let number = match page {
            Target::Home => 0,
            Target::List { .. } => 1,
            Target::Item(_) => 2,
            Target::Search { .. } => 3,
            Target::Form(_) => 4,
            _ => return None,
        };
        self.traits.chunks.then_some(number)
    }

    /// The pictures of a page, from top to bottom.
    pub(crate) fn images(&self, page: Target) -> impl Iterator<Item = Target> {
        let site = *self;
        let count = match page {
            Target::List { .. } | Target::Search { .. } | Target::Home => self.images_per_list,
            Target::Item(_) => {
                let most = u32::from(self.images_per_item);
                u16::try_from(self.fixed_between(page, 70, most / 2, most)).unwrap_or(0)
            }
            _ => 0,
        };
        (0..u32::from(count)).map(move |number| match (page, site.link(page, number)) {
            // A list shows the picture of each item; an item shows its own.
            (Target::List { .. } | Target::Search { .. } | Target::Home, Target::Item(item)) => {
                Target::Image(item)
            }
            (Target::Item(item), _) if number == 0 => Target::Image(item),
            _ => Target::Image(100_000 + (site.fixed(page, u64::from(number)) % 80_000) as u32),
        })
    }

    /// The calls that fill a page with data: what a single-page site asks for at every turn.
    pub(crate) fn data_calls(&self, page: Target) -> impl Iterator<Item = Target> {
        let (first, parts) = match page {
            Target::Home => (Some(Target::ApiIndex), 0),
            Target::List { section, page } => (Some(Target::ApiList { section, page }), 0),
            Target::Search { term, page } => {
                (Some(Target::ApiList { section: u16::from(term) + 900, page }), 0)
            }
            Target::Item(item) => (Some(Target::ApiItem(item)), 1 + (self.seed % 3) as u8),
            Target::Form(step) => (Some(Target::PageCall(10 + step)), 0),
            _ => (None, 0),
        };
        let item = if let Target::Item(item) = page { item } else { 0 };
        first.into_iter().chain((0..parts).map(move |part| Target::ApiPart { item, part }))
    }

    /// How much there is to read on a page, words.
    pub(crate) fn words(&self, page: Target) -> u32 {
        match page {
            Target::Item(_) => self.fixed_between(page, 71, self.words.0, self.words.1),
            Target::List { .. } | Target::Search { .. } => 30 + 4 * u32::from(self.per_list),
            Target::Home => 120,
            Target::Info(_) => 350,
            Target::Status => 40,
            _ => 60,
        }
    }

    /// Fields of a step of the form, and the letters that the field `field` takes.
    pub(crate) fn fields(&self, step: u8) -> u8 {
        let (low, high) = self.fields_per_step;
        u8::try_from(self.fixed_between(Target::Form(step), 72, low, high)).unwrap_or(4)
    }

    /// Letters that a field takes.
    pub(crate) fn letters(&self, step: u8, field: u8) -> u32 {
        self.fixed_between(Target::Validate { step, field }, 73, 3, 24)
    }

    /// The status of an ordinary answer.
    pub(crate) fn status(target: Target) -> u16 {
        match target {
            Target::Pulse => 204,
            Target::ApiWrong { wrong, .. } if wrong % 2 == 0 => 422,
            Target::ApiWrong { .. } => 400,
            Target::Surface(surface) => surface.status(),
            Target::Probe(number) => probe::probe(number).2,
            _ => 200,
        }
    }

    /// Size of an ordinary answer, bytes: typical of its kind, fixed for each target.
    pub(crate) fn bytes(&self, target: Target) -> u32 {
        let (low, high) = match target {
            Target::Pulse => (0, 0),
            Target::Surface(surface) => (surface.bytes(), surface.bytes()),
            Target::Shared(_) | Target::Chunk(_) => (5000, 84_000),
            Target::Image(_) => (4000, 46_000),
            Target::Suggest { .. } => (120, 800),
            Target::ApiList { .. } => (2400, 9800),
            Target::ApiItem(_) => (700, 2600),
            Target::ApiPart { .. } => (240, 2900),
            Target::ApiIndex => (900, 2200),
            Target::Widget(_) | Target::PageCall(_) => (60, 1400),
            Target::Probe(_) => (150, 1180),
            Target::ApiWrong { .. } | Target::ApiWrite(_) | Target::Validate { .. } => (90, 340),
            page if self.traits.single_page && page.is_page() => (3100, 3100),
            page => {
                let text = 4200 + self.words(page) * 9;
                (text, text + text / 3)
            }
        };
        self.fixed_between(target, 74, low, high)
    }

    /// How long the site works on it at ease, ms: low and high.
    pub(crate) fn work_ms(&self, target: Target) -> (u32, u32) {
        let slow = self.traits.slowness;
        match target {
            Target::Shared(_) | Target::Chunk(_) | Target::Image(_) | Target::Surface(_) => (0, 3),
            Target::Pulse => (1, 4),
            Target::Probe(_) => (1, 9),
            Target::Suggest { .. } => (5, 12 + 6 * slow),
            Target::Search { .. } => (20, 50 + 40 * slow),
            Target::ApiWrite(_) | Target::Form(_) | Target::Done => (20, 60 + 30 * slow),
            page if self.traits.single_page && page.is_page() => (1, 6),
            page if page.is_page() => (6, 30 + 20 * slow),
            _ => (3, 20 + 10 * slow),
        }
    }
}

fn kind_of(file: &str) -> AssetKind {
    match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => AssetKind::Style,
        Some("js") => AssetKind::Script,
        Some("woff2") => AssetKind::Font,
        _ => AssetKind::Image,
    }
}

#[cfg(test)]
mod tests;
