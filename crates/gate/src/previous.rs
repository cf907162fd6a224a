//! The hook that a repository had before pushgate: it keeps its say.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ExitCode, Stdio};

use crate::channel::Channel;
use crate::code;
use crate::hook::GateError;
use crate::signals::Watch;

/// What the system says of a file that is neither a program nor begins with `#!`.
const EXEC_FORMAT_ERROR: i32 = rustix::io::Errno::NOEXEC.raw_os_error();

/// Runs the hook at `path` with the same environment and the same standard input as ours.
///
/// Its output goes where ours goes. Returns success if it accepts the push. A signal that we get
/// meanwhile is passed on to it, and refuses the push however it ends.
pub(crate) fn run(
    path: &Path,
    input: &[u8],
    channel: Channel,
    watch: &Watch,
) -> Result<ExitCode, GateError> {
    let failed = |reason: String| GateError {
        code: code::PREVIOUS,
        text: format!("{}: {reason}", path.display()),
    };
    let metadata = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(failed("it is not executable".to_owned()));
    }
    // Who ends us from here on must end it too.
    watch.begin_if(true);
    let child = match start(path, None, channel) {
        // A script without a first line for its interpreter: git has the shell run it, so do we.
        Err(error) if error.raw_os_error() == Some(EXEC_FORMAT_ERROR) => {
            start(Path::new("/bin/sh"), Some(path), channel)
        }
        other => other,
    };
    let mut child = child.map_err(|error| failed(error.to_string()))?;
    let waiting = watch.wait_for(&child);
    if let Some(mut stdin) = child.stdin.take() {
        // A hook need not read its input: then the pipe is closed, and that is no failure.
        if let Err(error) = stdin.write_all(input)
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            return Err(failed(error.to_string()));
        }
    }
    let received = waiting.until_it_ends();
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if let Some(received) = received {
        let text = format!("{}: {} came while this hook worked", path.display(), received.name());
        return Err(GateError { code: code::STOPPED, text });
    }
    match status.code() {
        Some(0) => Ok(ExitCode::SUCCESS),
        Some(_) => Ok(ExitCode::from(1)),
        None => Err(failed(format!("it ended without an exit code: {status}"))),
    }
}

fn start(program: &Path, argument: Option<&Path>, channel: Channel) -> std::io::Result<Child> {
    #[expect(clippy::disallowed_methods, reason = "this is the admin's own hook")]
    let mut command = std::process::Command::new(program);
    command.args(argument).stdin(Stdio::piped()).stderr(channel.for_child()).spawn()
}
