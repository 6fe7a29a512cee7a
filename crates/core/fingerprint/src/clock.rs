//! The decision clock: which events are steps that a mind or a program behind the client chose.
//!
//! Assets, beacons and preflights never are. Calls that a page fires, the target of a redirect and hits
//! of a machine-timed route are not either. Where a log does not say whether a page fired a call, a call
//! right after a page counts as the page's: that costs evidence, not a person.

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet, Method, Resolution, TimeKind};
use memchr::{memchr, memchr3, memrchr};

use crate::{
    machine::{MachineTimed, timer_key},
    route::{Route, Sight},
    target::target_hash,
};

/// An event further behind the client's latest event is late, µs (ten minutes).
pub const LATENESS_US: i64 = 600_000_000;
/// A page fires its calls within this time of what it loaded last, and a person types on within it, µs.
const PAGE_CALLS_US: i64 = 1_500_000;
/// A page is done loading after this time at the latest, µs.
const PAGE_LOAD_US: i64 = 15_000_000;
/// A redirect is followed within this time, µs.
const REDIRECT_US: i64 = 2_000_000;

/// What the clock remembers.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Clock {
    pub(crate) first_us: i64,
    pub(crate) last_us: i64,
    /// Start of the latest decision step.
    decision_us: i64,
    /// Start of the latest document.
    document_us: i64,
    /// When the latest document last loaded something of its own, itself included.
    page_us: i64,
    /// Start of the latest API call.
    call_us: i64,
    /// Target of the latest document; 0 before the first.
    document: u32,
    /// Template of the latest API call; 0 before the first.
    call: u32,
    /// Template of the latest decision step; 0 before the first.
    template: u32,
    pub(crate) decisions: u32,
    /// 0 microseconds, 1 milliseconds, 2 seconds: the coarsest seen.
    resolution: u8,
    /// Some event carried the end of its request alone.
    end_times: u8,
    /// The latest decision step was answered by a redirect.
    redirected: u8,
    /// The client loads assets: something renders its pages.
    renders: u8,
    /// Several people are behind the key: no rhythm is anybody's.
    pub(crate) shared: u8,
    reserved: [u8; 3],
}

/// Where an event stands against the client's latest event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// At or after it.
    Next,
    /// Before it, within the bound.
    Reordered,
    /// Before it, beyond the bound.
    Late,
}

/// What drove an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// A choice: a step of the decision clock.
    Choice,
    /// The page, the redirect or the browser.
    Page,
    /// A clock.
    Timer,
}

/// One step of the decision clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision<'s, 'e> {
    pub(crate) sight: &'s Sight<'e>,
    /// Start of the step, µs since the epoch.
    pub(crate) time_us: i64,
    /// Since the step before, µs, at least 0; `None` for the first step.
    pub(crate) gap_us: Option<i64>,
    /// Template of the step before; 0 for the first step.
    pub(crate) before: u32,
    /// The whole target, hashed.
    pub(crate) target: u32,
    /// Counts this step.
    pub(crate) number: u32,
    /// A page stands behind the step: a document shortly before, or the page's own word for it.
    pub(crate) of_page: bool,
}

impl Clock {
    /// The clock of a client whose first event starts at `time_us`.
    pub(crate) fn starting_at(time_us: i64) -> Self {
        // No document and no decision yet: times far enough back that nothing follows them.
        let never = i64::MIN / 2;
        Self {
            first_us: time_us,
            last_us: time_us,
            decision_us: never,
            document_us: never,
            page_us: never,
            call_us: never,
            ..Self::default()
        }
    }

    /// True when gaps can be trusted to measure cadence.
    pub(crate) fn cadence(&self) -> bool {
        self.resolution < Resolution::Second as u8 && self.shared == 0
    }

    /// True when starts of requests can be compared within a fraction of a second.
    pub(crate) fn starts(&self) -> bool {
        self.cadence() && self.end_times == 0
    }

    /// Places an event in the client's own time and remembers how its stamp was made.
    pub(crate) fn place(&mut self, event: &Event<'_>) -> Order {
        let time_us = event.time.0;
        self.resolution = self.resolution.max(event.resolution as u8);
        self.end_times |= u8::from(event.time_kind == TimeKind::End);
        let behind = self.last_us.saturating_sub(time_us);
        if behind > LATENESS_US {
            return Order::Late;
        }
        self.first_us = self.first_us.min(time_us);
        self.last_us = self.last_us.max(time_us);
        if behind > 0 { Order::Reordered } else { Order::Next }
    }

    /// Says what drove an event that is not late.
    pub(crate) fn driver(&mut self, sight: &Sight<'_>, timers: &mut MachineTimed) -> Driver {
        let time_us = sight.event.time.0;
        if sight.route.is_asset() {
            self.renders = 1;
            self.load(sight.event);
        }
        if sight.route == Route::Beacon {
            return Driver::Timer;
        }
        if !sight.route.may_be_decision() {
            return Driver::Page;
        }
        let fired = sight.route == Route::Api && self.fired_by_page(sight, time_us);
        let redirected = self.follows_redirect(sight, time_us);
        match sight.route {
            Route::Document => {
                self.document_us = time_us;
                self.document = sight.outline.target;
                self.page_us = time_us;
                self.load(sight.event);
            }
            Route::Api => {
                self.call_us = time_us;
                self.call = sight.outline.template;
            }
            _ => {}
        }
        let timed = !matches!(sight.route, Route::Document | Route::Attack) && {
            let since = time_us.saturating_sub(self.first_us).max(0);
            timers.hit(timer_key(sight.event.target), since)
        };
        match (timed, fired || redirected) {
            (true, _) => Driver::Timer,
            (false, true) => Driver::Page,
            (false, false) => Driver::Choice,
        }
    }

