//! `gait check`: is a configuration, or a directory of detectors, fit for use?

use std::io::{self, Write};

use anyhow::Result;

use crate::{
    cli::Check,
    config::{Config, config_markdown},
    exit::{Exit, Misconfigured},
    pipeline::{load_pack, load_sites},
};

/// Checks everything that was named and reports all mistakes together.
pub(crate) fn run(args: &Check) -> Result<Exit> {
    let mut out = io::stdout().lock();
    if args.keys {
        out.write_all(config_markdown().as_bytes())?;
    }
    let mut mistakes = Vec::new();
    let mut directories = Vec::from_iter(args.detectors.clone());
    if let Some(path) = &args.config {
        match Config::load(path) {
            Ok(config) => {
                writeln!(out, "{}: the configuration is valid", path.display())?;
                directories.extend(config.engine.detectors);
                if let Some(path) = config.engine.site_model {
                    match load_sites(&path, config.mask) {
                        Ok(sites) => {
                            let (count, hash) = (sites.sites().len(), sites.hash());
                            writeln!(out, "{}: {count} valid sites, hash {hash}", path.display())?;
                        }
                        Err(error) => mistakes.push(error.to_string()),
                    }
                }
            }
            Err(error) => mistakes.push(format!("{error:#}")),
        }
    }
    for directory in directories {
        match load_pack(Some(&directory)) {
            Ok(pack) => {
                let count = pack.detectors().len();
                let hash = pack.hash();
                writeln!(out, "{}: {count} valid detectors, hash {hash}", directory.display())?;
            }
            Err(error) => mistakes.push(format!("{error:#}")),
        }
    }
    if mistakes.is_empty() {
        return Ok(Exit::Done);
    }
    Err(Misconfigured(mistakes.join("\n")).into())
}
