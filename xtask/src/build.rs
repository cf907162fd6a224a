//! `build`: detectors, tool and hook, each from what the step before left.

use std::fs;
use std::process::Command;

use crate::failure::{Doing, Failure};
use crate::files::{mirror_folder, replace_if_changed};
use crate::places::{GUEST_TARGET, Places};
use crate::prerequisites;
use crate::process::{cargo, command};
use crate::steps;

/// Builds everything and leaves it in `dist/bin`.
pub(crate) fn build(places: &Places) -> Result<(), Failure> {
    prerequisites::for_building(places)?;
    guests(places)?;
    tool(places, Build::Whole)?;
    embed(places)?;
    hook(places, Build::Whole)?;
    for name in ["pushgate", "pushgate-pre-receive"] {
        replace_if_changed(&places.release_folder().join(name), &places.dist().join(name))?;
    }
    println!("built: dist/bin/pushgate and dist/bin/pushgate-pre-receive");
    Ok(())
}

/// A cargo command on the workspace that shares what the others built.
pub(crate) fn workspace_cargo(places: &Places, subcommand: &str) -> Command {
    let mut cargo = cargo(places);
    cargo.args([subcommand, "--locked", "--release", "--target", &places.target]);
    cargo
}

/// A cargo command on the workspace of the guests.
pub(crate) fn guests_cargo(places: &Places, subcommand: &str) -> Command {
    let mut cargo = cargo(places);
    cargo.current_dir(places.guests()).env("CARGO_TARGET_DIR", places.guests().join("target"));
    cargo.arg(subcommand);
    cargo
}

/// Builds the detectors.
pub(crate) fn guests(places: &Places) -> Result<(), Failure> {
    let mut cargo = guests_cargo(places, "build");
    cargo.args(["--locked", "--release", "--target", GUEST_TARGET]);
    steps::run("build: the detectors, to WebAssembly", cargo)?;

    let built = places.guests().join("target").join(GUEST_TARGET).join("release");
    let guest = "atlassian.wasm";
    replace_if_changed(&built.join(guest), &places.handover().join("guests").join(guest))
}

/// How good a build has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    Whole,
    /// Ready sooner, and a little slower: crates are not optimised that take long to build and
    /// little time of a push.
    Quick,
}

impl Build {
    fn cargo(self, places: &Places, package: &str) -> Command {
        let mut cargo = workspace_cargo(places, "build");
        cargo.args(["--package", package]);
        if self == Build::Quick {
            for package in ["pushgate-gate", "pushgate"] {
                without_optimising(&mut cargo, package);
            }
        }
        cargo
    }
}

/// Has cargo build `package` soon instead of well.
pub(crate) fn without_optimising(cargo: &mut Command, package: &str) {
    cargo.arg("--config").arg(format!("profile.release.package.{package}.opt-level=0"));
}

/// Builds the tool, with the detectors that `guests` left.
pub(crate) fn tool(places: &Places, build: Build) -> Result<(), Failure> {
    let cargo = build.cargo(places, "pushgate");
    steps::run("build: the tool, with the compiler for detectors", cargo)
}

/// Has the tool compile rules and detectors into the files that the hook carries.
pub(crate) fn embed(places: &Places) -> Result<(), Failure> {
    let (fresh, embedded) =
        (places.handover().join("embedded.new"), places.handover().join("embedded"));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).doing(format_args!("removing {}", fresh.display()))?;
    }
    for folder in [&fresh, &embedded] {
        fs::create_dir_all(folder).doing(format_args!("creating {}", folder.display()))?;
    }
    let mut tool = command(places.release_folder().join("pushgate"));
    tool.current_dir(&places.root).args(["bundle", "--out"]).arg(&fresh);
    steps::run("build: rules and detectors, compiled for the hook", tool)?;

    mirror_folder(&fresh, &embedded)?;
    fs::remove_dir_all(&fresh).doing(format_args!("removing {}", fresh.display()))
}

/// The hook is built by a command of its own: cargo unites features over one build, and the tool's
/// would bring the compiler into it.
pub(crate) fn hook(places: &Places, build: Build) -> Result<(), Failure> {
    let cargo = build.cargo(places, "pushgate-pre-receive");
    steps::run("build: the hook, static and without compiler", cargo)
}
