//! The built `gait` as the tests run it: what it reads, and what one call of it gave.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use gait_tests::built_gait;
use serde_json::Value;

/// A folder or file of the shipped captures or of the public logs that `GAIT_DATA` names; a message why the
/// test has nothing to do where there is none.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let shipped = gait_tests::repository().join("datasets").join(name);
    if !name.is_empty() && shipped.exists() {
        return Some(shipped);
    }
    let Some(root) = env::var_os("GAIT_DATA") else {
        eprintln!("skipped: GAIT_DATA does not name the folder of the shared logs");
        return None;
    };
    let path = Path::new(&root).join(name);
    assert!(path.exists(), "GAIT_DATA has no `{name}`");
    Some(path)
}

/// What a call of `gait` gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Fails unless `gait` ended with `code`.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "standard error:\n{}\nstandard output:\n{}",
            self.err, self.out
        );
        self
    }
}

/// Runs `gait` with these arguments and this standard input, without any override from outside.
pub(crate) fn run_with<A: AsRef<OsStr>>(arguments: &[A], input: &[u8]) -> Ran {
    let mut child = Command::new(built_gait())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("gait starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let input = input.to_vec();
    // gait may end without reading its input: that is not the writer's mistake.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("gait ends");
    writer.join().expect("the writer does not panic");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// A file of JSON lines.
pub(crate) fn json_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
