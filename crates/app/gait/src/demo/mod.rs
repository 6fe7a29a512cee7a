//! The demo: a simulated site whose log goes through the real decoder and the real engine.

mod census;
mod outlet;
mod screen;

pub(crate) use census::Census;
pub(crate) use outlet::DemoOutlet;
pub(crate) use screen::Screen;
