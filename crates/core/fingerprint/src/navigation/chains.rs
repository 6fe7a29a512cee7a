//! Whether several people go over the site behind one key: their chains of pages cross.
//!
//! Who follows a link asks for a page from the page they look at. One person with many tabs does so from
//! several pages in turn, but needs longer than a second to bring another tab to the front and to click there.
//! A page that is asked for sooner, and neither from the page before nor from where that was asked for, is a
//! crossing, unless the client had it before: a browser that restores its tabs asks for all at once. Two
//! crossings apart in time are two people. Where the log has no Referer or no Accept nothing is told.

use bytemuck::{Pod, Zeroable};
use gait_event::Event;

use crate::clock::Decision;

/// Nobody changes tabs and clicks within this time, µs.
const CROSSING_US: i64 = 1_000_000;
/// Crossings that show more than one person.
const CROSSINGS_MIN: u8 = 2;
/// Clock of crossings: 2^24 µs, about 17 s.
const TICK_BITS: u32 = 24;
/// Crossings closer than so many ticks are one.
const TICKS_APART: u8 = 2;

/// The latest page and the crossings so far. Hashes are halves; 0 is none.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Chains {
    /// The page, when the latest decision step was one.
    page: u16,
    /// Where it was asked for.
    origin: u16,
    /// When the latest crossing was, in ticks, modulo 256.
    crossed: u8,
    crossings: u8,
}

impl Chains {
    /// Takes a decision step to a page in, asked for from the page with the hash `origin` and `new` to the
    /// client; true once more than one person is behind the key.
    pub(crate) fn page(
        &mut self,
        decision: &Decision<'_, '_>,
        origin: Option<u32>,
        new: bool,
    ) -> bool {
        if !is_navigation(decision.sight.event) {
            self.other();
            return self.crossings >= CROSSINGS_MIN;
        }
        let (page, origin) = (half(decision.target), origin.map_or(0, half));
        let soon = decision.gap_us.is_some_and(|gap_us| gap_us < CROSSING_US);
        let known = self.page != 0 && self.origin != 0 && origin != 0;
        // Going back asks for where the page before came from.
        let follows = origin == self.page || origin == self.origin || page == self.origin;
        if soon && known && new && !follows {
            self.cross(decision.time_us);
        }
        (self.page, self.origin) = (page, origin);
        self.crossings >= CROSSINGS_MIN
    }

    /// Takes a decision step in that is no page.
    pub(crate) fn other(&mut self) {
        self.page = 0;
    }

    fn cross(&mut self, time_us: i64) {
        let [tick, ..] = (time_us >> TICK_BITS).to_le_bytes();
        if self.crossings == 0 || tick.wrapping_sub(self.crossed) >= TICKS_APART {
            self.crossings = self.crossings.saturating_add(1);
        }
        self.crossed = tick;
    }
}

/// True for what the log says a browser turned to: what a page asks for ahead or by itself is no click.
fn is_navigation(event: &Event<'_>) -> bool {
    event.sec_fetch_dest.is_none_or(|dest| dest == "document")
        && event.accept.is_some_and(|accept| accept.starts_with("text/html"))
}

/// The low half of a hash, never 0.
fn half(hash: u32) -> u16 {
    let [low, high, ..] = hash.to_le_bytes();
    u16::from_le_bytes([low, high]).max(1)
}

#[cfg(test)]
mod tests {
    use gait_event::{EventTime, FieldSet};

    use super::*;
    use crate::ClientState;

    /// Whether pages at these times (ms), each with what it is asked for from, show several people.
    fn is_shared(pages: &[(i64, &str, &str)]) -> bool {
        let mut state = ClientState::new(&Event::default());
        for (time_ms, target, from) in pages {
            let referer = format!("https://shop.example{from}");
            let mut event = Event {
                time: EventTime(time_ms * 1000),
                target,
                referer: Some(&referer),
                accept: Some("text/html,*/*;q=0.8"),
                host: Some("shop.example"),
                status: 200,
                ..Event::default()
            };
            event.logged.insert(FieldSet::REFERER);
            state.observe(&event);
        }
        state.is_shared()
    }

    /// Two people who each go from page to page, the second `behind_ms` after the first.
    fn two(behind_ms: i64, turns: i64) -> bool {
        let mut pages = vec![(0, "/a0".to_owned(), "/".to_owned())];
        for turn in 1..=turns {
            let at = |who: &str, turn: i64| format!("/{who}{turn}");
            pages.push((turn * 60_000, at("a", turn), at("a", turn - 1)));
            pages.push((turn * 60_000 + behind_ms, at("b", turn), at("b", turn - 1)));
        }
        let pages: Vec<_> =
            pages.iter().map(|(time, to, from)| (*time, to.as_str(), from.as_str())).collect();
        is_shared(&pages)
    }

    #[test]
    fn chains_that_cross_within_a_second_twice_are_two_people() {
        assert!(two(400, 3));
        assert!(!two(400, 1), "once may be anything");
        assert!(!two(2_500, 9), "one person with two tabs");
    }

    #[test]
    fn one_person_crosses_nothing() {
        let start = (0, "/a", "/");
        for (name, pages) in [
            ("opens many tabs", [(9_000, "/b", "/a"), (9_300, "/c", "/a"), (9_600, "/d", "/a")]),
            ("goes back at once", [(9_000, "/b", "/a"), (9_400, "/a", "/"), (9_800, "/c", "/a")]),
            ("is sent on", [(9_000, "/b", "/a"), (9_100, "/c", "/b"), (9_200, "/d", "/c")]),
            ("restores tabs", [(9_000, "/b", "/x"), (9_100, "/c", "/y"), (9_200, "/d", "/z")]),
        ] {
            let again = pages.map(|(ms, to, from)| (ms + 900_000, to, from));
            let twice = [&[start], &pages[..], &again[..]].concat();
            assert!(!is_shared(&twice), "{name}");
        }
    }
}
