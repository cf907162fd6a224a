//! Processes with a known environment: git must not read the settings of who runs the tests.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A push that takes longer than this hangs, and must not hang the suite.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a process left behind.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Ended {
    /// The exit code; a signal counts as 128 plus its number, as in a shell.
    pub fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt;
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Standard output as text, without the last line end.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end().to_owned()
    }

    /// Standard output and standard error together, as text.
    pub fn all_text(&self) -> String {
        format!(
            "{}{}",
            String::from_utf8_lossy(&self.stdout),
            String::from_utf8_lossy(&self.stderr)
        )
    }
}

/// A command that sees nothing of the caller's environment but `PATH`.
pub fn command(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Ada Example")
            .env(format!("GIT_{role}_EMAIL"), "ada@example.test")
            .env(format!("GIT_{role}_DATE"), "1700000000 +0000");
    }
    command
}

/// Starts a program that may just have been copied: a child of another test, between its start and
/// its own program, holds the copy open for writing, and then the kernel does not run it.
fn start(command: &mut Command) -> std::io::Result<Child> {
    for _ in 0..100 {
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                thread::sleep(Duration::from_millis(10));
            }
            started => return started,
        }
    }
    command.spawn()
}

/// Runs to the end with `input` on standard input; a process that hangs fails the test.
#[track_caller]
pub fn run(mut command: Command, input: &[u8]) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(&mut command)
        .unwrap_or_else(|error| panic!("cannot start {:?}: {error}", command.get_program()));
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_vec();
    // A process that ends without reading breaks the pipe, which is its right.
    thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = collect(child.stdout.take().expect("standard output is a pipe"));
    let stderr = collect(child.stderr.take().expect("standard error is a pipe"));
    let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(PATIENCE), stderr.recv_timeout(PATIENCE))
    else {
        drop(child.kill());
        panic!("{command:?} did not end within {PATIENCE:?}");
    };
    let status = child.wait().expect("our own child can be waited for");
    Ended { status, stdout, stderr }
}

fn collect(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        drop(sender.send(bytes));
    });
    receiver
}

/// The folder of the built files, all of them present.
#[track_caller]
pub fn dist() -> PathBuf {
    let folder = std::env::var_os("PUSHGATE_DIST").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/bin"),
        PathBuf::from,
    );
    for name in ["pushgate", "pushgate-pre-receive"] {
        assert!(
            folder.join(name).is_file(),
            "{} is missing: run `cargo xtask build` first",
            folder.join(name).display()
        );
    }
    folder.canonicalize().expect("the folder was just seen")
}

/// The tool for admins.
pub fn tool() -> PathBuf {
    dist().join("pushgate")
}

/// The hook.
pub fn hook() -> PathBuf {
    dist().join("pushgate-pre-receive")
}
