//! What each route says.

use std::sync::Arc;

use axum::http::StatusCode;
use gait_classify::Class;
use gait_decide::AlertPhase;
use serde_json::{Value, json};

use super::sample::{HOSTILE, REMARK, alert, entry, get, post, published};
use crate::{Route, openapi::openapi};

#[tokio::test]
async fn a_known_client_is_told_with_its_reasons() {
    let answer = get(&published(), "/v1/risk?ip=192.0.2.7&ua=curl/8").await;
    assert_eq!(answer.status, StatusCode::OK);
    let risk = answer.json();
    assert_eq!(risk["known"], true);
    assert_eq!((&risk["class"], &risk["score"]), (&json!("agent"), &json!(98.7)));
    assert_eq!(risk["enforceable"], true);
    assert_eq!(risk["evidence_families"], json!(["timing"]));
    assert_eq!(risk["first_seen"], "2026-11-22T13:38:44.000000Z");
    assert_eq!(
        risk["reasons"],
        json!([{
            "detector": "timing.steady_cadence", "title": "Requests keep one beat", "nats": 2.125,
            "features": [{ "name": "gap_cv", "value": 0.25, "unit": "" }],
        }])
    );
    let id = risk["client"]["id"].as_str().unwrap();
    assert_eq!(get(&published(), &format!("/v1/risk/{id}")).await.json(), risk);
}

#[tokio::test]
async fn a_person_is_found_by_any_address_of_the_network() {
    let risk =
        get(&published(), "/v1/risk?ip=2001:db8::ffff&ua=Mozilla/5.0&site=shop.example").await;
    assert_eq!(risk.json()["class"], "human");
    assert_eq!(risk.json()["client"]["net"], "2001:db8::/64");
    let elsewhere = get(&published(), "/v1/risk?ip=2001:db8::ffff&ua=Mozilla/5.0&site=other").await;
    assert_eq!(elsewhere.json()["known"], false);
}

