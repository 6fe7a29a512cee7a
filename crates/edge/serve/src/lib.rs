//! What a gateway and an analyst can ask: the risk of a client, health, metrics, and a console page.
//!
//! The pipeline publishes into [`Published`]; HTTP reads it and nothing else, so a question never waits for
//! the engine, for Kafka or for a disk. The one thing that goes the other way is an analyst's [`Remark`], which
//! waits in an [`Inbox`] until the pipeline asks for it. This crate decides who may ask ([`Access`]) and how answers look;
//! what a verdict is was decided before it came here.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use gait_classify::Score;
//! use gait_observe::Metrics;
//! use gait_serve::{Access, Board, Published, Server};
//!
//! let metrics = Metrics::new("1.2.3", []);
//! let published = Arc::new(Published::new("1.2.3", Board::new(100_000, Score::from_tenths(269)), metrics));
//! let source = published.health.condition("source");
//! let server = Server::bind("127.0.0.1:9117".parse()?, Access::Loopback, Arc::clone(&published)).await?;
//! source.ready();
//! server.run(async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await;
//! # Ok(())
//! # }
//! ```

mod access;
mod answer;
mod board;
mod console;
mod entry;
mod feed;
mod feedback;
mod gate;
mod handlers;
mod health;
mod inbox;
mod openapi;
mod problem;
mod published;
mod rate;
mod route;
mod router;
mod schema;
mod server;
#[cfg(test)]
mod tests;

pub use access::{Access, Token, TokenError};
pub use board::{Board, Filter, INDEXED_PER_ADDRESS, Order, Top};
pub use entry::{Measured, Reason, RiskEntry};
pub use feed::{ALERTS_KEPT, Feed};
pub use health::{Condition, Health};
pub use inbox::{Inbox, Judgement, Remark};
pub use published::Published;
pub use route::Route;
pub use router::router;
pub use server::{BindError, CONNECTIONS_MAX, Server};
