//! What single path words and file extensions say about a route. Words are compared in lower case.

use super::surface::{Attack, Discovery};

/// The words of a path, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(u16);

impl Words {
    /// A segment that names a programming interface: `api`, `graphql`, `v2`.
    pub(crate) const API: Self = Self(1);
    /// An MCP endpoint.
    pub(crate) const MCP: Self = Self(1 << 1);
    /// A word that only the timer of a page asks for: `heartbeat`, `beacon`.
    pub(crate) const TIMER: Self = Self(1 << 2);
    /// A word that timers use and people too: `collect`, `poll`.
    pub(crate) const TIMER_MAYBE: Self = Self(1 << 3);
    /// `robots.txt` and its like.
    pub(crate) const ROBOTS: Self = Self(1 << 4);
    /// A sitemap.
    pub(crate) const SITEMAP: Self = Self(1 << 5);
    /// A feed, by its file name.
    pub(crate) const FEED: Self = Self(1 << 6);
    /// A last segment that may be a feed or a page: `feed`, `rss`.
    pub(crate) const FEED_MAYBE: Self = Self(1 << 7);
    /// A canary: a segment that begins with `gait-canary`.
    pub(crate) const CANARY: Self = Self(1 << 8);

    /// True when every word of `other` is in the set.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds the words of `other`.
    pub(crate) fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Recognises a path segment, in lower case.
    pub(crate) fn of_segment(segment: &[u8]) -> Self {
        match segment {
            b"api" | b"apis" | b"rest" | b"rpc" | b"jsonrpc" | b"graphql" | b"ajax" | b"health"
            | b"healthz" | b"livez" | b"readyz" | b"v1" | b"v2" | b"v3" | b"v4" | b"v5"
            | b"wp-json" | b"odata" => Self::API,
            b"mcp" => Self(Self::API.0 | Self::MCP.0),
            b"heartbeat" | b"heartbeats" | b"beacon" | b"beacons" | b"keepalive"
            | b"keep-alive" | b"telemetry" | b"rum" | b"ping" | b"longpoll" | b"long-poll"
            | b"__beacon" => Self::TIMER,
            b"poll" | b"collect" | b"metrics" | b"analytics" | b"track" | b"tracking"
            | b"g-collect" | b"presence" | b"pixel" | b"cspreport" | b"csp-report" => {
                Self::TIMER_MAYBE
            }
            b"robots.txt" | b"ads.txt" | b"security.txt" | b"humans.txt" => Self::ROBOTS,
            b"sitemap.xml" | b"sitemap_index.xml" | b"sitemap-index.xml" | b"sitemap.xml.gz"
            | b"sitemap.txt" | b"sitemaps" => Self::SITEMAP,
            b"feed.xml" | b"rss.xml" | b"atom.xml" | b"index.rdf" | b"feed.json" | b"feed.rss"
            | b"feed.atom" | b"rss2.xml" => Self::FEED,
            b"feed" | b"feeds" | b"rss" | b"atom" | b"rss2" => Self::FEED_MAYBE,
            _ if segment.starts_with(b"gait-canary") => Self::CANARY,
            _ if segment.starts_with(b"sitemap-") && segment.ends_with(b".xml") => Self::SITEMAP,
            _ => Self(0),
        }
    }
}

/// What a file extension says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extension {
    /// No extension: a page or a programming interface.
    #[default]
    None,
    /// A page: `html`, `php`, `aspx`.
    Page,
    /// A style sheet.
    Style,
    /// A script, a source map or a module.
    Script,
    /// An image.
    Image,
    /// A font.
    Font,
    /// Audio or video.
    Media,
    /// Data for programs: `json`, `xml`, `csv`.
    Data,
    /// A copy left behind: `bak`, `old`, `swp`, `sql`.
    Backup,
    /// Any other extension.
    Other,
}

impl Extension {
    /// Reads the extension of a path: what follows the last dot of the last segment, up to 5 bytes.
    pub(crate) fn of_path(path: &[u8]) -> Self {
        let tail = path.get(path.len().saturating_sub(6)..).unwrap_or(path);
        let Some(dot) = tail.iter().rposition(|byte| matches!(byte, b'.' | b'/')) else {
            return Self::None;
        };
        let Some((b'.', extension)) = tail.get(dot..).and_then(<[u8]>::split_first) else {
            return Self::None;
        };
        let mut lower = [0_u8; 5];
        for (to, from) in lower.iter_mut().zip(extension) {
            *to = from.to_ascii_lowercase();
        }
        Self::of_name(lower.get(..extension.len()).unwrap_or_default())
    }

    fn of_name(extension: &[u8]) -> Self {
        match extension {
            b"" => Self::None,
            b"html" | b"htm" | b"php" | b"asp" | b"aspx" | b"jsp" | b"shtml" | b"xhtml" | b"do"
            | b"cfm" | b"md" | b"txt" | b"pdf" => Self::Page,
            b"css" | b"less" => Self::Style,
            b"js" | b"mjs" | b"map" | b"wasm" | b"cjs" => Self::Script,
            b"png" | b"jpg" | b"jpeg" | b"gif" | b"svg" | b"webp" | b"ico" | b"avif" | b"bmp"
            | b"xbm" | b"jxl" => Self::Image,
            b"woff2" | b"woff" | b"ttf" | b"otf" | b"eot" => Self::Font,
            b"mp4" | b"webm" | b"mp3" | b"ogg" | b"m4a" | b"wav" | b"mov" | b"mpg" | b"mpeg"
            | b"m3u8" | b"ts" | b"vtt" => Self::Media,
            b"json" | b"xml" | b"csv" | b"yaml" | b"yml" | b"rdf" | b"rss" | b"atom" => Self::Data,
            b"bak" | b"old" | b"orig" | b"swp" | b"save" | b"sql" => Self::Backup,
            _ if extension.iter().all(u8::is_ascii_digit) => Self::None,
            _ => Self::Other,
        }
    }

    /// True for what a page loads to be seen: styles, scripts, images, fonts, media.
    pub(crate) fn is_asset(self) -> bool {
        matches!(self, Self::Style | Self::Script | Self::Image | Self::Font | Self::Media)
    }
}

/// Everything a path segment can be at once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) words: Words,
    pub(crate) discovery: u16,
    pub(crate) attack: u16,
    /// The segment before was `.well-known`.
    pub(crate) well_known: bool,
}

impl Findings {
    /// Takes one segment in, in lower case.
    pub(crate) fn add(&mut self, segment: &[u8]) {
        self.words.insert(Words::of_segment(segment));
        let discovery = if self.well_known {
            Discovery::of_well_known(segment)
        } else {
            Discovery::of_segment(segment)
        };
        self.discovery |= discovery.map_or(0, Discovery::bit);
        self.attack |= Attack::of_segment(segment).map_or(0, Attack::bit);
        self.well_known = segment == b".well-known";
    }
}
