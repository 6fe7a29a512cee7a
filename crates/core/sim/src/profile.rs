//! What a client is made of before it does anything: address, software, line.
//!
//! Addresses stand in 10.0.0.0/8 and 2001:db8::/32, so that no real party is named. People, browser
//! agents and programs that pretend draw from one pool of browsers.

use gait_event::HttpVersion;

use crate::{persona::Persona, random::Random, site::Site};

/// The manners of a client's software: which headers it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    Chromium,
    Firefox,
    Safari,
    /// A program under a browser's name: it copies `Accept` and a language, and no more.
    Borrowed,
    /// A library that takes what comes.
    Library,
    /// A program that asks for JSON.
    Json,
    /// A reader for a language model: Markdown first.
    Markdown,
    /// A crawler that says who it is.
    Crawler,
}

/// The line between a client and the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Datacentre,
    Fixed,
    Mobile,
    /// A crowded or distant line: seconds per page.
    Slow,
}

impl Line {
    /// What the line adds to an answer of this size, ms, without chance.
    pub(crate) fn transfer_ms(self, bytes: u32) -> u32 {
        match self {
            Self::Datacentre => bytes / 100_000,
            Self::Fixed => bytes / 4000,
            Self::Mobile => 20 + bytes / 900,
            Self::Slow => 180 + bytes / 24,
        }
    }
}

/// Who a client is to the gateway, for as long as it visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent yes-or-no facts")]
pub(crate) struct Profile {
    pub(crate) user_agent: &'static str,
    pub(crate) manners: Manners,
    pub(crate) protocol: HttpVersion,
    pub(crate) line: Line,
    /// `Accept-Language`; empty when the software sends none.
    pub(crate) language: &'static str,
    /// Opens a connection for every request.
    pub(crate) hangs_up: bool,
    /// Sends a credential with its calls.
    pub(crate) authenticated: bool,
    /// Speaks IPv6.
    pub(crate) ipv6: bool,
    /// Has no pointer that could rest on a link.
    pub(crate) touch: bool,
    /// Sends no heartbeats: an extension blocks them.
    pub(crate) blocks_beacons: bool,
    /// Sends no `Referer`.
    pub(crate) no_referer: bool,
    /// A proxy takes most headers away.
    pub(crate) stripped: bool,
}

type Browser = (&'static str, Manners);

const DESKTOP: [Browser; 11] = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        Manners::Firefox,
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", Manners::Firefox),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
        Manners::Safari,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        Manners::Safari,
    ),
];

const HANDHELD: [Browser; 5] = [
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        Manners::Chromium,
    ),
    (
        "Mozilla/5.0 (Linux; Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
        Manners::Firefox,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        Manners::Safari,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
        Manners::Safari,
    ),
];

const CRAWLERS: [&str; 6] = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
];

const MONITORS: [&str; 3] = [
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "curl/8.5.0",
];

const LIBRARIES: [&str; 6] = [
    "python-requests/2.32.3",
    "python-httpx/0.28.1",
    "Python/3.12 aiohttp/3.11.11",
    "Go-http-client/2.0",
    "axios/1.7.9",
    "node",
];

const SCANNERS: [&str; 6] = [
    "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)",
    "gobuster/3.6",
    "Mozilla/5.0 zgrab/0.x",
    "Fuzz Faster U Fool v2.1.0-dev",
    "python-requests/2.31.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36",
];

const FETCHERS: [&str; 3] = [
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)",
];

const APPS: [&str; 3] = [
    "TidewaterBooks/4.2.1 (iPhone; iOS 18.7; Scale/3.00)",
    "Meterline/11.0 (Android 15; Pixel 8; build 2211)",
    "FerryLink/2.9.3 CFNetwork/1568.200.51 Darwin/24.1.0",
];

const MIRRORS: [&str; 2] = ["Wget/1.21.4", "Mozilla/4.5 (compatible; HTTrack 3.0x; Windows 98)"];

const CODERS: [&str; 4] = ["curl/8.7.1", "python-requests/2.32.3", "node", "python-httpx/0.28.1"];

const LANGUAGES: [&str; 6] = [
    "en-GB,en;q=0.9",
    "en-US,en;q=0.9",
    "de-DE,de;q=0.9,en;q=0.8",
    "fr-FR,fr;q=0.9",
    "nl-NL,nl;q=0.9,en;q=0.7",
    "en-US",
];

