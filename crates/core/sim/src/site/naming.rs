//! How a site names what it has: the words of each archetype, and the way from a target to its path.
//!
//! Every archetype has three names for every part and the seed picks each on its own, so that no two
//! sites of one archetype share all of their routes.

use std::fmt::Write;

use super::{Site, SiteKind, Target};
use crate::{probe, random::mix};

type Three = [&'static str; 3];

/// The names of an archetype.
struct Names {
    host: Three,
    list: Three,
    item: Three,
    info: Three,
    search: Three,
    form: Three,
    done: Three,
    shared: Three,
    image: Three,
    api: Three,
    resource: Three,
    parts: [&'static str; 4],
    suggest: Three,
    page_call: Three,
    widget: Three,
    pulse: Three,
}

const SHOP: Names = Names {
    host: ["books.tidewater.example", "www.lanternandloom.example", "store.oakfield.example"],
    list: ["/subjects", "/collections", "/aisle"],
    item: ["/books", "/goods", "/articles"],
    info: ["/help", "/service", "/about"],
    search: ["/search?q=", "/find?what=", "/catalogue/search?query="],
    form: ["/checkout", "/basket/step", "/order"],
    done: ["/checkout/thanks", "/basket/confirmed", "/order/placed"],
    shared: ["/assets", "/dist", "/theme/build"],
    image: ["/covers", "/media/pictures", "/thumbs"],
    api: ["/api/v2", "/rest", "/shop-api"],
    resource: ["books", "goods", "articles"],
    parts: ["stock", "reviews", "related", "delivery"],
    suggest: ["/api/v2/suggest?q=", "/rest/complete?s=", "/shop-api/hints?prefix="],
    page_call: ["/api/v2/basket/summary", "/rest/recent", "/shop-api/banner"],
    widget: ["/api/v2/stock-ticker", "/rest/ticker", "/shop-api/live"],
    pulse: ["/pulse", "/t/alive", "/rest/presence"],
};

const DOCS: Names = Names {
    host: ["docs.quillstack.example", "wiki.hearthside.example", "manual.brasspipe.example"],
    list: ["/guide", "/chapters", "/category"],
    item: ["/docs", "/wiki", "/manual"],
    info: ["/meta", "/community", "/about"],
    search: ["/search.html?q=", "/lookup?text=", "/w/find?term="],
    form: ["/feedback", "/suggest-edit", "/contact"],
    done: ["/feedback/sent", "/suggest-edit/ok", "/contact/done"],
    shared: ["/_static", "/css", "/build"],
    image: ["/figures", "/diagrams", "/uploads"],
    api: ["/api", "/w/rest", "/index-api"],
    resource: ["pages", "topics", "entries"],
    parts: ["links", "history", "outline", "citations"],
    suggest: ["/api/quicksearch?q=", "/w/rest/titles?prefix=", "/index-api/typeahead?t="],
    page_call: ["/api/versions", "/w/rest/toc", "/index-api/notes"],
    widget: ["/api/build-state", "/w/rest/recent", "/index-api/feed"],
    pulse: ["/hit", "/w/rest/view", "/count"],
};

const DASHBOARD: Names = Names {
    host: ["app.meterline.example", "console.fieldgrid.example", "my.parcelops.example"],
    list: ["/tables", "/boards", "/queue"],
    item: ["/records", "/tickets", "/orders"],
    info: ["/settings", "/team", "/billing"],
    search: ["/lookup?q=", "/all?filter=", "/tickets/search?text="],
    form: ["/records/new", "/tickets/edit", "/orders/entry"],
    done: ["/records/saved", "/tickets/updated", "/orders/booked"],
    shared: ["/bundle", "/ui", "/web/dist"],
    image: ["/avatars", "/u/pictures", "/web/icons"],
    api: ["/api/internal", "/bff", "/gateway/v3"],
    resource: ["records", "tickets", "orders"],
    parts: ["comments", "timeline", "attachments", "owner"],
    suggest: ["/api/internal/lookup?q=", "/bff/omnibox?s=", "/gateway/v3/names?starts="],
    page_call: ["/api/internal/me", "/bff/flags", "/gateway/v3/inbox/count"],
    widget: ["/api/internal/tiles", "/bff/panels", "/gateway/v3/gauges"],
    pulse: ["/api/internal/ping", "/bff/presence", "/gateway/v3/session/touch"],
};

const API_PORTAL: Names = Names {
    host: ["developer.skyroute.example", "api.grainbank.example", "platform.inkwire.example"],
    list: ["/products", "/reference", "/apis"],
    item: ["/operations", "/reference/op", "/guides"],
    info: ["/pricing", "/support", "/legal"],
    search: ["/search?query=", "/reference/find?q=", "/portal/search?s="],
    form: ["/signup", "/keys/new", "/console"],
    done: ["/signup/welcome", "/keys/created", "/console/saved"],
    shared: ["/portal/assets", "/s", "/public/build"],
    image: ["/portal/img", "/schemas/png", "/public/art"],
    api: ["/v1", "/v3", "/2026-06"],
    resource: ["shipments", "quotes", "messages"],
    parts: ["events", "documents", "status", "labels"],
    suggest: ["/portal/typeahead?q=", "/reference/complete?p=", "/portal/ops?match="],
    page_call: ["/portal/session", "/portal/changelog.json", "/portal/limits"],
    widget: ["/portal/uptime", "/portal/usage", "/portal/latency"],
    pulse: ["/portal/ping", "/rum", "/portal/seen"],
};

const SINGLE_PAGE: Names = Names {
    host: ["app.trailmates.example", "play.cardhouse.example", "go.recipebox.example"],
    list: ["/explore", "/groups", "/shelf"],
    item: ["/trail", "/deck", "/recipe"],
    info: ["/profile", "/faq", "/terms"],
    search: ["/explore/results?q=", "/groups?contains=", "/shelf?look="],
    form: ["/compose", "/create", "/plan"],
    done: ["/compose/done", "/create/shared", "/plan/saved"],
    shared: ["/_app/immutable", "/js", "/client"],
    image: ["/photos", "/cdn/img", "/client/pics"],
    api: ["/graph/rest", "/data", "/svc"],
    resource: ["trails", "decks", "recipes"],
    parts: ["votes", "thread", "similar", "author"],
    suggest: ["/graph/rest/typing?q=", "/data/complete?s=", "/svc/as-you-type?part="],
    page_call: ["/graph/rest/viewer", "/data/notices", "/svc/experiments"],
    widget: ["/graph/rest/unread", "/data/online", "/svc/streak"],
    pulse: ["/graph/rest/here", "/data/tick", "/svc/active"],
};

const NEWS: Names = Names {
    host: ["www.harbourpost.example", "daily.northlight.example", "www.granitetimes.example"],
    list: ["/section", "/topics", "/ressort"],
    item: ["/2026", "/story", "/a"],
    info: ["/imprint", "/newsletter", "/subscribe"],
    search: ["/archive?q=", "/suche?begriff=", "/find?text="],
    form: ["/newsletter/join", "/letters", "/account/register"],
    done: ["/newsletter/welcome", "/letters/received", "/account/ready"],
    shared: ["/fe", "/static-build", "/resources"],
    image: ["/img/scaled", "/pictures", "/media/w640"],
    api: ["/content-api", "/api/news", "/edge"],
    resource: ["stories", "articles", "pieces"],
    parts: ["comments", "recommend", "media", "corrections"],
    suggest: ["/content-api/topics?like=", "/api/news/complete?q=", "/edge/words?s="],
    page_call: ["/content-api/paywall", "/api/news/weather", "/edge/breaking"],
    widget: ["/content-api/ticker", "/api/news/live", "/edge/scores"],
    pulse: ["/content-api/attention", "/m", "/edge/read"],
};

const BOOKING: Names = Names {
    host: ["book.ferrylink.example", "stay.alpenhof.example", "termine.stadtamt.example"],
    list: ["/destinations", "/offers", "/offices"],
    item: ["/rooms", "/sailings", "/services"],
    info: ["/conditions", "/accessibility", "/contact"],
    search: ["/availability?place=", "/offers/find?to=", "/services/search?name="],
    form: ["/reserve/step", "/booking", "/appointment/part"],
    done: ["/reserve/confirmation", "/booking/voucher", "/appointment/booked"],
    shared: ["/web-assets", "/pkg", "/include"],
    image: ["/gallery", "/photo", "/bilder"],
    api: ["/booking-api", "/ws", "/api/public"],
    resource: ["rooms", "sailings", "services"],
    parts: ["prices", "calendar", "extras", "rules"],
    suggest: ["/booking-api/places?q=", "/ws/ports?begin=", "/api/public/names?s="],
    page_call: ["/booking-api/currency", "/ws/hold", "/api/public/opening-hours"],
    widget: ["/booking-api/seats-left", "/ws/queue", "/api/public/waiting"],
    pulse: ["/booking-api/keepalive", "/ws/alive", "/api/public/session"],
};

const FIRST: [&str; 24] = [
    "salt", "winter", "northern", "paper", "quiet", "copper", "distant", "small", "green", "slow",
    "hidden", "early", "long", "amber", "broken", "silver", "plain", "steep", "warm", "hollow",
    "twin", "inner", "open", "late",
];
const LAST: [&str; 24] = [
    "tide", "atlas", "garden", "letter", "passage", "almanac", "harvest", "lantern", "river",
    "compass", "orchard", "signal", "meadow", "archive", "voyage", "hour", "bridge", "engine",
    "ledger", "market", "shelter", "thread", "valley", "window",
];
const TERMS: [&str; 16] = [
    "lighthouse",
    "knots",
    "harbour",
    "moorland",
    "sextant",
    "orchard",
    "woodcut",
    "almanac",
    "estuary",
    "bindings",
    "heron",
    "gambit",
    "thermostat",
    "quarterly",
    "permission",
    "saddle",
];
const FILES: [&str; 18] = [
    "base.css",
    "site.css",
    "runtime.js",
    "app.js",
    "text.woff2",
    "icons.svg",
    "vendor.js",
    "print.css",
    "bold.woff2",
    "consent.js",
    "player.js",
    "polyfill.js",
    "grid.css",
    "logo.svg",
    "favicon.ico",
    "tracker.js",
    "theme.css",
    "i18n.js",
];
const ENDINGS: Three = ["webp", "jpg", "png"];

/// How many terms visitors search for.
pub(crate) const TERM_COUNT: u8 = 16;
/// The most files that pages share.
pub(super) const FILES_MAX: u32 = 18;

fn names(kind: SiteKind) -> &'static Names {
    match kind {
        SiteKind::Shop => &SHOP,
        SiteKind::Docs => &DOCS,
        SiteKind::Dashboard => &DASHBOARD,
        SiteKind::ApiPortal => &API_PORTAL,
        SiteKind::SinglePage => &SINGLE_PAGE,
        SiteKind::News => &NEWS,
        SiteKind::Booking => &BOOKING,
    }
}

fn word(list: &[&'static str], index: u64) -> &'static str {
    let index = index.checked_rem(list.len() as u64).unwrap_or(0);
    list.get(usize::try_from(index).unwrap_or(0)).copied().unwrap_or_default()
}

/// A term that visitors search for.
pub(crate) fn term(number: u8) -> &'static str {
    word(&TERMS, number.into())
}

/// The name of a shared file; its ending says what it is.
pub(super) fn file(number: u8) -> &'static str {
    word(&FILES, number.into())
}

impl Site {
    fn chosen(&self, part: u64, of: &Three) -> &'static str {
        word(of, mix(self.seed ^ part.wrapping_mul(0x51_7c_c1)))
    }

    /// The host of the site.
    pub(crate) fn host(&self) -> &'static str {
        self.chosen(0, &names(self.kind).host)
    }

    fn slug(&self, number: u64, out: &mut String) {
        let hash = mix(number ^ self.seed.rotate_left(17));
        out.push_str(word(&FIRST, hash));
        out.push('-');
        out.push_str(word(&LAST, hash >> 20));
    }

    /// Appends the path and query of a target. Writing to a `String` cannot fail.
    pub(crate) fn write_path(&self, target: Target, out: &mut String) {
        let names = names(self.kind);
        let _ = match target {
            Target::Home => out.write_str("/"),
            Target::List { section, page } => {
                out.push_str(self.chosen(1, &names.list));
                out.push('/');
                self.slug(u64::from(section) + 7, out);
                if page > 1 { write!(out, "?page={page}") } else { Ok(()) }
            }
            Target::Item(item) => {
                self.write_item(self.chosen(2, &names.item), item, out);
                Ok(())
            }
            Target::Info(topic) => {
                let info = self.chosen(3, &names.info);
                if topic == 0 { out.write_str(info) } else { write!(out, "{info}/{topic}") }
            }
            Target::Status => out.write_str("/status"),
            Target::Search { term: number, page } => {
                let _ = write!(out, "{}{}", self.chosen(4, &names.search), term(number));
                if page > 1 { write!(out, "&page={page}") } else { Ok(()) }
            }
            Target::Form(0) => out.write_str(self.chosen(5, &names.form)),
            Target::Form(step) => write!(out, "{}/{step}", self.chosen(5, &names.form)),
            Target::Done => out.write_str(self.chosen(5, &names.done)),
            Target::Shared(number) => {
                let (stem, ending) = file(number).split_once('.').unwrap_or_default();
                let version = mix(self.seed ^ (u64::from(number) << 21) ^ 0x5eed) & 0xffff;
                write!(out, "{}/{stem}.{version:04x}.{ending}", self.chosen(6, &names.shared))
            }
            Target::Chunk(number) => {
                let version = mix(self.seed ^ (u64::from(number) << 9) ^ 0xc4a2) & 0xff_ffff;
                write!(out, "{}/chunk-{version:06x}.js", self.chosen(6, &names.shared))
            }
            Target::Image(image) => {
                let ending = self.chosen(8, &ENDINGS);
                write!(out, "{}/{}.{ending}", self.chosen(7, &names.image), 1000 + image)
            }
            target => self.write_call(target, names, out),
        };
    }

    /// The paths of what scripts and programs ask for.
    fn write_call(&self, target: Target, names: &Names, out: &mut String) -> std::fmt::Result {
        let api = self.chosen(9, &names.api);
        let resource = self.chosen(10, &names.resource);
        match target {
            Target::Suggest { term: number, typed } => {
                let letters = term(number);
                let typed = letters.get(..usize::from(typed)).unwrap_or(letters);
                write!(out, "{}{typed}", self.chosen(11, &names.suggest))
            }
            Target::ApiList { section, page } => {
                let _ = write!(out, "{api}/{resource}?group={section}");
                if page > 1 { write!(out, "&page={page}") } else { Ok(()) }
            }
            Target::ApiWrong { section, wrong } => {
                let parameter =
                    word(&["limit=5000", "category=", "sort=-", "fields=*"], wrong.into());
                write!(out, "{api}/{resource}?group={section}&{parameter}")
            }
            Target::ApiItem(item) => write!(out, "{api}/{resource}/{}", 1000 + item),
            Target::ApiPart { item, part } => {
                let part = word(&names.parts, part.into());
                write!(out, "{api}/{resource}/{}/{part}", 1000 + item)
            }
            Target::ApiIndex => write!(out, "{api}/groups"),
            Target::ApiWrite(0) => write!(out, "{api}/{resource}"),
            Target::ApiWrite(what) => write!(out, "{api}/drafts/{what}"),
            Target::Validate { step, field } => write!(out, "{api}/check/{step}/{field}"),
            Target::PageCall(0) => out.write_str(self.chosen(12, &names.page_call)),
            Target::PageCall(call) => {
                write!(out, "{}/{call}", self.chosen(12, &names.page_call))
            }
            Target::Widget(widget) => write!(out, "{}/{widget}", self.chosen(13, &names.widget)),
            Target::Pulse => out.write_str(self.chosen(14, &names.pulse)),
            Target::Surface(surface) => out.write_str(surface.path()),
            Target::Probe(number) => {
                let (path, ending, _) = probe::probe(number);
                let slash = if path.starts_with('/') { "" } else { "/" };
                write!(out, "{slash}{path}{ending}")
            }
            _ => Ok(()),
        }
    }

    /// Items are named by number, by words or by both, as the seed has it.
    fn write_item(&self, prefix: &str, item: u32, out: &mut String) {
        let _ = match mix(self.seed ^ 0x17e3) % 4 {
            0 => write!(out, "{prefix}/{}", 1000 + item),
            1 => {
                let _ = write!(out, "{prefix}/");
                self.slug(item.into(), out);
                write!(out, "-{}", 1000 + item)
            }
            2 => write!(out, "{prefix}/{:08x}", mix(u64::from(item) ^ self.seed) >> 32),
            _ => {
                let _ = write!(out, "{prefix}/{}/", 1000 + item);
                self.slug(item.into(), out);
                Ok(())
            }
        };
    }
}
