//! One input, opened, decompressed and handed out in batches of records.
//!
//! The buffer is read into and cut in place: a record is a slice of it, nothing is copied but the rest of
//! a record that a batch ends in.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use gait_decode::MAX_RECORD_BYTES;

use crate::{
    Input, Record,
    buffer::Buffer,
    compression::{Compression, MAGIC_BYTES},
    cut::Cutter,
};

/// Bytes that [`Reader::sample`] looks at, at most.
const MAX_SAMPLE_BYTES: usize = 2 * MAX_RECORD_BYTES;

/// An input cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The system refused.
    #[error("cannot open `{name}`: {source}")]
    Io {
        /// The input.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder where a file is needed.
    #[error("`{0}` is a folder; expand it into its files first")]
    Folder(String),
    /// Compressed in a way that is not read here.
    #[error("`{name}` is compressed with {compression}; decompress it and pipe it in with `-`")]
    Unsupported {
        /// The input.
        name: String,
        /// What its first bytes say.
        compression: Compression,
    },
}

/// An input cannot be read any further. Every record before was delivered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The compressed stream ends too early; the record that it ends in is lost.
    #[error(
        "`{name}` is truncated: its {compression} stream breaks off after line {line} (byte {byte} of \
         the decompressed text); fetch the file again"
    )]
    Truncated {
        /// The input.
        name: String,
        /// Its compression.
        compression: Compression,
        /// The last line that was whole, 0 when there was none.
        line: u64,
        /// Length of what could be decompressed, bytes.
        byte: u64,
    },
    /// A JSON array is not closed; what there is of its last element was delivered as a record.
    #[error("`{name}` is truncated: its JSON array is not closed at the end (line {line})")]
    OpenArray {
        /// The input.
        name: String,
        /// Its last line.
        line: u64,
    },
    /// The compressed stream is damaged, or the system failed.
    #[error(
        "cannot read `{name}` ({compression}) beyond line {line} (byte {byte} of the decompressed \
         text): {source}"
    )]
    Io {
        /// The input.
        name: String,
        /// Its compression.
        compression: Compression,
        /// The last line that was whole, 0 when there was none.
        line: u64,
        /// Length of what could be decompressed, bytes.
        byte: u64,
        /// What was found.
        source: io::Error,
    },
}

/// Whether an input has more records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// Ask again.
    Yes,
    /// Everything was delivered.
    No,
}

/// How far an input was read, in bytes as they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Compressed bytes that were read.
    pub read_bytes: u64,
    /// Compressed length when it was opened; `None` for pipes and standard input.
    pub total_bytes: Option<u64>,
}

/// An open input.
pub struct Reader {
    name: String,
    compression: Compression,
    source: Box<dyn Read + Send>,
    read_bytes: Arc<AtomicU64>,
    total_bytes: Option<u64>,
    buffer: Buffer,
    cutter: Cutter,
    /// Decompressed bytes that came in.
    byte: u64,
    state: State,
}

/// What may still come.
enum State {
    /// The source may have more.
    Open,
    /// The source has ended; what is in the buffer is left.
    Ended,
    /// The source has failed; what is whole in the buffer is left.
    Failed(io::Error),
    /// Everything was delivered.
    Done,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("name", &self.name)
            .field("compression", &self.compression)
            .field("byte", &self.byte)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens an input and tells its compression from its first bytes.
    ///
    /// # Errors
    /// The input does not exist, may not be read, is a folder, or is compressed in an unknown way.
    pub fn open(input: &Input) -> Result<Self, OpenError> {
        let name = input.to_string();
        match input {
            Input::Stdin => Self::from_source(name, io::stdin(), None),
            Input::File(path) => {
                let failed = |source| OpenError::Io { name: name.clone(), source };
                let file = File::open(path).map_err(failed)?;
                let meta = file.metadata().map_err(failed)?;
                if meta.is_dir() {
                    return Err(OpenError::Folder(name));
                }
                let total_bytes = meta.is_file().then_some(meta.len());
                Self::from_source(name, file, total_bytes)
            }
        }
    }

