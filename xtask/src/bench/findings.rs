//! Ten thousand secrets in a long history: what it adds to judge them and to find their places,
//! beside `git log` over that history.

use std::io::{self, Write};
use std::process::Stdio;

use super::bed::{Bed, Packed};
use super::history::threads;
use super::measure::{Used, run};
use super::report::{Report, Row, count, megabytes, time};
use super::rounds::{Series, Way, in_turn};
use super::synthetic::{self, file};
use super::waiting::{Waiting, limits};
use crate::demo::token::cloud_api_token;
use crate::failure::Failure;
use crate::steps::Step;

const COMMITS: usize = 100_000;

/// One commit in so many brings a secret.
const DISTANCE: usize = 10;

const ROUNDS: usize = 3;

const TIMES_LOG_MAX: f64 = 2.0;

pub(crate) fn measure(bed: &Bed, report: &mut Report) -> Result<(), Failure> {
    let step = Step::begin("hard: 10,000 findings in 100,000 commits");
    let secrets = Side::new(bed, "secrets", true)?;
    let clean = Side::new(bed, "harmless", false)?;
    let mut ways = vec![
        Way::new("secrets", |_| secrets.waiting.run_hook(bed, &limits(threads()))),
        Way::new("harmless", |_| clean.waiting.run_hook(bed, &limits(threads()))),
        Way::new("log", |_| log(bed, &secrets.packed, &[])),
        Way::new("log --raw", |_| log(bed, &secrets.packed, &["--raw", "--no-renames"])),
    ];
    let series = in_turn(&mut ways, ROUNDS)?;
    drop(ways);
    step.finish();
    if let [with, without, log, raw] = series.as_slice() {
        let findings = secrets.waiting.record()?.count("\"fingerprint\":");
        add_row(report, (with, without), (log, raw), findings as f64);
    }
    for name in ["secrets.git", "secrets-server.git", "harmless.git", "harmless-server.git"] {
        bed.remove(name)?;
    }
    Ok(())
}

fn add_row(
    report: &mut Report,
    (with, without): (&Series, &Series),
    (log, raw): (&Series, &Series),
    findings: f64,
) {
    let added = with.wall() - without.wall();
    let ratio = added / log.wall();
    report.add(Row {
        case: format!("{} findings in 100,000 commits: what they add ÷ `git log`", count(findings)),
        goal: format!("at most {TIMES_LOG_MAX}"),
        measured: format!("{ratio:.2} (CPU {:.2})", (with.cpu() - without.cpu()) / log.cpu()),
        input: format!(
            "{} with them, {} without; memory {} and {}",
            time(with.wall()),
            time(without.wall()),
            megabytes(with.peak_bytes()),
            megabytes(without.peak_bytes()),
        ),
        rival: format!("`git log` {}, `git log --raw` {}", time(log.wall()), time(raw.wall())),
        met: Some(ratio <= TIMES_LOG_MAX),
    });
}

/// One of two histories that differ in nothing but what stands in some files.
struct Side {
    packed: Packed,
    waiting: Waiting,
}

impl Side {
    fn new(bed: &Bed, name: &str, secret: bool) -> Result<Side, Failure> {
        let packed = bed.import(&format!("{name}.git"), 50, |out: &mut dyn Write| {
            synthetic::history(out, COMMITS, |out, mark| settings(out, mark, secret))
        })?;
        let server = bed.repository(&format!("{name}-server.git"))?;
        let waiting = Waiting::of_pack(&server, &packed)?;
        Ok(Side { packed, waiting })
    }
}

/// Now and then a file of settings, with a token or with something as long.
pub(super) fn settings(out: &mut dyn Write, mark: usize, secret: bool) -> io::Result<()> {
    if !mark.is_multiple_of(DISTANCE) {
        return Ok(());
    }
    let token = cloud_api_token(mark as u64);
    // As random as the token, and none: all of it but what marks it is turned round.
    let value = if secret { token } else { token.chars().rev().collect() };
    let path = format!("deploy/stage_{}.env", mark / DISTANCE % 50);
    file(out, &path, format!("STAGE={mark}\nVALUE={value}\nREGION=eu\n").as_bytes())
}

fn log(bed: &Bed, packed: &Packed, words: &[&str]) -> Result<Used, Failure> {
    let mut log = bed.git_in(&packed.repository);
    log.args(["log", "--all"]).args(words).stdout(Stdio::null());
    run(&mut log, None)
}
