//! Every route through the router, as a client sees it.

mod answers;
mod guard;
mod remarks;
mod sample;
mod service;
