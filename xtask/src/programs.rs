//! `programs`: the example programs in `docs`, with the libraries that they need from registries.
//!
//! Not a part of `test`, which does without the network. `ci` takes it but for Maven.

use std::fs;
use std::path::Path;

use crate::build::workspace_cargo;
use crate::failure::{Doing, Failure};
use crate::files::replace_if_changed;
use crate::go::Version;
use crate::places::Places;
use crate::process::command;
use crate::{prerequisites, steps};

/// The oldest Go that builds the libraries.
const GO_OLDEST: Version = Version(1, 25, 0);

/// Which of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All.
    All,
    /// All but those that need Maven, or a Go that the machine has not.
    Ci,
}

pub(crate) fn programs(places: &Places, extent: Extent) -> Result<(), Failure> {
    prerequisites::for_testing()?;
    prerequisites::for_libraries(extent)?;
    let wanted = places.root.join("tests/programs/libraries");
    let libraries = places.target_folder().join("programs");
    fs::create_dir_all(&libraries).doing("making a folder for libraries")?;
    let mut left_out: Vec<&str> = Vec::new();
    python(&wanted, &libraries.join("python"))?;
    javascript(&wanted, &libraries.join("javascript"))?;
    if extent == Extent::All || go_is_new() {
        go(&wanted, &libraries)?;
    } else {
        println!("go: older than {GO_OLDEST}, so its programs are read only");
        left_out.push("in_go");
    }
    if extent == Extent::All {
        java(&wanted, &libraries.join("java"))?;
    } else {
        println!("maven: not asked, so Java's program for AWS is read only");
        left_out.push("in_java");
    }
    let mut tests = workspace_cargo(places, "test");
    tests.args(["--package", "pushgate", "--test", "programs", "--"]);
    tests.args(left_out.iter().flat_map(|name| ["--skip", name]));
    tests.env("PUSHGATE_LIBRARIES", libraries);
    steps::run("programs: each asks a server that stands in for Jira and the stores", tests)
}

fn python(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    let mut venv = command("/usr/bin/python3");
    venv.args(["-m", "venv"]).arg(folder);
    steps::run("python: a place for libraries", venv)?;
    steps::run_patiently("pip: libraries for programs in Python and C#", || {
        let mut pip = command(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.arg("--requirement").arg(wanted.join("requirements.txt"));
        pip
    })
}

fn javascript(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    replace_if_changed(&wanted.join("package.json"), &folder.join("package.json"))?;
    steps::run_patiently("npm: libraries for programs in JavaScript", || {
        let mut npm = command("npm");
        npm.current_dir(folder).args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
        npm
    })
}

fn go(wanted: &Path, libraries: &Path) -> Result<(), Failure> {
    for name in ["go.mod", "go.sum"] {
        replace_if_changed(&wanted.join("go").join(name), &libraries.join("go").join(name))?;
    }
    steps::run_patiently("go: libraries for programs in Go", || {
        let mut go = command("go");
        go.current_dir(libraries.join("go")).args(["mod", "download"]);
        go.env("GOMODCACHE", libraries.join("go-modules")).env("GOFLAGS", "-modcacherw");
        go
    })
}

fn java(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).doing("making a folder for libraries")?;
    steps::run_patiently("maven: libraries for programs in Java", || {
        let mut maven = command("mvn");
        maven.args(["--batch-mode", "--quiet", "--file"]).arg(wanted.join("pom.xml"));
        maven.arg("dependency:build-classpath");
        maven.arg(format!("-Dmdep.outputFile={}", folder.join("classes.txt").display()));
        maven
    })
}

/// Whether the machine has a Go that builds the libraries.
fn go_is_new() -> bool {
    Version::of_this_machine().is_some_and(|version| version >= GO_OLDEST)
}
