//! Language models that write code against an API: they read documentation as pages and try calls.
//!
//! The tuning family tries calls one by one from a shell; the held-out family runs tests, in bursts of calls
//! that a program makes, and changes the program between two runs.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next, thought::Thought},
    random::Random,
    request::Request,
    site::Target,
    surface::Surface,
};

/// Reads two or three pages, then calls from a shell until the call is right, then the next one.
#[derive(Debug)]
pub(crate) struct CurlTrials<T> {
    model: T,
    pages_left: u32,
    tasks_left: u32,
    mistakes_left: u32,
    section: u16,
}

impl<T: Thought> CurlTrials<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            model: T::drawn(random, 160.0),
            pages_left: random.between(1, 4),
            tasks_left: random.between(3, 14),
            mistakes_left: random.below(3),
            section: 0,
        }
    }
}

impl<T: Thought> Behaviour for CurlTrials<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.tasks_left == 0 {
            return Next::Leaves;
        }
        let section = self.section;
        let request = if self.pages_left > 0 {
            self.pages_left -= 1;
            let docs = [Surface::OpenApi, Surface::Llms, Surface::Guess(3)];
            let page = desk.site.any_item(desk.random);
            let described = desk.random.chance(0.5);
            let surface = Target::Surface(desk.random.pick(&docs));
            Request::page(if described { surface } else { page })
        } else if self.mistakes_left > 0 {
            self.mistakes_left -= 1;
            let wrong = u8::try_from(desk.random.below(4)).unwrap_or(0);
            Request::call(Target::ApiWrong { section, wrong })
        } else {
            self.tasks_left -= 1;
            self.mistakes_left = desk.random.below(3);
            self.section = (section + 1) % 8;
            match desk.random.below(3) {
                0 => Request::call(Target::ApiItem(desk.random.below(desk.site.items))),
                1 if desk.profile.authenticated => {
                    Request::post_call(Target::ApiWrite(0)).answered(201)
                }
                _ => Request::call(Target::ApiList { section, page: 1 }),
            }
        };
        self.model.reads(request.response_bytes(desk.site));
        let done_ms = desk.send(0, request);
        // The shell starts, and the model writes some lines before it does.
        Next::In(done_ms + desk.wait_ms(40, 220) + self.model.pause_ms(desk.random))
    }
}

/// Edits, then runs everything it has: a burst of calls as fast as they are answered, of which the last
/// fails; then it edits again.
#[derive(Debug)]
pub(crate) struct TestRuns<T> {
    model: T,
    read: bool,
    runs_left: u32,
    /// Calls of the test that pass by now.
    passing: u32,
    item: u32,
}

impl<T: Thought> TestRuns<T> {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            model: T::drawn(random, 420.0),
            read: false,
            runs_left: random.between(3, 16),
            passing: 0,
            item: random.below(40),
        }
    }
}

impl<T: Thought> Behaviour for TestRuns<T> {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.read {
            self.read = true;
            let described = Request::call(Target::Surface(Surface::OpenApi));
            self.model.reads(described.response_bytes(desk.site));
            let done_ms = desk.send(0, described);
            return Next::In(done_ms + self.model.pause_ms(desk.random));
        }
        if self.runs_left == 0 {
            return Next::Leaves;
        }
        self.runs_left -= 1;
        let mut at_ms = 0;
        for call in 0..self.passing {
            let target = match call % 3 {
                0 => Target::ApiList { section: 1, page: 1 },
                1 => Target::ApiItem(self.item),
                _ => Target::ApiPart { item: self.item, part: u8::try_from(call % 4).unwrap_or(0) },
            };
            at_ms = desk.send(at_ms, Request::call(target)) + desk.wait_ms(2, 12);
        }
        if desk.random.chance(0.6) {
            let wrong = u8::try_from(desk.random.below(4)).unwrap_or(0);
            at_ms = desk.send(at_ms, Request::call(Target::ApiWrong { section: 1, wrong }));
        } else {
            self.passing = (self.passing + desk.random.between(1, 3)).min(24);
        }
        self.model.reads(2400);
        Next::In(at_ms + 300 + self.model.pause_ms(desk.random))
    }
}
