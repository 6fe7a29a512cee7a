//! What hands leave in a gateway's log: typing, scrolling, resting on links, looking away, filling forms.
//!
//! Every motion begins `from_ms` after now, puts its requests on the agenda, and says when it is over.
//! Which motion comes next is left to the persons.

use super::{Habits, Hand};
use crate::{
    browser::Browser,
    desk::Desk,
    request::Request,
    site::{Target, term},
};

/// Looks at the page in front: scrolls in waves, rests on links, turns to something else and back.
pub(crate) fn looks(
    hand: &mut impl Hand,
    habits: &Habits,
    browser: &mut Browser,
    desk: &mut Desk<'_>,
    from_ms: u64,
) -> u64 {
    let words = desk.site.words(browser.page());
    let dwell_ms = hand.dwell_ms(desk.random, words);
    browser.stay(desk, from_ms, dwell_ms, true);
    let until_ms = from_ms + dwell_ms;
    if desk.random.chance(habits.scrolls) {
        let mut at_ms = from_ms + hand.wave_ms(desk.random);
        while at_ms < until_ms && browser.scroll(desk, at_ms, 1) {
            at_ms += hand.wave_ms(desk.random);
        }
    }
    if desk.random.chance(habits.hovers) && dwell_ms > 1200 {
        let link = any_link(browser, desk);
        let at_ms = from_ms + u64::from(desk.random.below(u32::try_from(dwell_ms).unwrap_or(0)));
        browser.hover(desk, at_ms, link);
    }
    if !desk.random.chance(habits.hides) {
        return until_ms;
    }
    looks_away(habits, browser, desk, until_ms)
}

/// The tab is hidden for some seconds or minutes; a phone may have thrown it away meanwhile.
fn looks_away(habits: &Habits, browser: &mut Browser, desk: &mut Desk<'_>, from_ms: u64) -> u64 {
    let away_ms = desk.random.log_normal_ms(45_000.0, 1.1).clamp(2000, 1_800_000);
    browser.stay(desk, from_ms, away_ms, false);
    let back_ms = from_ms + away_ms;
    if desk.random.chance(habits.discards) {
        return browser.reload(desk, back_ms);
    }
    back_ms
}

/// A link of the page in front: the upper ones more often.
pub(crate) fn any_link(browser: &Browser, desk: &mut Desk<'_>) -> Target {
    let page = browser.page();
    let count = desk.site.link_count(page);
    desk.site.link(page, desk.random.leaning(count.into()))
}

/// Goes to the link: hesitates, perhaps rests on it long enough for a prefetch, clicks. A slow page may be
/// given up and asked for again.
pub(crate) fn clicks(
    hand: &mut impl Hand,
    habits: &Habits,
    browser: &mut Browser,
    desk: &mut Desk<'_>,
    from_ms: u64,
    link: Target,
) -> u64 {
    let rest_ms = hand.rest_ms(desk.random);
    if desk.random.chance(habits.hovers) {
        browser.hover(desk, from_ms + rest_ms / 3, link);
    }
    let click_ms = from_ms + rest_ms;
    if !desk.site.traits.single_page && desk.random.chance(habits.reloads) {
        let given_up = Request::page(link).from(browser.page()).answered(499);
        desk.send(click_ms, given_up);
        let again_ms = desk.random.log_logistic_ms(4200.0, 3.0).max(1200);
        return browser.follow(desk, click_ms + again_ms, link);
    }
    browser.follow(desk, click_ms, link)
}

/// Types a term letter by letter until enough of it stands, then asks for the results.
pub(crate) fn searches(
    hand: &mut impl Hand,
    browser: &mut Browser,
    desk: &mut Desk<'_>,
    from_ms: u64,
    number: u8,
) -> u64 {
    let letters = u8::try_from(term(number).len()).unwrap_or(u8::MAX);
    let mut at_ms = from_ms + hand.rest_ms(desk.random);
    let mut typed = 1;
    while typed < letters {
        at_ms += hand.key_ms(desk.random);
        typed += 1;
        browser.suggests(desk, at_ms, number, typed, typed == 2);
        if typed > 5 && desk.random.chance(0.12) {
            break;
        }
    }
    let at_ms = at_ms + hand.rest_ms(desk.random);
    browser.follow(desk, at_ms, Target::Search { term: number, page: 1 })
}

/// Fills in a step of the form field by field and sends it; one step in six comes back and is put right.
pub(crate) fn fills(
    hand: &mut impl Hand,
    browser: &mut Browser,
    desk: &mut Desk<'_>,
    from_ms: u64,
    step: u8,
) -> u64 {
    let mut at_ms = from_ms;
    for field in 0..desk.site.fields(step) {
        at_ms += hand.field_ms(desk.random, desk.site.letters(step, field));
        browser.leaves_field(desk, at_ms, step, field);
    }
    browser.stay(desk, from_ms, at_ms - from_ms, true);
    if desk.random.chance(1.0 / 6.0) {
        let refused_ms = browser.submit(desk, at_ms, step, true);
        let repair_ms = hand.field_ms(desk.random, 8) + hand.rest_ms(desk.random);
        browser.stay(desk, refused_ms, repair_ms, true);
        at_ms = refused_ms + repair_ms;
    }
    browser.submit(desk, at_ms, step, false)
}
