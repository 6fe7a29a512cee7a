//! Where a figure was measured. A figure without its machine is worth nothing.

use std::{env, fmt, fs, process::Command, thread};

use serde::Serialize;

/// The machine, the compiler and the commit.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Cores this process may use.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
    /// Version of the compiler on the path.
    pub rustc: String,
    /// `GAIT_COMMIT`, when set.
    pub commit: Option<String>,
    /// `GAIT_DATE`, when set.
    pub date: Option<String>,
}

impl Machine {
    /// This one. What cannot be found out is `unknown`.
    #[must_use]
    pub fn here() -> Self {
        let unknown = || "unknown".to_owned();
        Self {
            cpu: cpu_model().unwrap_or_else(unknown),
            cores: thread::available_parallelism().map_or(0, usize::from),
            system: format!("{} {}", env::consts::OS, env::consts::ARCH),
            rustc: rustc_version().unwrap_or_else(unknown),
            commit: env::var("GAIT_COMMIT").ok(),
            date: env::var("GAIT_DATE").ok(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} cores, {}, {}", self.cpu, self.cores, self.system, self.rustc)?;
        self.commit.iter().chain(&self.date).try_for_each(|stamp| write!(f, ", {stamp}"))
    }
}

fn cpu_model() -> Option<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn rustc_version() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
