//! Takes an analyst's remark in. The answer says that it waits for the pipeline, not what came of it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{Published, Remark, inbox::Refused, problem::Problem};

/// Largest body of a remark, bytes: its longest texts, escaped, fit well.
pub(crate) const BODY_MAX: usize = 16 * 1024;

/// Only a body that calls itself JSON is read: no page of another site can send one without being asked first.
pub(crate) async fn take(
    State(published): State<Arc<Published>>,
    body: Result<Json<Remark>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(remark) = body.map_err(|error| {
        Problem::new(error.status(), format!("{}; `/openapi.json` describes it", error.body_text()))
    })?;
    if let Some(mistake) = remark.mistake() {
        return Err(Problem::bad_request(mistake));
    }
    let answer = (StatusCode::ACCEPTED, Json(remark.clone())).into_response();
    match published.inbox.put(remark) {
        Ok(()) => Ok(answer),
        Err(Refused::Closed) => Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "this process takes no feedback; send it to the `gait run` that raised the alert",
        )),
        Err(Refused::Full) => {
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too much feedback waits for the pipeline; send it again in a second",
            );
            Ok(([(header::RETRY_AFTER, "1")], problem).into_response())
        }
    }
}
