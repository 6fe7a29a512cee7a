//! What changes judgement in mid-stream: taken up while running, written to a journal, repeated from it.

mod grants;
mod journal;
mod script;
mod site_model;
mod steering;
mod watch;

pub(crate) use grants::GrantsFeed;
pub(crate) use journal::Journal;
pub(crate) use script::Script;
pub(crate) use site_model::SiteModelFeed;
pub(crate) use steering::{Change, Steering};
pub(crate) use watch::{Asked, Watch};
