//! The request headers that a client's software sends for a purpose.

use crate::{
    profile::{Manners, Profile},
    request::{Purpose, Referer, Request},
};

/// The headers a gateway logs; the empty text means that the header was not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    pub(crate) accept: &'static str,
    pub(crate) accept_language: &'static str,
    pub(crate) accept_encoding: &'static str,
    pub(crate) sec_fetch_mode: &'static str,
    pub(crate) sec_fetch_dest: &'static str,
    pub(crate) sec_fetch_site: &'static str,
    pub(crate) content_type: &'static str,
}

const CHROMIUM_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
const PLAIN_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const CHROMIUM_IMAGE: &str = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const FIREFOX_IMAGE: &str = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";
const SAFARI_IMAGE: &str = "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";

impl Headers {
    /// What this client sends with this request.
    pub(crate) fn of(profile: &Profile, request: &Request) -> Self {
        let sent = match profile.manners {
            Manners::Chromium | Manners::Firefox | Manners::Safari => browser(profile, request),
            Manners::Borrowed => Self {
                accept: if request.purpose == Purpose::Document { PLAIN_PAGE } else { "*/*" },
                accept_encoding: "gzip, deflate",
                ..Self::default()
            },
            Manners::Library => {
                Self { accept: "*/*", accept_encoding: "gzip, deflate", ..Self::default() }
            }
            Manners::Json => Self {
                accept: "application/json",
                accept_encoding: "gzip, deflate, br",
                ..Self::default()
            },
            Manners::Markdown => Self {
                accept: "text/markdown, text/html;q=0.9, */*;q=0.1",
                accept_encoding: "gzip, br",
                ..Self::default()
            },
            Manners::Crawler => {
                Self { accept: PLAIN_PAGE, accept_encoding: "gzip, deflate, br", ..Self::default() }
            }
        };
        let content_type = match (request.method.writes(), request.purpose) {
            (false, _) => "",
            (true, Purpose::Document) => "application/x-www-form-urlencoded",
            (true, Purpose::Beacon) => "text/plain;charset=UTF-8",
            (true, _) => "application/json",
        };
        let sent = Self { accept_language: profile.language, content_type, ..sent };
        if profile.stripped {
            // A proxy that forwards what it knows and re-encodes.
            return Self {
                accept: sent.accept,
                accept_encoding: "gzip",
                content_type,
                ..Self::default()
            };
        }
        sent
    }
}

/// A browser's headers by the purpose of the request (Fetch metadata, W3C).
fn browser(profile: &Profile, request: &Request) -> Headers {
    let (page, image) = match profile.manners {
        Manners::Chromium => (CHROMIUM_PAGE, CHROMIUM_IMAGE),
        Manners::Safari => (PLAIN_PAGE, SAFARI_IMAGE),
        _ => (PLAIN_PAGE, FIREFOX_IMAGE),
    };
    let (accept, mode, dest) = match request.purpose {
        Purpose::Document => (page, "navigate", "document"),
        Purpose::Style => ("text/css,*/*;q=0.1", "no-cors", "style"),
        Purpose::Script => ("*/*", "no-cors", "script"),
        Purpose::Font => ("*/*", "cors", "font"),
        Purpose::Image => (image, "no-cors", "image"),
        Purpose::Call => ("application/json", "cors", "empty"),
        Purpose::Beacon | Purpose::Prefetch => ("*/*", "no-cors", "empty"),
    };
    let site = match (request.purpose, request.referer) {
        (Purpose::Document, Referer::None) => "none",
        (Purpose::Document, Referer::Outside(_)) => "cross-site",
        _ => "same-origin",
    };
    Headers {
        accept,
        accept_encoding: "gzip, deflate, br, zstd",
        sec_fetch_mode: mode,
        sec_fetch_dest: dest,
        sec_fetch_site: site,
        ..Headers::default()
    }
}
