//! A script that drives a real browser and thinks about nothing: pages in order or at random, one sleep.

use crate::{
    browser::Browser,
    desk::Desk,
    persona::{Behaviour, Next, pace::Sleep},
    random::Random,
    request::Referer,
    site::Target,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct HeadlessScript {
    browser: Browser,
    sleep: Sleep,
    in_order: bool,
    list: Target,
    next: u32,
    pages_left: u32,
}

impl HeadlessScript {
    pub(crate) fn new(sleep: Sleep, in_order: bool, random: &mut Random) -> Self {
        let section = u16::try_from(random.below(4)).unwrap_or(0);
        Self {
            browser: Browser::default(),
            sleep,
            in_order,
            list: Target::List { section, page: 1 },
            next: 0,
            pages_left: random.between(15, 160),
        }
    }

    fn target(&mut self, desk: &mut Desk<'_>) -> Target {
        if !self.in_order {
            let page = self.browser.page();
            let count = u32::from(desk.site.link_count(page));
            return desk.site.link(page, desk.random.below(count));
        }
        let links = u32::from(desk.site.link_count(self.list));
        if self.next + 1 >= links {
            self.next = 0;
            self.list = desk.site.link(self.list, links - 1);
            return self.list;
        }
        self.next += 1;
        desk.site.link(self.list, self.next - 1)
    }
}

impl Behaviour for HeadlessScript {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let stands_ms = if self.browser.is_open() {
            let target = self.target(desk);
            if self.in_order {
                self.browser.enter(desk, 0, target)
            } else {
                self.browser.follow(desk, 0, target)
            }
        } else {
            self.browser.arrive(desk, 0, self.list, Referer::None)
        };
        let sleep_ms = self.sleep.draw_ms(desk.random);
        self.browser.stay(desk, stands_ms, sleep_ms, true);
        Next::In(stands_ms + sleep_ms)
    }
}
