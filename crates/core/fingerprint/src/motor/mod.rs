//! Traces that hands leave in a gateway's log without any script of ours: keys that are pressed one after
//! the other, and pages that load on while somebody scrolls.

pub(crate) mod scroll;
pub(crate) mod typing;
