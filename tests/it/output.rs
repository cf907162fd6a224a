//! What becomes of a command whose words nobody reads: `pushgate … | head -1`, a full disk.

use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};

use super::check::{Clone, secret};
use crate::support::commands::{Ended, tool};
use crate::support::{Change, History, Install, PushLab, Setup, file};

/// A pipe that nobody reads any more.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("the system has pipes");
    drop(reader);
    writer.into()
}

/// Runs to the end with a standard output that nobody reads.
#[track_caller]
fn unread(mut command: Command) -> Ended {
    let output = command.stdin(Stdio::null()).stdout(closed()).output().expect("it can be started");
    Ended { status: output.status, stdout: output.stdout, stderr: output.stderr }
}

#[track_caller]
fn ends_quietly(command: Command, code: i32) {
    let shown = format!("{command:?}");
    let ended = unread(command);
    assert_eq!(ended.code(), code, "{shown}: {}", ended.all_text());
    assert_eq!(ended.all_text(), "", "{shown}");
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.write("c.env", &secret(7301));
    for (code, words) in [
        (0, "--help"),
        (0, "--version"),
        (0, "explain PG0101"),
        (0, "explain jira-dc-pat"),
        (0, "explain --all"),
        (0, "remediate"),
        (0, "remediate jira-dc-pat"),
        (0, "remediate --format json"),
        (0, "rule list"),
        (0, "rule list --markdown"),
        (0, "rule show jira-dc-pat"),
        (0, "rule test --seeds 1"),
        (1, "rule test --text c.env"),
        (0, "check"),
        (1, "check -- c.env"),
        (1, "check --format json -- c.env"),
        (1, "check --fix-plan -- c.env"),
        (0, "check --install"),
        (0, "check --uninstall"),
    ] {
        let mut command = clone.command(tool());
        command.args(words.split(' '));
        ends_quietly(command, code);
    }
}

#[test]
fn what_is_done_is_done_although_nobody_reads_of_it() {
    let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
    let mut history = History::new();
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    lab.import(&history);
    let run = |word: &str, more: &[&str], code| {
        let mut command = lab.command(tool());
        command.arg(word).arg("--repository").arg(&lab.server).args(more);
        ends_quietly(command, code);
    };
    let previous = b"#!/bin/sh\nexit 0\n";
    std::fs::create_dir_all(lab.server.join("hooks")).expect("the laboratory is ours");
    crate::support::lab::write_executable(&lab.hook(), previous);
    run("install", &["--dry-run"], 0);
    run("install", &["--config", &lab.config_text()], 0);
    assert!(lab.push(&["clean"]).accepted);
    assert!(!lab.audit_lines().is_empty(), "the hook was installed to its end");
    run("doctor", &[], 0);
    run("uninstall", &[], 0);
    assert_eq!(std::fs::read(lab.hook()).expect("it was put back"), previous);
    assert!(!lab.server.join("pushgate").exists());
    run("doctor", &[], 1);
}

#[test]
fn nobody_who_reads_errors_is_no_panic() {
    let lab = PushLab::new();
    for (code, words) in [
        (1, "explain nothing-like-it"),
        (2, "check -- none"),
        (2, "rule check none.toml"),
        (1, "install --repository none"),
    ] {
        let mut command = lab.command(tool());
        command.args(words.split(' ')).stderr(closed());
        assert_eq!(unread(command).code(), code, "{words}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let lab = PushLab::new();
    let full = || -> File { OpenOptions::new().write(true).open("/dev/full").expect("a device") };
    for (code, words) in [(1, "explain PG0101"), (1, "rule list"), (2, "check -- a.txt")] {
        std::fs::write(lab.root().join("a.txt"), "one\n").expect("the laboratory is ours");
        let mut command = lab.command(tool());
        command.current_dir(lab.root()).args(words.split(' ')).stdout(full());
        let output = command.output().expect("it can be started");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words}: {told}");
        assert!(told.starts_with("pushgate: writing to standard output: "), "{words}: {told}");
    }
}
