//! The log files of a run: simulated ones in a folder of their own, and those the environment names.

use std::{env, fs, path::PathBuf};

use gait_benches::input;
use gait_decode::FormatId;
use tempfile::TempDir;

use crate::{Outcome, size::Size};

/// One log file.
pub(crate) struct Log {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) format: FormatId,
    pub(crate) text: Vec<u8>,
    pub(crate) lines: u64,
}

impl Log {
    fn new(name: &'static str, path: PathBuf, format: FormatId, text: Vec<u8>) -> Self {
        let lines = input::lines(&text).count() as u64;
        Self { name, path, format, text, lines }
    }

    /// Lines and their mean length, for the conditions of a row.
    pub(crate) fn conditions(&self) -> String {
        format!("{} lines of {} B", self.lines, self.text.len() as u64 / self.lines.max(1))
    }
}

/// The log files of a run, JSON and combined. The simulated ones are deleted with this value.
pub(crate) struct Logs {
    pub(crate) json: Vec<Log>,
    pub(crate) combined: Vec<Log>,
    folder: TempDir,
}

impl Logs {
    pub(crate) fn new(size: &Size) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let simulated = |name: &str, text: Vec<u8>| -> Outcome<(PathBuf, Vec<u8>)> {
            let path = folder.path().join(name);
            fs::write(&path, &text)?;
            Ok((path, text))
        };
        let (path, text) = simulated("sim.jsonl", input::json_lines(input::events(size.lines)))?;
        let mut json = vec![Log::new("simulated JSON", path, FormatId::NginxJson, text)];
        let (path, text) = simulated("sim.log", input::combined_lines(input::events(size.lines)))?;
        let mut combined = vec![Log::new("simulated combined", path, FormatId::Combined, text)];
        let named = |variable| env::var_os(variable).map(PathBuf::from);
        if let Some(path) = named("GAIT_BENCH_JSON") {
            let text = fs::read(&path)?;
            json.push(Log::new("GAIT_BENCH_JSON", path, FormatId::NginxJson, text));
        }
        if let Some(path) = named("GAIT_BENCH_COMBINED") {
            let text = fs::read(&path)?;
            combined.push(Log::new("GAIT_BENCH_COMBINED", path, FormatId::Combined, text));
        }
        Ok(Self { json, combined, folder })
    }

    /// A folder for what a measurement needs to write.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}