    /// Reads from anything; `name` stands in errors, `total_bytes` is its stored length when known.
    ///
    /// # Errors
    /// The first bytes cannot be read, or they say a compression that is not known.
    pub fn from_source(
        name: String,
        source: impl Read + Send + 'static,
        total_bytes: Option<u64>,
    ) -> Result<Self, OpenError> {
        let failed = |name: &str, source| OpenError::Io { name: name.to_owned(), source };
        let read_bytes = Arc::new(AtomicU64::new(0));
        let mut source = Counted { inner: source, read_bytes: Arc::clone(&read_bytes) };
        let mut first = Vec::with_capacity(MAGIC_BYTES);
        source
            .by_ref()
            .take(MAGIC_BYTES as u64)
            .read_to_end(&mut first)
            .map_err(|error| failed(&name, error))?;
        let compression = Compression::of(&first);
        if !compression.is_readable() {
            return Err(OpenError::Unsupported { name, compression });
        }
        let source = compression
            .decompress(io::Cursor::new(first).chain(source))
            .map_err(|error| failed(&name, error))?;
        Ok(Self {
            name,
            compression,
            source,
            read_bytes,
            total_bytes,
            buffer: Buffer::new(),
            cutter: Cutter::default(),
            byte: 0,
            state: State::Open,
        })
    }

    /// The input as it stands in messages: its path, or `-`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the input is compressed.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// How far the input was read.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            read_bytes: self.read_bytes.load(Ordering::Relaxed),
            total_bytes: self.total_bytes,
        }
    }

    /// Reads once and gives every record that is now complete to `sink`, in order; that may be none.
    /// Blocks only while the source gives nothing.
    ///
    /// # Errors
    /// The source failed or is truncated. Everything before was delivered; asking again gives [`More::No`].
    pub fn next_batch(&mut self, sink: &mut dyn FnMut(Record<'_>)) -> Result<More, ReadError> {
        if matches!(self.state, State::Open) {
            self.fill();
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => Ok(More::No),
            State::Open => {
                self.state = State::Open;
                let done = self.cutter.cut(self.buffer.bytes(), false, sink);
                self.buffer.consume(done);
                Ok(More::Yes)
            }
            State::Ended => {
                self.cutter.cut(self.buffer.bytes(), true, sink);
                if self.cutter.ended_in_array() {
                    let line = self.cutter.lines_ended() + 1;
                    return Err(ReadError::OpenArray { name: self.name.clone(), line });
                }
                Ok(More::No)
            }
            State::Failed(error) => {
                self.cutter.cut(self.buffer.bytes(), false, sink);
                Err(self.failure(error))
            }
        }
    }

    /// Copies the first `count` records without consuming them, fewer when the input is shorter or they are
    /// long. Call it before the first batch. What keeps an input from being read shows with the batches.
    #[must_use]
    pub fn sample(&mut self, count: usize) -> Vec<Vec<u8>> {
        loop {
            let full = self.buffer.bytes().len() >= MAX_SAMPLE_BYTES;
            let at_end = matches!(self.state, State::Ended);
            let mut records = Vec::new();
            self.cutter.clone().cut(self.buffer.bytes(), at_end, &mut |record| {
                if records.len() < count {
                    records.push(record.bytes.to_vec());
                }
            });
            if records.len() >= count || full || !matches!(self.state, State::Open) {
                return records;
            }
            self.fill();
        }
    }

    /// Reads once into the buffer, or notes that there is no more.
    fn fill(&mut self) {
        match self.buffer.fill(&mut self.source) {
            Ok(0) => self.state = State::Ended,
            Ok(count) => self.byte += count as u64,
            Err(error) => self.state = State::Failed(error),
        }
    }

    fn failure(&self, source: io::Error) -> ReadError {
        let (name, compression) = (self.name.clone(), self.compression);
        let (line, byte) = (self.cutter.lines_ended(), self.byte);
        if source.kind() == io::ErrorKind::UnexpectedEof {
            ReadError::Truncated { name, compression, line, byte }
        } else {
            ReadError::Io { name, compression, line, byte, source }
        }
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    read_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
