//! `pushgate rule`: what the authors of rules work with.

mod bench;
mod check;
mod list;
mod show;
mod source;
mod test;
mod texts;

use std::process::ExitCode;

use clap::{Args, Subcommand};

pub(crate) use self::bench::Bench;
pub(crate) use self::list::on_push;
pub(crate) use self::test::problems as problems_of_examples;
use crate::output::complain;

/// Exit code when a command could not do its work; a problem in a rule is 1.
const COULD_NOT: u8 = 2;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the built-in rules.
    List(list::Arguments),
    /// Show everything about one built-in rule.
    Show(show::Arguments),
    /// Check rule files or detectors, and say everything that is wrong with them.
    Check(check::Arguments),
    /// Test rules with their examples and counterexamples, or with texts of your own.
    Test(test::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Check(arguments) => Ok(or_could_not(check::run(arguments))),
        Command::Test(arguments) => Ok(or_could_not(test::run(arguments))),
    }
}

/// Tells of an error itself, because its exit code is not that of a problem.
fn or_could_not(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        complain!("pushgate: {}", crate::printable(&format!("{error:#}")));
        ExitCode::from(COULD_NOT)
    })
}

/// A number with its noun: `1 rule`, `3 rules`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
