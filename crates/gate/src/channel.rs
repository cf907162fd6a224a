//! The way to the pusher.

use std::io::{Write as _, stderr, stdout};
use std::os::fd::AsFd as _;
use std::process::Stdio;

/// Where words for the pusher go.
///
/// It is standard error, unless the script around the program has put it on standard output: then
/// what the system's libraries have to say, when memory runs out, does not stand before the
/// script's own verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Standard error.
    #[default]
    Error,
    /// Standard output, which the script has turned to where standard error went.
    Output,
}

impl Channel {
    /// Writes `message`. A pusher who is gone does not change the verdict.
    pub(crate) fn tell(self, message: &str) {
        let _ = match self {
            Channel::Error => stderr().write_all(message.as_bytes()),
            Channel::Output => {
                let mut output = stdout();
                output.write_all(message.as_bytes()).and_then(|()| output.flush())
            }
        };
    }

    /// The same way for another program's standard error.
    pub(crate) fn for_child(self) -> Stdio {
        match self {
            Channel::Error => Stdio::inherit(),
            Channel::Output => {
                stdout().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::inherit(), Stdio::from)
            }
        }
    }
}
