//! The tasks of this repository:
//! `cargo xtask build | test | demo | bench | mutants | programs | gitea | tidy | ci`.
//!
//! Only the standard library, and nothing of ours: it must compile in seconds, because it is the
//! first thing that a newcomer waits for. It never runs on a server.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to who started it")]

mod bench;
mod build;
mod ci;
mod demo;
mod failure;
mod files;
mod gitea;
mod go;
mod mutants;
mod places;
mod prerequisites;
mod process;
mod programs;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use failure::Failure;
use places::Places;

const USAGE: &str = "\
Usage: cargo xtask <task>

  build   the tool and the hook, into dist/bin/
  test    build, then all tests: guests, workspace, pushes through real git
  demo    build, then show the hook at work in a temporary folder
  bench   build, then the quick benchmarks; `bench help` names the long ones
  mutants [WORD ...]
          switch off, one after the other, what tests claim, and see that they fail
  programs
          bring libraries from registries, and run the example programs that need them
  gitea   bring Gitea from Go's module proxy and build it, and push to it
  tidy    what no compiler checks: sizes, dependencies, links, examples, tokens
  ci      tidy, rustfmt, build, clippy, cargo deny, programs but those of Maven,
          gitea where Go is new enough, test

Every task says what it installs or lacks. README.md says what the project is.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let places = Places::of_this_machine();
    let outcome = match arguments.as_slice() {
        ["build"] => build::build(&places),
        ["test"] => test::test(&places),
        ["demo"] => demo::demo(&places),
        ["bench", words @ ..] => bench::bench(&places, words),
        ["programs"] => programs::programs(&places, programs::Extent::All),
        ["gitea"] => gitea::gitea(&places),
        ["mutants", words @ ..] => mutants::mutants(&places, words),
        ["tidy"] => tidy::tidy(&places),
        ["ci"] => ci::ci(&places),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [] => Err(Failure::new(format!("no task given\n\n{USAGE}"))),
        _ => Err(Failure::new(format!("unknown task: {}\n\n{USAGE}", arguments.join(" ")))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
