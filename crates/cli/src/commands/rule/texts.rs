//! `pushgate rule test --text`: what the rules find in files of an author's.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::bench::{Bench, Judged};
use super::counted;
use crate::output::say;
use crate::printable;

pub(crate) fn run(bench: &Bench, paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut files = 0;
    let mut findings = 0;
    let mut undecided = 0;
    // A folder's entries come after each other, by name; links are not followed.
    let mut open: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(path) = open.pop() {
        let failed = || format!("reading {}", path.display());
        let kind = fs::symlink_metadata(&path).with_context(failed)?.file_type();
        if kind.is_dir() {
            let mut entries: Vec<PathBuf> = fs::read_dir(&path)
                .with_context(failed)?
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()
                .with_context(failed)?;
            entries.sort_unstable_by(|a, b| b.cmp(a));
            open.extend(entries);
        } else if kind.is_file() {
            files += 1;
            let judged = search(bench, &path).with_context(failed)?;
            findings += judged.findings.len();
            undecided += judged.undecided.len();
        }
    }
    let found = match (findings, undecided) {
        (0, 0) => "nothing found".to_owned(),
        (_, 0) => counted(findings, "finding"),
        _ => format!("{}, {undecided} undecided", counted(findings, "finding")),
    };
    say!("{}: {found}", counted(files, "file"))?;
    Ok(if findings + undecided == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Searches one file, and lists what is found.
fn search(bench: &Bench, path: &Path) -> anyhow::Result<Judged> {
    let judged = bench.judge_stream(File::open(path)?, path.as_os_str().as_bytes())?;
    for finding in &judged.findings {
        let (id, grade) = (bench.id(finding.rule), finding.grade.as_str());
        let line = format!("{id} {grade} {}:{}", path.display(), finding.position.line);
        say!("{}", printable(&line))?;
    }
    for cause in &judged.undecided {
        say!("{}", printable(&format!("undecided {cause} {}", path.display())))?;
    }
    Ok(judged)
}
