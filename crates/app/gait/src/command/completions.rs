//! `gait completions`: what a shell needs to complete our command line.

use std::io::{self, Write};

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::{cli::Cli, exit::Exit};

/// Prints the completions of `shell`.
pub(crate) fn run(shell: Shell) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gait", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Done)
}
