//! Routes and their handlers put together.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, StatusCode, Uri},
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};

use crate::{
    Access, Published, Route, console, feedback,
    gate::{Gate, pass},
    handlers, openapi,
    problem::Problem,
};

/// The service that answers every route from what is published.
pub fn router(published: Arc<Published>, access: &Access) -> Router {
    let gate = |route| {
        let (access, published) = (access.clone(), Arc::clone(&published));
        from_fn_with_state(Gate { route, access, published }, pass)
    };
    let mut router = Router::new();
    for route in Route::ALL {
        let refuse = move |asked| async move { method_not_allowed(&asked, &route.method()) };
        let methods = handler(route).fallback(refuse);
        router = router.route(route.path(), methods.layer(gate(Some(route))));
    }
    let elsewhere: MethodRouter<_> = MethodRouter::new().fallback(no_such_route);
    router.fallback_service(elsewhere.layer(gate(None)).with_state(())).with_state(published)
}

fn handler(route: Route) -> MethodRouter<Arc<Published>> {
    match route {
        Route::Console => get(console::page),
        Route::ConsoleFile => get(console::file),
        Route::Livez => get(handlers::livez),
        Route::Readyz => get(handlers::readyz),
        Route::Metrics => get(handlers::metrics),
        Route::OpenApi => get(openapi::document),
        Route::Version => get(handlers::version),
        Route::Risk => get(handlers::risk),
        Route::RiskClient => get(handlers::risk_of_client),
        Route::Clients => get(handlers::clients),
        Route::Overview => get(handlers::overview),
        Route::Feedback => post(feedback::take).layer(DefaultBodyLimit::max(feedback::BODY_MAX)),
    }
}

fn method_not_allowed(asked: &Method, answered: &Method) -> Problem {
    let detail = format!("`{asked}` is not answered here; use `{answered}`");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

async fn no_such_route(uri: Uri) -> Problem {
    let detail = format!("there is no route `{}`; `/openapi.json` lists them", uri.path());
    Problem::not_found(detail)
}