impl Profile {
    /// Draws the profile of a persona. It is the first thing a client's chance decides, so that the
    /// truth is known without playing the visit.
    pub(crate) fn draw(persona: Persona, site: &Site, random: &mut Random) -> Self {
        let drawn = Self::of(persona, random);
        let newest = matches!(drawn.protocol, HttpVersion::Http2 | HttpVersion::Http3);
        if newest && !site.traits.modern {
            return Self { protocol: HttpVersion::Http11, ..drawn };
        }
        drawn
    }

    fn of(persona: Persona, random: &mut Random) -> Self {
        match persona {
            Persona::Reader | Persona::Shopper | Persona::Bouncer => Self::person(random, 0.45),
            Persona::SharedNat => {
                Self { line: Line::Fixed, ipv6: false, ..Self::person(random, 0.1) }
            }
            Persona::SlowLine => Self { line: Line::Slow, ..Self::person(random, 0.6) },
            Persona::MobileBrowser => Self::person(random, 1.0),
            Persona::PrivacyBrowser => {
                Self { blocks_beacons: true, no_referer: true, ..Self::person(random, 0.3) }
            }
            Persona::ProxiedOffice => Self {
                stripped: true,
                no_referer: true,
                protocol: HttpVersion::Http11,
                ..Self::person(random, 0.0)
            },
            Persona::PowerUser
            | Persona::IdleTab
            | Persona::KeyboardUser
            | Persona::FormClerk
            | Persona::StatusWatcher
            | Persona::ApiTinkerer
            | Persona::Researcher
            | Persona::Takeover => Self::person(random, 0.0),
            Persona::MobileApp => Self {
                authenticated: true,
                line: Line::Mobile,
                language: random.pick(&LANGUAGES),
                protocol: HttpVersion::Http2,
                ..Self::program(random.pick(&APPS), Manners::Json)
            },
            Persona::Crawler => Self::program(random.pick(&CRAWLERS), Manners::Crawler),
            Persona::Monitor => {
                Self { hangs_up: true, ..Self::program(random.pick(&MONITORS), Manners::Library) }
            }
            Persona::Cron => Self { hangs_up: true, ..Self::library(random) },
            Persona::FixedScraper => Self::library(random),
            Persona::Mirror => Self::program(random.pick(&MIRRORS), Manners::Library),
            Persona::UniformScraper
            | Persona::PoissonScraper
            | Persona::MimicScraper
            | Persona::QueueScraper => {
                if random.chance(0.7) {
                    Self::pretender(random)
                } else {
                    Self::library(random)
                }
            }
            Persona::Fleet => Self::fleet(),
            Persona::Scanner => Self::program(random.pick(&SCANNERS), Manners::Library),
            Persona::ApiAgent => Self::api_agent(random),
            Persona::CodingAgent => Self::coding_agent(random),
            Persona::HeadlessScraper
            | Persona::ScreenshotAgent
            | Persona::DomAgent
            | Persona::SnapshotAgent
            | Persona::DelayedAgent => Self::browser_agent(random),
            Persona::FetchAgent => Self::fetch_agent(random),
        }
    }

    /// A person's browser; `handheld` is the share of phones.
    fn person(random: &mut Random, handheld: f64) -> Self {
        let on_the_move = random.chance(handheld);
        let (user_agent, manners) = one_of(random, if on_the_move { &HANDHELD } else { &DESKTOP });
        Self {
            manners,
            protocol: if random.chance(0.2) { HttpVersion::Http3 } else { HttpVersion::Http2 },
            line: if on_the_move { Line::Mobile } else { Line::Fixed },
            language: random.pick(&LANGUAGES),
            ipv6: random.chance(0.25),
            touch: on_the_move,
            ..Self::program(user_agent, manners)
        }
    }

    /// One program behind many addresses: the same in every header.
    fn fleet() -> Self {
        let (user_agent, _) = DESKTOP.first().copied().unwrap_or(("", Manners::Library));
        Self { language: "en-US,en;q=0.9", ..Self::program(user_agent, Manners::Borrowed) }
    }

    fn coding_agent(random: &mut Random) -> Self {
        let user_agent = random.pick(&CODERS);
        Self { authenticated: random.chance(0.4), ..Self::program(user_agent, Manners::Library) }
    }

