//! A log file that is still written to, watched as `tail -F` does: what is appended, a file that is renamed
//! and begun anew, one that is truncated in place, one that does not exist yet.
//!
//! Polling needs nothing from the system but `stat`, and works on network file systems where
//! notifications do not.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{Record, buffer::Buffer, compression::Compression, cut::Cutter};

/// How often a quiet file is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How long the old file is still read after another took its place: a writer goes on appending to the file
/// it has open until it is told to reopen its log.
const ROTATION_GRACE: Duration = Duration::from_secs(1);

/// Where following begins in a file that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartAt {
    /// With what is already there.
    Beginning,
    /// With what is appended from now on.
    End,
}

/// What a look at the file brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// This many records were delivered, at least one.
    Records(u64),
    /// Nothing came while waiting, or the caller cancelled.
    Idle,
}

/// A file cannot be followed any further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// The system failed; a file that does not exist is no failure.
    #[error("cannot follow `{path}`: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A compressed file does not grow line by line.
    #[error(
        "`{path}` is compressed with {compression} and cannot be followed; read it once instead"
    )]
    Compressed {
        /// The file.
        path: String,
        /// What its first bytes say.
        compression: Compression,
    },
}

/// Follows one path across rotations. Line numbers go on counting when a new file takes its place, so that
/// they order the records.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    start_at: StartAt,
    open: Option<Open>,
    buffer: Buffer,
    cutter: Cutter,
    rotations: u64,
}

/// The file that is being read.
#[derive(Debug)]
struct Open {
    file: File,
    /// Device and inode: what a rename does not change.
    identity: (u64, u64),
    /// Bytes read so far, those that were passed over included.
    position: u64,
    /// When another file was first seen at the path.
    replaced_at: Option<Instant>,
}

impl Follower {
    /// Prepares to follow `path`. It need not exist yet.
    #[must_use]
    pub fn new(path: &Path, start_at: StartAt) -> Self {
        Self {
            path: path.to_owned(),
            start_at,
            open: None,
            buffer: Buffer::new(),
            cutter: Cutter::lines(),
            rotations: 0,
        }
    }

    /// The path that is followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often another file took the place of the one before, or the file was truncated.
    #[must_use]
    pub fn rotations(&self) -> u64 {
        self.rotations
    }

    /// Gives the records that were appended to `sink`. Returns as soon as there was one, and at the latest
    /// when `wait` is over or `cancel` is set, within a tenth of a second. A line without its end is held
    /// back until it ends or the file is rotated away.
    ///
    /// # Errors
    /// The file exists and cannot be read, or is compressed.
    pub fn next_batch(
        &mut self,
        wait: Duration,
        cancel: &AtomicBool,
        sink: &mut dyn FnMut(Record<'_>),
    ) -> Result<Follow, FollowError> {
        let deadline = Instant::now() + wait;
        loop {
            let records = self.look(sink)?;
            if records > 0 {
                return Ok(Follow::Records(records));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || cancel.load(Ordering::Relaxed) {
                return Ok(Follow::Idle);
            }
            thread::sleep(left.min(POLL_INTERVAL));
        }
    }

    /// Reads once, or looks what became of the file when it has nothing more. Returns records delivered.
    fn look(&mut self, sink: &mut dyn FnMut(Record<'_>)) -> Result<u64, FollowError> {
        if self.open.is_none() {
            self.open = self.open_path()?;
        }
        let Some(open) = &mut self.open else { return Ok(0) };
        let came = match self.buffer.fill(&mut open.file) {
            Ok(came) => came,
            Err(source) => return Err(self.failed(source)),
        };
        let at_first = open.position == 0;
        open.position += came as u64;
        if came == 0 {
            return self.look_for_change(sink);
        }
        let compression = Compression::of(self.buffer.bytes());
        if at_first && compression != Compression::Plain {
            let path = self.path.display().to_string();
            return Err(FollowError::Compressed { path, compression });
        }
        Ok(self.deliver(false, sink))
    }

    /// Opens the path where following begins; `None` while it does not exist.
    fn open_path(&mut self) -> Result<Option<Open>, FollowError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Whatever appears here later is new from its first byte.
                self.start_at = StartAt::Beginning;
                return Ok(None);
            }
            Err(source) => return Err(self.failed(source)),
        };
        let meta = file.metadata().map_err(|source| self.failed(source))?;
        let mut position = 0;
        if self.start_at == StartAt::End && meta.len() > 0 {
            // From the last byte on, and without the line it belongs to: a line that was begun before is
            // no record.
            position = meta.len() - 1;
            file.seek(SeekFrom::Start(position)).map_err(|source| self.failed(source))?;
            self.cutter = Cutter::lines_without_the_first();
        }
        self.start_at = StartAt::Beginning;
        Ok(Some(Open { file, identity: identity(&meta), position, replaced_at: None }))
    }

