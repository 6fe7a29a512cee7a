//! A real `gait run` that follows a file and serves on a free loopback port, and what other processes of a test
//! need too: a start that ends with the test, a port, an answer.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use gait_tests::built_gait;
use tempfile::TempDir;

/// How long a process may take to answer, and what a test waits for to come true.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A process that ends with the test.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running `gait run`.
pub(crate) struct Gait {
    process: Running,
    folder: TempDir,
    log: File,
    pub(crate) address: SocketAddr,
}

impl Gait {
    /// Starts it on an empty log of NGINX JSON lines; dead letters are kept.
    pub(crate) fn follow() -> Self {
        Self::follow_with(|_| String::new())
    }

    /// The same with `more` tables, which are told where a file of the run lies.
    pub(crate) fn follow_with(more: impl FnOnce(&dyn Fn(&str) -> String) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let address = free_address();
        let config = format!(
            "[source]\nkind = \"file\"\npaths = [\"{}\"]\n[decode]\nformat = \"nginx-json\"\n\
             [sinks.rejects]\nkind = \"file\"\npath = \"{}\"\n[serve]\nlisten = \"{address}\"\n{}",
            path("access.jsonl"),
            path("rejects.jsonl"),
            more(&path),
        );
        fs::write(path("gait.toml"), config).expect("the configuration is written");
        let log = File::create(path("access.jsonl")).expect("the log is created");
        let mut command = Command::new(built_gait());
        command.args(["run", "--config", &path("gait.toml")]);
        let process = start(command);
        await_answer(address, "/livez");
        Self { process, folder, log, address }
    }

    /// Appends to the log.
    pub(crate) fn append(&mut self, text: &[u8]) {
        self.log.write_all(text).expect("the log is written");
    }

    /// Where a file of the run lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Asks it to stop and waits until it has written everything; its files are still there.
    pub(crate) fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.process.0.id().to_string()]).status();
        assert!(asked.expect("kill starts").success());
        assert!(self.process.0.wait().expect("gait ends").success());
    }

    /// The body of an answer.
    pub(crate) fn get(&self, path: &str) -> String {
        get(self.address, path).expect("gait answers")
    }
}

pub(crate) fn start(mut command: Command) -> Running {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Running(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
}

/// Looks again until `done`.
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(100));
    }
}

/// A loopback address that nobody listens on now.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port has a number")
}

pub(crate) fn await_answer(address: SocketAddr, path: &str) {
    wait_until(&format!("http://{address}{path}"), || get(address, path).is_some());
}

/// The body of an answer with status 200. HTTP/1.0, so that it is not sent in chunks.
pub(crate) fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.lines().next()?.contains(" 200 ").then(|| body.to_owned())
}
