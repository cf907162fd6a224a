//! Other programs: started here and nowhere else, and watched while they work.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure};
use crate::places::Places;

/// A task is never silent for longer than this.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How often to look whether a process that prints nothing is still there.
const GLANCE: Duration = Duration::from_millis(500);

/// How often to look for last lines of a process that has ended.
const GLANCES_AFTER_END_MAX: usize = 4;

/// A command, with nothing on its standard input.
#[expect(clippy::disallowed_methods, reason = "tasks start processes; this is the one place")]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// A variable of the environment that a task was started in.
#[expect(clippy::disallowed_methods, reason = "a task has no use for gate's environment")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Cargo, on the workspace or another in this checkout, with plain output.
pub(crate) fn cargo(places: &Places) -> Command {
    let mut cargo = command(environment("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.current_dir(&places.root);
    cargo.env("CARGO_TARGET_DIR", places.target_folder());
    cargo.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    // What cargo told this process about the package xtask is not for the next cargo.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name_text.starts_with(prefix)) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// What a program says on its standard output, if it is there and succeeds.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// What `watch` sees.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A line of standard output or standard error, in the order in which they were written.
    Line(&'a str),
    /// Twenty seconds went by; `since_start` is the time the process has run.
    Heartbeat { since_start: Duration },
}

/// Runs a command to its end and tells what it sees. True if the command succeeded.
pub(crate) fn watch(
    mut command: Command,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<bool, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let (reader, writer) = io::pipe().doing("opening a pipe")?;
    command.stdout(writer.try_clone().doing("opening a pipe")?).stderr(writer);
    let mut child = command.spawn().doing(format_args!("starting {program}"))?;
    // The command holds the writing ends; the reader would wait for ever if they stayed open here.
    drop(command);

    let (sender, lines) = channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if sender.send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
    relay(&lines, &mut child, on_event);
    let status = child.wait().doing(format_args!("waiting for {program}"))?;
    Ok(status.success())
}

/// Hands on lines until there will be no more.
fn relay(lines: &Receiver<String>, child: &mut Child, on_event: &mut dyn FnMut(Event<'_>)) {
    let start = Instant::now();
    let mut heartbeat = start + HEARTBEAT;
    let mut glances_after_end = 0;
    loop {
        match lines.recv_timeout(GLANCE) {
            Ok(line) => on_event(Event::Line(&line)),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                // A process that outlives the command keeps the pipe open: it is not waited for.
                if matches!(child.try_wait(), Ok(Some(_))) {
                    glances_after_end += 1;
                }
                if glances_after_end == GLANCES_AFTER_END_MAX {
                    return;
                }
            }
        }
        if Instant::now() >= heartbeat {
            on_event(Event::Heartbeat { since_start: start.elapsed() });
            heartbeat = Instant::now() + HEARTBEAT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (bool, Vec<String>) {
        let mut shell = command("sh");
        shell.args(["-c", script]);
        let mut lines = Vec::new();
        let success = watch(shell, &mut |event| {
            if let Event::Line(line) = event {
                lines.push(line.to_owned());
            }
        });
        (success.unwrap(), lines)
    }

    #[test]
    fn both_streams_arrive_in_order() {
        let (success, lines) = shell("echo one; echo two >&2; echo three; printf four");
        assert!(success);
        assert_eq!(lines, ["one", "two", "three", "four"]);
    }

    #[test]
    fn a_failure_is_seen() {
        assert_eq!(shell("echo last words; exit 3"), (false, vec!["last words".to_owned()]));
    }

    #[test]
    fn a_process_left_behind_is_not_waited_for() {
        let start = Instant::now();
        let (success, lines) = shell("sleep 20 & echo done");
        assert!(success);
        assert_eq!(lines, ["done"]);
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
