//! `mutants`: each protection of the tables in `tests/mutants` is switched off once, to see that
//! the tests which claim it fail without it.
//!
//! Not part of `ci`: a mutant costs a build. `tidy` holds the tables against the sources.

mod applied;
pub(crate) mod table;
mod trial;

use std::fs;
use std::path::PathBuf;

use crate::failure::{Doing, Failure};
use crate::places::Places;
use crate::process::command;
use crate::{build, prerequisites};
use applied::{Applied, Turn};
use table::{Mutant, Test};
use trial::{Bench, by_place};

/// What became of the tests of one mutant.
#[derive(Debug)]
enum Outcome {
    Killed { tests: usize },
    Survived { passed: Vec<Test> },
    DoesNotBuild,
    Stale(&'static str),
}

/// Tries the mutants whose table or name contains one of `words`; all of them if there are none.
pub(crate) fn mutants(places: &Places, words: &[&str]) -> Result<(), Failure> {
    let _turn = Turn::take(places)?;
    if let Some(path) = applied::put_back(places)? {
        println!("mutants: {path} had a mutant in it and is what it was before");
    }
    refuse_unfinished_work(places)?;
    prerequisites::for_testing()?;
    let mut mutants = read_tables(places)?;
    let is_meant =
        |mutant: &Mutant, word: &str| mutant.table.contains(word) || mutant.name.contains(word);
    mutants.retain(|mutant| words.is_empty() || words.iter().any(|word| is_meant(mutant, word)));
    if mutants.is_empty() {
        return Err(Failure::new("no mutant's table or name contains such a word"));
    }
    let bench = Bench::set_up(places, &mutants)?;
    let mut killed = 0;
    let mut others = Vec::new();
    for (number, mutant) in (1..).zip(&mutants) {
        println!("mutant {number} of {}: {}", mutants.len(), mutant.name);
        match one(places, &bench, mutant)? {
            Outcome::Killed { tests } => {
                killed += 1;
                println!("    killed by {tests}");
            }
            other => others.push(told(mutant, &other)),
        }
    }
    // The last mutant is still in what cargo built.
    if mutants.iter().any(Mutant::needs_pushes) {
        build::build(places)?;
    }
    others.iter().for_each(|text| println!("{text}"));
    println!("mutants: {killed} killed, {} not", others.len());
    match others.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!("mutants that nothing noticed, or stale: {count}"))),
    }
}

fn one(places: &Places, bench: &Bench<'_>, mutant: &Mutant) -> Result<Outcome, Failure> {
    let original = fs::read_to_string(places.root.join(&mutant.file))
        .doing(format_args!("reading {}", mutant.file))?;
    let mutated = match mutant.applied_to(&original) {
        Ok(mutated) => mutated,
        Err(why) => return Ok(Outcome::Stale(why)),
    };
    let applied = Applied::write(places, &mutant.file, original, &mutated)?;
    if let Err(failure) = bench.build(mutant) {
        println!("    {failure}");
        return Ok(Outcome::DoesNotBuild);
    }
    let failed = bench.failed(&by_place(&mutant.fails))?;
    drop(applied);
    let passed: Vec<Test> =
        mutant.fails.iter().filter(|test| !failed.contains(test)).cloned().collect();
    for test in &passed {
        println!("    SURVIVED {test}");
    }
    Ok(match passed.as_slice() {
        [] => Outcome::Killed { tests: failed.len() },
        _ => Outcome::Survived { passed },
    })
}

fn told(mutant: &Mutant, outcome: &Outcome) -> String {
    let what = match outcome {
        Outcome::Killed { tests } => format!("killed by {tests}"),
        Outcome::Survived { passed } => {
            let passed: Vec<String> = passed.iter().map(Test::to_string).collect();
            format!("survived {}", passed.join(", "))
        }
        Outcome::DoesNotBuild => "does not build".to_owned(),
        Outcome::Stale(why) => (*why).to_owned(),
    };
    format!("{}:{}: {}: {what}", mutant.table, mutant.line, mutant.name)
}

/// A mutant is tried on what was committed, so that its outcome says something of it.
fn refuse_unfinished_work(places: &Places) -> Result<(), Failure> {
    let mut git = command("git");
    git.current_dir(&places.root).args(["-c", "safe.directory=*", "status", "--porcelain"]);
    // Who writes a table tries it before it is committed.
    git.args(["--untracked-files=no", "--", ".", &format!(":!{}", table::FOLDER)]);
    let output = git.output().doing("starting git")?;
    let listed = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    if !output.status.success() || !listed.is_empty() {
        let text = "the work tree differs from the last commit: commit or stash first";
        return Err(Failure::new(format!("{text}\n{listed}")));
    }
    Ok(())
}

fn read_tables(places: &Places) -> Result<Vec<Mutant>, Failure> {
    let folder = places.root.join(table::FOLDER);
    let what = || format!("reading {}", folder.display());
    let entries = fs::read_dir(&folder).doing(what())?;
    let files: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|e| e.path())).collect();
    let mut files = files.doing(what())?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let mut mutants = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).doing(format_args!("reading {name}"))?;
        let (read, complaints) = table::read(&format!("{}{name}", table::FOLDER), &text);
        if let Some(table::Complaint { line, text }) = complaints.first() {
            return Err(Failure::new(format!("{}{name}:{line}: {text}", table::FOLDER)));
        }
        mutants.extend(read);
    }
    Ok(mutants)
}
