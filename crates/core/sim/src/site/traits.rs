//! What one site has or lacks, and what its gateway writes down: drawn by seed within an archetype.

use super::kind::Plan;
use crate::random::Random;

/// How the pages of a site behave in a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent yes-or-no facts")]
pub(crate) struct Traits {
    /// One document, then JSON.
    pub(crate) single_page: bool,
    /// The search box asks while somebody types.
    pub(crate) suggest: bool,
    /// Links are prefetched when the pointer rests on them.
    pub(crate) prefetch: bool,
    /// Lists go on when somebody reaches their end.
    pub(crate) endless: bool,
    /// Forms ask the server about each field that is left.
    pub(crate) validates: bool,
    /// Scripts are split by kind of page.
    pub(crate) chunks: bool,
    /// Pictures below the first screen wait until they come into view.
    pub(crate) lazy: bool,
    /// Between two heartbeats of a visible page, ms; none without.
    pub(crate) pulse_ms: Option<u32>,
    /// A hidden page beats once a minute; without it, it is silent.
    pub(crate) pulse_hidden: bool,
    /// Between two polls of a widget, ms.
    pub(crate) poll_ms: u32,
    /// Shared files are kept for ever; without it they are asked for again with a condition.
    pub(crate) immutable: bool,
    /// Going back shows the page from memory; without it, it is asked for again with a condition.
    pub(crate) back_from_memory: bool,
    /// Speaks HTTP/2 and 3 to those who can.
    pub(crate) modern: bool,
    /// How slow the application is, 0 to 4.
    pub(crate) slowness: u32,
}

impl Traits {
    pub(super) fn draw(plan: &Plan, random: &mut Random) -> Self {
        let pulse_ms = random.pick(&[5000, 8000, 10_000, 15_000, 20_000, 25_000, 30_000, 45_000]);
        Self {
            single_page: plan.single_page,
            suggest: random.chance(plan.suggest),
            prefetch: random.chance(plan.prefetch),
            endless: random.chance(plan.endless),
            validates: random.chance(0.4),
            chunks: plan.single_page || random.chance(0.3),
            lazy: random.chance(0.8),
            pulse_ms: random.chance(plan.pulse).then_some(pulse_ms),
            pulse_hidden: random.chance(0.4),
            poll_ms: random.pick(&[4000, 10_000, 15_000, 30_000, 60_000]),
            immutable: random.chance(0.7),
            back_from_memory: random.chance(0.7),
            modern: random.chance(0.85),
            slowness: random.below(5),
        }
    }
}

/// What a gateway writes down beside the bare request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent yes-or-no facts")]
pub(crate) struct Logging {
    /// A content network serves the assets: they are not in this log.
    pub(crate) split: bool,
    pub(crate) referer: bool,
    pub(crate) sec_fetch: bool,
    pub(crate) accept: bool,
    pub(crate) ja4: bool,
    /// The clock has whole seconds.
    pub(crate) whole_seconds: bool,
}

impl Default for Logging {
    /// Everything that the shipped log format has, in milliseconds.
    fn default() -> Self {
        Self {
            split: false,
            referer: true,
            sec_fetch: true,
            accept: true,
            ja4: false,
            whole_seconds: false,
        }
    }
}

impl Logging {
    pub(super) fn draw(random: &mut Random) -> Self {
        Self {
            split: random.chance(0.2),
            referer: random.chance(0.92),
            sec_fetch: random.chance(0.75),
            accept: random.chance(0.85),
            ja4: random.chance(0.25),
            whole_seconds: random.chance(0.15),
        }
    }
}
