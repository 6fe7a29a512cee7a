//! Seeded visitors of a simulated site, as a pure event generator for the demo, for tests and for benches.
//!
//! A [`Scenario`] gives the same bytes on every machine: chance is SplitMix64 with a stream per client,
//! logarithms come from `gait_event::math`, and there is no clock. The site is a second-hand bookshop with a
//! magazine, a JSON API, search, forms, a heartbeat, `robots.txt`, a sitemap, a feed, `openapi.json`,
//! `llms.txt`, an API catalogue, and errors. [`Simulation`] yields what its gateway would log, in the
//! order in which it would log it; [`truth`] says who everybody was.
//!
//! # What is assumed
//! Nothing here was fitted to a capture, and no figure below is a measurement of real visitors. The personas are
//! for seeing the engine at work and for holding its invariants; a recognition rate on them says nothing about
//! real traffic, and a detector must not be tuned on the same generator that judges it.
//!
//! | persona | assumption |
//! |---|---|
//! | `reader` | log-logistic dwell with a pace per person (essay 52 s, book 17 s, list 9 s at the median), a third of pages glanced at (3 s); links near the top more often; one step in six is a back button that the cache answers; images come in waves while scrolling |
//! | `shopper` | types a search at about five letters a second, with a suggestion call per letter; compares 1–5 results, goes back to the list each time; 65 % reach the cart, 60 % of those the form, which takes 6–9 fields of about 5 s; one form in five comes back for a correction |
//! | `power_user` | opens 3–7 tabs from one list, about 0.75 s apart, then reads them in turn |
//! | `idle_tab` | one to three pages, then heartbeats for up to ten hours: every 20 s in a visible tab, every 60 s in a hidden one |
//! | `nat_pair` | a reader and a shopper with the same browser behind one address, independent of each other |
//! | `slow_line` | a reader at 24 bytes/ms; one page in five is given up while it loads and asked for again |
//! | `mobile_app` | the shop's own application: three calls at once when opened, one to three per tap, a person's pauses |
//! | `crawler` | says who it is; robots.txt, sitemap, then 40–400 pages at one delay of 1–10 s with 10 % jitter; no referer, no style sheets |
//! | `monitor` | one HEAD or GET every 30 or 60 s |
//! | `cron` | one to three calls of the API or the feed every 1 or 5 minutes by the wall clock, 0.15–1.1 s past it |
//! | `fixed_scraper` | lists and their books in order; sleeps 0.5, 1, 2 or 3 s after each answer |
//! | `uniform_scraper` | the same with a uniform sleep between a and 2a–4a, mostly under a browser's name |
//! | `poisson_scraper` | the same with exponential sleeps of mean 2.5–9 s |
//! | `scanner` | 60–420 probes, 1–8 at a time, as fast as the site answers |
//! | `api_agent` | 1–4 discovery surfaces, then 8–45 steps of one model: prefill that grows with what was read, a floor, tokens at a rate; 40 % of the steps call 2–4 endpoints at once; refused calls are repaired; throttled calls retried at 0.5, 1, 2 s |
//! | `browser_agent` | renders every page; looks 0.5–1.4 s, then thinks as above; fills fields in one go; takes results in order, scrolls one page in five |
//! | `fetch_agent` | 1–3 requests, a model's pause between them; half say who they are |
//!
//! Arrivals are spread evenly over the span, a fifth of them at its beginning; no day and night, no returning
//! visitors beyond a warm cache, one site.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test that meets an impossible value must fail"
    )
)]

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

pub use evasion::{Evasion, EvasionKind};
pub use mix::Mix;
pub use persona::{Label, Persona};
pub use scenario::{Scenario, TruthRow, truth};
pub use sim_event::SimEvent;
pub use simulation::{Simulation, Turn};
pub use site::SiteKind;
pub use split::Split;
