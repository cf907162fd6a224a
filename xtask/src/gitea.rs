//! `gitea`: a forge built from its Go module, and pushes to it with the hook in its repositories.
//!
//! Not a part of `test`, which does without the network. `ci` takes it where Go is new enough.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{build, workspace_cargo};
use crate::failure::{Doing, Failure};
use crate::files::replace_if_changed;
use crate::go::Version;
use crate::places::Places;
use crate::process::{answer, command};
use crate::{prerequisites, steps};

/// The oldest Go that builds it.
const GO_OLDEST: Version = Version(1, 26, 2);

/// The module, whose version stands in `tests/gitea/module/go.mod`.
const MODULE: &str = "code.gitea.io/gitea";

/// What its pages and its messages are made of. The module has no more of its front end: pages come
/// without styles and scripts, and their forms work.
const STATIC_FOLDERS: [&str; 3] = ["options", "public", "templates"];

/// For who asked for it: everything is built, and an old Go is a failure.
pub(crate) fn gitea(places: &Places) -> Result<(), Failure> {
    if let Some(why) = go_is_too_old() {
        return Err(Failure::new(format!("Gitea is not started: {why}")));
    }
    prerequisites::for_testing()?;
    build(places)?;
    push_to_it(places)
}

/// As a part of `ci`, which has built our own files: an old Go leaves it out.
pub(crate) fn if_go_is_new(places: &Places) -> Result<(), Failure> {
    if let Some(why) = go_is_too_old() {
        println!("gitea: not started: {why}");
        return Ok(());
    }
    prerequisites::for_testing()?;
    push_to_it(places)
}

fn go_is_too_old() -> Option<String> {
    let found = match Version::of_this_machine() {
        Some(version) if version >= GO_OLDEST => return None,
        Some(version) => format!("this machine has Go {version}"),
        None => "this machine has none".to_owned(),
    };
    Some(format!("it takes Go {GO_OLDEST} or newer, and {found}"))
}

fn push_to_it(places: &Places) -> Result<(), Failure> {
    let built = provide(places)?;
    let mut tests = workspace_cargo(places, "test");
    tests.args(["--package", "pushgate", "--test", "gitea"]);
    tests.env("PUSHGATE_DIST", places.dist()).env("PUSHGATE_GITEA", built);
    steps::run_and_tell("gitea: pushes, edits and merges on a forge", tests, &mut |step, line| {
        if let Some(counts) = line.strip_prefix("test result: ") {
            step.note(counts);
        }
    })
}

/// The folder of the built server. It gets its name when all is in it, so what is there is whole.
fn provide(places: &Places) -> Result<PathBuf, Failure> {
    let wanted = places.root.join("tests/gitea/module");
    let folder = places.target_folder().join("gitea");
    let requirements = fs::read_to_string(wanted.join("go.mod")).doing("reading go.mod")?;
    let version = required(&requirements)
        .ok_or_else(|| Failure::new(format!("tests/gitea/module/go.mod does not name {MODULE}")))?;
    let built = folder.join(format!("{version}-{}", std::env::consts::ARCH));
    if built.is_dir() {
        return Ok(built);
    }
    let source = download(&wanted, &folder.join("wanted"))?;
    let unfinished = folder.join("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).doing("removing what was not finished")?;
    }
    fs::create_dir_all(unfinished.join("static")).doing("making a folder for Gitea")?;
    let module = folder.join("module");
    write_module(&module, &source, &wanted, version)?;
    compile(&module, &unfinished.join("gitea"), version)?;
    for name in STATIC_FOLDERS {
        let mut copy = command("cp");
        // What Go downloads may not be written to, and so not be removed.
        copy.args(["--recursive", "--no-preserve=mode"]).arg(source.join(name));
        copy.arg(unfinished.join("static"));
        steps::run(&format!("gitea: its {name}"), copy)?;
    }
    fs::rename(&unfinished, &built).doing("naming what was built")?;
    Ok(built)
}