    /// Steps the clock on: the event was a choice.
    pub(crate) fn step<'s, 'e>(&mut self, sight: &'s Sight<'e>) -> Decision<'s, 'e> {
        let time_us = sight.event.time.0;
        let first = self.decisions == 0;
        let since_document = time_us.saturating_sub(self.document_us).saturating_abs();
        let of_page = sight.route == Route::Api
            && (since_document <= PAGE_CALLS_US || self.page_of(sight.event) == Some(true));
        let decision = Decision {
            sight,
            time_us,
            gap_us: (!first).then(|| time_us.saturating_sub(self.decision_us).max(0)),
            before: self.template,
            target: sight.outline.target,
            number: self.decisions.saturating_add(1),
            of_page,
        };
        self.decisions = decision.number;
        self.decision_us = self.decision_us.max(time_us);
        self.template = sight.outline.template;
        self.redirected = u8::from(matches!(sight.event.status, 301..=303 | 307 | 308));
        decision
    }

    /// True when the beats of a timer are the client's own and not those of a page it shows.
    pub(crate) fn beats_are_own(&self) -> bool {
        self.renders == 0
    }

    /// The page loads something: its loading goes on until the answer is there.
    fn load(&mut self, event: &Event<'_>) {
        let duration_us = event.duration_us.and_then(|us| i64::try_from(us).ok()).unwrap_or(0);
        let done_us = event.time.0.saturating_add(duration_us);
        let latest_us = self.document_us.saturating_add(PAGE_LOAD_US);
        let of_page = event.time.0 >= self.document_us
            && event.time.0.saturating_sub(self.page_us) <= PAGE_CALLS_US;
        if of_page {
            self.page_us = self.page_us.max(done_us.min(latest_us));
        }
    }

    /// The target of a redirect is not a second choice. One hop only: who is redirected at every step
    /// keeps every other one.
    fn follows_redirect(&mut self, sight: &Sight<'_>, time_us: i64) -> bool {
        let follows = self.redirected == 1
            && sight.event.method == Method::Get
            && (0..=REDIRECT_US).contains(&time_us.saturating_sub(self.decision_us));
        self.redirected &= u8::from(!follows);
        follows
    }

    /// A page fires calls while it loads and right after; a search field fires one for every few letters.
    fn fired_by_page(&mut self, sight: &Sight<'_>, time_us: i64) -> bool {
        let since_call = time_us.saturating_sub(self.call_us).saturating_abs();
        let opening =
            time_us >= self.document_us && time_us.saturating_sub(self.page_us) <= PAGE_CALLS_US;
        let typing = since_call <= PAGE_CALLS_US && self.call == sight.outline.template;
        if !opening && !typing {
            return false;
        }
        let since_document = time_us.saturating_sub(self.document_us);
        let near = (0..=PAGE_CALLS_US).contains(&since_document);
        let fired = self.page_of(sight.event).unwrap_or(near);
        if fired {
            self.load(sight.event);
        }
        fired
    }

    /// Whether the script of a page sent the request; `None` when the log cannot say.
    fn page_of(&self, event: &Event<'_>) -> Option<bool> {
        if let Some(site) = event.sec_fetch_site {
            return Some(matches!(site, "same-origin" | "same-site"));
        }
        if event.logged.contains(FieldSet::REFERER) {
            let from = event.referer.map(referer_target).map(target_hash);
            return Some(from.is_some_and(|from| from == self.document));
        }
        None
    }
}

/// What follows `scheme://` in a Referer; the whole of it, and `false`, when nothing does.
fn after_scheme(referer: &str) -> (&str, bool) {
    let rest = memchr(b':', referer.as_bytes()).and_then(|at| referer.get(at + 1..));
    rest.and_then(|rest| rest.strip_prefix("//")).map_or((referer, false), |rest| (rest, true))
}

/// The target within a Referer: what follows the authority, `/` when nothing does.
pub(crate) fn referer_target(referer: &str) -> &str {
    let (after, _) = after_scheme(referer);
    memchr(b'/', after.as_bytes()).and_then(|at| after.get(at..)).unwrap_or("/")
}

/// The host within a Referer, without port, as it was sent; empty when there is none.
pub(crate) fn referer_host(referer: &str) -> &str {
    let (after, true) = after_scheme(referer) else { return "" };
    let end = memchr3(b'/', b'?', b'#', after.as_bytes()).unwrap_or(after.len());
    let authority = after.get(..end).unwrap_or("");
    memrchr(b':', authority.as_bytes()).and_then(|at| authority.get(..at)).unwrap_or(authority)
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
