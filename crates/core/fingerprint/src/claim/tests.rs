//! User agents that are really sent, and what they claim.

use super::*;

fn kind(text: &str) -> ClaimKind {
    Claim::of_user_agent(text).kind
}

#[test]
fn browsers_are_browsers() {
    for text in [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36 Edg/154.0.0.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 12; CUBOT KING KONG 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
        "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.16",
    ] {
        assert_eq!(kind(text), ClaimKind::Browser, "{text}");
    }
}

#[test]
fn those_who_say_what_they_are_are_believed() {
    for (text, expected) in [
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            ClaimKind::DeclaredBot,
        ),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            ClaimKind::DeclaredBot,
        ),
        ("CCBot/2.0 (https://commoncrawl.org/faq/)", ClaimKind::DeclaredBot),
        (
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)",
            ClaimKind::DeclaredBot,
        ),
        ("FreshRSS/1.24.3 (Linux; https://freshrss.org)", ClaimKind::DeclaredBot),
        ("Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)", ClaimKind::DeclaredBot),
        ("Mozilla/5.0 (compatible; Newcomerbot/0.1)", ClaimKind::DeclaredBot),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
            ClaimKind::DeclaredAgent,
        ),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
            ClaimKind::DeclaredAgent,
        ),
        ("Claude-User/1.0", ClaimKind::DeclaredAgent),
        ("shop-copilot/0.3 (agent)", ClaimKind::DeclaredAgent),
        (
            "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            ClaimKind::Monitor,
        ),
        ("Better Uptime Bot", ClaimKind::Monitor),
        ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", ClaimKind::Monitor),
        ("kube-probe/1.29", ClaimKind::Monitor),
        ("python-requests/2.32.3", ClaimKind::Library),
        ("python-httpx/0.28.1", ClaimKind::Library),
        ("Python/3.11 aiohttp/3.11.11", ClaimKind::Library),
        ("Go-http-client/2.0", ClaimKind::Library),
        ("curl/8.5.0", ClaimKind::Library),
        ("Wget/1.21.3", ClaimKind::Library),
        ("Java/17.0.9", ClaimKind::Library),
        ("axios/1.7.9", ClaimKind::Library),
        ("node", ClaimKind::Library),
        ("okhttp/4.12.0", ClaimKind::Library),
        ("Dart/3.5 (dart:io)", ClaimKind::Library),
        ("Scrapy/2.13 (+https://scrapy.org)", ClaimKind::Library),
        ("Mozilla/4.5 (compatible; HTTrack 3.0x; Windows 98)", ClaimKind::Library),
        ("sqlmap/1.7.2#stable (https://sqlmap.org)", ClaimKind::Tool),
        ("Fuzz Faster U Fool v1.1.0-dev", ClaimKind::Tool),
        ("gobuster/3.5", ClaimKind::Tool),
        ("WhatWeb/0.5.5", ClaimKind::Tool),
        ("Mozilla/5.0 zgrab/0.x", ClaimKind::Tool),
        ("Mozilla/5.00 (Nikto/2.5.0)", ClaimKind::Tool),
        ("Mozilla/5.0 (compatible; Nmap Scripting Engine)", ClaimKind::Tool),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
            ClaimKind::Headless,
        ),
        ("Fernmarket/5.1.0 okhttp/4.12.0", ClaimKind::App),
        ("Fernmarket/5.2.1 (iPhone; iOS 18.5; Scale/3.00)", ClaimKind::App),
        ("Mozilla/5.0", ClaimKind::Other),
        ("something else", ClaimKind::Other),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn the_row_of_the_list_has_a_name() {
    let claim = Claim::of_user_agent(
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    );
    assert_eq!(claim.bot.map(CrawlerId::name), Some("Googlebot"));
    let longer = Claim::of_user_agent("Mozilla/5.0 (compatible; Googlebot-Image/1.0)");
    assert_eq!(longer.bot.map(CrawlerId::name), Some("Googlebot-Image"));
    assert_eq!(Claim::of_user_agent("curl/8.5.0").bot, None);
}

#[test]
fn masked_and_absent_are_not_the_same() {
    let mut event = Event::default();
    assert_eq!(Claim::of(&event).kind, ClaimKind::Masked);
    event.logged.insert(FieldSet::USER_AGENT);
    assert_eq!(Claim::of(&event).kind, ClaimKind::Absent);
    event.user_agent = Some("curl/8.5.0");
    assert_eq!(Claim::of(&event).kind, ClaimKind::Library);
}

#[test]
fn a_stored_claim_is_the_claim() {
    for text in ["curl/8", "GPTBot/1.2", "Mozilla/5.0 (X11) Gecko/1", "x"] {
        let claim = Claim::of_user_agent(text);
        assert_eq!(StoredClaim::from(claim).claim(), claim);
    }
    for (number, kind) in (0_u16..).zip(ClaimKind::ALL) {
        assert_eq!((kind as u16, StoredClaim { kind: number, bot: 0 }.kind()), (number, kind));
    }
    assert_eq!(StoredClaim { kind: 99, bot: u16::MAX }.claim(), Claim::plain(ClaimKind::Masked));
}
