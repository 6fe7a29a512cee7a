//! One scraper behind many addresses: its work goes round them, so that each sees every n-th request.
//!
//! All members start together, share every header, and split what there is without overlap. With the
//! pace of one program divided by their number, each of them is slow.

use super::scraper::following;
use crate::{
    desk::Desk,
    persona::{Behaviour, Next, pace::crowd_ms},
    random::{Random, mix},
    request::Request,
    site::Target,
};

/// One member of a fleet.
#[derive(Debug)]
pub(crate) struct Fleet {
    member: u32,
    size: u32,
    /// The program's own pace between two requests, ms.
    pace_ms: u32,
    done: u32,
    requests: u32,
    in_order: bool,
    started: bool,
}

impl Fleet {
    /// Member number `member` of a fleet of `size`; `group` names the program.
    pub(crate) fn new(member: u32, size: u32, group: u32, in_order: bool) -> Self {
        // What the members share is drawn from the group alone.
        let mut random = Random::stream(mix(u64::from(group) + 0xf1ee7), u64::from(in_order));
        Self {
            member,
            size: size.max(1),
            pace_ms: random.between(900, 3500),
            done: 0,
            requests: random.between(6, 40),
            in_order,
            started: false,
        }
    }

    /// The `n`-th thing that the program as a whole asks for.
    fn work(&self, desk: &Desk<'_>, n: u32) -> Target {
        if !self.in_order {
            return Target::Item((n * 7 + 13) % desk.site.items);
        }
        let mut list = Target::List { section: 0, page: 1 };
        let per_list = u32::from(desk.site.link_count(list)).max(2);
        let (lists, place) = (n / per_list, n % per_list);
        for _ in 0..lists % 200 {
            list = following(desk, list);
        }
        if place == 0 { list } else { desk.site.link(list, place - 1) }
    }
}

impl Behaviour for Fleet {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.started {
            self.started = true;
            return Next::In(u64::from(self.member) * u64::from(self.pace_ms));
        }
        if self.done == self.requests {
            return Next::Leaves;
        }
        let target = self.work(desk, self.done * self.size + self.member);
        self.done += 1;
        desk.send(0, Request::page(target));
        let round_ms = u64::from(self.pace_ms) * u64::from(self.size);
        if self.in_order {
            return Next::In(round_ms + desk.wait_ms(0, self.pace_ms / 3));
        }
        // The held-out fleet scatters its turns as a crowd would.
        Next::In((round_ms / 2).max(1) + crowd_ms(desk.random, 0.4).min(round_ms))
    }
}
