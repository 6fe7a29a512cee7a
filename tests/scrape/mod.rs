//! A real `gait demo` and a real Prometheus on free loopback ports, stopped when the test ends.

use std::{
    env, fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// How long a process may take to answer, and a query to give data.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running `gait demo`.
pub(crate) struct Gait {
    _process: Running,
    address: SocketAddr,
}

impl Gait {
    /// Starts the binary that `GAIT_BIN` names; a message when it names none.
    pub(crate) fn demo() -> Option<Self> {
        let Some(binary) = env::var_os("GAIT_BIN") else {
            eprintln!("skipped: GAIT_BIN does not name the built gait");
            return None;
        };
        let address = free_address();
        let mut command = Command::new(binary);
        command.args(["demo", "--listen", &address.to_string(), "--seconds", "300"]);
        let process = start(command);
        await_answer(address, "/livez");
        Some(Self { _process: process, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The body of an answer.
    pub(crate) fn get(&self, path: &str) -> String {
        get(self.address, path).expect("gait answers")
    }
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

    /// Waits until a query gives data.
    pub(crate) fn wait_for(&self, query: &str) {
        let begun = Instant::now();
        while self.query(query).as_array().is_none_or(Vec::is_empty) {
            assert!(begun.elapsed() < PATIENCE, "`{query}` gives no data");
            sleep(Duration::from_millis(200));
        }
    }
}

fn start(mut command: Command) -> Running {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Running(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
}

/// A loopback address that nobody listens on now.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port has a number")
}

fn await_answer(address: SocketAddr, path: &str) {
    let begun = Instant::now();
    while get(address, path).is_none() {
        assert!(begun.elapsed() < PATIENCE, "http://{address}{path} does not answer");
        sleep(Duration::from_millis(100));
    }
}

/// The body of an answer with status 200. HTTP/1.0, so that it is not sent in chunks.
fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.lines().next()?.contains(" 200 ").then(|| body.to_owned())
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
