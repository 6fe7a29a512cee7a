//! The `gait` command.

fn main() {}
