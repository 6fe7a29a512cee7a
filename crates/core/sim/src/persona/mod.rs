//! The visitors: which personas there are, what the truth calls them, and how one is made.
//!
//! A persona is a state machine with one method, [`Behaviour::act`]. A new one is a file here, a variant
//! of [`Persona`] and its rows in the tables below.

mod api_agent;
mod browser_agent;
mod crawler;
mod cron;
mod fetch_agent;
mod idle_tab;
mod inference;
mod mobile_app;
mod monitor;
mod nat_pair;
mod power_user;
mod reader;
mod scanner;
mod scraper;
mod shopper;

use std::fmt;

use crate::{desk::Desk, random::Random};

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
    /// Decides: puts requests on the agenda and says when to decide again. The first decision of a
    /// visit sends a request at once.
    fn act(&mut self, desk: &mut Desk<'_>) -> Next;
}

/// What drives a client, in the words of truth files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A person, as far as a simulation can be one.
    HumanEmulated,
    /// The shop's own application in a person's hand.
    MobileAppLegit,
    /// A crawler that says who it is.
    DeclaredBot,
    /// An availability check.
    Monitor,
    /// A program that does what it was written to do.
    Scripted,
    /// A program that looks for weaknesses.
    Scanner,
    /// A language model that calls an API.
    LlmApiAgent,
    /// A language model that drives a browser.
    LlmBrowserAgent,
    /// A language model that fetches a few pages for an answer.
    LlmFetchAgent,
}

impl Label {
    /// The word in truth files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HumanEmulated => "human_emulated",
            Self::MobileAppLegit => "mobile_app_legit",
            Self::DeclaredBot => "declared_bot",
            Self::Monitor => "monitor",
            Self::Scripted => "scripted",
            Self::Scanner => "scanner",
            Self::LlmApiAgent => "llm_api_agent",
            Self::LlmBrowserAgent => "llm_browser_agent",
            Self::LlmFetchAgent => "llm_fetch_agent",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of visitor. The crate's documentation states what each is assumed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persona {
    /// Reads essays and looks at books.
    Reader,
    /// Searches, chooses, fills in a form, buys or does not.
    Shopper,
    /// Opens many tabs at once and reads them in turn.
    PowerUser,
    /// Leaves a tab open that beats for the rest of the day.
    IdleTab,
    /// Two people behind one address with the same browser.
    NatPair,
    /// A reader on a slow line, who reloads.
    SlowLine,
    /// The shop's own application.
    MobileApp,
    /// A declared crawler.
    Crawler,
    /// An availability check.
    Monitor,
    /// A job that polls the API by the clock.
    Cron,
    /// A scraper with a fixed sleep.
    FixedScraper,
    /// A scraper with a uniform random sleep.
    UniformScraper,
    /// A scraper with exponential sleeps.
    PoissonScraper,
    /// A vulnerability scanner.
    Scanner,
    /// A language model with API tools.
    ApiAgent,
    /// A language model with a browser.
    BrowserAgent,
    /// A language model that fetches pages.
    FetchAgent,
}

impl Persona {
    /// Every persona, in the order of [`crate::Mix`].
    pub const ALL: [Self; 17] = [
        Self::Reader,
        Self::Shopper,
        Self::PowerUser,
        Self::IdleTab,
        Self::NatPair,
        Self::SlowLine,
        Self::MobileApp,
        Self::Crawler,
        Self::Monitor,
        Self::Cron,
        Self::FixedScraper,
        Self::UniformScraper,
        Self::PoissonScraper,
        Self::Scanner,
        Self::ApiAgent,
        Self::BrowserAgent,
        Self::FetchAgent,
    ];

    /// The name in truth files and on the demo's page, snake_case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Shopper => "shopper",
            Self::PowerUser => "power_user",
            Self::IdleTab => "idle_tab",
            Self::NatPair => "nat_pair",
            Self::SlowLine => "slow_line",
            Self::MobileApp => "mobile_app",
            Self::Crawler => "crawler",
            Self::Monitor => "monitor",
            Self::Cron => "cron",
            Self::FixedScraper => "fixed_scraper",
            Self::UniformScraper => "uniform_scraper",
            Self::PoissonScraper => "poisson_scraper",
            Self::Scanner => "scanner",
            Self::ApiAgent => "api_agent",
            Self::BrowserAgent => "browser_agent",
            Self::FetchAgent => "fetch_agent",
        }
    }

    /// What drives it.
    #[must_use]
    pub fn label(self) -> Label {
        match self {
            Self::Reader
            | Self::Shopper
            | Self::PowerUser
            | Self::IdleTab
            | Self::NatPair
            | Self::SlowLine => Label::HumanEmulated,
            Self::MobileApp => Label::MobileAppLegit,
            Self::Crawler => Label::DeclaredBot,
            Self::Monitor => Label::Monitor,
            Self::Cron | Self::FixedScraper | Self::UniformScraper | Self::PoissonScraper => {
                Label::Scripted
            }
            Self::Scanner => Label::Scanner,
            Self::ApiAgent => Label::LlmApiAgent,
            Self::BrowserAgent => Label::LlmBrowserAgent,
            Self::FetchAgent => Label::LlmFetchAgent,
        }
    }

    /// A new visitor of this kind.
    pub(crate) fn behaviour(self, random: &mut Random) -> Box<dyn Behaviour> {
        match self {
            Self::Reader => Box::new(reader::Reader::new(random)),
            Self::SlowLine => Box::new(reader::Reader::impatient(random)),
            Self::Shopper => Box::new(shopper::Shopper::new(random)),
            Self::PowerUser => Box::new(power_user::PowerUser::new(random)),
            Self::IdleTab => Box::new(idle_tab::IdleTab::new(random)),
            Self::NatPair => Box::new(nat_pair::NatPair::new(random)),
            Self::MobileApp => Box::new(mobile_app::MobileApp::new(random)),
            Self::Crawler => Box::new(crawler::Crawler::new(random)),
            Self::Monitor => Box::new(monitor::Monitor::new(random)),
            Self::Cron => Box::new(cron::Cron::new(random)),
            Self::FixedScraper => Box::new(scraper::Scraper::fixed(random)),
            Self::UniformScraper => Box::new(scraper::Scraper::uniform(random)),
            Self::PoissonScraper => Box::new(scraper::Scraper::poisson(random)),
            Self::Scanner => Box::new(scanner::Scanner::new(random)),
            Self::ApiAgent => Box::new(api_agent::ApiAgent::new(random)),
            Self::BrowserAgent => Box::new(browser_agent::BrowserAgent::new(random)),
            Self::FetchAgent => Box::new(fetch_agent::FetchAgent::new(random)),
        }
    }
}
