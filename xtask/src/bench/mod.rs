//! `bench`: what the gate costs, by itself and beside git and other scanners.
//!
//! Without a word more it runs the quick benches of `benches/`. The others are here, since they need
//! whole repositories, other programs and much time; each prints its rows as they come.

mod base;
mod bed;
mod chart;
mod findings;
mod floor;
mod hard;
mod history;
mod measure;
mod pushes;
mod record;
mod record_line;
mod report;
mod rivals;
mod rounds;
mod rules;
mod same;
mod sizes;
mod synthetic;
mod waiting;

use std::path::Path;

use crate::build::build;
use crate::failure::Failure;
use crate::places::Places;
use crate::process::{Event, cargo, watch};
use bed::Bed;
use floor::Floor;
use record::Record;
use report::Report;

const USAGE: &str = "\
Usage: cargo xtask bench [what]

  (nothing)        the quick benches of benches/README.md, about five minutes
  history [REPO…]  whole histories pushed at once, beside git and other scanners;
                   of bare repositories, or made up if none is named; with --alone
                   before them without other scanners, which is much quicker
  pushes           clean pushes of 1 to 10,000 commits, beside `exit 0`
  base             small pushes into repositories with very many refs and objects
  hard [WORD…]     what somebody could push to make the gate slow; those cases
                   with one of the words in their name: rules, chain, tree, refs,
                   files, findings, blob
  same [REPO…]     no time is measured: a history is judged with and without what
                   makes it fast, and on 1, 2 and 16 threads; all records must
                   be the same
  all [REPO…]      all of these except the quick ones, made-up histories included;
                   writes benches/record/, docs/performance.svg and the table of
                   docs/performance.md
  rivals           installs other scanners into target/rivals";

/// The word that leaves other scanners out.
const ALONE: &str = "--alone";

/// All hard cases, by words in their names.
const HARD_PIECES: [&[&str]; 3] =
    [&["rules", "chain", "tree", "refs", "files"], &["findings"], &["blob"]];

/// Runs what the words after `bench` say.
pub(crate) fn bench(places: &Places, words: &[&str]) -> Result<(), Failure> {
    match words {
        [] => quick(places),
        ["rivals"] => rivals::install(places),
        ["history", ALONE, repositories @ ..] => one(places, &Part::histories(repositories, true)),
        ["history", repositories @ ..] => one(places, &Part::histories(repositories, false)),
        ["same"] => with_bed(places, same::synthetic),
        ["same", repositories @ ..] => with_bed(places, |bed| {
            repositories.iter().try_for_each(|path| same::repository(bed, Path::new(path)))
        }),
        ["pushes"] => one(places, &[Part::Pushes]),
        ["base"] => one(places, &[Part::Base]),
        ["hard", cases @ ..] => one(places, &[Part::Hard(cases)]),
        ["all", repositories @ ..] => all(places, repositories),
        ["help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::new(format!("unknown bench: {}\n\n{USAGE}", words.join(" ")))),
    }
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug)]
enum Part<'w> {
    /// Made-up histories, without other scanners or with them.
    Synthetic {
        alone: bool,
    },
    Repository {
        path: &'w str,
        alone: bool,
    },
    Pushes,
    Base,
    /// Words that names of cases must have in them, or none.
    Hard(&'w [&'w str]),
}

impl<'w> Part<'w> {
    fn histories(repositories: &[&'w str], alone: bool) -> Vec<Part<'w>> {
        match repositories {
            [] => vec![Part::Synthetic { alone }],
            paths => paths.iter().map(|path| Part::Repository { path, alone }).collect(),
        }
    }

    fn measure(self, places: &Places, report: &mut Report) -> Result<(), Failure> {
        match self {
            Part::Synthetic { alone } => {
                let (bed, floor) = (Bed::new(places, "history")?, Floor::build(places)?);
                history::Lab::new(&bed, &floor, scanners(places, alone))?.synthetic(report)
            }
            Part::Repository { path, alone } => {
                let (bed, floor) = (Bed::new(places, "history")?, Floor::build(places)?);
                let lab = history::Lab::new(&bed, &floor, scanners(places, alone))?;
                lab.repository(Path::new(path), report)
            }
            Part::Pushes => pushes::measure(&Bed::new(places, "pushes")?, report),
            Part::Base => base::measure(&Bed::new(places, "base")?, report),
            Part::Hard(words) => hard::measure(places, &Bed::new(places, "hard")?, words, report),
        }
    }
}

/// Other scanners, if they are wanted.
fn scanners(places: &Places, alone: bool) -> Vec<rivals::Rival> {
    if alone {
        return Vec::new();
    }
    let rivals = rivals::found(places);
    if rivals.is_empty() {
        println!("no other scanner is here: `cargo xtask bench rivals` installs some");
    }
    rivals
}

fn with_bed(places: &Places, compare: impl Fn(&Bed) -> Result<(), Failure>) -> Result<(), Failure> {
    build(places)?;
    compare(&Bed::new(places, "same")?)
}

/// Measures some parts and prints the table.
fn one(places: &Places, parts: &[Part<'_>]) -> Result<(), Failure> {
    build(places)?;
    let mut report = Report::default();
    for part in parts {
        part.measure(places, &mut report)?;
    }
    println!("\n{}", report.markdown());
    Ok(())
}

/// Measures everything and keeps it.
fn all(places: &Places, repositories: &[&str]) -> Result<(), Failure> {
    build(places)?;
    rivals::install(places)?;
    let record = Record::begin(places)?;
    let mut report = Report::default();
    let mut parts = vec![Part::Pushes, Part::Synthetic { alone: false }];
    parts.extend(repositories.iter().map(|path| Part::Repository { path, alone: false }));
    // In pieces, since what is done is written down.
    parts.push(Part::Base);
    parts.extend(HARD_PIECES.map(Part::Hard));
    for part in parts {
        part.measure(places, &mut report)?;
        record.write(places, &report)?;
    }
    println!("\n{}", report.markdown());
    let (met, goals) = report.met();
    println!("{met} of {goals} goals met");
    Ok(())
}

/// The benches that cargo runs, with what they print as it comes.
fn quick(places: &Places) -> Result<(), Failure> {
    build(places)?;
    let mut cargo = cargo(places);
    cargo.args(["bench", "--locked", "--target", &places.target]);
    cargo.args(["--package", "pushgate", "--benches"]).env("PUSHGATE_DIST", places.dist());
    let success = watch(cargo, &mut |event| {
        if let Event::Line(line) = event {
            println!("{line}");
        }
    })?;
    if success { Ok(()) } else { Err(Failure::new("a benchmark failed")) }
}
