//! Every route through the router, as a client sees it.

mod answers;
mod guard;
mod sample;
mod service;
