//! Clean pushes of one to ten thousand commits through real git, beside the same pushes with a hook
//! that is `exit 0`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::bed::{Bed, Packed, printed};
use super::measure::{Used, run};
use super::report::{Report, Row, count, time};
use super::rounds::{Series, Way, in_turn};
use super::synthetic;
use crate::failure::{Doing, Failure};
use crate::steps::Step;

/// Commits that the server has.
const BEFORE: usize = 20;

/// Commits of a push, how often it is measured, and the goal.
const CASES: [(usize, usize, f64); 5] =
    [(1, 61, 1.25), (10, 41, 1.2), (100, 21, 1.15), (1_000, 11, 1.1), (10_000, 5, 1.1)];

const MOST: usize = 10_000;

/// A client with all commits, and what each server begins with.
struct Sides<'b> {
    bed: &'b Bed,
    client: Packed,
    before: Packed,
    /// From the first commit to the last.
    ids: Vec<String>,
}

/// What stands between git and the repository.
#[derive(Clone, Copy, Debug)]
enum Hook {
    ExitZero,
    Pushgate,
}

pub(crate) fn measure(bed: &Bed, report: &mut Report) -> Result<(), Failure> {
    let sides = Sides::new(bed)?;
    for (commits, rounds, goal) in CASES {
        let title = format!("pushes: {}, {rounds} rounds of two", shown(commits));
        let step = Step::begin(&title);
        let hooks = [("exit 0", Hook::ExitZero), ("pushgate", Hook::Pushgate)];
        let sides = &sides;
        let mut ways = hooks.map(|(name, hook)| Way::new(name, move |_| sides.push(hook, commits)));
        in_turn(&mut ways, 1)?;
        let series = in_turn(&mut ways, rounds)?;
        step.finish();
        let [idle, ours] = series.as_slice() else { continue };
        add_row(report, (commits, goal), (idle, ours));
    }
    Ok(())
}

fn add_row(report: &mut Report, (commits, goal): (usize, f64), (idle, ours): (&Series, &Series)) {
    let ratio = ours.wall() / idle.wall();
    report.add(Row {
        case: format!("clean push of {} ÷ with `exit 0`", shown(commits)),
        goal: format!("at most {goal}"),
        measured: format!("{ratio:.2} (CPU {:.2})", ours.cpu() / idle.cpu()),
        input: format!("whole `git push` over a path; {} rounds", ours.runs.len()),
        rival: format!("{} of {}", time(ours.wall()), time(idle.wall())),
        met: Some(ratio <= goal),
    });
}

fn shown(commits: usize) -> String {
    let word = if commits == 1 { "commit" } else { "commits" };
    format!("{} {word}", count(commits as f64))
}

impl<'b> Sides<'b> {
    fn new(bed: &'b Bed) -> Result<Sides<'b>, Failure> {
        let step = Step::begin("pushes: making a client");
        let import = |name: &str, commits| {
            bed.import(name, 50, |out: &mut dyn Write| {
                synthetic::history(out, commits, synthetic::nothing)
            })
        };
        let before = import("before.git", BEFORE)?;
        let client = import("client.git", BEFORE + MOST)?;
        let ids = bed.git(&client.repository, &["rev-list", "--reverse", "main"])?;
        step.finish();
        Ok(Sides { bed, client, before, ids: ids.lines().map(str::to_owned).collect() })
    }

    /// Pushes to a server that has the first commits and nothing else.
    fn push(&self, hook: Hook, commits: usize) -> Result<Used, Failure> {
        let server = self.server(hook)?;
        let new = self.ids.get(BEFORE + commits - 1).expect("the client has as many commits");
        let mut push = self.bed.git_in(&self.client.repository);
        push.args(["push", "--quiet"]).arg(&server).arg(format!("{new}:refs/heads/main"));
        push.stdout(Stdio::null()).stderr(Stdio::null());
        let used = run(&mut push, None)?;
        self.bed.remove("server.git")?;
        match used.code {
            Some(0) => Ok(used),
            code => Err(Failure::new(format!("a clean push failed: {code:?}"))),
        }
    }

    fn server(&self, hook: Hook) -> Result<PathBuf, Failure> {
        let server = self.bed.repository("server.git")?;
        let folder = server.join("objects").join("pack");
        for file in [&self.before.pack, &self.before.index()] {
            let to = folder.join(file.file_name().expect("a pack has a name"));
            fs::hard_link(file, to).doing("linking a pack")?;
        }
        let tip = self.before.id_of("refs/heads/main")?;
        self.bed.git(&server, &["update-ref", "refs/heads/main", tip])?;
        match hook {
            Hook::ExitZero => self.bed.script(&server, "#!/bin/sh\nexit 0\n")?,
            Hook::Pushgate => self.install(&server)?,
        }
        Ok(server)
    }

    /// As an admin does, with a record of each push.
    fn install(&self, server: &Path) -> Result<(), Failure> {
        let config = self.bed.path("pushgate.toml");
        let audit = self.bed.path("audit.jsonl").display().to_string();
        fs::write(&config, format!("[audit]\npath = {audit:?}\n")).doing("writing a file")?;
        let mut install = self.bed.tool();
        install.arg("install").arg("--repository").arg(server).arg("--config").arg(config);
        printed(&mut install, b"").map(drop)
    }
}
