//! What a client says about itself by its headers, and whether it holds together.

pub(crate) mod claimed;
pub(crate) mod contradiction;
pub(crate) mod headers;
pub(crate) mod signing;
