//! The answers. Each reads what is published and returns; none waits for anything.

use std::{sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use gait_classify::{Class, Score};
use gait_event::ClientId;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Filter, Order, Published,
    answer::{AlertAnswer, RiskAnswer},
    problem::Problem,
};

/// How many clients are listed when the question does not say.
const CLIENTS_LISTED: usize = 50;
/// How many clients are listed at most.
const CLIENTS_LISTED_MAX: usize = 500;

type Shared = State<Arc<Published>>;

/// The question of a gateway.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RiskQuery {
    ip: String,
    ua: String,
    site: Option<String>,
    ja4: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientsQuery {
    class: Option<String>,
    min_score: Option<f64>,
    limit: Option<usize>,
    sort: Option<String>,
}

pub(crate) async fn livez() -> Json<Value> {
    Json(json!({ "live": true }))
}

pub(crate) async fn readyz(State(published): Shared) -> Response {
    let conditions = published.health.states();
    let ready = published.health.is_ready();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "conditions": conditions }))).into_response()
}

pub(crate) async fn version(State(published): Shared) -> Json<Value> {
    Json(json!({ "name": "gait", "version": published.version }))
}

pub(crate) async fn metrics(State(published): Shared) -> Response {
    let board = &published.board;
    published.metrics.board(board.len() as u64, board.evicted());
    published.metrics.verdicts(board.by_class());
    let content_type = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], published.metrics.render()).into_response()
}

pub(crate) async fn risk(State(published): Shared, uri: Uri) -> Result<Response, Problem> {
    let begun = Instant::now();
    let asked: RiskQuery = query(&uri)?;
    if asked.ip.is_empty() {
        return Err(Problem::bad_request("`ip` is empty; give the address of the client"));
    }
    let (site, ja4) = (asked.site.as_deref(), asked.ja4.as_deref());
    let board = &published.board;
    let client = (asked.ip.as_str(), asked.ua.as_str());
    let found = board.find(site, client.0, client.1, ja4);
    let answer = found
        .as_deref()
        .map_or_else(|| RiskAnswer::unknown(client, site, ja4, board.prior()), RiskAnswer::known);
    let response = Json(answer).into_response();
    published.metrics.decision(begun.elapsed());
    Ok(response)
}

pub(crate) async fn risk_of_client(
    State(published): Shared,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let well_formed = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let client = id.parse::<ClientId>().ok().filter(|_| well_formed);
    let client = client.ok_or_else(|| {
        Problem::bad_request("the id of a client is 32 hexadecimal digits, as in a verdict")
    })?;
    let entry = published.board.get(client).ok_or_else(|| {
        Problem::not_found(format!("no client `{client}` is on the board; it may have left it"))
    })?;
    let response = Json(RiskAnswer::known(&entry)).into_response();
    published.metrics.decision(begun.elapsed());
    Ok(response)
}

pub(crate) async fn clients(State(published): Shared, uri: Uri) -> Result<Response, Problem> {
    let asked: ClientsQuery = query(&uri)?;
    let filter = Filter {
        class: asked.class.as_deref().filter(|word| !word.is_empty()).map(class).transpose()?,
        min_score: asked.min_score.map(score).transpose()?.unwrap_or_default(),
        order: asked.sort.as_deref().map(order).transpose()?.unwrap_or_default(),
    };
    let limit = asked.limit.unwrap_or(CLIENTS_LISTED);
    if !(1..=CLIENTS_LISTED_MAX).contains(&limit) {
        let detail = format!("`limit` is {limit}; it must be from 1 to {CLIENTS_LISTED_MAX}");
        return Err(Problem::bad_request(detail));
    }
    let top = published.board.top(limit, filter);
    let clients: Vec<_> = top.clients.iter().map(|entry| RiskAnswer::known(entry)).collect();
    let total = published.board.len();
    Ok(Json(json!({ "clients": clients, "matched": top.matched, "total": total })).into_response())
}

pub(crate) async fn overview(State(published): Shared) -> Json<Value> {
    let feed = published.feed.read();
    let by_class = published.board.by_class();
    let classes: serde_json::Map<String, Value> = Class::ALL
        .iter()
        .zip(by_class)
        .map(|(class, count)| (class.as_str().to_owned(), count.into()))
        .collect();
    let alerts: Vec<_> = feed.alerts.iter().map(AlertAnswer::of).collect();
    Json(json!({
        "version": published.version,
        "ready": published.health.is_ready(),
        "clients": by_class.iter().sum::<u64>(),
        "classes": classes,
        "latest_event": published.board.latest().map(|time| time.to_string()),
        "events": feed.events,
        "events_per_second": feed.events_per_second,
        "events_history": feed.history,
        "alerts_opened": feed.alerts_opened,
        "alerts_open": feed.alerts_open,
        "alerts": alerts,
    }))
}

/// Reads the query of a request, or says which parameter is wrong.
fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let told = |error: axum::extract::rejection::QueryRejection| {
        let text = error.body_text();
        let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
        Problem::bad_request(format!("{text}; `/openapi.json` describes the parameters"))
    };
    Query::try_from_uri(uri).map(|Query(asked)| asked).map_err(told)
}

fn class(word: &str) -> Result<Class, Problem> {
    Class::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
        Problem::bad_request(format!("unknown class `{word}`; known are {}", known.join(", ")))
    })
}

fn order(word: &str) -> Result<Order, Problem> {
    match word {
        "score" => Ok(Order::Score),
        "recent" => Ok(Order::Recent),
        _ => Err(Problem::bad_request(format!("unknown `sort` `{word}`; known are score, recent"))),
    }
}

fn score(percent: f64) -> Result<Score, Problem> {
    if !(0.0..=100.0).contains(&percent) {
        let detail = format!("`min_score` is {percent}; it must be from 0 to 100");
        return Err(Problem::bad_request(detail));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a percentage times ten is within 0..=1000"
    )]
    Ok(Score::from_tenths((percent * 10.0).ceil() as u16))
}
