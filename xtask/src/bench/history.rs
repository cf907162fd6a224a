//! A whole history pushed at once, beside what git itself spends on it, beside inflating it, and
//! beside other scanners.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::bed::{Bed, Packed};
use super::chart::Point;
use super::floor::Floor;
use super::measure::{Used, run};
use super::report::{Report, Row, count, megabytes, time};
use super::rivals::Rival;
use super::rounds::{Series, Way, in_turn};
use super::synthetic::{self, file};
use super::waiting::{Waiting, limits};
use crate::demo::token::{cloud_api_token, seed_of_now};
use crate::failure::{Doing, Failure};
use crate::steps::Step;

/// The first commit of git: its history has a goal of its own.
const GIT_ROOT: &str = "e83c5163316f89bfbde7d9ab23ca2e25604af290";

const GIT_SHARE_MAX: f64 = 0.05;
const SHARE_MAX: f64 = 0.08;
const TIMES_INFLATING_MAX: f64 = 2.0;
const TIMES_FASTER_MIN: f64 = 15.0;
const PEAK_BYTES_MAX: f64 = 256e6;
const OBJECT_SPREAD_MAX: f64 = 1.2;

/// What is a large repository: the goals beside git and other scanners are for these.
const LARGE_PACK_BYTES: f64 = 50e6;

/// Inflating is timed in steps of 10 ms.
const FLOOR_SECONDS_MIN: f64 = 0.1;

/// What a push may use by default, if the machine has so many.
const THREADS_MAX: usize = 4;

const ROUNDS: usize = 3;

/// Packs below this are quick, so that more rounds cost nothing and say more.
const SMALL_PACK_BYTES: f64 = 20e6;
const ROUNDS_OF_SMALL: usize = 7;

/// The lengths of histories that are made up.
const SYNTHETIC: [usize; 3] = [1_000, 10_000, 100_000];

/// Names of the ways that ratios are taken of.
const INDEX_PACK: &str = "git index-pack";
const HOOK: &str = "pushgate";
const HOOK_ALONE: &str = "pushgate, one thread";
const FLOOR: &str = "inflating only, one thread";

/// What all histories are measured with.
pub(crate) struct Lab<'l> {
    bed: &'l Bed,
    floor: &'l Floor,
    rivals: Vec<Rival>,
}

/// A history in one pack, and what it is compared as.
struct History {
    name: String,
    packed: Packed,
    share_max: f64,
}

