//! `Floor`: inflating every entry of a pack with the hook's own inflater, and doing nothing else.
//!
//! `crates/git/benches/forest.rs` does it; this builds it and reads what it prints.

use std::path::{Path, PathBuf};

use super::bed::{Bed, printed};
use crate::failure::Failure;
use crate::places::Places;
use crate::process::cargo;
use crate::steps;

/// The program that inflates.
#[derive(Debug)]
pub(crate) struct Floor(PathBuf);

/// What inflating took, without finding out what there is to inflate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Inflated {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

impl Floor {
    pub(crate) fn build(places: &Places) -> Result<Floor, Failure> {
        let mut build = cargo(places);
        build.args(["bench", "--locked", "--target", &places.target, "--package", "pushgate-git"]);
        build.args(["--bench", "forest", "--no-run"]);
        let mut program = None;
        steps::run_and_tell("build: the floor, which only inflates", build, &mut |_, line| {
            program = program_of(line).or(program.take());
        })?;
        let program = program.ok_or_else(|| Failure::new("cargo did not name the bench"))?;
        Ok(Floor(places.root.join(program)))
    }

    /// Inflates all packs of a repository, in one thread.
    pub(crate) fn inflate(&self, bed: &Bed, repository: &Path) -> Result<Inflated, Failure> {
        let mut inflate = bed.program(&self.0);
        inflate.arg(repository).args(["inflate", "1"]);
        let said = printed(&mut inflate, b"")?;
        inflated(&said).ok_or_else(|| Failure::new(format!("the floor said: {said}")))
    }
}

/// The program in a line such as `Executable benches/forest.rs (target/…/forest-0123)`.
fn program_of(line: &str) -> Option<String> {
    let line = line.trim().strip_prefix("Executable ")?.strip_suffix(')')?;
    line.rsplit_once(" (").map(|(_, program)| program.to_owned())
}

/// The sum over the lines of the form `inflate, 1 threads: 2.70 s, 2.69 s of CPU, 970 MB`.
fn inflated(said: &str) -> Option<Inflated> {
    let mut lines = said.lines().filter_map(|line| {
        let mut parts = line.strip_prefix("inflate, ")?.split_once(": ")?.1.split(", ");
        let mut seconds = || parts.next()?.split(' ').next()?.parse::<f64>().ok();
        Some(Inflated { wall: seconds()?, cpu: seconds()? })
    });
    let first = lines.next()?;
    Some(
        lines.fold(first, |sum, more| Inflated {
            wall: sum.wall + more.wall,
            cpu: sum.cpu + more.cpu,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_from_what_cargo_prints() {
        let line = "  Executable benches/forest.rs (target/x/release/deps/forest-01ab)";
        assert_eq!(program_of(line).as_deref(), Some("target/x/release/deps/forest-01ab"));
        assert_eq!(program_of("   Compiling forest v0.1.0 (x)"), None);
    }

    #[test]
    fn times_of_several_packs_are_added_up() {
        let said = "inflate, 1 threads: 2.50 s, 2.25 s of CPU, 970 MB\n\
                    inflate, 1 threads: 0.50 s, 0.25 s of CPU, 10 MB\n\
                    peak of memory: 30 MB\n";
        assert_eq!(inflated(said), Some(Inflated { wall: 3.0, cpu: 2.5 }));
        assert_eq!(inflated("peak of memory: 30 MB"), None);
    }
}
