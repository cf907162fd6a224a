//! `test`: the guests natively, then the workspace, which includes pushes through real git.

use std::process::Command;

use crate::build::{build, guests_cargo, workspace_cargo};
use crate::failure::Failure;
use crate::places::Places;
use crate::prerequisites;
use crate::steps::{self, Step};

pub(crate) fn test(places: &Places) -> Result<(), Failure> {
    // Before the build, because nobody wants to hear of a missing package after it.
    prerequisites::for_testing()?;
    build(places)?;

    let mut guests = guests_cargo(places, "test");
    guests.args(["--locked", "--workspace", "--no-fail-fast"]);
    let mut workspace = workspace_cargo(places, "test");
    workspace.args(["--workspace", "--no-fail-fast"]).env("PUSHGATE_DIST", places.dist());

    let mut sum = Sum::default();
    let of_guests = count("test: the guests, natively", guests, &mut sum);
    let of_workspace =
        count("test: the workspace, and pushes through real git", workspace, &mut sum);
    println!("{sum}");
    of_guests.and(of_workspace)?;
    // A run of cargo that fails is a failure above; this is for one that ran nothing.
    if sum.failed > 0 || sum.passed == 0 {
        return Err(Failure::new("not every test passed"));
    }
    Ok(())
}

/// Runs tests as one step, with a note for each binary that has any.
fn count(text: &str, cargo: Command, sum: &mut Sum) -> Result<(), Failure> {
    let mut binary = String::new();
    steps::run_and_tell(text, cargo, &mut |step: &mut Step, line| {
        if let Some(name) = binary_named(line) {
            binary = name;
        } else if let Some(counted) = Sum::of_line(line) {
            sum.add(&counted);
            if counted.passed + counted.failed > 0 {
                step.note(&format!("{counted}: {binary}"));
            }
        }
    })
}

/// The binary that cargo says it runs now, and what it was built from.
fn binary_named(line: &str) -> Option<String> {
    let line = line.trim_start();
    if line.starts_with("Doc-tests ") {
        return Some(line.to_owned());
    }
    // A test may print such a line too; cargo's names the file that it runs.
    let running = line.strip_prefix("Running ")?.trim_start_matches("unittests ");
    let (source, file) = running.strip_suffix(')')?.rsplit_once(" (")?;
    let (name, _hash) = file.rsplit('/').next()?.rsplit_once('-')?;
    Some(format!("{name}, {}", source.trim_start_matches("../")))
}

/// How many tests did what.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Sum {
    /// The counts of a line such as `test result: ok. 5 passed; 0 failed; 0 ignored; …`.
    fn of_line(line: &str) -> Option<Sum> {
        let counts = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?.1;
        let count = |word: &str| {
            let mut parts = counts.split("; ");
            parts.find_map(|part| part.strip_suffix(word)?.trim_end().parse().ok())
        };
        Some(Sum {
            passed: count("passed")?,
            failed: count("failed")?,
            skipped: count("ignored").unwrap_or(0),
        })
    }

    fn add(&mut self, other: &Sum) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_added_up() {
        let lines = [
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            "test that_says::test_result ... ok",
        ];
        let mut sum = Sum::default();
        for counted in lines.iter().filter_map(|line| Sum::of_line(line)) {
            sum.add(&counted);
        }
        assert_eq!(sum, Sum { passed: 15, failed: 2, skipped: 1 });
        assert_eq!(sum.to_string(), "15 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn binaries_are_named_by_name_and_source() {
        let check = |line, name: Option<&str>| assert_eq!(binary_named(line).as_deref(), name);
        check(
            "     Running unittests src/lib.rs (target/x/deps/pushgate_core-0f)",
            Some("pushgate_core, src/lib.rs"),
        );
        check(
            "     Running ../../tests/it/main.rs (target/x/deps/it-0f)",
            Some("it, tests/it/main.rs"),
        );
        check("   Doc-tests pushgate_core", Some("Doc-tests pushgate_core"));
        check("Running out of things to say", None);
    }
}
