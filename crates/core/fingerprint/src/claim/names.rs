//! Names that the crawler list does not have or files elsewhere: attack tools, libraries, monitors,
//! headless browsers, and clients that call themselves an agent or a bot.

use super::ClaimKind;

/// Scanners and attack tools, in lower case. They come before the crawler list.
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
    "hydra",
    "zmeu",
    "l9explore",
    "jaeles",
    "burpsuite",
    "owasp zap",
    "qualys was",
    "xsstrike",
    "joomscan",
];

/// Libraries and command-line clients, in lower case.
const LIBRARIES: [&str; 30] = [
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
    "node.js",
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

/// Headless and remotely driven browsers, in lower case.
const HEADLESS: [&str; 7] =
    ["headlesschrome", "phantomjs", "playwright", "puppeteer", "selenium", "slimerjs", "splash"];

/// Monitors, in lower case.
const MONITORS: [&str; 7] = [
    "uptimerobot",
    "pingdom",
    "kube-probe",
    "uptime bot",
    "elb-healthchecker",
    "googlehc",
    "prometheus/",
];

/// True when a user agent names an attack tool.
pub(super) fn is_tool(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    TOOLS.iter().any(|name| lower.contains(name))
}

/// The kind that a user agent names in words the crawler list does not have.
pub(super) fn kind_of(text: &str) -> Option<ClaimKind> {
    let lower = text.to_ascii_lowercase();
    if HEADLESS.iter().any(|name| lower.contains(name)) {
        return Some(ClaimKind::Headless);
    }
    if MONITORS.iter().any(|name| lower.contains(name)) {
        return Some(ClaimKind::Monitor);
    }
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
        // `User-Agent: ...` sent as the value is a slip, not a claim.
        && !lower.starts_with("user-agent")
}

/// A word that ends in `bot`, `crawler` or `spider`, or the page that explains a crawler.
fn says_bot(lower: &str) -> bool {
    let named = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
        ["bot", "crawler", "spider", "fetcher"].iter().any(|end| word.ends_with(end))
            // A maker of telephones.
            && word != "cubot"
            || word.ends_with("rss")
    });
    named || lower.contains("+http://") || lower.contains("+https://")
}
