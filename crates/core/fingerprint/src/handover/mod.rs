//! Whether a program took a person's session over, and from which act on.
//!
//! An act is a decision step after half a second without one, with all that follows at once. Each act is
//! weighed by what is likelier: a program, or more of what this client did so far. Three families of evidence
//! add up apart: its pauses, traces of hands (pages scrolled bit by bit, values typed key by key), and its way
//! over the site (pages without a Referer, refusals). When their sum falls to zero there was no change, and
//! the acts since join the client's own (the test of Page with reset); the last such act is the change point.
//!
//! Told only when the acts before show a person: enough of them, pauses over several orders, and traces of
//! hands, or an origin for every page; and when the acts after speak for a program by their pauses and by
//! another family. Acts that write are left out: whoever fills in a form has the pace of its fields.
//! Who is behind the key otherwise is not judged here.

mod weights;

use bytemuck::{Pod, Zeroable};
use gait_event::EventTime;

use crate::{clock::Decision, state::ClientState};
use weights::{COUNT_MAX, FILLED, NAT, PAUSES, REFUSED, of_origin, of_pause, of_trace, pause_bin};

/// A decision step so soon after another one belongs to its act, µs.
const ACT_US: i64 = 500_000;
/// Acts of the client's own before a change can be told.
const OWN_MIN: u8 = 6;
/// Acts of the client's own with traces of hands that show a person.
const TRACED_MIN: u8 = 2;
/// Bins over which a person's own pauses spread.
const SPREAD_MIN: usize = 3;
/// Pages of the client's own that show a person, and before a trace or a Referer is missed.
const PAGES_MIN: u8 = 3;
/// Parts that an act without a page loads late in several waves: a view shows its first ones by itself.
const VIEW_WAVES_MIN: u8 = 2;
/// Acts since the change by which it is told.
const SINCE_MIN: u8 = 7;
/// What all evidence, the pauses, and the other families must come to.
const ALL_MIN: i16 = 14 * NAT;
const PAUSES_MIN: i16 = 4 * NAT;
const OTHERS_MIN: i16 = 5 * NAT / 2;
/// No family counts for more: a reset must stay within reach.
const FAMILY_MAX: i16 = 64 * NAT;

/// Acts by what they were.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
struct Acts {
    pauses: [u8; PAUSES],
    count: u8,
    traced: u8,
    /// Acts that brought a page or had a trace: where a trace is missed.
    pages: u8,
    /// Pages without a Referer where the log carries it.
    unreferred: u8,
}

/// Counters of other blocks, as they stood when the latest act began, modulo 256.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Marks {
    documents: u8,
    writes: u8,
    /// Documents whose log carries the Referer, and those of them that have one.
    referable: u8,
    referred: u8,
    /// Waves of the page in front, and pages left with waves.
    waves: u8,
    waved: u8,
    keys: u8,
    filled: u8,
}

/// What is remembered for it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Handover {
    /// The first act of the suspected change: ms since the client's first event, modulo 2^32.
    start_ms: u32,
    start_step: u32,
    marks: Marks,
    own: Acts,
    since: Acts,
    /// What the acts since come to, by family.
    pauses: i16,
    hands: i16,
    way: i16,
    /// A change was told: it stays.
    told: u8,
    reserved: u8,
}

/// Where a session changed hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangePoint {
    /// Time of the first act of who came after.
    pub time: EventTime,
    /// Its decision step, from 1.
    pub step: u32,
}

/// What one act was.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one act")]
struct Act {
    bin: usize,
    traced: bool,
    /// A page came, or a trace.
    page: bool,
    /// Whether a page came without a Referer; `None` without a page whose log carries it.
    unreferred: Option<bool>,
    filled: bool,
    refused: bool,
}

impl Handover {
    /// True when a decision step begins an act of which something may yet be told.
    pub(crate) fn begins(&self, decision: &Decision<'_, '_>) -> bool {
        self.told == 0 && decision.gap_us.is_none_or(|gap_us| gap_us >= ACT_US)
    }

    /// Takes a decision step in that begins an act; `marks` are those after all else took it in, `first_us` the time of the
    /// client's first event. True when it tells a change.
    pub(crate) fn step(
        &mut self,
        decision: &Decision<'_, '_>,
        marks: Marks,
        first_us: i64,
    ) -> bool {
        let before = std::mem::replace(&mut self.marks, marks);
        let Some(pause_us) = decision.gap_us.filter(|_| marks.writes == before.writes) else {
            return false;
        };
        let act = before.act(marks, pause_us, decision.sight.is_client_error());
        if self.own.count >= OWN_MIN {
            self.weigh(&act);
        }
        if self.pauses + self.hands + self.way > 0 {
            self.since.add(&act);
            self.told = u8::from(self.is_change());
            return self.told != 0;
        }
        self.own.join(std::mem::take(&mut self.since));
        self.own.add(&act);
        (self.pauses, self.hands, self.way) = (0, 0, 0);
        let since_ms = decision.time_us.saturating_sub(first_us).max(0) / 1000;
        self.start_ms = u32::try_from(since_ms & i64::from(u32::MAX)).unwrap_or(0);
        self.start_step = decision.number;
        false
    }

