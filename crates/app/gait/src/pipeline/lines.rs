//! JSON lines to a file or to standard output.
//!
//! Every writer to standard output shares one buffer, so that whole lines of several kinds can be mixed.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufWriter, Stdout, Write},
    path::Path,
    rc::Rc,
};

use anyhow::{Context, Result};

/// Bytes buffered before they are written.
const BUFFER_BYTES: usize = 256 * 1024;

/// Standard output, buffered, for everyone who writes lines to it.
pub(crate) type SharedStdout = Rc<RefCell<BufWriter<Stdout>>>;

/// Standard output with a buffer.
pub(crate) fn shared_stdout() -> SharedStdout {
    Rc::new(RefCell::new(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())))
}

/// Where lines go.
#[derive(Debug)]
pub(crate) struct Lines {
    target: Target,
    name: String,
}

#[derive(Debug)]
enum Target {
    File(BufWriter<File>),
    Stdout(SharedStdout),
}

impl Lines {
    /// Creates or overwrites the file; `-` is standard output.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn create(path: &Path, stdout: &SharedStdout) -> Result<Self> {
        let name = path.display().to_string();
        if is_stdout(path) {
            return Ok(Self { target: Target::Stdout(Rc::clone(stdout)), name });
        }
        let file = File::create(path).with_context(|| format!("cannot write `{name}`"))?;
        Ok(Self { target: Target::File(BufWriter::with_capacity(BUFFER_BYTES, file)), name })
    }

    /// Opens the file for appending, creating it where needed.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn append(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .with_context(|| format!("cannot write `{name}`"))?;
        Ok(Self { target: Target::File(BufWriter::with_capacity(BUFFER_BYTES, file)), name })
    }

    /// Writes one line; `line` has no line end.
    ///
    /// # Errors
    /// The target does not take it.
    pub(crate) fn write(&mut self, line: &[u8]) -> Result<()> {
        let written = match &mut self.target {
            Target::File(file) => file.write_all(line).and_then(|()| file.write_all(b"\n")),
            Target::Stdout(stdout) => {
                let mut stdout = stdout.borrow_mut();
                stdout.write_all(line).and_then(|()| stdout.write_all(b"\n"))
            }
        };
        written.with_context(|| format!("cannot write `{}`", self.name))
    }

    /// Hands everything written so far to the system.
    ///
    /// # Errors
    /// The target does not take it.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let flushed = match &mut self.target {
            Target::File(file) => file.flush(),
            Target::Stdout(stdout) => stdout.borrow_mut().flush(),
        };
        flushed.with_context(|| format!("cannot write `{}`", self.name))
    }
}

/// Whether a path names standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}
