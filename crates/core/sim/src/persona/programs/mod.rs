//! Programs that speak HTTP without a browser: scripts, crawlers, scanners, monitors, apps, and agents with
//! tools. Every file holds both families of its kind, the tuning one first.

mod api_agent;
mod coding_agent;
mod crawler;
mod cron;
mod fetch_agent;
mod fleet;
mod mirror;
mod mobile_app;
mod monitor;
mod queue;
mod scanner;
mod scraper;

pub(crate) use api_agent::{FanOut, React};
pub(crate) use coding_agent::{CurlTrials, TestRuns};
pub(crate) use crawler::{FrontierCrawler, SitemapCrawler};
pub(crate) use cron::{ClockJob, ConditionalPoller};
pub(crate) use fetch_agent::{AnswerFetch, ResearchFetch};
pub(crate) use fleet::Fleet;
pub(crate) use mirror::Mirror;
pub(crate) use mobile_app::{FeedApp, ScreenApp};
pub(crate) use monitor::{Journey, Probe};
pub(crate) use queue::Queue;
pub(crate) use scanner::{Fuzzer, Wordlist};
pub(crate) use scraper::{FrontierScraper, ListScraper};
