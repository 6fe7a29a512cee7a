//! The `gait` command: reads the command line, runs one command, decides the exit code.

mod cli;
mod command;
mod config;
mod control;
mod demo;
mod evaluation;
mod examination;
mod exit;
mod explanation;
mod live;
mod pipeline;
mod service;
mod stdin;
mod stop;
mod stream;
mod summary;
mod terminal;

use std::{io, process::ExitCode};

use clap::Parser;
use cli::{Cli, Command};
use command::{
    calibrate, check, completions, demo as play, doctor, evaluate, explain, feedback, grants,
    replay, run, simulate,
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(shown) => {
            // Help and version also arrive here; nothing can be said when printing them fails.
            _ = shown.print();
            return u8::try_from(shown.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let outcome = match &cli.command {
        Command::Replay(args) => replay::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Run(args) => run::run(args),
        Command::Demo(args) => play::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Check(args) => check::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Grants { command } => grants::run(command),
        Command::Feedback(args) => feedback::run(args),
        Command::Completions { shell } => completions::run(*shell),
    };
    match outcome {
        Ok(exit) => exit.into(),
        // The reader went away (`gait … | head`): not worth a message.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gait: {error:#}");
            exit::code_of(&error)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