    fn weigh(&mut self, act: &Act) {
        let own = &self.own;
        let alike = own.pauses.get(act.bin).copied().unwrap_or_default();
        let pause = of_pause(act.bin, alike, own.count);
        let mut hands = if act.filled { FILLED } else { 0 };
        let mut way = if act.refused { REFUSED } else { 0 };
        if act.page && own.pages >= PAGES_MIN {
            hands += of_trace(act.traced, own.traced, own.pages);
            let origin = |absent| of_origin(absent, own.unreferred, own.pages);
            way += act.unreferred.map_or(0, origin);
        }
        for (sum, weight) in
            [(&mut self.pauses, pause), (&mut self.hands, hands), (&mut self.way, way)]
        {
            *sum = (*sum + weight).clamp(-FAMILY_MAX, FAMILY_MAX);
        }
    }

    fn is_change(&self) -> bool {
        let others = self.hands + self.way;
        self.since.count >= SINCE_MIN
            && self.pauses + others >= ALL_MIN
            && self.pauses >= PAUSES_MIN
            && others >= OTHERS_MIN
            && self.own.pages >= PAGES_MIN
            && (self.own.traced >= TRACED_MIN || self.way >= OTHERS_MIN)
            && self.own.pauses.iter().filter(|count| **count > 0).count() >= SPREAD_MIN
    }

    /// The first act of who came after, when a change was told, for a client seen first at `first_us`.
    pub(crate) fn change(&self, first_us: i64) -> Option<ChangePoint> {
        let time = EventTime(first_us.saturating_add(i64::from(self.start_ms) * 1000));
        (self.told != 0).then_some(ChangePoint { time, step: self.start_step })
    }
}

impl Marks {
    pub(crate) fn of(state: &ClientState) -> Self {
        let (waves, pages_waved) = state.scroll.counts();
        let (keys, filled) = state.typing.counts();
        let (referable, referred) = state.referrer.counts();
        let low = |count: u16| count.to_le_bytes()[0];
        let lowest = |count: u32| count.to_le_bytes()[0];
        Self {
            documents: lowest(state.activity.documents),
            writes: lowest(state.activity.writes),
            referable: low(referable),
            referred: low(referred),
            waves: low(waves),
            waved: low(pages_waved),
            keys: low(keys),
            filled: low(filled),
        }
    }

    /// What happened from these marks to `now`, after a pause.
    fn act(self, now: Self, pause_us: i64, refused: bool) -> Act {
        let page = now.documents != self.documents;
        let scrolled = if page {
            now.waved != self.waved
        } else {
            now.waves.wrapping_sub(self.waves) >= VIEW_WAVES_MIN
        };
        let traced = scrolled || now.keys != self.keys;
        let referable = now.referable.wrapping_sub(self.referable);
        // Nobody comes to the first page from this site.
        let unreferred = referable > now.referred.wrapping_sub(self.referred) && now.referable != 1;
        Act {
            bin: pause_bin(pause_us),
            traced,
            page: page || traced,
            unreferred: (page && referable > 0).then_some(unreferred),
            filled: now.filled != self.filled,
            refused,
        }
    }
}

impl Acts {
    fn add(&mut self, act: &Act) {
        if let Some(count) = self.pauses.get_mut(act.bin) {
            *count += 1;
        }
        self.count += 1;
        self.traced += u8::from(act.traced);
        self.pages += u8::from(act.page);
        self.unreferred += u8::from(act.unreferred == Some(true));
        if self.count >= COUNT_MAX {
            self.each(|count| count / 2);
        }
    }

    /// Joins later acts. When full, all halve: old acts weigh less.
    fn join(&mut self, mut later: Self) {
        if later.count == 0 {
            return;
        }
        if self.count.saturating_add(later.count) >= COUNT_MAX {
            self.each(|count| count / 2);
            later.each(|count| count / 2);
        }
        for (count, more) in self.pauses.iter_mut().zip(later.pauses) {
            *count += more;
        }
        self.count += later.count;
        self.traced += later.traced;
        self.pages += later.pages;
        self.unreferred += later.unreferred;
    }

    fn each(&mut self, change: impl Fn(u8) -> u8) {
        let rest = [&mut self.count, &mut self.traced, &mut self.pages, &mut self.unreferred];
        for count in self.pauses.iter_mut().chain(rest) {
            *count = change(*count);
        }
    }
}

#[cfg(test)]
mod tests;
