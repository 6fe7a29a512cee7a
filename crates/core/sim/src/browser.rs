//! A rendering browser: turns what a hand does (open, scroll, hover, type, go back) into requests.
//!
//! It knows caches, tabs, timers and how sites of each archetype load. It knows no person: when to do
//! what is left to whoever drives it, a person or a program.

use crate::{
    desk::Desk,
    request::{Referer, Request},
    site::{AssetKind, Target},
};

/// Between two heartbeats of a hidden page, ms: browsers wake its timers once a minute.
pub(crate) const HIDDEN_PULSE_MS: u64 = 60_000;
/// Pictures that fit into one screen.
pub(crate) const SCREEN_IMAGES: usize = 4;
/// Pages that a tab remembers for going back.
const HISTORY_MAX: usize = 12;
/// Tabs that are kept open at most; the oldest is closed.
pub(crate) const TABS_MAX: usize = 12;
/// Pages that lie ready because they were prefetched.
const READY_MAX: usize = 6;

/// One tab.
#[derive(Clone, Debug, Default)]
struct Tab {
    page: Target,
    history: Vec<Target>,
    /// When the page in it was loaded, ms: its timers count from there.
    loaded_ms: u64,
    /// Pictures of the page that were asked for.
    images: usize,
}

/// One browser during one visit.
#[derive(Debug, Default)]
pub(crate) struct Browser {
    warm: bool,
    chunks: u32,
    /// A filter of pictures seen: 512 bits, one per picture.
    seen: [u64; 8],
    ready: Vec<Target>,
    tabs: Vec<Tab>,
    front: usize,
}

impl Browser {
    /// The page in front.
    pub(crate) fn page(&self) -> Target {
        self.tabs.get(self.front).map(|tab| tab.page).unwrap_or_default()
    }