impl<'l> Lab<'l> {
    /// Has each rival fill the caches that it keeps, on a history of a few commits.
    pub(crate) fn new(
        bed: &'l Bed,
        floor: &'l Floor,
        rivals: Vec<Rival>,
    ) -> Result<Lab<'l>, Failure> {
        let token = format!("JIRA_API_TOKEN={}\n", cloud_api_token(seed_of_now()));
        let warm = bed.import("warm.git", 50, |out: &mut dyn Write| {
            synthetic::history(out, 3, |out, _| file(out, "deploy.env", token.as_bytes()))
        })?;
        let mut fit = Vec::new();
        for rival in rivals {
            let step = Step::begin(&format!("{} {}: warming up", rival.name, rival.version));
            match rival.warm_up(bed, &warm.repository) {
                Ok(()) => {
                    step.finish();
                    fit.push(rival);
                }
                Err(failure) => {
                    step.fail();
                    println!("    {} is left out: {failure}", rival.name);
                }
            }
        }
        bed.remove("warm.git")?;
        Ok(Lab { bed, floor, rivals: fit })
    }

    /// The branches and tags of a repository.
    pub(crate) fn repository(&self, path: &Path, report: &mut Report) -> Result<(), Failure> {
        let name = name_of(path);
        let step = Step::begin(&format!("history: packing branches and tags of {name}"));
        let packed = pack(self.bed, path)?;
        step.finish();
        let root = self.bed.git(&packed.repository, &["cat-file", "-e", GIT_ROOT]).is_ok();
        let share_max = if root { GIT_SHARE_MAX } else { SHARE_MAX };
        self.measure(&History { name, packed, share_max }, report)?;
        Ok(())
    }

    /// Histories that are made up; the time per object must not depend on their length.
    pub(crate) fn synthetic(&self, report: &mut Report) -> Result<(), Failure> {
        let mut per_object = Vec::new();
        for commits in SYNTHETIC {
            let name = format!("synthetic, {} commits", count(commits as f64));
            let step = Step::begin(&format!("history: making the one that is {name}"));
            let write = |out: &mut dyn Write| synthetic::history(out, commits, synthetic::nothing);
            let packed = self.bed.import("client.git", 50, write)?;
            step.finish();
            let history = History { name, packed, share_max: SHARE_MAX };
            per_object.push(self.measure(&history, report)?);
        }
        let least = per_object.iter().copied().fold(f64::INFINITY, f64::min);
        let most = per_object.iter().copied().fold(0.0, f64::max);
        let shown: Vec<String> = per_object.iter().map(|one| format!("{:.2}", one * 1e6)).collect();
        report.add(Row {
            case: "time per object, histories of 1,000, 10,000, 100,000 commits".to_owned(),
            goal: "constant within 20 %".to_owned(),
            measured: format!("{} µs", shown.join(", ")),
            input: "synthetic, CPU of one thread".to_owned(),
            rival: String::new(),
            met: Some(most / least <= OBJECT_SPREAD_MAX),
        });
        Ok(())
    }

    /// Runs all ways in turn. Gives the CPU seconds of one thread for each object.
    fn measure(&self, history: &History, report: &mut Report) -> Result<f64, Failure> {
        let packed = &history.packed;
        let server = self.bed.repository("server.git")?;
        let waiting = Waiting::of_pack(&server, packed)?;
        let threads = threads();
        let small = packed.pack_bytes() < SMALL_PACK_BYTES;
        let rounds = if small { ROUNDS_OF_SMALL } else { ROUNDS };
        let (many, one) = (limits(threads), limits(1));
        let mut ways = vec![
            Way::new(INDEX_PACK, |_| self.index_pack(packed, threads)),
            Way::new(HOOK, |_| waiting.run_hook(self.bed, &many)),
            Way::new(HOOK_ALONE, |_| waiting.run_hook(self.bed, &one)),
            Way::new(FLOOR, |_| self.inflate(&packed.repository)),
        ];
        for rival in &self.rivals {
            let scan = |_| rival.scan(self.bed, &packed.repository);
            let name = format!("{} {}", rival.name, rival.version);
            ways.push(Way::new(name, scan).that_can_fail());
        }
        let title = format!("history: {}, {} ways in turn", history.name, ways.len());
        let step = Step::begin(&title);
        let series = in_turn(&mut ways, rounds)?;
        drop(ways);
        step.finish();
        let record = waiting.record()?;
        let objects = record.number("objects");
        let measured = Measured { history, series: &series, threads, objects };
        let heading = measured.heading(record.number("bytes"), record.word("reason"));
        report.detail(&heading, &series);
        measured.add_rows(report)?;
        for name in ["server.git", "client.git"] {
            self.bed.remove(name)?;
        }
        Ok(measured.named(HOOK_ALONE)?.cpu() / objects)
    }

    /// What a server does with a pack that arrives.
    fn index_pack(&self, packed: &Packed, threads: usize) -> Result<Used, Failure> {
        let server = self.bed.repository("index-pack.git")?;
        let mut index = self.bed.git_in(&server);
        index.args(["index-pack", "--stdin", "--fix-thin", &format!("--threads={threads}")]);
        index.stdin(File::open(&packed.pack).doing("opening a pack")?);
        index.stdout(Stdio::null()).stderr(Stdio::null());
        let used = run(&mut index, None)?;
        self.bed.remove("index-pack.git")?;
        match used.code {
            Some(0) => Ok(used),
            code => Err(Failure::new(format!("git index-pack failed: {code:?}"))),
        }
    }

    fn inflate(&self, repository: &Path) -> Result<Used, Failure> {
        let inflated = self.floor.inflate(self.bed, repository)?;
        Ok(Used { wall: inflated.wall, cpu: inflated.cpu, ..Used::default() })
    }
}

/// Puts branches and tags into one pack, with the deltas that are there already.
pub(crate) fn pack(bed: &Bed, path: &Path) -> Result<Packed, Failure> {
    let path = path.canonicalize().doing(format_args!("looking for {}", path.display()))?;
    let form = "--format=%(objectname) %(refname)";
    let listed = bed.git(&path, &["for-each-ref", form, "refs/heads", "refs/tags"])?;
    let client = bed.repository("client.git")?;
    let ids = listed.lines().filter_map(|line| line.split(' ').next());
    let ids: String = ids.map(|id| format!("{id}\n")).collect();
    let mut pack = bed.git_in(&path);
    pack.args(["pack-objects", "--revs", "--delta-base-offset", "--quiet"]);
    pack.arg(client.join("objects").join("pack").join("pack")).stdout(Stdio::null());
    match run(&mut pack, Some(ids.as_bytes()))?.code {
        Some(0) => (),
        code => return Err(Failure::new(format!("git pack-objects failed: {code:?}"))),
    }
    let mut refs: Vec<&str> = listed.lines().collect();
    refs.sort_by_key(|line| line.split_once(' ').map(|(_, name)| name));
    let text = format!("# pack-refs with: sorted \n{}\n", refs.join("\n"));
    fs::write(client.join("packed-refs"), text).doing("writing refs")?;
    point_head(bed, &path, &client)?;
    bed.packed(&client)
}

/// Some scanners want a `HEAD` that is there.
fn point_head(bed: &Bed, from: &Path, client: &Path) -> Result<(), Failure> {
    let head = bed.git(from, &["symbolic-ref", "HEAD"]).unwrap_or_default();
    let known = bed.git(client, &["rev-parse", "--verify", "--quiet", &head]).is_ok();
    let branches = ["for-each-ref", "--count=1", "--format=%(refname)", "refs/heads"];
    let head = if known { head } else { bed.git(client, &branches)? };
    bed.git(client, &["symbolic-ref", "HEAD", &head]).map(drop)
}

