//! What mutants are tried with: builds of what a test looks at, and runs of single tests.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use super::applied;
use super::table::{GUESTS, Mutant, PUSH, Test};
use crate::build::{self, Build, guests_cargo, workspace_cargo};
use crate::failure::Failure;
use crate::files::replace_if_changed;
use crate::places::Places;
use crate::process::command;
use crate::steps::{self, Step};

/// Seconds. Tests that take longer hang, because of the mutant.
const PATIENCE: &str = "600";

const BUILT: [&str; 2] = ["pushgate", "pushgate-pre-receive"];

/// Names of tests by their places.
type ByPlace<'m> = BTreeMap<&'m str, BTreeSet<&'m str>>;

/// The tests, those that push built before there is any mutant: they know no crate of ours.
#[derive(Debug)]
pub(super) struct Bench<'p> {
    places: &'p Places,
    pushes: PathBuf,
}

impl<'p> Bench<'p> {
    /// Builds everything without a mutant, and has every test pass that is to fail with one.
    pub(super) fn set_up(places: &'p Places, mutants: &[Mutant]) -> Result<Bench<'p>, Failure> {
        let bench = Bench { places, pushes: applied::folder(places).join("it") };
        let tests = by_place(mutants.iter().flat_map(|mutant| &mutant.fails));
        if tests.contains_key(PUSH) {
            build::build(places)?;
            bench.build_pushes()?;
            bench.put_built(&[])?;
        }
        // Some tests wait for a process, and one that is kept waiting by others may be too late.
        let first = bench.failed(&tests)?;
        let failed = bench.failed(&by_place(&first))?;
        if failed.is_empty() {
            return Ok(bench);
        }
        let failed: Vec<String> = failed.iter().map(Test::to_string).collect();
        let text = "these fail, or are not there, without any mutant";
        Err(Failure::new(format!("{text}:\n{}", failed.join("\n"))))
    }

    /// Builds what `mutant`, which is applied, changes. It fails if the mutant does not build.
    pub(super) fn build(&self, mutant: &Mutant) -> Result<(), Failure> {
        let places = self.places;
        for place in by_place(&mutant.fails).keys().filter(|place| **place != PUSH) {
            let mut build = self.cargo_test(place);
            build.arg("--no-run");
            steps::run(&format!("build: the tests {place}"), build)?;
        }
        if !mutant.needs_pushes() {
            return Ok(());
        }
        let is_in = |folder: &str| mutant.file.starts_with(folder);
        let built: &[&str] = if mutant.build_all || is_in("crates/rules/") || is_in("wasm-rules/") {
            build::guests(places)?;
            build::tool(places, Build::Quick)?;
            build::embed(places)?;
            build::hook(places, Build::Quick)?;
            &BUILT
        } else if is_in("crates/cli/") {
            build::tool(places, Build::Quick)?;
            &["pushgate"]
        } else {
            build::hook(places, Build::Quick)?;
            &["pushgate-pre-receive"]
        };
        self.put_built(built)
    }

    /// Runs tests; those that did not pass.
    pub(super) fn failed(&self, tests: &ByPlace<'_>) -> Result<Vec<Test>, Failure> {
        let mut failed = Vec::new();
        for (place, names) in tests {
            let tests = match *place {
                PUSH => self.push_tests(),
                _ => self.cargo_test(place),
            };
            let mut run = patient(&tests);
            if *place != PUSH {
                run.arg("--");
            }
            run.arg("--exact").args(names).args(["--color", "never"]);
            let passed = passed(place, run)?;
            let others = names.iter().filter(|name| !passed.contains(**name));
            failed.extend(others.map(|name| Test::new(place, name)));
        }
        Ok(failed)
    }

    /// Builds the tests that push, and puts them where no later build touches them.
    fn build_pushes(&self) -> Result<(), Failure> {
        let mut cargo = workspace_cargo(self.places, "test");
        cargo.args(["--package", "pushgate", "--test", "it", "--no-run"]);
        let mut built = None;
        steps::run_and_tell("build: the tests that push", cargo, &mut |_, line| {
            built = binary_named(line).map(str::to_owned).or(built.take());
        })?;
        let built = built.ok_or_else(|| Failure::new("cargo names no binary of tests"))?;
        replace_if_changed(&self.places.root.join(built), &self.pushes)
    }

    /// Puts tool and hook where the tests that push look for them, which is never where people do:
    /// those just built with a mutant, the others without.
    fn put_built(&self, with_mutant: &[&str]) -> Result<(), Failure> {
        for name in BUILT {
            let is_mutant = with_mutant.contains(&name);
            let from = if is_mutant { self.places.release_folder() } else { self.places.dist() };
            replace_if_changed(&from.join(name), &self.dist().join(name))?;
        }
        Ok(())
    }

    fn dist(&self) -> PathBuf {
        applied::folder(self.places).join("dist")
    }

    fn push_tests(&self) -> Command {
        let mut tests = command(&self.pushes);
        tests.current_dir(self.places.root.join("crates/cli")).env("PUSHGATE_DIST", self.dist());
        tests
    }

    /// Cargo on the tests of a place such as `pushgate-git/it`.
    fn cargo_test(&self, place: &str) -> Command {
        let (mut cargo, place) = match place.strip_prefix(GUESTS) {
            Some(place) => {
                let mut cargo = guests_cargo(self.places, "test");
                cargo.arg("--locked");
                (cargo, place)
            }
            None => {
                let mut cargo = workspace_cargo(self.places, "test");
                let package = place.split('/').next().unwrap_or(place);
                build::without_optimising(&mut cargo, package);
                (cargo, place)
            }
        };
        match place.split_once('/') {
            Some((package, "lib")) => cargo.args(["--package", package, "--lib"]),
            Some((package, target)) => cargo.args(["--package", package, "--test", target]),
            None => cargo.args(["--package", place, "--no-fail-fast"]),
        };
        cargo
    }
}

pub(super) fn by_place<'m>(tests: impl IntoIterator<Item = &'m Test>) -> ByPlace<'m> {
    let mut places = ByPlace::new();
    for test in tests {
        places.entry(&test.place).or_default().insert(&test.name);
    }
    places
}

