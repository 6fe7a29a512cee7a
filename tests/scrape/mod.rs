//! A real Prometheus on a free loopback port that scrapes one process, stopped when the test ends.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::service::{Running, await_answer, free_address, get, start};

/// The Prometheus to test with: `GAIT_PROMETHEUS`, else the one in `PATH`; a message when there is none.
pub(crate) fn prometheus() -> Option<PathBuf> {
    if let Some(path) = env::var_os("GAIT_PROMETHEUS") {
        return Some(path.into());
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join("prometheus"));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: no Prometheus in PATH, and GAIT_PROMETHEUS names none");
    }
    found
}

/// A running Prometheus.
pub(crate) struct Prometheus {
    _process: Running,
    _folder: TempDir,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts `binary`, which scrapes `target` every half second and evaluates `rules`.
    pub(crate) fn start(binary: &Path, target: SocketAddr, rules: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("prometheus.yml");
        let text = format!(
            "global: {{scrape_interval: 500ms, evaluation_interval: 1s}}\nrule_files: ['{}']\n\
             scrape_configs:\n  - job_name: gait\n    static_configs: [{{targets: ['{target}']}}]\n",
            rules.display()
        );
        fs::write(&config, text).expect("the configuration is written");
        let address = free_address();
        let mut command = Command::new(binary);
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"));
        let process = start(command);
        await_answer(address, "/-/ready");
        Self { _process: process, _folder: folder, address }
    }

    /// The result of an instant query.
    pub(crate) fn query(&self, query: &str) -> Value {
        let path = format!("/api/v1/query?query={}", escaped(query));
        let body = get(self.address, &path).expect("Prometheus answers");
        let answer: Value = serde_json::from_str(&body).expect("Prometheus answers in JSON");
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        answer["data"]["result"].clone()
    }

    /// The values of an instant query, each with its labels.
    pub(crate) fn values(&self, query: &str) -> Vec<(String, f64)> {
        let result = self.query(query);
        let samples = result.as_array().expect("the result is a list").iter();
        let read = |sample: &Value| {
            let value = sample["value"][1].as_str().expect("a sample has a value");
            (sample["metric"].to_string(), value.parse().expect("a value is a number"))
        };
        samples.map(read).collect()
    }
}

/// A text as it stands in a query, every other byte escaped.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
