//! What a request target is made of: its template, its ids, the words and surfaces it touches.
//!
//! One walk over the bytes, no allocation. Which class of route the request belongs to is decided in
//! `route`, which also reads the headers.

pub(crate) mod mark;
mod outline;
mod segment;
mod surface;
mod tally;
mod word;

pub(crate) use outline::{Outline, Parts, hash32, target_hash};
pub(crate) use surface::{Attack, Discovery};
pub(crate) use word::{Extension, Words};