/// The source of the module, whose checksum stands beside its version.
fn download(wanted: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    // Copied, because Go writes into these files.
    for name in ["go.mod", "go.sum"] {
        replace_if_changed(&wanted.join(name), &folder.join(name))?;
    }
    steps::run_patiently("go: the source of Gitea", || {
        let mut go = go_in(folder);
        go.args(["mod", "download", MODULE]);
        go
    })?;
    answer(go_in(folder).args(["list", "-m", "-mod=mod", "-f", "{{.Dir}}", MODULE]))
        .filter(|place| Path::new(place).is_dir())
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("go does not say where it keeps the source of Gitea"))
}

/// Writes a module that needs nothing but Gitea, and each thing in the version that Gitea names.
///
/// `go install` cannot do it: it refuses modules that replace others.
fn write_module(folder: &Path, source: &Path, wanted: &Path, version: &str) -> Result<(), Failure> {
    let read =
        |path: PathBuf| fs::read_to_string(&path).doing(format_args!("reading {}", path.display()));
    fs::create_dir_all(folder).doing("making a folder for a module")?;
    let requirements = around(&read(source.join("go.mod"))?, version);
    fs::write(folder.join("go.mod"), requirements).doing("writing go.mod")?;
    let sums = format!("{}{}", read(source.join("go.sum"))?, read(wanted.join("go.sum"))?);
    fs::write(folder.join("go.sum"), sums).doing("writing go.sum")
}

/// The `go.mod` of a module that needs Gitea, made from Gitea's own.
fn around(own: &str, version: &str) -> String {
    let mut text = String::new();
    for line in own.lines().filter(|line| !line.starts_with("tool ")) {
        text.push_str(if line.starts_with("module ") { "module example.test/gitea" } else { line });
        text.push('\n');
    }
    text.push_str(&format!("\nrequire {MODULE} {version}\n"));
    text
}

/// The version of Gitea that a `go.mod` requires.
fn required(requirements: &str) -> Option<&str> {
    let start = format!("require {MODULE} ");
    let version = requirements.lines().find_map(|line| line.strip_prefix(&start))?;
    version.starts_with('v').then_some(version)
}

/// Not optimised, and two packages at a time: sooner done, in less memory.
fn compile(module: &Path, program: &Path, version: &str) -> Result<(), Failure> {
    let number = version.trim_start_matches('v');
    println!("gitea: {version} is compiled once, which takes some minutes");
    steps::run_patiently("go: compiling Gitea", || {
        let mut go = go_in(module);
        go.args(["build", "-mod=mod", "-buildvcs=false", "-p", "2"]);
        go.args(["-tags", "sqlite sqlite_unlock_notify", "-gcflags=all=-N -l"]);
        go.arg(format!("-ldflags=-s -w -X main.Version={number}"));
        go.arg("-o").arg(program).arg(MODULE);
        // Its data base is written in C.
        go.env("CGO_ENABLED", "1").env("CGO_CFLAGS", "-O1");
        go
    })
}

fn go_in(folder: &Path) -> std::process::Command {
    let mut go = command("go");
    go.current_dir(folder).env("GOTOOLCHAIN", "local");
    go
}

#[cfg(test)]
mod tests {
    use super::{around, required};

    #[test]
    fn the_module_around_keeps_what_is_replaced_and_drops_tools() {
        let own = "module code.gitea.io/gitea\n\ngo 1.26.2\n\nrequire (\n\ta.test/b v1.0.0\n)\n\n\
                   replace a.test/b => c.test/d v2.0.0\n\ntool code.gitea.io/gitea-vet\n";
        let expect = "module example.test/gitea\n\ngo 1.26.2\n\nrequire (\n\ta.test/b v1.0.0\n)\n\n\
                      replace a.test/b => c.test/d v2.0.0\n\n\n\
                      require code.gitea.io/gitea v1.26.0\n";
        assert_eq!(around(own, "v1.26.0"), expect);
        assert_eq!(required(&around(own, "v1.26.0")), Some("v1.26.0"));
    }

    #[test]
    fn the_version_is_the_one_that_is_required() {
        assert_eq!(required("module a\n\nrequire code.gitea.io/gitea v1.26.0\n"), Some("v1.26.0"));
        assert_eq!(required("module a\n\nrequire code.gitea.io/gitea-vet v0.2.3\n"), None);
        assert_eq!(required(""), None);
    }
}
