//! The way of a client through a site: where it comes from, what it covers, in which order, by which ids,
//! and whether its pages are rendered.

pub(crate) mod chains;
pub(crate) mod coverage;
pub(crate) mod enumeration;
pub(crate) mod referrer;
pub(crate) mod render;
pub(crate) mod sequence;
