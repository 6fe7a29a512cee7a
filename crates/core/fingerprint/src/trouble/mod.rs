//! What goes wrong for a client on its decision steps, and what it does about it.

pub(crate) mod errors;
pub(crate) mod repair;
