//! Language models with API tools: they find out what there is, then work, read refusals and repair.
//!
//! The tuning family calls several tools at once; the held-out family does one thing at a time, goes through a plan and comes
//! back to the documentation when it is refused.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, thought::Thought},
    random::Random,
    request::Request,
    site::{PARTS, Target},
    surface::{GUESSES, Surface},
};

fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

/// A model and what it reads.
#[derive(Debug)]
struct Caller<T> {
    model: T,
}

impl<T: Thought> Caller<T> {
    fn call(&mut self, desk: &mut Desk<'_>, after_ms: u64, request: Request) -> u64 {
        self.model.reads(request.response_bytes(desk.site));
        desk.send(after_ms, request)
    }

    /// A call that is throttled, and the library's own retries: 0.5 s, 1 s, 2 s.
    fn throttled(&mut self, desk: &mut Desk<'_>, target: Target) -> u64 {
        let call = Request::call(target);
        let (mut at_ms, mut wait_ms) = (0, 500);
        for _ in 0..desk.random.between(1, 3) {
            at_ms = self.call(desk, at_ms, call.answered(429)) + wait_ms + desk.wait_ms(0, 30);
            wait_ms *= 2;
        }
        self.call(desk, at_ms, call)
    }
}

/// Begins at the machine-readable surfaces, guesses a path or two that miss, then alternates between
/// single calls and two to four at once.
#[derive(Debug)]
pub(crate) struct FanOut<T> {
    caller: Caller<T>,
    discoveries_left: u32,
    steps_left: u32,
    section: u16,
    page: u8,
    item: u32,
    /// The call that was refused last and will be repaired.
    refused: bool,
}

impl<T: Thought> FanOut<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            caller: Caller { model: T::drawn(random, 70.0) },
            discoveries_left: random.between(0, 4),
            steps_left: random.between(8, 45),
            section: u16::try_from(random.below(8)).unwrap_or(0),
            page: 0,
            item: random.below(300),
            refused: false,
        }
    }

    fn discovers(&mut self, desk: &mut Desk<'_>) -> u64 {
        self.discoveries_left -= 1;
        let guess = small(desk.random.below(u32::try_from(GUESSES.len()).unwrap_or(1)));
        let surface = match self.discoveries_left {
            0 => Surface::OpenApi,
            1 => desk.random.pick(&[Surface::Llms, Surface::ApiCatalog, Surface::AgentCard]),
            _ => Surface::Guess(guess),
        };
        self.caller.call(desk, 0, Request::call(Target::Surface(surface)))
    }

    /// Two to four different calls about one item, within some tens of milliseconds.
    fn fans_out(&mut self, desk: &mut Desk<'_>) -> u64 {
        self.item = (self.item + 16) % desk.site.items;
        let item = self.item;
        let parts = (0..PARTS).map(|part| Target::ApiPart { item, part });
        let count = desk.random.between(2, 4) as usize;
        let (mut done_ms, mut at_ms) = (0, 0);
        for target in [Target::ApiItem(item)].into_iter().chain(parts).take(count) {
            done_ms = self.caller.call(desk, at_ms, Request::call(target)).max(done_ms);
            at_ms += desk.wait_ms(1, 18);
        }
        done_ms
    }

    fn lists(&mut self, desk: &mut Desk<'_>) -> u64 {
        if !self.refused && desk.random.chance(0.3) {
            self.refused = true;
            let wrong = small(desk.random.below(4));
            let call = Request::call(Target::ApiWrong { section: self.section, wrong });
            return self.caller.call(desk, 0, call);
        }
        self.refused = false;
        self.page = self.page % 6 + 1;
        let list = Target::ApiList { section: self.section, page: self.page };
        self.caller.call(desk, 0, Request::call(list))
    }
}

impl<T: Thought> Behaviour for FanOut<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.steps_left == 0 {
            return Next::Leaves;
        }
        let done_ms = if self.discoveries_left > 0 {
            self.discovers(desk)
        } else {
            self.steps_left -= 1;
            match desk.random.below(20) {
                _ if self.refused => self.lists(desk),
                0..8 => self.fans_out(desk),
                8..17 => self.lists(desk),
                17 => self.caller.throttled(desk, Target::ApiItem(self.item)),
                _ => {
                    let status = if desk.profile.authenticated { 201 } else { 401 };
                    let order = Request::post_call(Target::ApiWrite(0)).answered(status);
                    self.caller.call(desk, 0, order)
                }
            }
        };
        Next::In(done_ms + self.caller.model.pause_ms(desk.random))
    }
}

/// One call, one thought: index, a list, items of it one after the other, a part where it matters; when it
/// is refused it reads the description again before it tries once more.
#[derive(Debug)]
pub(crate) struct React<T> {
    caller: Caller<T>,
    plan_left: u32,
    begun: bool,
    section: u16,
    place: u32,
    refusals: u8,
}

impl<T: Thought> React<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            caller: Caller { model: T::drawn(random, 110.0) },
            plan_left: random.between(6, 50),
            begun: random.chance(0.4),
            section: u16::try_from(random.below(8)).unwrap_or(0),
            place: 0,
            refusals: 0,
        }
    }

    fn step(&mut self, desk: &mut Desk<'_>) -> Target {
        let section = self.section;
        let item = match desk.site.item_of(section, self.place) {
            Target::Item(item) => item,
            _ => 0,
        };
        match (self.refusals, desk.random.below(10)) {
            (1, _) => {
                self.refusals = 2;
                Target::Surface(Surface::OpenApi)
            }
            (2, chance) if chance < 3 => Target::ApiWrong { section, wrong: 3 },
            (2, _) => {
                self.refusals = 0;
                Target::ApiList { section, page: 1 }
            }
            (_, 0) => {
                self.refusals = 1;
                Target::ApiWrong { section, wrong: 1 }
            }
            (_, 1 | 2) => {
                self.section = (section + 1) % 8;
                self.place = 0;
                Target::ApiList { section: self.section, page: 1 }
            }
            (_, 3..6) => Target::ApiPart { item, part: small(self.place % 4) },
            _ => {
                self.place += 1;
                Target::ApiItem(item)
            }
        }
    }
}

impl<T: Thought> Behaviour for React<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.plan_left == 0 {
            return Next::Leaves;
        }
        self.plan_left -= 1;
        let target = if self.begun { self.step(desk) } else { Target::ApiIndex };
        self.begun = true;
        let done_ms = self.caller.call(desk, 0, Request::call(target));
        Next::In(done_ms + self.caller.model.pause_ms(desk.random))
    }
}