    fn program(user_agent: &'static str, manners: Manners) -> Self {
        Self {
            user_agent,
            manners,
            protocol: HttpVersion::Http11,
            line: Line::Datacentre,
            language: "",
            hangs_up: false,
            authenticated: false,
            ipv6: false,
            touch: false,
            blocks_beacons: false,
            no_referer: false,
            stripped: false,
        }
    }

    /// The JA4 fingerprint of this kind of software. The values are of the right shape; no claim is
    /// made that they are those of a release.
    pub(crate) fn ja4(&self) -> &'static str {
        match self.manners {
            Manners::Chromium => "t13d1516h2_8daaf6152771_d8a2da3f94cd",
            Manners::Firefox => "t13d1717h2_5b57614c22b0_3cbfd9057e0d",
            Manners::Safari => "t13d2014h2_a09f3c656075_e42f34c56612",
            Manners::Borrowed | Manners::Library => "t13d1812h1_85036bcba153_b26ce05bbdd6",
            Manners::Json | Manners::Markdown => "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6",
            Manners::Crawler => "t13d1311h2_f57a46bbacb6_ab7e3b40a677",
        }
    }

    fn library(random: &mut Random) -> Self {
        let hangs_up = random.chance(0.5);
        Self { hangs_up, ..Self::program(random.pick(&LIBRARIES), Manners::Library) }
    }

    /// A program under a browser's name.
    fn pretender(random: &mut Random) -> Self {
        let (user_agent, _) = one_of(random, &DESKTOP);
        Self {
            language: "en-US,en;q=0.9",
            protocol: if random.chance(0.4) { HttpVersion::Http2 } else { HttpVersion::Http11 },
            ..Self::program(user_agent, Manners::Borrowed)
        }
    }

    fn api_agent(random: &mut Random) -> Self {
        if random.chance(0.25) {
            return Self::pretender(random);
        }
        let authenticated = random.chance(0.3);
        Self { authenticated, ..Self::program(random.pick(&LIBRARIES), Manners::Json) }
    }

    /// A Chromium that a model drives: a person's in every header.
    fn browser_agent(random: &mut Random) -> Self {
        let chromium: usize = 7;
        let (user_agent, manners) = one_of(random, DESKTOP.get(..chromium).unwrap_or(&DESKTOP));
        Self {
            user_agent,
            manners,
            line: if random.chance(0.5) { Line::Datacentre } else { Line::Fixed },
            ..Self::person(random, 0.0)
        }
    }

    fn fetch_agent(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::pretender(random),
            1 => Self::program(random.pick(&LIBRARIES), Manners::Markdown),
            _ => Self::program(random.pick(&FETCHERS), Manners::Markdown),
        }
    }
}

fn one_of(random: &mut Random, browsers: &[Browser]) -> Browser {
    let index = random.leaning(u32::try_from(browsers.len()).unwrap_or(0));
    browsers.get(index as usize).copied().unwrap_or(("", Manners::Library))
}

/// The address of client number `client`: distinct for the first 2^24 clients of a scenario.
pub(crate) fn address(client: u32, ipv6: bool) -> String {
    // Multiplying by an odd number permutes the residues of a power of two.
    let shuffled = client.wrapping_add(1).wrapping_mul(0x9e37_79b1) & 0x00ff_ffff;
    let [_, a, b, c] = shuffled.to_be_bytes();
    if ipv6 {
        let host = crate::random::mix(client.into());
        let (h1, h2) = ((host >> 48) & 0xffff, (host >> 32) & 0xffff);
        return format!(
            "2001:db8:{a:x}:{:x}:{:x}:{h1:x}:{h2:x}:{b:x}",
            shuffled & 0xffff,
            host & 0xffff
        );
    }
    format!("10.{a}.{b}.{c}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, net::IpAddr};

    #[test]
    fn addresses_are_distinct_and_read_back() {
        let mut seen = BTreeSet::new();
        for client in 0..50_000 {
            let text = address(client, client % 3 == 0);
            let read: IpAddr = text.parse().unwrap();
            assert!(seen.insert(gait_event::net_of(&text).into_owned()), "{text}");
            assert_eq!(read.is_ipv6(), client % 3 == 0);
        }
    }

    #[test]
    fn a_profile_is_drawn_the_same_way_twice() {
        let site = Site::new(crate::SiteKind::Shop, 1);
        for persona in Persona::ALL {
            let draw = || Profile::draw(persona, &site, &mut Random::stream(3, 5));
            assert_eq!(draw(), draw());
            assert!(!draw().user_agent.is_empty(), "{persona:?}");
        }
    }
}
