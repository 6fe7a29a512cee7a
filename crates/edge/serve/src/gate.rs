//! Before and after every handler: who may ask, the headers of every answer, and the count.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Access, Published, Route, access::Denied, problem::Problem};

/// Nothing but the page's own files: no inline script or style, no other host, no frame around it.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; object-src 'none'";

/// What the gate of one route knows.
#[derive(Clone)]
pub(crate) struct Gate {
    /// `None` for paths that are no route.
    pub(crate) route: Option<Route>,
    pub(crate) access: Access,
    pub(crate) published: Arc<Published>,
}

/// The middleware around each handler.
pub(crate) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let open = gate.route.is_none_or(Route::is_open);
    let mut response = match gate.access.check(request.headers(), open) {
        Ok(()) => next.run(request).await,
        Err(denied) => refuse(denied),
    };
    dress(response.headers_mut());
    let label = gate.route.map_or("other", Route::path);
    gate.published.metrics.http_request(label, response.status().as_u16());
    response
}

fn refuse(denied: Denied) -> Response {
    match denied {
        Denied::Host => Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this endpoint answers on loopback names only; ask it as `127.0.0.1` or `localhost`, or configure a token",
        )
        .into_response(),
        Denied::Token => {
            let problem = Problem::new(
                StatusCode::UNAUTHORIZED,
                "send the configured token as `Authorization: Bearer <token>`",
            );
            ([(header::WWW_AUTHENTICATE, "Bearer realm=\"gait\"")], problem).into_response()
        }
    }
}

fn dress(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
