//! The routes, as one closed list: the router, the OpenAPI document and the metric label are made from it.

use axum::http::Method;

/// A route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// The console page.
    Console,
    /// A file of the console page.
    ConsoleFile,
    /// The process runs.
    Livez,
    /// The process can be relied on.
    Readyz,
    /// The metrics.
    Metrics,
    /// The description of these routes.
    OpenApi,
    /// The version.
    Version,
    /// The risk of the client a request comes from.
    Risk,
    /// The risk of a client by its id.
    RiskClient,
    /// The clients that deserve a look.
    Clients,
    /// Counts, rates and alerts on the whole.
    Overview,
    /// What an analyst says about an alert.
    Feedback,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 12] = [
        Self::Console,
        Self::ConsoleFile,
        Self::Livez,
        Self::Readyz,
        Self::Metrics,
        Self::OpenApi,
        Self::Version,
        Self::Risk,
        Self::RiskClient,
        Self::Clients,
        Self::Overview,
        Self::Feedback,
    ];

    /// The pattern of its path, which is also its label in the metrics.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Console => "/",
            Self::ConsoleFile => "/console/{file}",
            Self::Livez => "/livez",
            Self::Readyz => "/readyz",
            Self::Metrics => "/metrics",
            Self::OpenApi => "/openapi.json",
            Self::Version => "/version",
            Self::Risk => "/v1/risk",
            Self::RiskClient => "/v1/risk/{client}",
            Self::Clients => "/v1/clients",
            Self::Overview => "/v1/overview",
            Self::Feedback => "/v1/feedback",
        }
    }

    /// The one method that it answers; `HEAD` goes with `GET`.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Feedback => Method::POST,
            _ => Method::GET,
        }
    }

    /// True for what is answered without a token: probes, which cannot hold one, and the page, which holds no
    /// data and asks for the token itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Console | Self::ConsoleFile | Self::Livez | Self::Readyz)
    }
}
