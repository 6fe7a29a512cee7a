//! A scraper that walks the shop subject by subject: lists, then each book of the list.
//!
//! Three ways to sleep between pages: a fixed time (the request itself makes it jitter), a uniform random
//! time, and exponential times. It loads no assets, whatever browser it claims to be, and refers to the
//! list it came from half the time.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::{SUBJECT_COUNT, SUBJECT_PAGES, Target},
};

#[derive(Clone, Copy, Debug)]
enum Sleep {
    Fixed { ms: u64 },
    Uniform { low_ms: u32, high_ms: u32 },
    Exponential { mean_ms: f64 },
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Scraper {
    sleep: Sleep,
    list: Target,
    /// The next link of the list; 0 is the list itself.
    next: u32,
    pages_left: u32,
    refers: bool,
}

impl Scraper {
    fn new(random: &mut Random, sleep: Sleep) -> Self {
        let subject = u8::try_from(random.below(SUBJECT_COUNT.into())).unwrap_or(0);
        Self {
            sleep,
            list: Target::Subject { subject, page: 1 },
            next: 0,
            pages_left: random.between(30, 300),
            refers: random.chance(0.5),
        }
    }

    pub(crate) fn fixed(random: &mut Random) -> Self {
        let ms = random.pick(&[500, 1000, 2000, 3000]);
        Self::new(random, Sleep::Fixed { ms })
    }

    pub(crate) fn uniform(random: &mut Random) -> Self {
        let low_ms = random.between(500, 2000);
        let high_ms = low_ms * random.between(2, 4);
        Self::new(random, Sleep::Uniform { low_ms, high_ms })
    }

    pub(crate) fn poisson(random: &mut Random) -> Self {
        let mean_ms = f64::from(random.between(2500, 9000));
        Self::new(random, Sleep::Exponential { mean_ms })
    }

    fn target(&mut self) -> Request {
        let books = u32::from(self.list.link_count()) - 1;
        if self.next == 0 {
            self.next = 1;
            return Request::page(self.list);
        }
        let book = Request::page(self.list.link(self.next - 1));
        let book = if self.refers { book.from(self.list) } else { book };
        self.next += 1;
        if self.next > books {
            self.next = 0;
            self.list = self.following_list();
        }
        book
    }

    fn following_list(&self) -> Target {
        match self.list {
            Target::Subject { subject, page } if page < SUBJECT_PAGES => {
                Target::Subject { subject, page: page + 1 }
            }
            Target::Subject { subject, .. } => {
                Target::Subject { subject: (subject + 1) % SUBJECT_COUNT, page: 1 }
            }
            other => other,
        }
    }
}

impl Behaviour for Scraper {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        let request = self.target();
        let answered_ms = desk.send(0, request);
        let sleep_ms = match self.sleep {
            Sleep::Fixed { ms } => ms,
            Sleep::Uniform { low_ms, high_ms } => desk.random.between(low_ms, high_ms).into(),
            Sleep::Exponential { mean_ms } => desk.random.exponential_ms(mean_ms),
        };
        Next::In(answered_ms + sleep_ms)
    }
}
