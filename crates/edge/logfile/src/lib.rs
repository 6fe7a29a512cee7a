//! Log files and standard input as a source of records.
//!
//! This crate decides which files are read and in which order ([`expand`]), how they are decompressed and
//! cut into records ([`Reader`]), and how a file that still grows is watched ([`Follower`]). What a record
//! means it leaves to `gait-decode`.
//!
//! ```
//! use gait_logfile::{More, Reader, expand};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # std::fs::write(folder.path().join("access.log"), "first\nsecond\n")?;
//! # let argument = folder.path().display().to_string();
//! let mut lines = 0;
//! for input in expand([argument])? {
//!     let mut reader = Reader::open(&input)?;
//!     while reader.next_batch(&mut |record| lines += usize::from(!record.bytes.is_empty()))? == More::Yes {}
//! }
//! assert_eq!(lines, 2);
//! # Ok(())
//! # }
//! ```

mod buffer;
mod compression;
mod cut;
mod follow;
mod input;
mod order;
mod reader;

pub use compression::Compression;
pub use cut::Record;
pub use follow::{Follow, FollowError, Follower, StartAt};
pub use input::{ExpandError, Input, expand};
pub use reader::{More, OpenError, Progress, ReadError, Reader};
