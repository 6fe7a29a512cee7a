//! One request that a persona has decided to make: what, how, from where.

use gait_event::Method;

use crate::site::{AssetKind, Site, Target};

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
    /// A page that the browser asks for in advance.
    Prefetch,
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
    /// The answer's status; 0 stands for the site's ordinary answer.
    pub(crate) status: u16,
    /// Somebody or some program chose it: a step, as against what follows from one.
    pub(crate) chosen: bool,
}

impl Request {
    fn new(method: Method, target: Target, purpose: Purpose) -> Self {
        Self { method, target, purpose, ..Self::default() }
    }

    /// GET of a page.
    pub(crate) fn page(target: Target) -> Self {
        Self::new(Method::Get, target, Purpose::Document).chosen()
    }

    /// GET of a page in advance.
    pub(crate) fn prefetch(target: Target) -> Self {
        Self::new(Method::Get, target, Purpose::Prefetch)
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

    /// GET by a script of a page.
    pub(crate) fn fetch(target: Target) -> Self {
        Self::new(Method::Get, target, Purpose::Call)
    }

    /// POST by a script of a page.
    pub(crate) fn post(target: Target) -> Self {
        Self::new(Method::Post, target, Purpose::Call)
    }

    /// GET by a program.
    pub(crate) fn call(target: Target) -> Self {
        Self::fetch(target).chosen()
    }

    /// POST by a program.
    pub(crate) fn post_call(target: Target) -> Self {
        Self::post(target).chosen()
    }

    /// HEAD by a program.
    pub(crate) fn head(target: Target) -> Self {
        Self::new(Method::Head, target, Purpose::Call).chosen()
    }

    /// A form sent by a navigation; the site answers with a redirect.
    pub(crate) fn form(target: Target) -> Self {
        Self::new(Method::Post, target, Purpose::Document).chosen().answered(303)
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

    /// Chosen, and not what follows from a choice.
    pub(crate) fn chosen(self) -> Self {
        Self { chosen: true, ..self }
    }

    /// What follows from a choice: the target of a redirect.
    pub(crate) fn following(self) -> Self {
        Self { chosen: false, ..self }
    }

    /// The status of the answer.
    pub(crate) fn answer_status(self) -> u16 {
        if self.status == 0 { Site::status(self.target) } else { self.status }
    }

    /// Size of the answer's body, bytes: redirects, empty answers and errors are short.
    pub(crate) fn response_bytes(self, site: &Site) -> u32 {
        match self.answer_status() {
            204 | 303 | 304 => 0,
            _ if self.method == Method::Head => 0,
            200..=299 => site.bytes(self.target),
            499 => site.bytes(self.target) / 3,
            _ => site.bytes(self.target).min(1180),
        }
    }
}
