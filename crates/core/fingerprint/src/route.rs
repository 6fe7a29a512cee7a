//! The class of route a request belongs to, decided from the best witness at hand: surfaces that are
//! what they are whoever asks, then `Sec-Fetch-Dest`, extension of an asset, `Accept`, method and
//! content type, and last the words of the path. A bare combined log decides by extension and path alone.

use gait_event::{Event, Method};

use crate::target::{Extension, Outline, Parts, Words};

/// The body of a POST that only reports something to the server is at most this long, bytes,
/// headers included.
const REPORT_BYTES_MAX: u64 = 2048;

/// What kind of thing a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// A page, or a file a person opens.
    Document,
    /// A style sheet.
    Style,
    /// A script, a worker or a module.
    Script,
    /// An image.
    Image,
    /// A font.
    Font,
    /// Audio, video or a caption track.
    Media,
    /// An embedded frame, a prefetch, a manifest: loaded by a page, not by a choice.
    Embedded,
    /// A call of a programming interface.
    Api,
    /// A report or a heartbeat that a page sends by itself.
    Beacon,
    /// `robots.txt`, a sitemap or a feed.
    Policy,
    /// A document that tells programs what a site offers.
    Discovery,
    /// A place or a pattern that only an attacker asks for.
    Attack,
    /// The question of a browser whether it may ask across origins.
    Preflight,
    /// Anything else: downloads, unknown methods.
    Other,
}

impl Route {
    /// True for what a page loads to be seen.
    #[must_use]
    pub fn is_asset(self) -> bool {
        matches!(
            self,
            Self::Style | Self::Script | Self::Image | Self::Font | Self::Media | Self::Embedded
        )
    }

    /// True for what a mind or a program behind the client chose, unless a clock or a page did.
    #[must_use]
    pub fn may_be_decision(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::Api
                | Self::Policy
                | Self::Discovery
                | Self::Attack
                | Self::Other
        )
    }
}

/// An event with what its target says: read once, handed to every block of state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'e> {
    /// The event.
    pub(crate) event: &'e Event<'e>,
    /// What the target is made of.
    pub(crate) outline: Outline,
    /// The class of route.
    pub(crate) route: Route,
}

impl<'e> Sight<'e> {
    /// Looks at an event.
    pub(crate) fn of(event: &'e Event<'e>) -> Self {
        let parts = Parts::of(event.target);
        let extension = Extension::of_path(parts.path);
        let dest = text(event.sec_fetch_dest);
        // Most requests are assets and say so by two cheap witnesses; their target is not walked.
        if let Some(route) = asset_by_dest(dest) {
            return Self { event, outline: Outline::of_asset(extension), route };
        }
        if dest != b"document" && extension.is_asset() && event.method == Method::Get {
            let route = asset_by_extension(extension);
            return Self { event, outline: Outline::of_asset(extension), route };
        }
        let mut outline = Outline::of(&parts, extension);
        if let Some(method) = event.mcp_method.filter(|method| !method.is_empty()) {
            outline = outline.with_call(method, event.mcp_name.unwrap_or(""));
        }
        Self { event, outline, route: classify(event, &outline, dest) }
    }

    /// True when the response was an error the client can be blamed for.
    pub(crate) fn is_client_error(&self) -> bool {
        (400..500).contains(&self.event.status)
    }

    /// True when the response was the thing asked for.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.event.status, 200..300 | 304)
    }
}

fn text(field: Option<&str>) -> &[u8] {
    field.map_or(&[], |text| text.as_bytes())
}

fn asset_by_dest(dest: &[u8]) -> Option<Route> {
    Some(match dest {
        b"style" | b"xslt" => Route::Style,
        b"script" | b"worker" | b"sharedworker" | b"serviceworker" | b"audioworklet"
        | b"paintworklet" => Route::Script,
        b"image" => Route::Image,
        b"font" => Route::Font,
        b"audio" | b"video" | b"track" => Route::Media,
        b"iframe" | b"frame" | b"embed" | b"object" | b"manifest" => Route::Embedded,
        b"report" => Route::Beacon,
        _ => return None,
    })
}

fn asset_by_extension(extension: Extension) -> Route {
    match extension {
        Extension::Style => Route::Style,
        Extension::Script => Route::Script,
        Extension::Font => Route::Font,
        Extension::Media => Route::Media,
        _ => Route::Image,
    }
}

fn classify(event: &Event<'_>, outline: &Outline, dest: &[u8]) -> Route {
    if event.method == Method::Options {
        return Route::Preflight;
    }
    if outline.attack != 0 {
        return Route::Attack;
    }
    if outline.discovery != 0 {
        return Route::Discovery;
    }
    let words = outline.words;
    if [Words::ROBOTS, Words::SITEMAP, Words::FEED].iter().any(|word| words.contains(*word)) {
        return Route::Policy;
    }
    if dest == b"document" {
        return Route::Document;
    }
    let accept = text(event.accept);
    let page_wanted = accept.starts_with(b"text/html") || accept.starts_with(b"application/xhtml");
    if page_wanted && !words.contains(Words::API) && !is_form_of_api(event) {
        return by_extension(outline, Route::Document);
    }
    if is_beacon(event, words) {
        return Route::Beacon;
    }
    if words.contains(Words::FEED_MAYBE) && !words.contains(Words::API) {
        return Route::Policy;
    }
    // A browser's prefetch: a page asks for a page without reading it.
    if dest == b"empty" && text(event.sec_fetch_mode) == b"no-cors" {
        return if event.method == Method::Get { Route::Embedded } else { Route::Beacon };
    }
    if dest == b"empty" || words.contains(Words::API) || is_form_of_api(event) {
        return Route::Api;
    }
    if accept.starts_with(b"application/json") {
        return Route::Api;
    }
    match event.method {
        Method::Get | Method::Head | Method::Post => by_extension(outline, Route::Document),
        Method::Put | Method::Patch | Method::Delete => Route::Api,
        _ => Route::Other,
    }
}

/// The class of a path by its extension; `plain` when it has none.
fn by_extension(outline: &Outline, plain: Route) -> Route {
    match outline.extension {
        Extension::None => plain,
        Extension::Page => Route::Document,
        Extension::Data => Route::Api,
        Extension::Backup | Extension::Other => Route::Other,
        asset => asset_by_extension(asset),
    }
}

/// True for a body that no form of a page sends.
fn is_form_of_api(event: &Event<'_>) -> bool {
    let content = text(event.content_type);
    event.method.writes()
        && (content.starts_with(b"application/json")
            || content.starts_with(b"application/grpc")
            || event.mcp_method.is_some())
}

/// True for what the timer of a page sends: by its name, or a small report without an answer.
fn is_beacon(event: &Event<'_>, words: Words) -> bool {
    if words.contains(Words::TIMER) {
        return true;
    }
    let silent = event.status == 204;
    if words.contains(Words::TIMER_MAYBE) {
        return silent || event.method == Method::Post;
    }
    let from_page = event.referer.is_some() || event.sec_fetch_site.is_some();
    let small = event.request_bytes.is_none_or(|bytes| bytes <= REPORT_BYTES_MAX);
    silent && from_page && small && event.method == Method::Post
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
