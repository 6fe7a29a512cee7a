//! What an analyst says: taken, refused, and never taken from a page of another site.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};

use super::sample::{REMARK, ask, post, published};
use crate::Access;

const PATH: &str = "/v1/feedback";

#[tokio::test]
async fn a_remark_waits_for_the_pipeline() {
    let published = published();
    published.inbox.open();
    let answer = post(&published, PATH, REMARK).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::ACCEPTED, REMARK));
    let waiting = published.inbox.take();
    assert_eq!(waiting.len(), 1);
    assert_eq!(serde_json::to_string(&waiting[0]).unwrap(), REMARK);
}

#[tokio::test]
async fn what_is_no_remark_is_a_problem_that_says_so() {
    let published = published();
    published.inbox.open();
    for (body, status, told) in [
        ("{", 400, "JSON"),
        (r#"{"alert":"7","verdict":"confirmed"}"#, 422, "32 hexadecimal digits"),
        (r#"{"alert":"00000000000000000000000000000005","verdict":"wrong"}"#, 422, "`wrong`"),
        (r#"{"alert":"00000000000000000000000000000005"}"#, 422, "`verdict`"),
        (
            r#"{"alert":"00000000000000000000000000000005","verdict":"confirmed","who":"x"}"#,
            422,
            "`who`",
        ),
    ] {
        let answer = post(&published, PATH, body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{body}");
        assert!(answer.text.contains(told), "{body}: {}", answer.text);
    }
    let long = REMARK.replace("ours", &"x".repeat(1025));
    assert_eq!(post(&published, PATH, long.leak()).await.status, StatusCode::BAD_REQUEST);
    let endless = REMARK.replace("ours", &"x".repeat(20_000));
    assert_eq!(post(&published, PATH, endless.leak()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(published.inbox.take().is_empty());
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_one_without_being_asked_first() {
    let published = published();
    published.inbox.open();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = Request::post(PATH).header("content-type", content_type);
        let answer =
            ask(&published, Access::Loopback, request.body(Body::from(REMARK)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    let asked_first = Request::options(PATH).header("origin", "https://evil.example");
    let answer = ask(&published, Access::Loopback, asked_first.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert!(published.inbox.take().is_empty());
}

#[tokio::test]
async fn a_process_without_a_pipeline_says_so_and_a_full_inbox_asks_for_patience() {
    let published = published();
    let answer = post(&published, PATH, REMARK).await;
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED);
    published.inbox.open();
    for _ in 0..1024 {
        assert_eq!(post(&published, PATH, REMARK).await.status, StatusCode::ACCEPTED);
    }
    let answer = post(&published, PATH, REMARK).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "1");
}
