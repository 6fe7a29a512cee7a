//! One request that a persona has decided to make: what, how, from where.

use gait_event::Method;

use crate::site::{AssetKind, Target};

/// What the client's software wants the answer for; decides the headers it sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A page, by a navigation.
    #[default]
    Document,
    Style,
    Script,
    Font,
    Image,
    /// A call of the page's or the program's own making.
    Call,
    /// A heartbeat that a page sends and whose answer nobody reads.
    Beacon,
}

/// Where a visitor came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Referer {
    #[default]
    None,
    /// A page of this site.
    Page(Target),
    /// A page elsewhere.
    Outside(&'static str),
}

/// A request before it has a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) purpose: Purpose,
    pub(crate) referer: Referer,
    /// The answer's status.
    pub(crate) status: u16,
}

impl Request {
    fn new(method: Method, target: Target, purpose: Purpose) -> Self {
        Self { method, target, purpose, referer: Referer::None, status: target.status() }
    }

    /// GET of a page.
    pub(crate) fn page(target: Target) -> Self {
        Self::new(Method::Get, target, Purpose::Document)
    }

    /// GET of a file that a page needs.
    pub(crate) fn asset(target: Target, kind: AssetKind) -> Self {
        let purpose = match kind {
            AssetKind::Style => Purpose::Style,
            AssetKind::Script => Purpose::Script,
            AssetKind::Font => Purpose::Font,
            AssetKind::Image => Purpose::Image,
        };
        Self::new(Method::Get, target, purpose)
    }

    /// GET by a script or a program.
    pub(crate) fn call(target: Target) -> Self {
        Self::new(Method::Get, target, Purpose::Call)
    }

    /// POST by a script or a program.
    pub(crate) fn post_call(target: Target) -> Self {
        Self::new(Method::Post, target, Purpose::Call)
    }

    /// HEAD by a program.
    pub(crate) fn head(target: Target) -> Self {
        Self::new(Method::Head, target, Purpose::Call)
    }

    /// A form sent by a navigation; the site answers with a redirect.
    pub(crate) fn form(target: Target) -> Self {
        Self::new(Method::Post, target, Purpose::Document).answered(303)
    }

    /// The heartbeat of a page.
    pub(crate) fn pulse() -> Self {
        Self::new(Method::Post, Target::Pulse, Purpose::Beacon)
    }

    /// Sent from this page.
    pub(crate) fn from(self, page: Target) -> Self {
        Self { referer: Referer::Page(page), ..self }
    }

    /// Sent with this referer.
    pub(crate) fn referred(self, referer: Referer) -> Self {
        Self { referer, ..self }
    }

    /// Answered with this status.
    pub(crate) fn answered(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Size of the answer's body, bytes: redirects, empty answers and errors are short.
    pub(crate) fn response_bytes(self) -> u32 {
        match self.status {
            204 | 303 | 304 => 0,
            _ if self.method == Method::Head => 0,
            200..=299 => self.target.bytes(),
            499 => self.target.bytes() / 3,
            _ => self.target.bytes().min(1180),
        }
    }
}
