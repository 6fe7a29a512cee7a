//! A bar for long work, shown only when standard error is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// Bytes read of bytes known. Without a terminal it does nothing.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    speaks: bool,
}

impl Progress {
    /// A bar that knows nothing yet.
    pub(crate) fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden(), speaks: true };
        }
        Self { bar: ProgressBar::new(0), speaks: true }
    }

    /// The same bar for reading the same once more: what was said of it is not said again.
    pub(crate) fn again(&self) -> Self {
        self.bar.reset();
        Self { bar: self.bar.clone(), speaks: false }
    }

    /// How much there is to read; with 0 it is not known, and the bar only spins.
    pub(crate) fn expect(&self, total_bytes: u64) {
        let template = if total_bytes > 0 {
            "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}"
        } else {
            "{spinner} {bytes} {bytes_per_sec} {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(total_bytes);
    }

    /// So many bytes were read in all.
    pub(crate) fn at(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// What is being read.
    pub(crate) fn reading(&self, name: &str) {
        self.bar.set_message(name.to_owned());
    }

    /// Prints a line on standard error without tearing the bar, unless it was said before.
    pub(crate) fn say(&self, line: &str) {
        if self.speaks {
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
