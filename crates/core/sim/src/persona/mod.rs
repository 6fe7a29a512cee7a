//! The visitors: how one is made.
//!
//! A persona is a state machine with one method, [`Behaviour::act`]. Which personas there are stands in
//! `kind`; a new one is a row there, a file beside its like and an arm below.

mod driven;
mod kind;
mod pace;
mod people;
mod programs;
mod takeover;
mod thought;

use std::fmt;

pub use kind::{Label, Persona};
pub(crate) use pace::crowd_ms;
#[cfg(test)]
pub(crate) use people::KEY_MS;

use crate::{Split, browser::Browser, desk::Desk, random::Random};
use driven::{Explore, HeadlessScript, Style, Task};
use pace::Sleep;
use people::person;
use takeover::Takeover;
use thought::{Loaded, Steady};

/// What the next decision of a persona is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Acts again in this many ms.
    In(u64),
    /// The visit is over.
    Leaves,
}

/// A persona at work.
pub(crate) trait Behaviour: fmt::Debug {
    /// Decides: puts requests on the agenda and says when to decide again.
    fn act(&mut self, desk: &mut Desk<'_>) -> Next;

    /// The browser it uses, when it uses one.
    fn browser(&mut self) -> Option<&mut Browser> {
        None
    }
}

/// Which of several that work together a visitor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) group: u32,
    pub(crate) member: u32,
    pub(crate) size: u32,
}

/// A new visitor of this kind, by the family of the split.
pub(crate) fn behaviour(
    persona: Persona,
    split: Split,
    place: Place,
    random: &mut Random,
) -> Box<dyn Behaviour> {
    match persona {
        Persona::Takeover => takeover(split, random),
        Persona::Fleet => {
            let in_order = split == Split::Tuning;
            Box::new(programs::Fleet::new(place.member, place.size, place.group, in_order))
        }
        _ => match split {
            Split::Tuning => tuning(persona, random),
            Split::HeldOut => held_out(persona, random),
        },
    }
}

fn tuning(persona: Persona, random: &mut Random) -> Box<dyn Behaviour> {
    match persona {
        Persona::MobileApp => Box::new(programs::ScreenApp::new(random)),
        Persona::Crawler => Box::new(programs::SitemapCrawler::new(random)),
        Persona::Monitor => Box::new(programs::Probe::new(random)),
        Persona::Cron => Box::new(programs::ClockJob::new(random)),
        Persona::FixedScraper => {
            let sleep = Sleep::Fixed { ms: random.pick(&[500, 1000, 2000, 3000]) };
            Box::new(programs::ListScraper::new(sleep, random))
        }
        Persona::UniformScraper => {
            let low_ms = random.between(500, 2000);
            let sleep = Sleep::Uniform { low_ms, high_ms: low_ms * random.between(2, 4) };
            Box::new(programs::ListScraper::new(sleep, random))
        }
        Persona::Mirror => Box::new(programs::Mirror::new(random)),
        Persona::HeadlessScraper => {
            let sleep = Sleep::Fixed { ms: random.between(800, 4000).into() };
            Box::new(HeadlessScript::new(sleep, true, random))
        }
        Persona::Scanner => Box::new(programs::Wordlist::new(random)),
        Persona::ApiAgent => Box::new(programs::FanOut::<Steady>::new(random)),
        Persona::CodingAgent => Box::new(programs::CurlTrials::<Steady>::new(random)),
        Persona::FetchAgent => Box::new(programs::AnswerFetch::<Steady>::new(random)),
        Persona::ScreenshotAgent => Box::new(Task::<Steady>::new(Style::Screenshot, random)),
        Persona::DomAgent => Box::new(Task::<Steady>::new(Style::Elements, random)),
        _ => person(persona, Split::Tuning, random),
    }
}

fn held_out(persona: Persona, random: &mut Random) -> Box<dyn Behaviour> {
    match persona {
        Persona::MobileApp => Box::new(programs::FeedApp::new(random)),
        Persona::Crawler => Box::new(programs::FrontierCrawler::new(random)),
        Persona::Monitor => Box::new(programs::Journey::new(random)),
        Persona::Cron => Box::new(programs::ConditionalPoller::new(random)),
        Persona::PoissonScraper => {
            let sleep = Sleep::Exponential { mean_ms: f64::from(random.between(2500, 9000)) };
            Box::new(programs::FrontierScraper::new(sleep, random))
        }
        Persona::MimicScraper => {
            let sleep = Sleep::Crowd { scale: 0.5 + random.unit() };
            Box::new(programs::FrontierScraper::new(sleep, random))
        }
        Persona::QueueScraper => Box::new(programs::Queue::new(random)),
        Persona::HeadlessScraper => {
            let sleep = Sleep::Exponential { mean_ms: f64::from(random.between(2000, 8000)) };
            Box::new(HeadlessScript::new(sleep, false, random))
        }
        Persona::Scanner => Box::new(programs::Fuzzer::new(random)),
        Persona::ApiAgent => Box::new(programs::React::<Loaded>::new(random)),
        Persona::CodingAgent => Box::new(programs::TestRuns::<Loaded>::new(random)),
        Persona::FetchAgent => Box::new(programs::ResearchFetch::<Loaded>::new(random)),
        Persona::SnapshotAgent => Box::new(Explore::<Loaded>::new(Style::Snapshot, random)),
        Persona::DelayedAgent => Box::new(Explore::<Loaded>::new(Style::Delayed, random)),
        _ => person(persona, Split::HeldOut, random),
    }
}

fn takeover(split: Split, random: &mut Random) -> Box<dyn Behaviour> {
    let kind = if random.chance(0.5) { Persona::Shopper } else { Persona::Researcher };
    let owner = person(kind, split, random);
    let agent: Box<dyn Behaviour> = match split {
        Split::Tuning => Box::new(Task::<Steady>::new(Style::Screenshot, random)),
        Split::HeldOut => Box::new(Explore::<Loaded>::new(Style::Snapshot, random)),
    };
    Box::new(Takeover::new(owner, agent, random))
}
