//! Names that the crawler list does not have or files elsewhere: attack tools, libraries, monitors,
//! headless browsers, and clients that call themselves an agent or a bot.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::ClaimKind;

/// Scanners and attack tools, in any case of letters. They come before the crawler list.
const TOOLS: [&str; 34] = [
    "sqlmap",
    "nikto",
    "gobuster",
    "fuzz faster u fool",
    "ffuf",
    "dirbuster",
    "dirsearch",
    "dirb/",
    "feroxbuster",
    "wfuzz",
    "wapiti",
    "whatweb",
    "nuclei",
    "zgrab",
    "masscan",
    "nmap scripting",
    "nmap nse",
    "wpscan",
    "acunetix",
    "nessus",
    "openvas",
    "arachni",
    "w3af",
    "skipfish",
    "commix",
    "thc-hydra",
    "zmeu",
    "l9explore",
    "jaeles",
    "burpsuite",
    "owasp zap",
    "qualys was",
    "xsstrike",
    "joomscan",
];

/// Headless and remotely driven browsers.
const HEADLESS: [&str; 6] =
    ["headlesschrome", "phantomjs", "playwright", "puppeteer", "selenium", "slimerjs"];

/// Monitors.
const MONITORS: [&str; 7] = [
    "uptimerobot",
    "pingdom",
    "kube-probe",
    "uptime bot",
    "elb-healthchecker",
    "googlehc",
    "prometheus/",
];

/// Libraries and command-line clients, by how their user agents begin, in lower case.
const LIBRARIES: [&str; 29] = [
    "python-requests",
    "python-httpx",
    "python/",
    "aiohttp",
    "python-urllib",
    "httpx/",
    "curl/",
    "libcurl",
    "wget/",
    "go-http-client",
    "okhttp",
    "java/",
    "java-http-client",
    "apache-httpclient",
    "axios/",
    "node-fetch",
    "undici",
    "node",
    "got (",
    "libwww-perl",
    "scrapy",
    "httrack",
    "guzzlehttp",
    "faraday",
    "ruby",
    "dart/",
    "postmanruntime",
    "insomnia/",
    "reqwest/",
];

/// Tools, headless browsers and monitors in one pass. `None`, which finds nothing, only if it cannot
/// be built.
static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = TOOLS.iter().chain(&HEADLESS).chain(&MONITORS);
    AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok()
});

/// The first tool, headless browser or monitor that a user agent names; a tool anywhere comes first.
pub(super) fn named(text: &str) -> Option<ClaimKind> {
    let kind = |at: usize| match at {
        at if at < TOOLS.len() => ClaimKind::Tool,
        at if at < TOOLS.len() + HEADLESS.len() => ClaimKind::Headless,
        _ => ClaimKind::Monitor,
    };
    let found = NAMES.as_ref()?.find_iter(text).map(|found| kind(found.pattern().as_usize()));
    found.reduce(|first, next| if next == ClaimKind::Tool { next } else { first })
}

/// The kind that a user agent gives itself in words that no list has.
pub(super) fn worded(text: &str) -> Option<ClaimKind> {
    let lower = text.to_ascii_lowercase();
    if says_agent(&lower) {
        return Some(ClaimKind::DeclaredAgent);
    }
    if says_bot(&lower) {
        return Some(ClaimKind::DeclaredBot);
    }
    let library = LIBRARIES.iter().any(|name| lower.starts_with(name));
    library.then_some(ClaimKind::Library)
}

/// A word of its own, or the end of a hyphenated one: `shop-copilot/0.3 (agent)`.
fn says_agent(lower: &str) -> bool {
    lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| matches!(word, "agent" | "aiagent" | "copilot" | "assistant"))
        // `User-Agent: ...` sent as the value is a slip, and old browsers list plug-ins of that name.
        && !lower.starts_with("user-agent")
        && !lower.starts_with("mozilla/4")
}

/// A word that ends in `bot`, `crawler` or `spider`, or the page or the address that explains it.
fn says_bot(lower: &str) -> bool {
    let named = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
        ["bot", "crawler", "spider", "fetcher"].iter().any(|end| word.ends_with(end))
            // A maker of telephones.
            && word != "cubot"
            || word.ends_with("rss")
    });
    named || lower.contains("+http") || lower.contains('@')
}