/// The same command, which is ended if it takes too long.
fn patient(tests: &Command) -> Command {
    let mut run = command("timeout");
    run.args(["-k", "10", PATIENCE]).arg(tests.get_program()).args(tests.get_args());
    if let Some(folder) = tests.get_current_dir() {
        run.current_dir(folder);
    }
    for (name, value) in tests.get_envs() {
        match value {
            Some(value) => run.env(name, value),
            None => run.env_remove::<&OsStr>(name),
        };
    }
    run
}

/// Runs tests; the names of those that passed.
fn passed(place: &str, run: Command) -> Result<BTreeSet<String>, Failure> {
    let mut passed = BTreeSet::new();
    let step = Step::begin(&format!("test: {place}"));
    steps::follow(step, run, &mut |line| passed.extend(passed_in(line).map(str::to_owned)))?;
    Ok(passed)
}

/// The name of the test that this line says has passed.
fn passed_in(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... ok")
}

/// The binary that cargo says it built.
fn binary_named(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("Executable ")?;
    Some(rest.strip_suffix(')')?.rsplit_once(" (")?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passed_counts_as_passed() {
        assert_eq!(passed_in("test refs::one ... ok"), Some("refs::one"));
        for line in ["test refs::one ... FAILED", "test result: ok. 1 passed", "ok"] {
            assert_eq!(passed_in(line), None, "{line}");
        }
    }

    #[test]
    fn a_binary_of_tests_is_named_by_cargo() {
        let line = "  Executable ../../tests/it/main.rs (target/x/deps/it-0f)";
        assert_eq!(binary_named(line), Some("target/x/deps/it-0f"));
        assert_eq!(binary_named("    Finished `release` profile"), None);
    }
}
