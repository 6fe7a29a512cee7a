//! How a command ends: the exit codes, which scripts rely on.

use std::process::ExitCode;

/// Why the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The input was read to its end; rejected lines included.
    Done,
    /// Some input could not be read to its end; the rest was processed.
    Unreadable,
    /// The command line is wrong in a way that only the command can see.
    Usage,
    /// Lines were rejected and `--strict` was given.
    Rejects,
}

/// A configuration, a detector or a field map that cannot be used. Ends the process with 78.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misconfigured(pub(crate) String);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Unreadable => 1,
            Exit::Usage => 2,
            Exit::Rejects => 3,
        })
    }
}

/// The code for a command that failed: 78 (`EX_CONFIG` of sysexits.h) or 1.
pub(crate) fn code_of(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if error.is::<Misconfigured>() { 78 } else { 1 })
}