/// As many threads as a push has by default here.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(THREADS_MAX)
}

/// A name that says nothing of where the repository is.
fn name_of(path: &Path) -> String {
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let inner = |name: &&String| ["repo", ".git", "repo.git"].contains(&name.as_str());
    let name = parts.iter().rev().find(|name| !inner(name));
    let name = name.map_or("a repository", String::as_str);
    let name = name.strip_suffix(".git").unwrap_or(name);
    name.rsplit('+').next().unwrap_or(name).to_owned()
}

/// What was measured of one history.
struct Measured<'m> {
    history: &'m History,
    series: &'m [Series],
    threads: usize,
    objects: f64,
}

impl Measured<'_> {
    fn named(&self, name: &str) -> Result<&Series, Failure> {
        let found = self.series.iter().find(|series| series.name == name);
        found.ok_or_else(|| Failure::new(format!("{name} was not measured")))
    }

    /// The rival that was quickest.
    fn fastest(&self) -> Option<&Series> {
        let ours = [INDEX_PACK, HOOK, HOOK_ALONE, FLOOR];
        let rivals = self.series.iter().filter(|series| !ours.contains(&series.name.as_str()));
        rivals.min_by(|one, two| one.wall().total_cmp(&two.wall()))
    }

    fn heading(&self, bytes: f64, reason: &str) -> String {
        format!(
            "{}: {} objects of {}, pack {}, {} threads; verdict: {reason}",
            self.history.name,
            count(self.objects),
            megabytes(bytes),
            megabytes(self.history.packed.pack_bytes()),
            self.threads,
        )
    }

    fn add_rows(&self, report: &mut Report) -> Result<(), Failure> {
        let (git, hook) = (self.named(INDEX_PACK)?, self.named(HOOK)?);
        let (alone, floor) = (self.named(HOOK_ALONE)?, self.named(FLOOR)?);
        let name = &self.history.name;
        let input = format!(
            "{} objects, pack {}",
            count(self.objects),
            megabytes(self.history.packed.pack_bytes())
        );
        let large = self.history.packed.pack_bytes() >= LARGE_PACK_BYTES;
        let goal = |text: String| if large { text } else { "for large ones".to_owned() };
        let share = hook.wall() / git.wall();
        let share_max = self.history.share_max;
        report.add(Row {
            case: format!("{name}: hook ÷ `git index-pack`, wall"),
            goal: goal(format!("at most {:.0} %", share_max * 100.0)),
            measured: format!("{:.1} % (CPU {:.1} %)", share * 1e2, hook.cpu() / git.cpu() * 1e2),
            input: format!("{input}; {} threads", self.threads),
            rival: format!("{} of {}", time(hook.wall()), time(git.wall())),
            met: large.then_some(share <= share_max),
        });
        let times = alone.wall() / floor.wall();
        if floor.wall() >= FLOOR_SECONDS_MIN {
            report.add(Row {
                case: format!("{name}: hook ÷ inflating only"),
                goal: format!("at most {TIMES_INFLATING_MAX}"),
                measured: format!("{times:.2} (CPU {:.2})", alone.cpu() / floor.cpu()),
                input: format!("{input}; one thread"),
                rival: format!("{} of {}", time(alone.wall()), time(floor.wall())),
                met: Some(times <= TIMES_INFLATING_MAX),
            });
        }
        if let Some(rival) = self.fastest() {
            let faster = rival.wall() / hook.wall();
            report.add(Row {
                case: format!("{name}: hook ÷ fastest other scanner"),
                goal: goal(format!("at most 1/{TIMES_FASTER_MIN}")),
                measured: format!("1/{faster:.1} (CPU 1/{:.1})", rival.cpu() / hook.cpu()),
                input: input.clone(),
                rival: format!("{} {}", rival.name, time(rival.wall())),
                met: large.then_some(faster >= TIMES_FASTER_MIN),
            });
        }
        report.add(Row {
            case: format!("{name}: memory of the hook"),
            goal: "below 256 MB".to_owned(),
            measured: megabytes(hook.peak_bytes()),
            input,
            rival: format!("index-pack {}", megabytes(git.peak_bytes())),
            met: Some(hook.peak_bytes() < PEAK_BYTES_MAX),
        });
        self.add_points(report);
        Ok(())
    }

    fn add_points(&self, report: &mut Report) {
        let shown =
            self.series.iter().filter(|series| ![HOOK_ALONE, FLOOR].contains(&&*series.name));
        for series in shown {
            report.points.push(Point {
                series: series.name.clone(),
                megabytes: self.history.packed.pack_bytes() / 1e6,
                seconds: series.wall(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_named_without_its_place() {
        for (path, expect) in [
            ("/srv/git/app.git", "app"),
            ("/srv/mirror/rust+cargo/repo", "cargo"),
            ("/srv/app/.git", "app"),
        ] {
            assert_eq!(name_of(Path::new(path)), expect, "{path}");
        }
    }
}
