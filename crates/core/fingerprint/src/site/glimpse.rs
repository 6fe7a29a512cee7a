//! What learning a site's map reads of one event, beside what a client's state tells.

use gait_event::Event;

use crate::{
    clock::{referer_host, referer_target},
    route::{Route, Sight},
    target::{Extension, Outline, Parts},
};

/// One event, as a map of routes sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// Hash of the target's template; of no meaning for assets.
    pub template: u32,
    /// The class of route.
    pub route: Route,
    /// Hash of the template of the page that the event says it came from, when that lies on this site.
    pub from: Option<u32>,
}

impl Glimpse {
    /// Looks at an event.
    #[must_use]
    pub fn of(event: &Event<'_>) -> Self {
        let sight = Sight::of(event);
        let referer = event.referer.filter(|referer| !referer.is_empty());
        let host = event.host.unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let own = |referer: &&str| host.is_empty() || referer_host(referer) == host;
        let from = referer.filter(own).map(|referer| {
            let parts = Parts::of(referer_target(referer));
            Outline::of(&parts, Extension::of_path(parts.path)).template
        });
        Self { template: sight.outline.template, route: sight.route, from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(host: &'static str, referer: &'static str) -> Event<'static> {
        Event {
            target: "/product/7?tab=2",
            host: Some(host),
            referer: Some(referer),
            ..Event::default()
        }
    }

    #[test]
    fn a_referrer_of_the_same_site_names_the_page_before() {
        let page = Glimpse::of(&Event { target: "/product/9", ..Event::default() });
        let own = Glimpse::of(&event("shop.example:8080", "https://shop.example/product/9"));
        assert_eq!((own.from, own.template), (Some(page.template), page.template));
        assert_eq!(
            Glimpse::of(&event("shop.example", "https://news.example/product/9")).from,
            None
        );
        assert_eq!(Glimpse::of(&event("shop.example", "")).from, None);
    }
}
