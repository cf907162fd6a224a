//! What lies in the repository already must not cost a push anything: the same small push into a
//! repository with very many refs or objects, and into a small one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::bed::{Bed, Packed};
use super::report::{Report, Row, megabytes, milliseconds};
use super::rounds::{Series, Way, in_turn};
use super::synthetic;
use super::waiting::{Waiting, limits};
use crate::failure::{Doing, Failure};
use crate::steps::Step;

const REFS: usize = 50_000;

/// Four objects for each commit.
const COMMITS_OF_A_MILLION: usize = 250_000;

/// Commits that hold the refs.
const COMMITS: usize = 5_000;

const SMALL: usize = 20;

const ROUNDS: usize = 31;
const ROUNDS_OF_GIT: usize = 5;

/// A few milliseconds, in seconds.
const FEW_MILLISECONDS: f64 = 0.003;

/// What is pushed: one commit on top of something that the server has.
const PUSHES: [&str; 3] = ["update of main", "new branch at a tip", "new branch at an old commit"];

pub(crate) fn measure(bed: &Bed, report: &mut Report) -> Result<(), Failure> {
    let servers = servers(bed)?;
    for push in PUSHES {
        let step = Step::begin(&format!("base: {push}, {} repositories, in turn", servers.len()));
        let mut waiting = Vec::new();
        for server in &servers {
            waiting.push((server.name, server.waiting(bed, push)?));
        }
        let more = limits(1);
        let mut ways: Vec<Way<'_>> = waiting
            .iter()
            .map(|(name, waiting)| Way::new(*name, |_| waiting.run_hook(bed, &more)))
            .collect();
        // Once to warm up.
        in_turn(&mut ways, 1)?;
        let series = in_turn(&mut ways, ROUNDS)?;
        let mut git: Vec<Way<'_>> = waiting
            .iter()
            .map(|(name, waiting)| Way::new(*name, |_| waiting.run_check_of_git(bed)))
            .collect();
        let git = in_turn(&mut git, ROUNDS_OF_GIT)?;
        step.finish();
        add_rows(report, push, &series, &git);
    }
    Ok(())
}

fn add_rows(report: &mut Report, push: &str, series: &[Series], git: &[Series]) {
    let Some((small, others)) = series.split_first() else { return };
    for (other, git) in others.iter().zip(git.iter().skip(1)) {
        let added = other.wall() - small.wall();
        report.add(Row {
            case: format!("{push}, {}", other.name),
            goal: "at most 3 ms more".to_owned(),
            measured: format!("{:+.1} ms", added * 1e3),
            input: format!(
                "{} against {} in a repository of {SMALL} commits; CPU {} and {}; {}",
                milliseconds(other.wall()),
                milliseconds(small.wall()),
                milliseconds(other.cpu()),
                milliseconds(small.cpu()),
                megabytes(other.peak_bytes()),
            ),
            rival: format!("git's own check of the push {}", milliseconds(git.wall())),
            met: Some(added <= FEW_MILLISECONDS),
        });
    }
}

/// A repository to push to.
#[derive(Debug)]
struct Server {
    name: &'static str,
    path: PathBuf,
    tip: String,
    /// A commit in the middle that no ref points at.
    inner: String,
}

impl Server {
    fn waiting(&self, bed: &Bed, push: &str) -> Result<Waiting, Failure> {
        let place = match PUSHES.iter().position(|known| *known == push) {
            Some(0) => (self.tip.as_str(), "refs/heads/main", Some(self.tip.as_str())),
            Some(1) => (self.tip.as_str(), "refs/heads/at-tip", None),
            _ => (self.inner.as_str(), "refs/heads/at-old", None),
        };
        Waiting::of_commit(bed, &self.path, place)
    }
}

fn servers(bed: &Bed) -> Result<Vec<Server>, Failure> {
    let step = Step::begin("base: making repositories with 50,000 refs and a million objects");
    let ordinary = |name: &str, commits| {
        bed.import(name, 50, |out: &mut dyn Write| {
            synthetic::history(out, commits, synthetic::nothing)
        })
    };
    let small = ordinary("small.git", SMALL)?;
    let medium = ordinary("medium.git", COMMITS)?;
    let large = ordinary("objects.git", COMMITS_OF_A_MILLION)?;
    let loose = twin(bed, &medium, "refs-loose.git")?;
    let packed = twin(bed, &medium, "refs-packed.git")?;
    let graph = twin(bed, &large, "objects-graph.git")?;
    bed.git(&graph, &["commit-graph", "write", "--reachable"])?;
    let ids = bed.git(&medium.repository, &["rev-list", "--skip=1", "main"])?;
    loose_refs(&loose, &ids).doing("writing refs")?;
    packed_refs(&packed, &ids, medium.id_of("refs/heads/main")?).doing("writing refs")?;
    step.finish();
    let server = |name, path: &Path| -> Result<Server, Failure> {
        let id = |of: &str| bed.git(path, &["rev-parse", of]);
        Ok(Server { name, path: path.to_owned(), tip: id("main")?, inner: id("main~12")? })
    };
    let mut servers = vec![
        server("a small one", &small.repository)?,
        server("50,000 loose refs", &loose)?,
        server("50,000 packed refs", &packed)?,
        server("a million objects", &large.repository)?,
        server("a million objects, commit-graph", &graph)?,
    ];
    match reftable(bed, &packed) {
        Ok(path) => servers.push(server("50,000 refs in a reftable", &path)?),
        Err(_) => println!("    this git knows no reftable, so that is not measured"),
    }
    Ok(servers)
}

/// A repository with the same objects; only the links to them are new.
fn twin(bed: &Bed, of: &Packed, name: &str) -> Result<PathBuf, Failure> {
    let path = bed.repository(name)?;
    let folder = path.join("objects").join("pack");
    for file in [&of.pack, &of.index()] {
        let to = folder.join(file.file_name().expect("a pack has a name"));
        fs::hard_link(file, to).doing("linking a pack")?;
    }
    bed.git(&path, &["update-ref", "refs/heads/main", of.id_of("refs/heads/main")?])?;
    Ok(path)
}

/// No ref points at the commits just before the tip: they are the ones to branch from.
fn ref_ids(ids: &str) -> impl Iterator<Item = &str> {
    ids.lines().skip(50).cycle().take(REFS)
}

fn loose_refs(repository: &Path, ids: &str) -> io::Result<()> {
    for (number, id) in ref_ids(ids).enumerate() {
        let folder = repository.join(format!("refs/heads/team_{}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("topic_{number}")), format!("{id}\n"))?;
    }
    Ok(())
}

fn packed_refs(repository: &Path, ids: &str, main: &str) -> io::Result<()> {
    let name = |number: usize| format!("refs/heads/team_{}/topic_{number}", number / 1000);
    let mut lines: Vec<(String, &str)> =
        ref_ids(ids).enumerate().map(|(number, id)| (name(number), id)).collect();
    lines.push(("refs/heads/main".to_owned(), main));
    lines.sort();
    let mut text = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    lines.iter().for_each(|(name, id)| text.push_str(&format!("{id} {name}\n")));
    fs::write(repository.join("packed-refs"), text)
}

/// The same refs in the newer format, if git knows it.
fn reftable(bed: &Bed, packed: &Path) -> Result<PathBuf, Failure> {
    let path = bed.path("refs-table.git");
    let mut git = bed.program("git");
    git.args(["clone", "--quiet", "--mirror", "--ref-format=reftable"]).arg(packed).arg(&path);
    super::bed::printed(&mut git, b"")?;
    Ok(path)
}
