//! `gait-train`: fits the frozen model on simulated traffic and writes it, with a report of what was compared.
//!
//! Trains on the tuning split of the simulator alone; the held-out split reports. The same seed gives the same
//! model, byte for byte. Nothing here ships: `gait-classify` reads the file and knows nothing of linfa.

mod candidate;
mod client;
mod collect;
mod encode;
mod folds;
mod freeze;
mod isotonic;
mod linear;
mod measure;
#[cfg(test)]
mod parity;
mod report;
mod sample;
mod term_plan;
mod thresholds;
mod train;

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use clap::Parser;
use collect::Plan;
use gait_detect::Pack;

/// Fits the frozen model on simulated traffic and writes it, with a report of what was compared.
#[derive(Debug, Parser)]
struct Args {
    /// Seed of all chance; the same seed gives the same model
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Sites drawn of each archetype
    #[arg(long, default_value_t = 6, value_name = "N", value_parser = clap::value_parser!(u64).range(3..=1000))]
    sites: u64,
    /// Visitors of each site
    #[arg(long, default_value_t = 240, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    clients: u32,
    /// Write the model here
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Write the report here
    #[arg(long, value_name = "FILE")]
    report: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let plan = Plan { seed: args.seed, sites: args.sites, clients: args.clients };
    let trained = train::train(plan, &Arc::new(Pack::builtin()))?;
    let write = |path: &PathBuf, text: &str| {
        fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
    };
    write(&args.model, &trained.model)?;
    write(&args.report, &trained.report)
}