    /// Whether any page is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.tabs.is_empty()
    }

    /// How many tabs are open.
    pub(crate) fn tab_count(&self) -> usize {
        self.tabs.len()
    }

    /// The page before this one in the tab in front.
    pub(crate) fn before(&self) -> Option<Target> {
        self.tabs.get(self.front)?.history.last().copied()
    }

    /// Opens a page from elsewhere in a tab that comes to the front. Returns after how many ms, from
    /// now, the page stands.
    pub(crate) fn arrive(
        &mut self,
        desk: &mut Desk<'_>,
        after_ms: u64,
        target: Target,
        entry: Referer,
    ) -> u64 {
        self.add_tab(target);
        self.load(desk, after_ms, Request::page(target).referred(entry))
    }

    /// Follows a link of the page in front, or comes by bookmark when none is open.
    pub(crate) fn follow(&mut self, desk: &mut Desk<'_>, after_ms: u64, target: Target) -> u64 {
        if !self.is_open() {
            return self.arrive(desk, after_ms, target, Referer::None);
        }
        let from = self.page();
        self.turn_to(target);
        if desk.site.traits.single_page {
            return self.turns(desk, after_ms, target, true);
        }
        if self.take_ready(target) {
            // The page lies ready: the log saw it when it was prefetched.
            return self.stands(desk, after_ms + 5);
        }
        self.load(desk, after_ms, Request::page(target).from(from))
    }

    /// Enters an address by hand or by a tool: no referer, and a single page starts anew.
    pub(crate) fn enter(&mut self, desk: &mut Desk<'_>, after_ms: u64, target: Target) -> u64 {
        if !self.is_open() {
            return self.arrive(desk, after_ms, target, Referer::None);
        }
        self.turn_to(target);
        self.load(desk, after_ms, Request::page(target))
    }

    /// Opens a link of the page in front in a tab behind it.
    pub(crate) fn open_behind(
        &mut self,
        desk: &mut Desk<'_>,
        after_ms: u64,
        target: Target,
    ) -> u64 {
        let (from, front) = (self.page(), self.front);
        self.add_tab(target);
        let stands_ms = self.load(desk, after_ms, Request::page(target).from(from));
        self.front = front.min(self.tabs.len().saturating_sub(1));
        stands_ms
    }

    /// Brings another tab to the front.
    pub(crate) fn bring(&mut self, tab: usize) {
        self.front = tab.min(self.tabs.len().saturating_sub(1));
    }

    /// Closes the tab in front.
    pub(crate) fn close(&mut self) {
        if self.front < self.tabs.len() {
            self.tabs.remove(self.front);
        }
        self.front = self.tabs.len().saturating_sub(1);
    }

    /// Goes back; from memory the log sees nothing, else a request with a condition. False when there
    /// is no page to go back to.
    pub(crate) fn back(&mut self, desk: &mut Desk<'_>, after_ms: u64) -> bool {
        let now_ms = desk.now_ms + after_ms;
        let Some(tab) = self.tabs.get_mut(self.front) else { return false };
        let Some(page) = tab.history.pop() else { return false };
        tab.page = page;
        tab.loaded_ms = now_ms;
        tab.images = usize::MAX;
        let referer = tab.history.last().map_or(Referer::None, |page| Referer::Page(*page));
        if !desk.site.traits.back_from_memory {
            if desk.site.traits.single_page {
                self.turns(desk, after_ms, page, true);
            } else {
                desk.send(after_ms, Request::page(page).referred(referer).answered(304));
            }
        }
        true
    }

    /// Asks for the page in front again.
    pub(crate) fn reload(&mut self, desk: &mut Desk<'_>, after_ms: u64) -> u64 {
        let referer = self.before().map_or(Referer::None, Referer::Page);
        self.load(desk, after_ms, Request::page(self.page()).referred(referer))
    }

    /// The pointer rests on a link: sites that prefetch ask for it.
    pub(crate) fn hover(&mut self, desk: &mut Desk<'_>, at_ms: u64, target: Target) {
        if !desk.site.traits.prefetch || desk.profile.touch || self.ready.contains(&target) {
            return;
        }
        if desk.site.traits.single_page {
            for call in desk.site.data_calls(target) {
                desk.send(at_ms, Request::fetch(call).from(self.page()));
            }
        } else {
            desk.send(at_ms, Request::prefetch(target).from(self.page()));
        }
        if self.ready.len() == READY_MAX {
            self.ready.remove(0);
        }
        self.ready.push(target);
    }

    /// The search box asks for suggestions after `typed` letters.
    pub(crate) fn suggests(
        &self,
        desk: &mut Desk<'_>,
        at_ms: u64,
        term: u8,
        typed: u8,
        first: bool,
    ) {
        if desk.site.traits.suggest {
            let call = Request::fetch(Target::Suggest { term, typed }).from(self.page());
            desk.send(at_ms, if first { call.chosen() } else { call });
        }
    }

    /// A field of the form was left, and the form asks whether it is right.
    pub(crate) fn leaves_field(&self, desk: &mut Desk<'_>, at_ms: u64, step: u8, field: u8) {
        if desk.site.traits.validates {
            desk.send(at_ms, Request::post(Target::Validate { step, field }).from(self.page()));
        }
    }

    /// Sends a step of the form. Refused, the page stays; accepted, the next one stands.
    pub(crate) fn submit(
        &mut self,
        desk: &mut Desk<'_>,
        after_ms: u64,
        step: u8,
        refused: bool,
    ) -> u64 {
        let page = Target::Form(step);
        let next =
            if step + 1 < desk.site.form_steps { Target::Form(step + 1) } else { Target::Done };
        if desk.site.traits.single_page {
            let status = if refused { 422 } else { 201 };
            let call = Request::post_call(Target::ApiWrite(1 + step)).from(page).answered(status);
            let done_ms = desk.send(after_ms, call);
            if refused {
                return done_ms;
            }
            self.turn_to(next);
            return self.turns(desk, done_ms, next, false);
        }
        if refused {
            return desk.send(after_ms, Request::form(page).from(page).answered(422));
        }
        let sent_ms = desk.send(after_ms, Request::form(page).from(page));
        self.turn_to(next);
        self.load(desk, sent_ms + 8, Request::page(next).from(page).following())
    }

    /// Scrolls on by `screens`: what comes into view is asked for. False when the end was reached.
    pub(crate) fn scroll(&mut self, desk: &mut Desk<'_>, at_ms: u64, screens: usize) -> bool {
        let page = self.page();
        let before = self.shown();
        self.shows(desk, at_ms, screens * SCREEN_IMAGES);
        if self.shown() > before {
            return true;
        }
        let (true, Target::List { section, page: number }) = (desk.site.traits.endless, page)
        else {
            return false;
        };
        let next = Target::List { section, page: number % desk.site.list_pages() + 1 };
        let call = Target::ApiList { section, page: number % desk.site.list_pages() + 1 };
        desk.send(at_ms, Request::fetch(call).from(page));
        if let Some(tab) = self.tabs.get_mut(self.front) {
            tab.page = next;
            tab.images = 0;
        }
        true
    }

    /// The timers of all tabs from `from_ms` on for `for_ms`, while the tab in front is visible or not.
    pub(crate) fn stay(&self, desk: &mut Desk<'_>, from_ms: u64, for_ms: u64, visible: bool) {
        let (from, until) = (desk.now_ms + from_ms, desk.now_ms + from_ms + for_ms);
        let traits = desk.site.traits;
        for (number, tab) in self.tabs.iter().enumerate() {
            let shown = visible && number == self.front;
            if let Some(pulse_ms) = traits.pulse_ms.filter(|_| !desk.profile.blocks_beacons) {
                let every_ms = u64::from(pulse_ms);
                let every_ms = if shown { every_ms } else { every_ms.max(HIDDEN_PULSE_MS) };
                if shown || traits.pulse_hidden {
                    ticks(desk, tab, (from, until), every_ms, Request::pulse());
                }
            }
            if shown && tab.page == Target::Home {
                for widget in 0..desk.site.widgets {
                    let every_ms = u64::from(traits.poll_ms) * (1 + u64::from(widget % 3));
                    let poll = Request::fetch(Target::Widget(widget));
                    ticks(desk, tab, (from, until), every_ms, poll);
                }
            }
        }
    }

    /// Loads by a document what the tab in front shows, with all that follows from it.
    fn load(&mut self, desk: &mut Desk<'_>, after_ms: u64, request: Request) -> u64 {
        let came_ms = desk.send(after_ms, request);
        let parsed_ms = came_ms + desk.wait_ms(15, 90);
        self.loads_shared(desk, parsed_ms, request.target);
        if desk.site.traits.single_page {
            let started_ms = parsed_ms + desk.wait_ms(90, 380);
            return self.turns(desk, started_ms, request.target, false);
        }
        self.stands(desk, parsed_ms)
    }

    /// What a page of a server-rendered site asks for once it is parsed.
    fn stands(&mut self, desk: &mut Desk<'_>, parsed_ms: u64) -> u64 {
        let page = self.page();
        if let Some(tab) = self.tabs.get_mut(self.front) {
            tab.loaded_ms = desk.now_ms + parsed_ms;
        }
        self.loads_chunk(desk, parsed_ms, page);
        self.shows_first(desk, parsed_ms);
        Self::calls_by_itself(desk, parsed_ms, page);
        parsed_ms
    }

    /// What a single-page site asks for when it turns to another view.
    fn turns(&mut self, desk: &mut Desk<'_>, after_ms: u64, page: Target, clicked: bool) -> u64 {
        self.loads_chunk(desk, after_ms, page);
        let mut done_ms = after_ms;
        if !self.take_ready(page) {
            for (number, call) in desk.site.data_calls(page).enumerate() {
                let fetch = Request::fetch(call).from(page);
                // The first call of a view is the click; the rest follow from it.
                let fetch = if clicked && number == 0 { fetch.chosen() } else { fetch };
                let at_ms = after_ms + desk.wait_ms(1, 12);
                done_ms = desk.send(at_ms, fetch).max(done_ms);
            }
        }
        let stands_ms = done_ms + desk.wait_ms(10, 60);
        if let Some(tab) = self.tabs.get_mut(self.front) {
            tab.loaded_ms = desk.now_ms + stands_ms;
        }
        self.shows_first(desk, stands_ms);
        Self::calls_by_itself(desk, stands_ms, page);
        stands_ms
    }

    fn loads_shared(&mut self, desk: &mut Desk<'_>, from_ms: u64, page: Target) {
        if self.warm {
            return;
        }
        self.warm = true;
        // A returning visitor's browser holds the files from last time.
        let known = desk.random.chance(0.3);
        for (number, kind) in desk.site.shared_files() {
            let asset = Request::asset(Target::Shared(number), kind).from(page);
            let at_ms = from_ms + desk.wait_ms(0, 40);
            if !known {
                desk.send(at_ms, asset);
            } else if !desk.site.traits.immutable && kind != AssetKind::Font {
                desk.send(at_ms, asset.answered(304));
            }
        }
    }

    fn loads_chunk(&mut self, desk: &mut Desk<'_>, at_ms: u64, page: Target) {
        let Some(number) = desk.site.chunk(page) else { return };
        let bit = 1 << (number % 32);
        if self.chunks & bit == 0 {
            self.chunks |= bit;
            let asset = Request::asset(Target::Chunk(number), AssetKind::Script);
            desk.send(at_ms + 2, asset.from(page));
        }
    }

    fn calls_by_itself(desk: &mut Desk<'_>, from_ms: u64, page: Target) {
        for call in 0..desk.site.page_calls {
            let at_ms = from_ms + desk.wait_ms(120, 600);
            desk.send(at_ms, Request::fetch(Target::PageCall(call)).from(page));
        }
        if page == Target::Home {
            for widget in 0..desk.site.widgets {
                let at_ms = from_ms + desk.wait_ms(60, 300);
                desk.send(at_ms, Request::fetch(Target::Widget(widget)).from(page));
            }
        }
    }

    fn shows_first(&mut self, desk: &mut Desk<'_>, stands_ms: u64) {
        let count = if desk.site.traits.lazy { SCREEN_IMAGES } else { usize::MAX };
        if let Some(tab) = self.tabs.get_mut(self.front) {
            tab.images = 0;
        }
        let at_ms = stands_ms + desk.wait_ms(5, 60);
        self.shows(desk, at_ms, count);
    }

    /// Asks for the next `count` pictures of the page in front that are not in the cache.
    fn shows(&mut self, desk: &mut Desk<'_>, at_ms: u64, count: usize) {
        let page = self.page();
        let shown = self.shown();
        let mut asked = 0;
        for image in desk.site.images(page).skip(shown).take(count) {
            asked += 1;
            let hash = crate::random::mix(image.number());
            let Some(word) = self.seen.get_mut((hash >> 8 & 7) as usize) else { continue };
            if *word >> (hash & 63) & 1 == 0 {
                *word |= 1 << (hash & 63);
                let wait_ms = desk.wait_ms(0, 25);
                desk.send(at_ms + wait_ms, Request::asset(image, AssetKind::Image).from(page));
            }
        }
        if let Some(tab) = self.tabs.get_mut(self.front) {
            tab.images = shown.saturating_add(asked);
        }
    }

    fn shown(&self) -> usize {
        self.tabs.get(self.front).map_or(0, |tab| tab.images)
    }

    fn add_tab(&mut self, page: Target) {
        if self.tabs.len() == TABS_MAX {
            self.tabs.remove(0);
        }
        self.tabs.push(Tab { page, ..Tab::default() });
        self.front = self.tabs.len() - 1;
    }

    fn turn_to(&mut self, page: Target) {
        if let Some(tab) = self.tabs.get_mut(self.front) {
            if tab.history.len() == HISTORY_MAX {
                tab.history.remove(0);
            }
            tab.history.push(tab.page);
            tab.page = page;
        }
    }

    fn take_ready(&mut self, page: Target) -> bool {
        let place = self.ready.iter().position(|ready| *ready == page);
        place.map(|place| self.ready.remove(place)).is_some()
    }
}

/// The ticks of one timer of a tab within `[from, until)`, absolute ms.
fn ticks(
    desk: &mut Desk<'_>,
    tab: &Tab,
    (from, until): (u64, u64),
    every_ms: u64,
    request: Request,
) {
    let passed = from.saturating_sub(tab.loaded_ms).div_ceil(every_ms.max(1));
    let mut due = tab.loaded_ms + passed.max(1) * every_ms;
    while due < until {
        let at_ms = due - desk.now_ms + desk.wait_ms(0, 14);
        desk.send(at_ms, request.from(tab.page));
        due += every_ms;
    }
}
