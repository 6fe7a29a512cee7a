//! Whether something renders the pages a client asks for: a page is followed by what it is made of.

use bytemuck::{Pod, Zeroable};
use gait_event::Method;

use crate::{
    ClientState,
    clock::Driver,
    feature::{FeatureSpec, Unit},
    route::{Route, Sight},
};

/// A page is rendered when something of it comes within this time, µs.
const RENDER_US: i64 = 5_000_000;
/// Pages that were left before the share is read.
const DOCUMENTS_MIN: u16 = 3;

/// The latest page and what became of the pages before.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Render {
    document_us: i64,
    /// Pages that were followed by another page. Halves when full, and so does `bare`.
    left: u16,
    /// Those of them of which nothing was loaded.
    bare: u16,
    /// A page is open.
    open: u16,
    /// Something of it was loaded.
    rendered: u16,
}

impl Render {
    /// Takes an event in that is not late.
    pub(crate) fn see(&mut self, sight: &Sight<'_>, driver: Driver) {
        let time_us = sight.event.time.0;
        let page = sight.route == Route::Document && sight.event.method == Method::Get;
        if page && sight.is_success() {
            if self.left == u16::MAX {
                (self.left, self.bare) = (self.left / 2, self.bare / 2);
            }
            self.left += self.open;
            self.bare += self.open & (1 - self.rendered);
            (self.document_us, self.open, self.rendered) = (time_us, 1, 0);
            return;
        }
        let of_page = sight.route.is_asset()
            || sight.route == Route::Beacon
            || (sight.route == Route::Api && driver == Driver::Page);
        if of_page && time_us.saturating_sub(self.document_us) <= RENDER_US {
            self.rendered = 1;
        }
    }

    /// Pages that were left, and those of them that were not rendered.
    pub(crate) fn pages(&self) -> (u16, u16) {
        (self.left, self.bare)
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "documents_without_assets_share",
    unit: Unit::Share,
    range: (0.0, 1.0),
    meaning: "Share of pages of which no asset, beacon or call of the page came within 5 s and before \
              the next page. From 3 pages that were left on. Caches lower what is seen of a browser.",
    read: |state: &ClientState| {
        let (left, bare) = state.render.pages();
        (left >= DOCUMENTS_MIN).then(|| f32::from(bare) / f32::from(left))
    },
}];

#[cfg(test)]
mod tests {
    use super::*;
    use gait_event::{Event, EventTime};

    #[test]
    fn a_page_is_bare_when_nothing_of_it_follows_in_time() {
        let mut render = Render::default();
        for (second, target) in
            [(0, "/a"), (1, "/a.css"), (9, "/b"), (20, "/late.png"), (30, "/c"), (31, "/d")]
        {
            let event = Event {
                time: EventTime::from_parts(second, 0),
                target,
                status: 200,
                ..Event::default()
            };
            render.see(&Sight::of(&event), Driver::Choice);
        }
        assert_eq!(render.pages(), (3, 2));
    }
}