    /// At the end of the file: was it truncated, or did another take its place?
    fn look_for_change(&mut self, sink: &mut dyn FnMut(Record<'_>)) -> Result<u64, FollowError> {
        let Some(open) = &mut self.open else { return Ok(0) };
        let current = match fs::metadata(&self.path) {
            Ok(meta) => meta,
            // Renamed, and the new file not there yet: what the writer still appends is read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(source) => return Err(self.failed(source)),
        };
        if identity(&current) != open.identity {
            let since = *open.replaced_at.get_or_insert_with(Instant::now);
            if since.elapsed() < ROTATION_GRACE {
                return Ok(0);
            }
            self.open = None;
            self.rotations += 1;
            return Ok(self.deliver(true, sink));
        }
        if current.len() < open.position {
            open.position = 0;
            let rewound = open.file.rewind();
            // The end of a line that was begun is gone.
            self.deliver(true, &mut |_| {});
            self.rotations += 1;
            rewound.map_err(|source| self.failed(source))?;
        }
        Ok(0)
    }

    /// Cuts what is in the buffer. Returns records delivered.
    fn deliver(&mut self, at_end: bool, sink: &mut dyn FnMut(Record<'_>)) -> u64 {
        let mut records = 0;
        let done = self.cutter.cut(self.buffer.bytes(), at_end, &mut |record| {
            records += 1;
            sink(record);
        });
        self.buffer.consume(done);
        records
    }

    fn failed(&self, source: io::Error) -> FollowError {
        FollowError::Io { path: self.path.display().to_string(), source }
    }
}

fn identity(meta: &fs::Metadata) -> (u64, u64) {
    (meta.dev(), meta.ino())
}

#[cfg(test)]
mod tests {
    use std::{fs::OpenOptions, io::Write};

    use super::*;

    /// A followed file in a folder of its own.
    struct Watched {
        folder: tempfile::TempDir,
        follower: Follower,
    }

    impl Watched {
        fn new(content: Option<&str>, start_at: StartAt) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("access.log");
            if let Some(content) = content {
                fs::write(&path, content).unwrap();
            }
            Self { follower: Follower::new(&path, start_at), folder }
        }

        fn append(&self, name: &str, text: &str) {
            let path = self.folder.path().join(name);
            let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }

        /// Everything that comes until `count` records are there, or for as long as a rotation may take.
        fn read(&mut self, count: usize) -> Vec<String> {
            let mut records = Vec::new();
            let deadline = Instant::now() + 3 * ROTATION_GRACE;
            while records.len() < count && Instant::now() < deadline {
                self.follower
                    .next_batch(
                        Duration::from_millis(200),
                        &AtomicBool::new(false),
                        &mut |record| {
                            records.push(String::from_utf8_lossy(record.bytes).into_owned());
                        },
                    )
                    .unwrap();
            }
            records
        }
    }

    #[test]
    fn a_line_is_held_back_until_it_ends() {
        let mut watched = Watched::new(Some("one\ntw"), StartAt::Beginning);
        assert_eq!(watched.read(1), ["one"]);
        watched.append("access.log", "o\nthree\n");
        assert_eq!(watched.read(2), ["two", "three"]);
    }

    #[test]
    fn from_the_end_only_whole_new_lines_count() {
        let mut watched = Watched::new(Some("old\nbegun"), StartAt::End);
        assert_eq!(watched.read(0), [""; 0]);
        let nothing = AtomicBool::new(true);
        watched.follower.next_batch(Duration::ZERO, &nothing, &mut |_| {}).unwrap();
        watched.append("access.log", " before\nnew\n");
        assert_eq!(watched.read(1), ["new"]);

        let mut ended = Watched::new(Some("old\n"), StartAt::End);
        ended.follower.next_batch(Duration::ZERO, &nothing, &mut |_| {}).unwrap();
        ended.append("access.log", "new\n");
        assert_eq!(ended.read(1), ["new"]);
    }

    #[test]
    fn a_file_that_appears_later_is_read_whole() {
        let mut watched = Watched::new(None, StartAt::End);
        let idle =
            watched.follower.next_batch(Duration::ZERO, &AtomicBool::new(false), &mut |_| {});
        assert_eq!(idle.unwrap(), Follow::Idle);
        watched.append("access.log", "first\n");
        assert_eq!(watched.read(1), ["first"]);
    }

    #[test]
    fn after_a_rename_the_old_file_is_read_to_its_end_and_then_the_new_one() {
        let mut watched = Watched::new(Some("one\n"), StartAt::Beginning);
        assert_eq!(watched.read(1), ["one"]);
        let path = watched.folder.path().join("access.log");
        fs::rename(&path, watched.folder.path().join("access.log.1")).unwrap();
        watched.append("access.log", "three\n");
        // A writer that has not reopened its log yet, and its unfinished last line.
        watched.append("access.log.1", "two\nlast");
        assert_eq!(watched.read(3), ["two", "last", "three"]);
        assert_eq!(watched.follower.rotations(), 1);
    }

    #[test]
    fn a_truncated_file_is_read_from_its_beginning_again() {
        let mut watched = Watched::new(Some("one\ntwo\nbegun"), StartAt::Beginning);
        assert_eq!(watched.read(2), ["one", "two"]);
        fs::write(watched.folder.path().join("access.log"), "x\n").unwrap();
        assert_eq!(watched.read(1), ["x"]);
        assert_eq!(watched.follower.rotations(), 1);
    }

    #[test]
    fn line_numbers_go_on_counting_over_a_rotation() {
        let mut watched = Watched::new(Some("one\n"), StartAt::Beginning);
        assert_eq!(watched.read(1), ["one"]);
        fs::remove_file(watched.folder.path().join("access.log")).unwrap();
        watched.append("access.log", "two\n");
        let mut lines = Vec::new();
        while lines.is_empty() {
            let wait = Duration::from_secs(1);
            let cancel = AtomicBool::new(false);
            let sink = &mut |record: Record<'_>| lines.push(record.line);
            watched.follower.next_batch(wait, &cancel, sink).unwrap();
        }
        assert_eq!(lines, [2]);
    }

    #[test]
    fn a_cancelled_wait_ends_at_once() {
        let mut watched = Watched::new(Some(""), StartAt::Beginning);
        let before = Instant::now();
        let cancelled = AtomicBool::new(true);
        let result = watched.follower.next_batch(Duration::from_mins(1), &cancelled, &mut |_| {});
        assert_eq!(result.unwrap(), Follow::Idle);
        assert!(before.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_compressed_file_is_refused() {
        let mut watched = Watched::new(Some("BZh91AY"), StartAt::Beginning);
        let result =
            watched.follower.next_batch(Duration::ZERO, &AtomicBool::new(false), &mut |_| {});
        assert!(result.unwrap_err().to_string().contains("is compressed with bzip2"));
    }
}
