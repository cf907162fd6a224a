//! `Step`: one line per thing done, with the time it took, and a sign of life in between.

use std::io::{self, Write};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::{Event, watch};

/// How long is waited before what takes the network is tried again.
const PAUSES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

/// Something being done. Its line is open until `finish`, or until a note goes below it.
#[derive(Debug)]
pub(crate) struct Step {
    start: Instant,
    line_is_open: bool,
}

impl Step {
    pub(crate) fn begin(text: &str) -> Step {
        print!("{text} … ");
        // Without a line end it would otherwise stay in the buffer; nothing is lost if it does.
        let _ = io::stdout().flush();
        Step { start: Instant::now(), line_is_open: true }
    }

    /// A line below that of the step.
    pub(crate) fn note(&mut self, text: &str) {
        self.close_line();
        println!("    {text}");
    }

    pub(crate) fn finish(self) {
        let took = seconds(self.start.elapsed());
        if self.line_is_open {
            println!("{took}");
        } else {
            println!("    done after {took}");
        }
    }

    pub(crate) fn fail(mut self) {
        self.close_line();
        println!("    failed after {}", seconds(self.start.elapsed()));
    }

    fn close_line(&mut self) {
        if self.line_is_open {
            println!();
            self.line_is_open = false;
        }
    }
}

/// Runs a command as one step. What it prints is shown only if it fails.
pub(crate) fn run(text: &str, command: Command) -> Result<(), Failure> {
    run_and_tell(text, command, &mut |_, _| ())
}

/// Runs what takes the network: where it fails, again after a while, since registries have bad
/// moments.
pub(crate) fn run_patiently(text: &str, command: impl Fn() -> Command) -> Result<(), Failure> {
    run_with_pauses(text, &PAUSES, command)
}

fn run_with_pauses(
    text: &str,
    pauses: &[Duration],
    command: impl Fn() -> Command,
) -> Result<(), Failure> {
    for pause in pauses {
        if run(text, command()).is_ok() {
            return Ok(());
        }
        println!("once more in {} s", pause.as_secs());
        sleep(*pause);
    }
    run(text, command())
}

/// As `run`; `on_line` sees each line and may put notes below the step.
pub(crate) fn run_and_tell(
    text: &str,
    command: Command,
    on_line: &mut dyn FnMut(&mut Step, &str),
) -> Result<(), Failure> {
    let shown = shown(&command);
    let mut step = Step::begin(text);
    let mut lines: Vec<String> = Vec::new();
    let success = watch(command, &mut |event| match event {
        Event::Line(line) => {
            on_line(&mut step, line);
            lines.push(line.to_owned());
        }
        Event::Heartbeat { since_start } => {
            step.note(&format!("{}: {}", seconds(since_start), sign_of_life(&lines)));
        }
    })?;
    if success {
        step.finish();
        return Ok(());
    }
    step.fail();
    for line in lines.iter().filter(|line| !is_progress(line)) {
        println!("{line}");
    }
    Err(Failure::new(format!("this command failed: {shown}")))
}

/// Runs a command as `step`, whether it succeeds or not; `on_line` sees each line.
pub(crate) fn follow(
    mut step: Step,
    command: Command,
    on_line: &mut dyn FnMut(&str),
) -> Result<(), Failure> {
    watch(command, &mut |event| match event {
        Event::Line(line) => on_line(line),
        Event::Heartbeat { since_start } => step.note(&format!("{}: at it", seconds(since_start))),
    })?;
    step.finish();
    Ok(())
}

/// What a process that is still at work did last.
fn sign_of_life(lines: &[String]) -> String {
    let compiled = lines.iter().filter(|line| is_compiling(line)).count();
    match lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty()) {
        Some(last) if is_compiling(last) => format!("{last}, crate {compiled} of this step"),
        Some(last) => last.chars().take(100).collect(),
        None => "still at it, nothing printed yet".to_owned(),
    }
}

fn is_compiling(line: &str) -> bool {
    ["Compiling ", "Checking "].iter().any(|verb| line.trim_start().starts_with(verb))
}

/// What went well, and does not help who looks for what did not.
fn is_progress(line: &str) -> bool {
    let verbs = ["Downloading ", "Downloaded ", "Blocking ", "Updating ", "Finished "];
    is_compiling(line)
        || verbs.iter().any(|verb| line.trim_start().starts_with(verb))
        || line.starts_with("test ") && line.ends_with(" ... ok")
}

pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let line: Vec<_> = std::iter::once(program).chain(arguments).collect();
    match command.get_current_dir() {
        Some(folder) => format!("{}  (in {})", line.join(" "), folder.display()),
        None => line.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::command;

    #[test]
    fn a_sign_of_life_names_the_crate_and_counts() {
        let lines = ["   Compiling memchr v2.7.6", "warning: x", "   Compiling gix v0.90.0"];
        let lines: Vec<String> = lines.map(str::to_owned).into();
        assert_eq!(sign_of_life(&lines), "Compiling gix v0.90.0, crate 2 of this step");
        assert_eq!(sign_of_life(&[]), "still at it, nothing printed yet");
    }

    #[test]
    fn what_went_well_is_not_repeated_after_a_failure() {
        for (line, expect) in [
            ("   Compiling gix v0.90.0", true),
            ("test refs::two_thousand ... ok", true),
            ("test refs::two_thousand ... FAILED", false),
            ("error: could not compile", false),
        ] {
            assert_eq!(is_progress(line), expect, "{line}");
        }
    }

    #[test]
    fn what_takes_the_network_is_tried_three_times_and_no_more() {
        for (fails, succeeds) in [(0, true), (2, true), (3, false)] {
            let count = std::cell::Cell::new(0);
            let outcome = run_with_pauses("testing", &[Duration::ZERO; PAUSES.len()], || {
                count.set(count.get() + 1);
                command(if count.get() > fails { "true" } else { "false" })
            });
            assert_eq!(outcome.is_ok(), succeeds, "{fails}");
            assert_eq!(count.get(), (fails + 1).min(3), "{fails}");
        }
    }

    #[test]
    fn a_failed_command_is_named_as_one_would_type_it() {
        let mut failing = command("/bin/sh");
        failing.args(["-c", "exit 1"]);
        let failure = run("testing", failing).unwrap_err();
        assert_eq!(failure.to_string(), "this command failed: sh -c exit 1");
    }
}
