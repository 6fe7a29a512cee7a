//! One file per command. A command reads its arguments, wires the parts and says how it ended.

pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod feedback;
pub(crate) mod grants;
pub(crate) mod replay;
pub(crate) mod run;

pub(crate) mod simulate;
