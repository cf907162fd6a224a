//! `programs`: the example programs in `docs`, with the libraries that they need from registries.
//!
//! Not a part of `test`: it takes the network, and registries have bad days.

use std::fs;
use std::path::Path;

use crate::build::workspace_cargo;
use crate::failure::{Doing, Failure};
use crate::files::replace_if_changed;
use crate::places::Places;
use crate::process::command;
use crate::{prerequisites, steps};

pub(crate) fn programs(places: &Places) -> Result<(), Failure> {
    prerequisites::for_testing()?;
    prerequisites::for_libraries()?;
    let wanted = places.root.join("tests/programs/libraries");
    let libraries = places.target_folder().join("programs");
    fs::create_dir_all(&libraries).doing("making a folder for libraries")?;
    python(&wanted, &libraries.join("python"))?;
    javascript(&wanted, &libraries.join("javascript"))?;
    go(&wanted, &libraries)?;
    java(&wanted, &libraries.join("java"))?;
    let mut tests = workspace_cargo(places, "test");
    tests.args(["--package", "pushgate", "--test", "programs"]);
    tests.env("PUSHGATE_LIBRARIES", libraries);
    steps::run("programs: each asks a server that stands in for Jira and the stores", tests)
}

fn python(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    let mut venv = command("/usr/bin/python3");
    venv.args(["-m", "venv"]).arg(folder);
    steps::run("python: a place for libraries", venv)?;
    let mut pip = command(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("--requirement").arg(wanted.join("requirements.txt"));
    steps::run("pip: libraries for programs in Python", pip)
}

fn javascript(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    replace_if_changed(&wanted.join("package.json"), &folder.join("package.json"))?;
    let mut npm = command("npm");
    npm.current_dir(folder).args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
    steps::run("npm: libraries for programs in JavaScript", npm)
}

fn go(wanted: &Path, libraries: &Path) -> Result<(), Failure> {
    for name in ["go.mod", "go.sum"] {
        replace_if_changed(&wanted.join("go").join(name), &libraries.join("go").join(name))?;
    }
    let mut go = command("go");
    go.current_dir(libraries.join("go")).args(["mod", "download"]);
    go.env("GOMODCACHE", libraries.join("go-modules")).env("GOFLAGS", "-modcacherw");
    steps::run("go: libraries for programs in Go", go)
}

fn java(wanted: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).doing("making a folder for libraries")?;
    let mut maven = command("mvn");
    maven.args(["--batch-mode", "--quiet", "--file"]).arg(wanted.join("pom.xml"));
    maven.arg("dependency:build-classpath");
    maven.arg(format!("-Dmdep.outputFile={}", folder.join("classes.txt").display()));
    steps::run("maven: libraries for programs in Java", maven)
}
