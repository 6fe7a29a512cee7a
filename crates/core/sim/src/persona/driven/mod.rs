//! Programs that drive a real browser: every page loads in full and beats, and no hand is there.
//!
//! A harness decides how actions reach the page ([`Style`]); a task decides which ones. The task of the
//! tuning split knows where it goes; that of the held-out split looks around. Scripts drive the same
//! browser without a model.

mod explore;
mod harness;
mod script;
mod task;

pub(crate) use explore::Explore;
pub(crate) use harness::{Harness, Style};
pub(crate) use script::HeadlessScript;
pub(crate) use task::Task;
