//! Paths of the simulated site that programs ask for: machine-readable surfaces, and guesses that miss.
//!
//! Documents and the JSON API are `site`; what a scanner tries stands in `probe`.

/// A fixed path that no page links to, with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Surface {
    #[default]
    Robots,
    Sitemap,
    Feed,
    OpenApi,
    Llms,
    ApiCatalog,
    AgentCard,
    Health,
    /// A guess of somebody who looks for an API, by number: see [`GUESSES`].
    Guess(u8),
}

/// Where an API or its description often lives, and here does not.
pub(crate) const GUESSES: [&str; 12] = [
    "/api",
    "/api/v1",
    "/api/v2",
    "/docs",
    "/swagger.json",
    "/api/openapi.yaml",
    "/redoc",
    "/graphql",
    "/.well-known/mcp",
    "/.well-known/ai-plugin.json",
    "/api/v2/catalogue",
    "/api/v2/books/search",
];

impl Surface {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Robots => "/robots.txt",
            Self::Sitemap => "/sitemap.xml",
            Self::Feed => "/essays/feed.xml",
            Self::OpenApi => "/openapi.json",
            Self::Llms => "/llms.txt",
            Self::ApiCatalog => "/.well-known/api-catalog",
            Self::AgentCard => "/.well-known/agent-card.json",
            Self::Health => "/healthz",
            Self::Guess(number) => {
                GUESSES.get(usize::from(number) % GUESSES.len()).copied().unwrap_or("/api")
            }
        }
    }

    pub(crate) fn status(self) -> u16 {
        match self {
            Self::AgentCard | Self::Guess(_) => 404,
            _ => 200,
        }
    }

    pub(crate) fn bytes(self) -> u32 {
        match self {
            Self::Robots => 214,
            Self::Sitemap => 98_304,
            Self::Feed => 18_220,
            Self::OpenApi => 41_877,
            Self::Llms => 2306,
            Self::ApiCatalog => 517,
            Self::Health => 15,
            Self::AgentCard | Self::Guess(_) => 1180,
        }
    }
}
