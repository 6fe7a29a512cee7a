//! Seeded visitors of simulated sites, as a pure event generator for the demo, for tests, for benches, and for
//! whoever tunes a recogniser and wants to know what it does on sites and laws it has never seen.
//!
//! A [`Scenario`] gives the same bytes on every machine: chance is SplitMix64 with a stream per client,
//! logarithms come from `gait_event::math`, and there is no clock. [`Simulation`] yields what the site's gateway
//! would log, in the order in which it would log it; [`truth`] says who everybody was, and
//! [`Simulation::turns`] where a session changed hands.
//!
//! # What is assumed
//! Nothing here was fitted to a capture, and no figure below is a measurement of real visitors. The personas are
//! for seeing the engine at work and for holding its invariants; a recognition rate on them says how a recogniser
//! carries over from one set of assumptions to another, and nothing about real traffic.
//!
//! # Splits
//! Every generator family and every archetype of site belongs to one [`Split`]. What is tuned on one is reported
//! on the other. A persona that exists in both is made by two families that share no law of timing and no
//! policy; they share the mechanics of browsers, sites and headers, and the shares in `people::habits`.
//!
//! # Sites
//! | archetype | split | what it is like |
//! |---|---|---|
//! | `shop` | tuning | server-rendered, many files and pictures, search as you type, 2–4 steps of checkout |
//! | `docs` | tuning | long texts, few files, hardly a heartbeat |
//! | `dashboard` | tuning | 2–8 polling widgets, page calls, long forms, mostly a heartbeat |
//! | `api-portal` | tuning | documentation of an API, and the API |
//! | `single-page` | held out | one document, then JSON; scripts by the kind of page |
//! | `news` | held out | many lazy pictures, lists that go on, page calls, mostly a heartbeat |
//! | `booking` | held out | 3–6 steps of form, pictures |
//!
//! The seed draws, within an archetype: names of all routes, form of item addresses, numbers of sections, items,
//! links, files and pictures, text lengths, heartbeat (5–45 s or none; hidden tabs beat once a minute or not), polls
//! (4–60 s), suggestions, prefetch on hover, validation of fields, lazy loading, cache rules, HTTP versions, latency; and
//! what the gateway logs: assets or not (a content network), `Referer`, `Sec-Fetch-*`, `Accept`, JA4, whole seconds.
//! [`Scenario::full_log`] switches the last group off.
//!
//! # People
//! Families `people_reading` (tuning) and `people_foraging` (held out). Reading: errands made up on arrival; dwell
//! log-normal around the time that the words take at a rate of the person's own (median 240 words a minute, sigma 0.3),
//! a third of the pages glanced at (3 s). Foraging: no plan, what comes next depends on what the page gives; dwell Weibull
//! with shape 0.60–0.85 (negative ageing: Liu, White and Dumais 2010) and a mood that is correlated from page to page.
//! Both: keys 60–600 ms apart, pictures in waves while scrolling, pointers that rest on links with and without a click,
//! back from memory or with a condition, hidden tabs, forms whose time grows with their letters. All else is assumption:
//!
//! | persona | beside that |
//! |---|---|
//! | `reader` | 2–26 pages |
//! | `shopper` | searches nine times in ten, compares 1–5 results, fills in the form every other time |
//! | `power_user` | 10–70 pages, opens 2–7 tabs behind a list, reads them in turn |
//! | `keyboard_user` | no hover, nearly always scrolls, 1.8 times as slow |
//! | `slow_line` | 24 bytes/ms; one page in five is given up and asked for again |
//! | `mobile_browser` | leaves often; six hidden tabs in ten are thrown away and load again |
//! | `shared_nat` | 2–6 people, one address, one browser |
//! | `idle_tab` | one to three pages, then a tab for 10 min to 8 h, six in ten visible |
//! | `form_clerk` | the same form 20–220 times, 6 s between two papers |
//! | `status_watcher` | one page every 15–120 s by eye (log-normal, sigma 0.18), 8–120 times |
//! | `api_tinkerer` | API addresses by hand in a browser: mistakes and repairs |
//! | `bouncer` | one to three pages |
//! | `privacy_browser` | no `Referer`, no heartbeats |
//! | `proxied_office` | 2–6 people behind a proxy: HTTP/1.1, no `Referer`, language or `Sec-Fetch-*` |
//! | `researcher` | 40–200 pages over hours |
//!
//! # Programs
//! | persona | tuning family | held-out family |
//! |---|---|---|
//! | `mobile_app` | `app_screens`: three calls when opened, one to three per tap | `app_feed`: pages of one list by thumb |
//! | `crawler` | `crawler_sitemap`: one delay, 10 % jitter | `crawler_frontier`: bursts between rests, conditions |
//! | `monitor` | `monitor_probe`: one request every 30 or 60 s | `monitor_journey`: 2–4 pages every few minutes |
//! | `cron` | `cron_clock`: by the wall clock | `cron_conditional`: after each answer, backing off |
//! | `fixed_scraper`, `uniform_scraper` | `script_list`: lists and items in order | |
//! | `mirror` | `script_mirror`: breadth first, with files | |
//! | `poisson_scraper`, `mimic_scraper` | | `script_frontier`: exponential, or draws from all people's gaps together |
//! | `queue_scraper` | | `script_queue`: 1–8 connections, delay after the site's latency |
//! | `headless_scraper` | `headless_loop`: a real browser, in order, fixed sleep | `headless_frontier`: at random, exponential |
//! | `fleet` | `fleet_list`: one program's work in order, round [`Scenario::fleet_size`] addresses | `fleet_frontier`: scattered |
//! | `scanner` | `scanner_wordlist`: 1–8 at a time | `scanner_fuzzer`: crawls, then parameters at a throttled rate |
//! | `api_agent` | `api_fanout`: discovery, then 1–4 calls a step, repairs, retries at 0.5, 1, 2 s | `api_react`: one call, one thought, back to the description |
//! | `coding_agent` | `coding_curl`: documentation, then trials from a shell | `coding_tests`: bursts of tests that grow, long edits |
//! | `fetch_agent` | `fetch_answer`: 1–3 pages one by one | `fetch_research`: 2–6 at once, one to three rounds |
//! | `screenshot_agent`, `dom_agent` | `browser_screenshot`, `browser_dom`: a known task in order | |
//! | `snapshot_agent`, `delayed_agent` | | `browser_snapshot`, `browser_delayed`: looks around |
//! | `takeover` | `takeover_reading`: a person, a screenshot agent, half the time the person again | `takeover_foraging`: with a snapshot agent |
//!
//! A model's pause has a floor: in the tuning split prefill over all that was read, and Erlang tokens; in the held-out
//! split a shifted Weibull that follows the last answer, under a wandering load. [`Evasion`] bends the pauses of undeclared
//! programs with a strength from 0 to 100.
//!
//! # Identified agents
//! [`SimAgent`] lists the calls of an agent under one grant, and lets its habits drift; no gateway logs them here.
//!
//! # What is emulated poorly
//! No day and night and no returning visitors beyond a warm cache; arrivals are even, a fifth at the beginning. Item
//! popularity is one law for all sites. Pages that a browser prefetches by speculation rules, service workers, streams, long polls
//! and WebSockets are missing. Answers do not depend on load. A takeover starts at an act of the person, never within one.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test that meets an impossible value must fail"
    )
)]

mod agent;
mod browser;
mod desk;
mod evasion;
mod headers;
mod mix;
mod persona;
mod probe;
mod profile;
mod random;
mod request;
mod scenario;
mod sim_event;
mod simulation;
mod site;
mod split;
mod surface;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traces;

pub use agent::{
    AGENT_ACTIONS, AGENT_DAYS, AGENT_LIMIT_MAX, AgentDrift, AgentKind, SimAgent, SimCall,
};
pub use evasion::{Evasion, EvasionKind};
pub use mix::Mix;
pub use persona::{Label, Persona};
pub use scenario::{Scenario, TruthRow, truth};
pub use sim_event::SimEvent;
pub use simulation::{Simulation, Turn};
pub use site::SiteKind;
pub use split::Split;
