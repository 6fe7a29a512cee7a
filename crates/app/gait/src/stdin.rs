//! Standard input that ends when the process is asked to stop, even while nothing comes.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use crate::stop::Stop;

/// How long nothing may come before the flag is looked at.
const WAIT: Duration = Duration::from_millis(100);

/// Bytes per read, and how many reads may wait to be taken.
const CHUNK_BYTES: usize = 256 * 1024;
const CHUNKS_MAX: usize = 4;

/// Reads standard input through a thread, since a read that waits cannot be called off.
pub(crate) struct StoppableStdin {
    chunks: Receiver<io::Result<Vec<u8>>>,
    rest: io::Cursor<Vec<u8>>,
    stop: Stop,
}

impl StoppableStdin {
    /// Begins to read.
    pub(crate) fn new(stop: &Stop) -> Self {
        let (send, chunks) = sync_channel(CHUNKS_MAX);
        thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            loop {
                let mut chunk = vec![0; CHUNK_BYTES];
                let read = stdin.read(&mut chunk).map(|length| {
                    chunk.truncate(length);
                    chunk
                });
                let ended = read.as_ref().map_or(true, Vec::is_empty);
                if send.send(read).is_err() || ended {
                    return;
                }
            }
        });
        Self { chunks, rest: io::Cursor::default(), stop: stop.clone() }
    }
}

impl Read for StoppableStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.rest.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            match self.chunks.recv_timeout(WAIT) {
                Ok(chunk) => {
                    self.rest = io::Cursor::new(chunk?);
                    if self.rest.get_ref().is_empty() {
                        return Ok(0);
                    }
                }
                Err(RecvTimeoutError::Timeout) if !self.stop.is_asked() => {}
                Err(_) => return Ok(0),
            }
        }
    }
}
