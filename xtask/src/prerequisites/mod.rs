//! What a task needs of the machine: looked for, added where that is possible, and named if not.

mod debian;

use std::path::PathBuf;

use crate::failure::Failure;
use crate::places::{GUEST_TARGET, Places};
use crate::process::{answer, command};
use crate::programs::Extent;
use crate::steps;

/// The oldest git with a quarantine for pushed objects.
const GIT_OLDEST: (u32, u32) = (2, 11);

/// Libraries of the programs in `docs`, as files of their packages.
const YAML: &str = "/usr/lib/python3/dist-packages/yaml/__init__.py";
const VENV: &str = "/usr/share/doc/python3-venv/copyright";
const GSON: &str = "/usr/share/java/gson.jar";

/// Compilers, targets and git.
pub(crate) fn for_building(places: &Places) -> Result<(), Failure> {
    if answer(command("cc").arg("--version")).is_none() {
        return Err(Failure::new(
            "no C compiler `cc` found: it links, and compiles one file of a dependency\n\
             on Debian, type: apt-get install gcc libc6-dev",
        ));
    }
    check_git()?;
    for target in [GUEST_TARGET, &places.target] {
        provide_target(target)?;
    }
    Ok(())
}

/// Servers to push to, what packs archives as people do, and what reads the programs in `docs`.
pub(crate) fn for_testing() -> Result<(), Failure> {
    const PROGRAMS: &str = "programs in docs";
    debian::provide(&[
        debian::Package { name: "lighttpd", program: "lighttpd", purpose: "pushes over http" },
        debian::Package { name: "openssh-server", program: "sshd", purpose: "pushes over ssh" },
        debian::Package { name: "openssh-client", program: "ssh", purpose: "pushes over ssh" },
        debian::Package { name: "pre-commit", program: "pre-commit", purpose: "hooks of clones" },
        debian::Package { name: "zip", program: "zip", purpose: "archives to push" },
        debian::Package { name: "bzip2", program: "bzip2", purpose: "archives to push" },
        debian::Package { name: "xz-utils", program: "xz", purpose: "archives to push" },
        debian::Package { name: "zstd", program: "zstd", purpose: "archives to push" },
        debian::Package { name: "jq", program: "jq", purpose: "commands in docs" },
        debian::Package { name: "python3", program: "/usr/bin/python3", purpose: PROGRAMS },
        debian::Package { name: "python3-yaml", program: YAML, purpose: PROGRAMS },
        debian::Package { name: "nodejs", program: "node", purpose: PROGRAMS },
        debian::Package { name: "golang-go", program: "go", purpose: PROGRAMS },
        debian::Package { name: "default-jdk-headless", program: "javac", purpose: PROGRAMS },
        debian::Package { name: "libgoogle-gson-java", program: GSON, purpose: PROGRAMS },
        debian::Package { name: "mono-mcs", program: "mcs", purpose: PROGRAMS },
    ])
}

/// What brings the libraries of the programs in `docs`, beside what tests need.
pub(crate) fn for_libraries(extent: Extent) -> Result<(), Failure> {
    const LIBRARIES: &str = "libraries of programs in docs";
    debian::provide(&[
        debian::Package { name: "python3-venv", program: VENV, purpose: LIBRARIES },
        debian::Package { name: "npm", program: "npm", purpose: LIBRARIES },
    ])?;
    match extent {
        Extent::Ci => Ok(()),
        Extent::All => debian::provide(&[debian::Package {
            name: "maven",
            program: "mvn",
            purpose: LIBRARIES,
        }]),
    }
}

/// What brings programs from PyPI.
pub(crate) fn for_python_programs() -> Result<(), Failure> {
    if answer(command("python3").args(["-m", "pip", "--version"])).is_some() {
        return Ok(());
    }
    debian::provide(&[
        debian::Package { name: "python3", program: "python3", purpose: "programs of PyPI" },
        debian::Package { name: "python3-pip", program: "pip3", purpose: "programs of PyPI" },
    ])
}

/// What builds programs from Go's module proxy.
pub(crate) fn for_go_programs() -> Result<(), Failure> {
    if answer(command("go").arg("version")).is_some() {
        return Ok(());
    }
    debian::provide(&[debian::Package {
        name: "golang-go",
        program: "go",
        purpose: "programs written in Go",
    }])
}

/// What looks at code.
pub(crate) fn for_ci(places: &Places) -> Result<(), Failure> {
    for_building(places)?;
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        // Rustup's stand-in for a missing component is there, and fails.
        if answer(command(program).arg("--version")).is_none() {
            rustup_add("component", component)?;
        }
    }
    Ok(())
}

fn check_git() -> Result<(), Failure> {
    let says = answer(command("git").arg("--version"))
        .ok_or_else(|| Failure::new("no git found\non Debian, type: apt-get install git"))?;
    match git_version(&says) {
        Some(version) if version >= GIT_OLDEST => Ok(()),
        _ => {
            let (major, minor) = GIT_OLDEST;
            Err(Failure::new(format!("git {major}.{minor} or newer is needed, this is: {says}")))
        }
    }
}

/// Major and minor version of a line such as `git version 2.39.5 (Apple Git-154)`.
fn git_version(says: &str) -> Option<(u32, u32)> {
    let mut numbers = says.strip_prefix("git version ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Looks into the compiler's own folder, so that it also works where rustup is not used.
fn provide_target(target: &str) -> Result<(), Failure> {
    let rustc = || command("rustc");
    let sysroot = answer(rustc().args(["--print", "sysroot"])).ok_or_else(|| {
        Failure::new("no Rust compiler `rustc` found; https://rustup.rs says how to get one")
    })?;
    let library: PathBuf = [&sysroot, "lib", "rustlib", target, "lib"].iter().collect();
    if library.is_dir() { Ok(()) } else { rustup_add("target", target) }
}

fn rustup_add(what: &str, name: &str) -> Result<(), Failure> {
    if answer(command("rustup").arg("--version")).is_none() {
        return Err(Failure::new(format!(
            "the Rust {what} {name} is missing, and there is no rustup to add it\n\
             with rustup one would type: rustup {what} add {name}\n\
             else install the {what} from where this Rust came from"
        )));
    }
    let mut rustup = command("rustup");
    rustup.args([what, "add", name]);
    steps::run(&format!("rustup: adding the missing {what} {name}"), rustup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_git_are_read_as_vendors_write_them() {
        let check = |says, version| assert_eq!(git_version(says), version);
        check("git version 2.39.5", Some((2, 39)));
        check("git version 2.39.5 (Apple Git-154)", Some((2, 39)));
        check("git version 2.11.0.windows.1", Some((2, 11)));
        check("hg 6", None);
    }
}