#[tokio::test]
async fn an_unknown_client_is_undecided_with_the_score_of_anyone() {
    let answer = get(&published(), "/v1/risk?ip=203.0.113.9&ua=").await;
    assert_eq!(answer.status, StatusCode::OK);
    let risk = answer.json();
    assert_eq!((&risk["known"], &risk["class"]), (&json!(false), &json!("undecided")));
    assert_eq!((&risk["score"], &risk["enforceable"]), (&json!(26.9), &json!(false)));
    assert_eq!(risk["client"]["user_agent"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_answered_is_a_problem_that_says_what_to_do() {
    let published = published();
    for (path, status, told) in [
        ("/v1/risk", 400, "`ip`"),
        ("/v1/risk?ip=192.0.2.7", 400, "`ua`"),
        ("/v1/risk?ip=&ua=x", 400, "`ip` is empty"),
        ("/v1/risk?ip=192.0.2.7&ua=x&sit=y", 400, "`sit`"),
        ("/v1/risk/nothex", 400, "32 hexadecimal digits"),
        ("/v1/risk/+123456789abcdef0123456789abcdef", 400, "32 hexadecimal digits"),
        ("/v1/risk/00000000000000000000000000000000", 404, "no client"),
        ("/v1/clients?class=robot", 400, "declared_bot"),
        ("/v1/clients?limit=0", 400, "from 1 to 500"),
        ("/v1/clients?limit=501", 400, "from 1 to 500"),
        ("/v1/clients?min_score=NaN", 400, "from 0 to 100"),
        ("/v1/clients?sort=name", 400, "score, recent"),
        ("/v1/clients?min_score=high", 400, "min_score"),
        ("/console/none.js", 404, "none.js"),
        ("/v2/risk", 404, "/openapi.json"),
    ] {
        let answer = get(&published, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{path}: {problem}");
    }
}

#[tokio::test]
async fn clients_are_listed_by_score_and_filtered() {
    let published = published();
    let mut person = entry("2001:db8::1", "Mozilla/5.0", Class::Human, 31);
    person.last_seen = person.last_seen.plus(1);
    published.board.publish(person);
    let scores = |list: &Value| -> Vec<f64> {
        list["clients"].as_array().unwrap().iter().map(|c| c["score"].as_f64().unwrap()).collect()
    };
    for (query, expected, matched) in [
        ("", vec![98.7, 80.0, 3.1], 3),
        ("?limit=1", vec![98.7], 3),
        ("?sort=score", vec![98.7, 80.0, 3.1], 3),
        ("?sort=recent", vec![3.1, 98.7, 80.0], 3),
        ("?class=human", vec![3.1], 1),
        ("?class=", vec![98.7, 80.0, 3.1], 3),
        ("?min_score=80", vec![98.7, 80.0], 2),
        ("?min_score=80.05", vec![98.7], 1),
        ("?class=takeover", vec![], 0),
    ] {
        let list = get(&published, &format!("/v1/clients{query}")).await.json();
        assert_eq!(scores(&list), expected, "{query}");
        assert_eq!((&list["matched"], &list["total"]), (&json!(matched), &json!(3)), "{query}");
    }
}

#[tokio::test]
async fn the_overview_counts_and_an_alert_is_told_once_by_its_latest_step() {
    let published = published();
    let agent = entry("192.0.2.7", "curl/8", Class::Agent, 987);
    published.feed.alert(alert(&agent, AlertPhase::Update));
    let told = get(&published, "/v1/overview").await.json();
    assert_eq!(told["classes"]["agent"], 1);
    assert_eq!((&told["clients"], &told["events"]), (&json!(3), &json!(30)));
    assert_eq!((&told["alerts_opened"], &told["alerts_open"]), (&json!(1), &json!(1)));
    assert_eq!(told["alerts"].as_array().unwrap().len(), 1);
    assert_eq!(told["alerts"][0]["state"], "update");
    assert_eq!(told["latest_event"], "2026-11-22T13:40:00.000000Z");
    published.feed.alert(alert(&agent, AlertPhase::Close));
    assert_eq!(get(&published, "/v1/overview").await.json()["alerts_open"], 0);
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let published = published();
    assert_eq!(get(&published, "/readyz").await.status, StatusCode::OK);
    let (source, model) =
        (published.health.condition("source"), published.health.condition("model"));
    source.not_ready("no partition is assigned yet");
    model.ready();
    let answer = get(&published, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["conditions"][0]["reason"], "no partition is assigned yet");
    assert_eq!(answer.json()["conditions"][1]["ready"], true);
    source.ready();
    assert_eq!(get(&published, "/readyz").await.status, StatusCode::OK);
    assert_eq!(get(&published, "/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_count_the_requests_by_pattern_and_never_by_path() {
    let published = published();
    let _ = get(&published, "/v1/risk/00000000000000000000000000000000").await;
    let _ = get(&published, "/secret?x=1").await;
    let _ = get(&published, "/v1/risk?ip=192.0.2.7&ua=curl/8").await;
    let answer = get(&published, "/metrics").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "gait_http_requests_total{code=\"4xx\",route=\"/v1/risk/{client}\"} 1",
        "gait_http_requests_total{code=\"4xx\",route=\"other\"} 1",
        "gait_http_requests_total{code=\"2xx\",route=\"/v1/risk\"} 1",
        "gait_decision_duration_seconds_count 1",
        "gait_board_clients 3",
        "gait_verdicts{class=\"agent\"} 1",
    ] {
        assert!(answer.text.contains(line), "{line} is not in\n{}", answer.text);
    }
    assert!(!answer.text.contains("secret"));
}

#[tokio::test]
async fn hostile_text_stays_data() {
    let published = published();
    let list = get(&published, "/v1/clients").await;
    assert_eq!(list.header("content-type"), "application/json");
    assert_eq!(list.json()["clients"][1]["client"]["user_agent"], HOSTILE);
    let escaped = "/v1/risk?ip=%3Cscript%3E&ua=%22%3E%3Cimg%20src=x%3E";
    let echoed = get(&published, escaped).await;
    assert_eq!(echoed.header("content-type"), "application/json");
    assert_eq!(echoed.json()["client"]["ip"], "<script>");
    let nowhere = get(&published, "/%3Cscript%3E").await;
    assert_eq!(nowhere.header("content-type"), "application/problem+json");
    assert_eq!(nowhere.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn every_route_is_described_and_everything_described_is_answered() {
    let published = published();
    let document = get(&published, "/openapi.json").await.json();
    assert_eq!(document, openapi("9.9.9"));
    let described = document["paths"].as_object().unwrap();
    let paths: Vec<_> = Route::ALL.iter().map(|route| route.path()).collect();
    assert_eq!(described.len(), paths.len());
    assert!(paths.iter().all(|path| described.contains_key(*path)));
    let id = entry("192.0.2.7", "curl/8", Class::Agent, 987).client.to_string();
    for (path, operations) in described {
        let asked = path.replace("{client}", &id).replace("{file}", "console.js");
        let asked =
            if path == "/v1/risk" { format!("{asked}?ip=192.0.2.7&ua=curl/8") } else { asked };
        let (answer, operation) = if operations.get("post").is_some() {
            published.inbox.open();
            (post(&published, &asked, REMARK).await, &operations["post"]["responses"]["202"])
        } else {
            (get(&published, &asked).await, &operations["get"]["responses"]["200"])
        };
        assert!(answer.status.is_success(), "{asked}: {}", answer.text);
        let content = operation["content"].as_object().unwrap();
        for (content_type, media) in content {
            let given = answer.header("content-type");
            assert!(content_type == "*/*" || given.starts_with(content_type), "{asked}: {given}");
            if media["schema"].get("$ref").is_some() {
                fits(&document, &media["schema"], &answer.json(), &asked);
            }
        }
    }
}

/// Holds a value against a schema of the kinds this document uses.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let target = document.pointer(pointer).unwrap_or_else(|| panic!("{reference} is missing"));
        return fits(document, target, value, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = |name: &str| match &schema["type"] {
        Value::Array(names) => names.iter().any(|n| n == name),
        Value::Null => true,
        one => one == name,
    };
    assert!(
        allowed(kind) || (kind == "integer" && allowed("number")),
        "{at}: {value} is no {schema}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value} is none of {words:?}");
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(document, &schema["items"], item, &format!("{at}[{i}]"));
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let value = value.as_object().unwrap();
    let names: Vec<_> = value.keys().collect();
    assert_eq!(names, properties.keys().collect::<Vec<_>>(), "{at}");
    for (name, schema) in properties {
        fits(document, schema, &value[name], &format!("{at}.{name}"));
    }
}

#[test]
fn the_page_about_http_names_every_route() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/http.md");
    let page = std::fs::read_to_string(path).expect("docs/http.md is there");
    for route in Route::ALL {
        let path = format!("`{} {}`", route.method(), route.path());
        assert!(page.contains(&path), "docs/http.md does not describe {path}");
    }
}

#[tokio::test]
async fn questions_from_many_threads_are_all_answered() {
    let published = published();
    let asked = (0..200).map(|i| {
        let published = Arc::clone(&published);
        tokio::spawn(async move {
            get(&published, &format!("/v1/risk?ip=10.0.0.{i}&ua=x")).await.status
        })
    });
    for status in asked.collect::<Vec<_>>() {
        assert_eq!(status.await.unwrap(), StatusCode::OK);
    }
}
