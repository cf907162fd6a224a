//! `Used`: what a process took, by the clock, on the processors and in memory.
//!
//! Only the standard library is there to ask, so the kernel's own files are read. The time on the
//! processors is that of all children that this process has waited for, in steps of 10 ms. Memory is
//! the high-water mark of each process of the tree, looked at while it runs: what a process adds in
//! its last milliseconds is not seen.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure};
use crate::process::{answer, command};
use crate::steps::seconds;

/// Ticks of the clock in `/proc/self/stat`.
const TICKS_PER_SECOND: f64 = 100.0;

/// Memory is looked at this often at least and at most, and in between this many times in what has
/// passed so far: looking costs time, too.
const GLANCE: Duration = Duration::from_micros(700);
const GLANCE_LATER: Duration = Duration::from_millis(50);
const GLANCES: u32 = 40;

/// A measurement is never silent for longer than this.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// No run may take longer; what does is ended, and reported as such.
const RUN_MAX: Duration = Duration::from_secs(30 * 60);

/// Processes of one tree that are looked at.
const PROCESSES_MAX: usize = 64;

/// What one run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) wall: f64,
    /// User and system time of the process and of those it waited for, in seconds.
    pub(crate) cpu: f64,
    /// The largest resident set of any one process, in bytes.
    pub(crate) peak_bytes: f64,
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
}

/// Runs a command to its end, with `input` on its standard input. What it prints is not read, so it
/// must go to a file or nowhere.
pub(crate) fn run(command: &mut Command, input: Option<&[u8]>) -> Result<Used, Failure> {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let cpu = children_cpu();
    let start = Instant::now();
    let mut child = command.spawn().doing(format_args!("starting {program}"))?;
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // A program that ends without reading breaks the pipe, which is its right.
        drop(stdin.write_all(input));
    }
    let pid = child.id();
    let ended = wait_apart(child);
    let mut peak_bytes = 0.0;
    let (status, end) = loop {
        let elapsed = start.elapsed();
        let glance = (elapsed / GLANCES).clamp(GLANCE, GLANCE_LATER);
        match ended.recv_timeout(glance) {
            Ok(ended) => break ended,
            Err(RecvTimeoutError::Timeout) => {
                peak_bytes = largest_of_tree(pid).max(peak_bytes);
                look_at_the_clock(&program, pid, start.elapsed(), glance);
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new(format!("{program} could not be waited for")));
            }
        }
    };
    Ok(Used {
        wall: end.duration_since(start).as_secs_f64(),
        cpu: children_cpu() - cpu,
        peak_bytes,
        code: status.code(),
    })
}

/// Waits in a thread of its own, so that the end is seen when it comes and not at the next glance.
fn wait_apart(mut child: Child) -> Receiver<(ExitStatus, Instant)> {
    let (sender, ended) = channel();
    thread::spawn(move || {
        if let Ok(status) = child.wait() {
            // Nobody listens any more only if the task itself is ending.
            let _ = sender.send((status, Instant::now()));
        }
    });
    ended
}

/// Gives a sign of life now and then, and ends what takes far too long.
fn look_at_the_clock(program: &str, pid: u32, elapsed: Duration, glance: Duration) {
    let beats = |time: Duration| time.as_secs() / HEARTBEAT.as_secs();
    if beats(elapsed) != beats(elapsed.saturating_sub(glance)) {
        println!("    {}: {program} is still at work", seconds(elapsed));
    }
    if elapsed > RUN_MAX {
        println!("    {program} is ended: it took more than {}", seconds(RUN_MAX));
        answer(command("kill").args(["-9", &pid.to_string()]));
    }
}

/// The largest high-water mark among a process and its descendants.
fn largest_of_tree(pid: u32) -> f64 {
    let mut waiting = vec![pid];
    let mut largest = 0.0_f64;
    for _ in 0..PROCESSES_MAX {
        let Some(pid) = waiting.pop() else { break };
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        largest = largest.max(kibibytes(&status, "VmHWM:") * 1024.0);
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        waiting.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    largest
}

fn kibibytes(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0.0)
}

/// Seconds on the processors of all children that were waited for.
fn children_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    children_ticks(&stat) / TICKS_PER_SECOND
}

/// The fields `cutime` and `cstime`. The name of the program may hold blanks and brackets.
fn children_ticks(stat: &str) -> f64 {
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_stands_behind_any_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 1 2 3 4 11 12 130 14 20 0 1 0 5 6 7";
        assert!((children_ticks(stat) - 144.0).abs() < 1e-9);
        assert!(children_ticks("").abs() < 1e-9);
    }

    #[test]
    fn memory_is_read_by_its_name() {
        let status = "Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t  120 kB\n";
        assert!((kibibytes(status, "VmHWM:") - 120.0).abs() < 1e-9);
    }

    #[test]
    fn a_run_is_timed_to_its_end_and_its_children_count_for_memory() {
        let mut shell = command("sh");
        shell.args(["-c", "cat >/dev/null; (sleep 0.2; exit 0); exit 3"]);
        let used = run(&mut shell, Some(b"text")).unwrap();
        assert_eq!(used.code, Some(3));
        assert!(used.wall > 0.15 && used.wall < 5.0, "{used:?}");
        assert!(used.peak_bytes > 1e5, "{used:?}");
    }
}
