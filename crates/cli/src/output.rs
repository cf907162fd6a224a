//! What the tool says: the one way to standard output, and the one to standard error.
//!
//! A reader that has seen enough, such as `head`, closes the pipe. That is no failure, and what a
//! command does must not end half-way for it, so nothing here panics as `println!` does.

use std::io::{ErrorKind, Write as _};

use anyhow::Context as _;

/// Prints a line as `println!` takes it; see [`print`].
macro_rules! say {
    ($($words:tt)*) => {
        $crate::output::print(&format!("{}\n", format_args!($($words)*)))
    };
}

/// Tells of an error or of progress, as `eprintln!` takes it; see [`note`].
macro_rules! complain {
    ($($words:tt)*) => {
        $crate::output::note(&format!("{}\n", format_args!($($words)*)))
    };
}

pub(crate) use {complain, say};

/// Prints a text on standard output; what nobody reads any more is dropped.
///
/// # Errors
///
/// When it cannot be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("writing to standard output")
        }
        _ => Ok(()),
    }
}

/// Writes a text to standard error; if that fails, there is nobody left to be told.
pub(crate) fn note(text: &str) {
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}
