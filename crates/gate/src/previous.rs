//! The hook that a repository had before pushgate: it keeps its say.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use crate::code;
use crate::hook::GateError;

/// Runs the hook at `path` with the same environment and the same standard input as ours.
///
/// Its output goes where ours goes. Returns success if it accepts the push.
pub(crate) fn run(path: &Path, input: &[u8]) -> Result<ExitCode, GateError> {
    let failed = |reason: String| GateError {
        code: code::PREVIOUS,
        text: format!("{}: {reason}", path.display()),
    };
    let metadata = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(failed("it is not executable".to_owned()));
    }
    #[expect(clippy::disallowed_methods, reason = "this is the admin's own hook")]
    let mut command = std::process::Command::new(path);
    let mut child =
        command.stdin(Stdio::piped()).spawn().map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A hook need not read its input: then the pipe is closed, and that is no failure.
        if let Err(error) = stdin.write_all(input)
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            return Err(failed(error.to_string()));
        }
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    match status.code() {
        Some(0) => Ok(ExitCode::SUCCESS),
        Some(_) => Ok(ExitCode::from(1)),
        None => Err(failed(format!("it ended without an exit code: {status}"))),
    }
}
