//! A declared crawler: robots.txt, sitemap, then page after page at a polite delay.
//!
//! It keeps one delay with a little jitter, takes pages in the sitemap's order from wherever it left off,
//! sends no referer, and loads no style sheets; one in four also takes the picture of a book.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::{AssetKind, BOOKS, ESSAYS, Target},
    surface::Surface,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Crawler {
    delay_ms: u32,
    step: u16,
    place: u16,
    pages_left: u32,
    pictures: bool,
}

impl Crawler {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            delay_ms: random.pick(&[1000, 2000, 5000, 10_000]),
            step: 0,
            place: u16::try_from(random.below(BOOKS.into())).unwrap_or(0),
            pages_left: random.between(40, 400),
            pictures: random.chance(0.25),
        }
    }
}

impl Behaviour for Crawler {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        match self.step {
            0 => desk.send(0, Request::page(Target::Surface(Surface::Robots))),
            1 => desk.send(0, Request::page(Target::Surface(Surface::Sitemap))),
            _ => {
                self.place = (self.place + 1) % (BOOKS + ESSAYS);
                let essay = self.place.checked_sub(BOOKS).map(Target::Essay);
                let page = essay.unwrap_or(Target::Book(self.place));
                // One page in seventy has gone since the sitemap was written.
                let status = if desk.random.chance(1.0 / 70.0) { 404 } else { 200 };
                if let (true, Target::Book(book)) = (self.pictures, page) {
                    desk.send(400, Request::asset(Target::Cover(book), AssetKind::Image));
                }
                desk.send(0, Request::page(page).answered(status))
            }
        };
        self.step = self.step.saturating_add(1);
        let jitter_ms = desk.random.below(self.delay_ms / 10 + 1);
        Next::In(u64::from(self.delay_ms + jitter_ms))
    }
}
