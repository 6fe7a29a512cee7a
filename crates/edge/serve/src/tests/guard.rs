//! Who is let in, and the headers that every answer carries.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};

use super::sample::{ask, get, published};
use crate::{Access, Route, Token};

const TOKEN: &str = "0123456789abcdef-token";

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

/// A path of each route.
fn path(route: Route) -> String {
    let query = if route == Route::Risk { "?ip=192.0.2.7&ua=x" } else { "" };
    let path = route.path().replace("{file}", "console.css");
    path.replace("{client}", "00000000000000000000000000000000") + query
}

#[tokio::test]
async fn with_a_token_only_the_probes_and_the_page_are_open() {
    let published = published();
    let access = Access::Token(Token::new(TOKEN).unwrap());
    for route in Route::ALL {
        let path = path(route);
        let bearer = format!("Bearer {TOKEN}");
        for (headers, let_in) in [
            (vec![], route.is_open()),
            (vec![("authorization", "Bearer 0123456789abcdef-wrong")], route.is_open()),
            (vec![("authorization", TOKEN)], route.is_open()),
            (vec![("authorization", bearer.as_str())], true),
            (vec![("authorization", bearer.as_str()), ("host", "gait.example")], true),
        ] {
            let answer = ask(&published, access.clone(), request("GET", &path, &headers)).await;
            let refused = answer.status == StatusCode::UNAUTHORIZED;
            assert_eq!(refused, !let_in, "{path} {headers:?}");
            if refused {
                assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"gait\"");
                assert_eq!(answer.header("content-type"), "application/problem+json");
            }
        }
    }
    let open: Vec<_> = Route::ALL.into_iter().filter(|route| route.is_open()).collect();
    assert_eq!(open, [Route::Console, Route::ConsoleFile, Route::Livez, Route::Readyz]);
}

#[tokio::test]
async fn without_a_token_a_name_that_points_here_from_elsewhere_is_turned_away() {
    let published = published();
    for (host, status) in [
        ("127.0.0.1:9117", StatusCode::OK),
        ("localhost", StatusCode::OK),
        ("[::1]:9117", StatusCode::OK),
        ("rebound.evil.example:9117", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let request = request("GET", "/v1/overview", &[("host", host)]);
        assert_eq!(ask(&published, Access::Loopback, request).await.status, status, "{host}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_same_protection() {
    let published = published();
    let mut paths: Vec<String> = Route::ALL.into_iter().map(path).collect();
    paths.push("/nothing/here".to_owned());
    for path in paths {
        let answer = get(&published, &path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn no_route_answers_another_method() {
    let published = published();
    for route in Route::ALL {
        let others = ["GET", "POST", "PUT", "DELETE", "PATCH", "BREW"];
        for method in others.into_iter().filter(|method| *method != route.method().as_str()) {
            let answer =
                ask(&published, Access::Loopback, request(method, &path(route), &[])).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", route.path());
            assert_eq!(answer.json()["status"], 405);
            assert!(answer.text.contains(&format!("use `{}`", route.method())), "{}", answer.text);
        }
    }
}
