//! `pushgate`: the tool for those who look after a git server, and for those who push to one.
//!
//! It installs the hook, checks that it will run, compiles detectors, explains codes, and checks
//! before pushing. What a push meets is another program, `pushgate-pre-receive`.

mod canary;
mod commands;
mod compiler;
mod detectors;
mod hook_script;
mod kinds;
mod leftovers;
mod notes;
mod output;
mod owner;
mod rehearsal;
mod repository;
mod sharing;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::complain;

/// A gate on a git server that refuses pushes with Atlassian credentials.
#[derive(Debug, Parser)]
#[command(name = "pushgate", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put the hook into one repository.
    Install(commands::install::Arguments),
    /// Take the hook out again, and put back what was there before.
    Uninstall(commands::uninstall::Arguments),
    /// Check that git will run the hook, and that it will refuse.
    Doctor(commands::doctor::Arguments),
    /// Give the server's verdict before pushing: on a push, on what is staged, on files.
    Check(commands::check::Arguments),
    /// Say what a code means, what a kind of secret is, or what a finding was.
    Explain(commands::explain::Arguments),
    /// Say what to do about a secret that was exposed: revoke, replace, look for misuse, prevent.
    Remediate(commands::remediate::Arguments),
    /// List, show, check and test rules, built in or your own.
    Rule(commands::rule::Arguments),
    /// Compile the built-in rules and detectors for the hook; part of building pushgate.
    #[command(hide = true)]
    Bundle(commands::bundle::Arguments),
    /// Compile one detector, from standard input to standard output; `install` starts this.
    #[command(hide = true, name = compiler::COMMAND)]
    CompileDetector(commands::compile_detector::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Install(arguments) => commands::install::run(&arguments),
        Command::Uninstall(arguments) => commands::uninstall::run(&arguments),
        Command::Doctor(arguments) => commands::doctor::run(&arguments),
        Command::Check(arguments) => Ok(commands::check::run(&arguments)),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Remediate(arguments) => commands::remediate::run(&arguments),
        Command::Rule(arguments) => commands::rule::run(&arguments),
        Command::Bundle(arguments) => commands::bundle::run(&arguments),
        Command::CompileDetector(arguments) => commands::compile_detector::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        complain!("pushgate: {}", printable(&format!("{error:#}")));
        ExitCode::FAILURE
    })
}

/// A text that no terminal obeys: parts of an error can be those of a file that it is about.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_error_cannot_speak_to_a_terminal() {
        assert_eq!(
            super::printable("a\u{1b}[2J\u{9b}2J\nb \u{e9}"),
            "a\\u{1b}[2J\\u{9b}2J\nb \u{e9}"
        );
    }
}
