//! Declared crawlers: robots.txt, then the sitemap in order, or a frontier that is visited again.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
    random::Random,
    request::Request,
    site::{AssetKind, Target},
    surface::Surface,
};

/// Robots.txt, sitemap, then page after page at one delay with a tenth of jitter; one in four also takes
/// pictures.
#[derive(Debug)]
pub(crate) struct SitemapCrawler {
    delay_ms: u32,
    step: u32,
    pages_left: u32,
    place: u32,
    pictures: bool,
}

impl SitemapCrawler {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            delay_ms: random.pick(&[1000, 2000, 5000, 10_000]),
            step: 0,
            pages_left: random.between(40, 400),
            place: random.below(4000),
            pictures: random.chance(0.25),
        }
    }
}

impl Behaviour for SitemapCrawler {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.pages_left == 0 {
            return Next::Leaves;
        }
        self.pages_left -= 1;
        match self.step {
            0 => desk.send(0, Request::page(Target::Surface(Surface::Robots))),
            1 => desk.send(0, Request::page(Target::Surface(Surface::Sitemap))),
            _ => {
                self.place = (self.place + 1) % desk.site.items;
                // One page in seventy has gone since the sitemap was written.
                let status = if desk.random.chance(1.0 / 70.0) { 404 } else { 200 };
                if self.pictures {
                    desk.send(400, Request::asset(Target::Image(self.place), AssetKind::Image));
                }
                desk.send(0, Request::page(Target::Item(self.place)).answered(status))
            }
        };
        self.step += 1;
        Next::In(u64::from(self.delay_ms) + desk.wait_ms(0, self.delay_ms / 10))
    }
}

/// Follows links breadth first from the front page, comes in bursts between long rests, and asks for what it knows
/// with a condition.
#[derive(Debug)]
pub(crate) struct FrontierCrawler {
    page: Target,
    begun: bool,
    bursts_left: u32,
    burst_left: u32,
    known: f64,
}

impl FrontierCrawler {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            page: Target::Home,
            begun: false,
            bursts_left: random.between(4, 30),
            burst_left: 0,
            known: random.unit() * 0.6,
        }
    }
}

impl Behaviour for FrontierCrawler {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.begun {
            self.begun = true;
            let done_ms = desk.send(0, Request::page(Target::Surface(Surface::Robots)));
            return Next::In(done_ms + desk.random.exponential_ms(4000.0));
        }
        if self.burst_left == 0 {
            if self.bursts_left == 0 {
                return Next::Leaves;
            }
            self.bursts_left -= 1;
            self.burst_left = desk.random.between(2, 14);
            return Next::In(20_000 + desk.random.exponential_ms(90_000.0));
        }
        self.burst_left -= 1;
        let known = desk.random.chance(self.known);
        let request = Request::page(self.page);
        let done_ms = desk.send(0, if known { request.answered(304) } else { request });
        let links = u32::from(desk.site.link_count(self.page));
        self.page = desk.site.link(self.page, desk.random.below(links));
        Next::In(done_ms + 300 + desk.random.exponential_ms(900.0))
    }
}
