//! A session that changes hands: a person, from some step on an agent in the person's browser, and, half the
//! time, the person again.
//!
//! The agent finds the tabs as the person left them. Address, headers and cache stay the same; only who
//! decides is another.

use super::{Behaviour, Next};
use crate::{browser::Browser, desk::Desk, random::Random};

/// See the module.
#[derive(Debug)]
pub(crate) struct Takeover {
    person: Box<dyn Behaviour>,
    agent: Box<dyn Behaviour>,
    /// Acts of the person before the agent begins.
    before: u32,
    /// Acts of the agent before the person comes back; `None` when it never does.
    held: Option<u32>,
}

impl Takeover {
    pub(crate) fn new(
        person: Box<dyn Behaviour>,
        agent: Box<dyn Behaviour>,
        random: &mut Random,
    ) -> Self {
        let held = random.chance(0.5).then(|| random.between(10, 30));
        Self { person, agent, before: random.between(8, 24), held }
    }

    /// The browser goes from one to the other.
    fn hands_over(from: &mut dyn Behaviour, to: &mut dyn Behaviour) {
        if let (Some(from), Some(to)) = (from.browser(), to.browser()) {
            std::mem::swap(from, to);
        }
    }
}

impl Behaviour for Takeover {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if self.before > 0 {
            self.before -= 1;
            if let next @ Next::In(_) = self.person.act(desk) {
                return next;
            }
            self.before = 0;
        }
        if !desk.taken_over && self.held != Some(0) {
            Self::hands_over(&mut *self.person, &mut *self.agent);
            desk.taken_over = true;
        }
        if desk.taken_over {
            let spent = self.held.as_mut().is_some_and(|left| {
                *left = left.saturating_sub(1);
                *left == 0
            });
            if !spent {
                return self.agent.act(desk);
            }
            desk.taken_over = false;
            Self::hands_over(&mut *self.agent, &mut *self.person);
        }
        self.person.act(desk)
    }

    fn browser(&mut self) -> Option<&mut Browser> {
        self.person.browser()
    }
}
