//! What a site can be asked for, by the part it plays: the same parts on every site, under other names.
//!
//! Paths are given by `naming`, sizes and links by the site itself.

use crate::surface::Surface;

/// Anything a site can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    #[default]
    Home,
    /// A list of items: a category, a chapter, a desk of a paper, a table of records.
    List {
        section: u16,
        page: u8,
    },
    /// What people come for: a product, an article, a page of documentation, a record.
    Item(u32),
    /// Results of a search.
    Search {
        term: u8,
        page: u8,
    },
    /// A step of the form: cart, booking, settings.
    Form(u8),
    /// Where the last step of the form leads.
    Done,
    /// A page about the site.
    Info(u8),
    /// The page that says how the service is.
    Status,
    /// A file that every page shares.
    Shared(u8),
    /// A script that one kind of page needs beside the shared files.
    Chunk(u8),
    Image(u32),
    /// Search-as-you-type: the first `typed` letters of a term.
    Suggest {
        term: u8,
        typed: u8,
    },
    ApiList {
        section: u16,
        page: u8,
    },
    /// The list call with a parameter that the API refuses; `wrong` says which.
    ApiWrong {
        section: u16,
        wrong: u8,
    },
    ApiItem(u32),
    /// A part of an item: its reviews, its stock, its history.
    ApiPart {
        item: u32,
        part: u8,
    },
    ApiIndex,
    /// A call that changes something.
    ApiWrite(u8),
    /// The form's question whether a field is right.
    Validate {
        step: u8,
        field: u8,
    },
    /// A call that a page makes by itself once it stands.
    PageCall(u8),
    /// A part of a page that asks for news of itself.
    Widget(u8),
    /// The heartbeat of an open page.
    Pulse,
    Surface(Surface),
    /// What a scanner tries: see `probe`.
    Probe(u16),
}

impl Target {
    /// Whether a person sees it as a page.
    pub(crate) fn is_page(self) -> bool {
        matches!(
            self,
            Self::Home
                | Self::List { .. }
                | Self::Item(_)
                | Self::Search { .. }
                | Self::Form(_)
                | Self::Done
                | Self::Info(_)
                | Self::Status
        )
    }

    /// Whether it is a file that a content network may serve in the site's place.
    pub(crate) fn is_asset(self) -> bool {
        matches!(self, Self::Shared(_) | Self::Chunk(_) | Self::Image(_))
    }

    /// A number that tells targets of one site apart, for fixed draws.
    pub(crate) fn number(self) -> u64 {
        let (part, a, b): (u64, u64, u64) = match self {
            Self::Home => (0, 0, 0),
            Self::List { section, page } => (1, section.into(), page.into()),
            Self::Item(item) => (2, item.into(), 0),
            Self::Search { term, page } => (3, term.into(), page.into()),
            Self::Form(step) => (4, step.into(), 0),
            Self::Done => (5, 0, 0),
            Self::Info(topic) => (6, topic.into(), 0),
            Self::Status => (7, 0, 0),
            Self::Shared(file) => (8, file.into(), 0),
            Self::Chunk(file) => (9, file.into(), 0),
            Self::Image(image) => (10, image.into(), 0),
            Self::Suggest { term, typed } => (11, term.into(), typed.into()),
            Self::ApiList { section, page } => (12, section.into(), page.into()),
            Self::ApiWrong { section, wrong } => (13, section.into(), wrong.into()),
            Self::ApiItem(item) => (14, item.into(), 0),
            Self::ApiPart { item, part } => (15, item.into(), part.into()),
            Self::ApiIndex => (16, 0, 0),
            Self::ApiWrite(what) => (17, what.into(), 0),
            Self::Validate { step, field } => (18, step.into(), field.into()),
            Self::PageCall(call) => (19, call.into(), 0),
            Self::Widget(widget) => (20, widget.into(), 0),
            Self::Pulse => (21, 0, 0),
            Self::Surface(surface) => (22, surface.bytes().into(), 0),
            Self::Probe(number) => (23, number.into(), 0),
        };
        (part << 40) | (a << 8) | b
    }
}
