//! Several people behind one address with the same browser, independent of each other.
//!
//! To the gateway they are one client: their pages interleave, and no rhythm is anybody's.

use crate::{
    desk::Desk,
    persona::{Behaviour, Next},
};

/// One of them: who it is and when it acts, ms since the scenario's start.
#[derive(Debug)]
struct Member {
    behaviour: Box<dyn Behaviour>,
    acts_ms: Option<u64>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Crowd {
    members: Vec<Member>,
    begun: bool,
}

impl Crowd {
    pub(crate) fn new(members: Vec<Box<dyn Behaviour>>) -> Self {
        let member = |behaviour| Member { behaviour, acts_ms: None };
        Self { members: members.into_iter().map(member).collect(), begun: false }
    }

    /// The first comes now, the others within the next half hour.
    fn begins(&mut self, desk: &mut Desk<'_>) {
        self.begun = true;
        let mut at_ms = desk.now_ms;
        for member in &mut self.members {
            member.acts_ms = Some(at_ms);
            at_ms = desk.now_ms + desk.wait_ms(2000, 1_800_000);
        }
    }
}

impl Behaviour for Crowd {
    fn act(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.begun {
            self.begins(desk);
        }
        for member in &mut self.members {
            if member.acts_ms.is_some_and(|acts_ms| acts_ms <= desk.now_ms) {
                member.acts_ms = match member.behaviour.act(desk) {
                    Next::In(wait_ms) => Some(desk.now_ms + wait_ms.max(1)),
                    Next::Leaves => None,
                };
            }
        }
        match self.members.iter().filter_map(|member| member.acts_ms).min() {
            Some(next_ms) => Next::In(next_ms - desk.now_ms),
            None => Next::Leaves,
        }
    }
}
