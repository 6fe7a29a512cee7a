//! Scrapers, one request at a time: in the order of the lists, or by a frontier of what was found.
//!
//! They load no assets, whatever browser they claim to be. The list scraper refers to its list half the time;
//! the frontier scraper never does.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, pace::Sleep},
    random::Random,
    request::Request,
    site::Target,
};

/// Lists and their items in order.
#[derive(Debug)]
pub(crate) struct ListScraper {
    sleep: Sleep,
    list: Target,
    /// The next link of the list; 0 is the list itself.
    next: u32,
    pages_left: u32,
    refers: bool,
}

impl ListScraper {
    pub(crate) fn new(sleep: Sleep, random: &mut Random) -> Self {
        let section = u16::try_from(random.below(4)).unwrap_or(0);
        Self {
            sleep,
            list: Target::List { section, page: 1 },
            next: 0,
            pages_left: random.between(30, 300),
            refers: random.chance(0.5),
        }
    }

    fn request(&mut self, desk: &Desk<'_>) -> Request {
        if self.next == 0 {
            self.next = 1;
            return Request::page(self.list);
        }
        let item = Request::page(desk.site.link(self.list, self.next - 1));
        let item = if self.refers { item.from(self.list) } else { item };
        self.next += 1;
        if self.next >= u32::from(desk.site.link_count(self.list)) {
            self.next = 0;
            self.list = following(desk, self.list);
        }
        item
    }
}

/// The list after this one: the next page, then the next section.
pub(super) fn following(desk: &Desk<'_>, list: Target) -> Target {
    match list {
        Target::List { section, page } if page < desk.site.list_pages() => {
            Target::List { section, page: page + 1 }
        }
        Target::List { section, .. } => {
            Target::List { section: (section + 1) % desk.site.sections, page: 1 }
        }
        other => other,
    }
}

impl Behaviour for ListScraper {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let request = self.request(desk);
        let answered_ms = desk.send(0, request);
        Next::In(answered_ms + self.sleep.draw_ms(desk.random))
    }
}

/// Places that a frontier holds; what does not fit is forgotten.
const FRONTIER_MAX: usize = 40;

/// Takes any page of what it has found, and finds more on it.
#[derive(Debug)]
pub(crate) struct FrontierScraper {
    sleep: Sleep,
    frontier: Vec<Target>,
    pages_left: u32,
    /// Wants items; lists only lead to them.
    items_first: bool,
}

impl FrontierScraper {
    pub(crate) fn new(sleep: Sleep, random: &mut Random) -> Self {
        Self {
            sleep,
            frontier: vec![Target::Home],
            pages_left: random.between(25, 260),
            items_first: random.chance(0.6),
        }
    }

    pub(super) fn takes(&mut self, desk: &mut Desk<'_>) -> Target {
        let count = u32::try_from(self.frontier.len()).unwrap_or(0);
        let place = desk.random.below(count) as usize;
        let wanted = self.frontier.iter().position(|page| matches!(page, Target::Item(_)));
        let place = if self.items_first { wanted.unwrap_or(place) } else { place };
        let page = if place < self.frontier.len() {
            self.frontier.swap_remove(place)
        } else {
            Target::Home
        };
        for _ in 0..4 {
            let link = desk.random.below(desk.site.link_count(page).into());
            let found = desk.site.link(page, link);
            if self.frontier.len() < FRONTIER_MAX && !self.frontier.contains(&found) {
                self.frontier.push(found);
            }
        }
        page
    }
}

impl Behaviour for FrontierScraper {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let page = self.takes(desk);
        let gone = desk.random.chance(1.0 / 90.0);
        let request = Request::page(page);
        let request = if gone { request.answered(404) } else { request };
        let answered_ms = desk.send(0, request);
        Next::In(answered_ms + self.sleep.draw_ms(desk.random))
    }
}
