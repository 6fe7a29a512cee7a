//! A site copier: breadth first, page and files, two requests at a time at most, a pause when it was told.

use std::collections::VecDeque;

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// Pages that wait; what does not fit is forgotten.
const WAITING_MAX: usize = 60;

/// See the module.
#[derive(Debug)]
pub(crate) struct Mirror {
    waiting: VecDeque<Target>,
    wait_ms: u32,
    pages_left: u32,
    files_left: u8,
}

impl Mirror {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            waiting: VecDeque::from([Target::Surface(Surface::Robots), Target::Home]),
            wait_ms: random.pick(&[0, 0, 200, 1000]),
            pages_left: random.between(60, 400),
            files_left: 20,
        }
    }
}

impl Behaviour for Mirror {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        let Some(page) = self.waiting.pop_front().filter(|_| self.pages_left > 0) else {
            return Next::Leaves;
        };
        self.pages_left -= 1;
        let mut at_ms = desk.send(0, Request::page(page));
        if page.is_page() {
            // Links of the page in order, then its files.
            for number in 0..u32::from(desk.site.link_count(page)) {
                let link = desk.site.link(page, number);
                if self.waiting.len() < WAITING_MAX && !self.waiting.contains(&link) {
                    self.waiting.push_back(link);
                }
            }
            let shared = desk.site.shared.min(self.files_left);
            self.files_left -= shared;
            let shared = (0..shared).map(Target::Shared);
            let images: Vec<Target> = shared.chain(desk.site.images(page).take(6)).collect();
            for file in images {
                at_ms =
                    desk.send(at_ms + 1, Request::call(file).from(page)) + u64::from(self.wait_ms);
            }
        }
        Next::In(at_ms + u64::from(self.wait_ms) + 1)
    }
}
