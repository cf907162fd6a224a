//! `ci`: what every change must pass, the quick looks first.

use crate::build::{build, guests_cargo, workspace_cargo};
use crate::failure::Failure;
use crate::places::Places;
use crate::process::{answer, cargo};
use crate::{gitea, prerequisites, programs, steps, test, tidy};

pub(crate) fn ci(places: &Places) -> Result<(), Failure> {
    prerequisites::for_ci(places)?;
    tidy::tidy(places)?;
    check_format(places)?;
    build(places)?;
    check_lints(places)?;
    check_dependencies(places)?;
    programs::programs(places, programs::Extent::Ci)?;
    gitea::if_go_is_new(places)?;
    // Last, because its last line is the sum of all tests.
    test::test(places)
}

fn check_format(places: &Places) -> Result<(), Failure> {
    let mut workspace = cargo(places);
    workspace.args(["fmt", "--all", "--check", "--", "--color", "never"]);
    steps::run("rustfmt: the workspace", workspace)?;
    let mut guests = guests_cargo(places, "fmt");
    guests.args(["--all", "--check", "--", "--color", "never"]);
    steps::run("rustfmt: the guests", guests)
}

fn check_lints(places: &Places) -> Result<(), Failure> {
    let mut workspace = workspace_cargo(places, "clippy");
    workspace.args(["--workspace", "--all-targets", "--", "-D", "warnings"]);
    steps::run("clippy: the workspace", workspace)?;
    // Cargo does not count these among all targets, as no `cargo test` is to run them by itself.
    let mut others = workspace_cargo(places, "clippy");
    others.args(["--package", "pushgate", "--test", "gitea", "--test", "programs"]);
    others.args(["--", "-D", "warnings"]);
    steps::run("clippy: tests that need something from registries", others)?;
    let mut guests = guests_cargo(places, "clippy");
    guests.args(["--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    steps::run("clippy: the guests", guests)
}

/// `deny.toml` is also held by `tidy`, in its coarse form; the tool is not one that all have.
fn check_dependencies(places: &Places) -> Result<(), Failure> {
    if answer(cargo(places).args(["deny", "--version"])).is_none() {
        println!("cargo deny: not installed, so licences and bans were not checked");
        return Ok(());
    }
    let mut deny = cargo(places);
    // Advisories need the network, and change without any change here.
    deny.args(["deny", "--locked", "check", "bans", "licenses", "sources"]);
    steps::run("cargo deny: bans, licences, sources", deny)
}
