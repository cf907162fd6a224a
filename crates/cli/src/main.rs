//! `pushgate`: the tool for those who look after a git server.
//!
//! It installs the hook, checks that it will run, compiles detectors, and explains codes. What a
//! push meets is another program, `pushgate-pre-receive`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the program that talks to admins"
)]

mod canary;
mod commands;
mod detectors;
mod hook_script;
mod repository;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A gate on a git server against leaked Atlassian credentials.
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
    /// Say what a code of a message means, and what to do.
    Explain(commands::explain::Arguments),
    /// Compile the built-in rules and detectors for the hook; part of building pushgate.
    #[command(hide = true)]
    Bundle(commands::bundle::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Install(arguments) => commands::install::run(&arguments),
        Command::Uninstall(arguments) => commands::uninstall::run(&arguments),
        Command::Doctor(arguments) => commands::doctor::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Bundle(arguments) => commands::bundle::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("pushgate: {error:#}");
        ExitCode::FAILURE
    })
}
