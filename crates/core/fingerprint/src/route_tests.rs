//! Requests as gateways log them, and the class they belong to.

use gait_event::FieldSet;

use super::*;

/// A request with `name=value` pairs of headers and other fields.
fn event(line: &str) -> Event<'_> {
    let mut parts = line.split(' ');
    let method = Method::parse(parts.next().unwrap_or(""));
    let mut event =
        Event { method, target: parts.next().unwrap_or(""), status: 200, ..Event::default() };
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name {
            "dest" => event.sec_fetch_dest = Some(value),
            "mode" => event.sec_fetch_mode = Some(value),
            "site" => event.sec_fetch_site = Some(value),
            "accept" => event.accept = Some(value),
            "type" => event.content_type = Some(value),
            "from" => event.referer = Some(value),
            "status" => event.status = value.parse().unwrap_or(0),
            "bytes" => event.request_bytes = value.parse().ok(),
            "mcp" => event.mcp_method = Some(value),
            _ => assert!(name.is_empty(), "unknown field `{name}`"),
        }
    }
    event.logged.insert(FieldSet::REFERER);
    event
}

#[test]
fn requests_and_their_class() {
    for (line, expected) in [
        // Bare logs: path and extension alone.
        ("GET /", Route::Document),
        ("GET /shuttle/missions/missions.html", Route::Document),
        ("GET /images/launch-logo.gif", Route::Image),
        ("GET /static/v1/app-3f2.js?v=2", Route::Script),
        ("GET /fonts/a.WOFF2", Route::Font),
        ("GET /api/v1/products/7", Route::Api),
        ("GET /data/export.json", Route::Api),
        ("GET /download/tool.exe", Route::Other),
        ("GET /robots.txt", Route::Policy),
        ("GET /sitemap.xml", Route::Policy),
        ("GET /blog/feed", Route::Policy),
        ("GET /feed.xml", Route::Policy),
        ("GET /search?q=a.png", Route::Document),
        ("GET /v2.1/notes", Route::Document),
        ("HEAD /about", Route::Document),
        ("POST /contact", Route::Document),
        ("PUT /things/7", Route::Api),
        ("OPTIONS /api/v1/cart", Route::Preflight),
        ("TRACE /", Route::Other),
        // Surfaces.
        ("GET /.env", Route::Attack),
        ("GET /.git/config", Route::Attack),
        ("GET /wp-login.php", Route::Attack),
        ("GET /../../etc/passwd", Route::Attack),
        ("GET /page?id=1%27%20OR%201=1--", Route::Attack),
        ("GET /index.php.bak", Route::Attack),
        ("GET /llms.txt", Route::Discovery),
        ("GET /openapi.json accept=*/*", Route::Discovery),
        ("GET /.well-known/mcp", Route::Discovery),
        ("GET /.well-known/api-catalog", Route::Discovery),
        ("GET /.well-known/acme-challenge/x", Route::Document),
        ("GET /graphql?query={__schema{types{name}}}", Route::Discovery),
        ("GET /AGENTS.md", Route::Discovery),
        // Browsers say what they want.
        ("GET /photo.jpg dest=document accept=text/html", Route::Document),
        ("GET /render/7 dest=image accept=image/avif", Route::Image),
        ("GET /widget dest=iframe", Route::Embedded),
        ("GET /next dest=empty mode=no-cors", Route::Embedded),
        ("GET /v1/orders dest=empty mode=cors accept=*/*", Route::Api),
        ("GET /inbox dest=empty mode=cors accept=text/html", Route::Document),
        ("GET /feed dest=document accept=text/html", Route::Document),
        ("POST /report dest=empty mode=no-cors", Route::Beacon),
        ("POST /csp dest=report", Route::Beacon),
        // Headers of others.
        ("GET /things accept=application/json", Route::Api),
        ("GET /a.css accept=text/html", Route::Style),
        ("POST /things type=application/json", Route::Api),
        ("POST /login accept=text/html type=application/x-www-form-urlencoded", Route::Document),
        ("POST /mcp mcp=tools/call type=application/json", Route::Api),
        ("GET /api/v1/products accept=text/html", Route::Api),
        // Timers by name or by form.
        ("POST /api/v1/heartbeat dest=empty mode=cors status=204", Route::Beacon),
        ("GET /ping", Route::Beacon),
        ("POST /collect?v=1", Route::Beacon),
        ("GET /metrics", Route::Document),
        ("GET /analytics accept=text/html", Route::Document),
        ("POST /x7 status=204 bytes=300 from=https://shop.example/", Route::Beacon),
        ("POST /api/v1/cart status=204 bytes=300", Route::Api),
        ("POST /api/v1/upload status=204 bytes=90000 from=https://shop.example/", Route::Api),
    ] {
        assert_eq!(Sight::of(&event(line)).route, expected, "{line}");
    }
}

#[test]
fn no_class_is_both_an_asset_and_a_decision() {
    for route in [Route::Document, Route::Style, Route::Embedded, Route::Beacon, Route::Attack] {
        assert!(!(route.is_asset() && route.may_be_decision()), "{route:?}");
    }
    assert!(!Route::Beacon.may_be_decision() && !Route::Preflight.may_be_decision());
}
