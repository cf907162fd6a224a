//! A whole `git push` with the hook, and the hook's memory at its peak.
//!
//! Small: three files of thirty lines over a local path, side by side with the same push without a
//! hook and with one that is `exit 0`. Large: what ordinary repositories hold at worst; git itself
//! is not counted in the memory, but each program of the installed hook is.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

mod support;

use support::bed::{Bed, COMMITS_BEFORE, File, dist, history, source_text};
use support::machine;
use support::ways::{self, Way, side_by_side};

/// Small pushes of each way.
const ROUNDS: usize = 61;

/// What a push without a gate is here: git still starts a hook.
const RIVAL: &str = "exit 0, a script";

/// The argument by which this program, started by git, knows that it is to watch a hook.
const WATCH: &str = "--watch-hook";

/// Objects above which a server keeps the pack: git's own default, and always.
const UNPACK_LIMIT: u32 = 100;
const ALWAYS_PACKED: u32 = 1;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    match words.as_slice() {
        [_, watch, hook, result] if watch == WATCH => watch_hook(hook, Path::new(result)),
        _ => {
            small_pushes();
            large_pushes();
            ExitCode::SUCCESS
        }
    }
}

/// Pushes one commit after the other to servers that differ in their hook.
fn small_pushes() {
    let bed = Bed::new();
    machine::print(&bed);
    let client = bed.repository("client.git", UNPACK_LIMIT);
    let ids = bed.import(&client, &history(COMMITS_BEFORE + ROUNDS + 1), 0);
    let before = ids.get(COMMITS_BEFORE - 1).expect("there are as many commits");

    let server = |name: &str| {
        let repository = bed.repository(name, UNPACK_LIMIT);
        push(&bed, &client, &repository, before);
        repository
    };
    let bare = server("bare.git");
    let exit_0 = server("exit-0.git");
    bed.script(&exit_0.join("hooks/pre-receive"), "#!/bin/sh\nexit 0\n");
    let installed = server("installed.git");
    bed.install(&installed);
    let copied = server("copied.git");
    std::fs::copy(dist().join("pushgate-pre-receive"), copied.join("hooks/pre-receive"))
        .expect("the hook can be copied");

    let ways = [
        (RIVAL, &exit_0),
        ("no hook", &bare),
        ("pushgate, installed", &installed),
        ("pushgate, program alone", &copied),
    ];
    let ways = ways.map(|(name, repository)| {
        let (bed, client, ids) = (&bed, &client, &ids);
        let run = move |round: usize| {
            let new = ids.get(COMMITS_BEFORE + round).expect("there is a commit for each round");
            push(bed, client, repository, new)
        };
        Way { name, run: Box::new(run) }
    });
    let series = side_by_side(ways.into(), ROUNDS);
    machine::print_load("load after");
    ways::print("git push of three files", &series, RIVAL);
    let records = std::fs::read_to_string(bed.audit()).expect("the hook has kept a record");
    assert_eq!(records.lines().count(), ROUNDS + 1, "each push to the installed hook is recorded");
}

/// Pushes `new` to the branch `main`; it must be accepted. Gives the time on a processor.
fn push(bed: &Bed, client: &Path, server: &Path, new: &str) -> Duration {
    let mut push = bed.command("git");
    push.arg("--git-dir").arg(client).args(["push", "-q"]).arg(server);
    push.arg(format!("{new}:refs/heads/main"));
    push.stdin(Stdio::null()).stdout(Stdio::null());
    let (code, usage) = ways::wait(push.spawn().expect("git can be started"));
    assert_eq!(code, Some(0), "git push");
    ways::processor_time(&usage)
}

/// A push that is large in one way.
struct Large {
    name: &'static str,
    unpack_limit: u32,
    /// What the server has already.
    before: Vec<File>,
    /// Commit by commit.
    pushed: Vec<Vec<File>>,
    /// How deep deltas must be nested in the server, or what is measured is not the case.
    depth: usize,
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
fn large_pushes() {
    println!("\nmemory of the hook at its peak");
    println!("{:<34} {:>10} {:>12} {:>12} {:>12}", "", "MB", "hook, ms", "push, ms", "MB searched");
    let cases = [three_files, many_files, one_large_file, new_version, one_delta, nested_deltas];
    for make in cases {
        let large = make();
        let measured = measure(&large);
        println!(
            "{:<34} {:>10.1} {:>12.1} {:>12.0} {:>12.1}",
            large.name,
            measured.peak_bytes / 1e6,
            measured.hook_ms,
            measured.push_ms,
            measured.searched_bytes / 1e6
        );
    }
    machine::print_load("load after");
}

fn three_files() -> Large {
    let mut commits = history(2);
    let pushed = commits.pop().unwrap_or_default();
    let before = commits.pop().unwrap_or_default();
    Large { name: "3 files", unpack_limit: UNPACK_LIMIT, before, pushed: vec![pushed], depth: 0 }
}

fn one_large_file() -> Large {
    let pushed = vec![File { path: "dump.sql".to_owned(), content: text_of(1, 100_000_000) }];
    Large {
        name: "a file of 100 MB",
        unpack_limit: UNPACK_LIMIT,
        before: small(),
        pushed: vec![pushed],
        depth: 0,
    }
}

fn many_files() -> Large {
    let file = |number: u64| File {
        path: format!("src/{}/file_{number}.rs", number % 40),
        content: text_of(number, 50_000),
    };
    Large {
        name: "2000 files of 50 KB",
        unpack_limit: UNPACK_LIMIT,
        before: small(),
        pushed: vec![(0..2000).map(file).collect()],
        depth: 0,
    }
}

/// Two versions of one file.
fn new_version() -> Large {
    let old = text_of(7, 50_000_000);
    let new = edited(&old, 5_000_000);
    let file = |content| vec![File { path: "data.csv".to_owned(), content }];
    Large {
        name: "a file of 50 MB, new version",
        unpack_limit: UNPACK_LIMIT,
        before: file(old),
        pushed: vec![file(new)],
        depth: 0,
    }
}

fn one_delta() -> Large {
    let name = "the same, kept as a delta";
    Large { name, unpack_limit: ALWAYS_PACKED, depth: 1, ..new_version() }
}

/// As large as an object may be that has to be whole in memory, twice over.
fn nested_deltas() -> Large {
    let first = text_of(8, 95_000_000);
    let second = edited(&first, 5_000_000);
    let third = edited(&second, 500_000);
    let file = |content| vec![File { path: "data.csv".to_owned(), content }];
    Large {
        name: "3 versions of 95 MB, nested deltas",
        unpack_limit: ALWAYS_PACKED,
        before: small(),
        pushed: [first, second, third].map(file).to_vec(),
        depth: 2,
    }
}

/// The text with a few new lines here and there.
fn edited(text: &[u8], distance: usize) -> Vec<u8> {
    let mut edited = Vec::with_capacity(text.len() + text.len() / 100);
    for (number, piece) in (0_u64..).zip(text.chunks(distance)) {
        edited.extend_from_slice(piece);
        edited.extend(source_text(number + distance as u64, 3));
    }
    edited
}

fn small() -> Vec<File> {
    vec![File { path: "README.md".to_owned(), content: source_text(3, 20) }]
}

/// Clean text of this length.
fn text_of(seed: u64, bytes: usize) -> Vec<u8> {
    let mut text = source_text(seed, bytes / 30 + 1);
    text.truncate(bytes);
    assert_eq!(text.len(), bytes, "lines have thirty bytes at least");
    text
}

/// What a large push cost.
struct Measured {
    peak_bytes: f64,
    hook_ms: f64,
    push_ms: f64,
    searched_bytes: f64,
}

/// Pushes to a server whose installed hook is watched.
fn measure(large: &Large) -> Measured {
    let bed = Bed::new();
    let client = bed.repository("client.git", UNPACK_LIMIT);
    let commits = [std::slice::from_ref(&large.before), &large.pushed].concat();
    let ids = bed.import(&client, &commits, large.depth);
    let [before, .., pushed] = ids.as_slice() else { panic!("two commits or more were imported") };
    let server = bed.repository("server.git", large.unpack_limit);
    push(&bed, &client, &server, before);
    bed.install(&server);
    let (hook, result) = (server.join("hooks/pre-receive"), bed.path("result"));
    let inner = server.join("hooks/pre-receive.watched");
    std::fs::rename(&hook, &inner).expect("the hook is there");
    let script = format!(
        "#!/bin/sh\nexec '{}' {WATCH} hooks/pre-receive.watched '{}'\n",
        this_program().display(),
        result.display()
    );
    bed.script(&hook, &script);

    let start = Instant::now();
    push(&bed, &client, &server, pushed);
    let push_ms = start.elapsed().as_secs_f64() * 1e3;
    assert!(depth(&bed, &server) >= large.depth, "{}: git chose other deltas", large.name);

    let result = std::fs::read_to_string(result).expect("the hook was watched");
    let numbers: Vec<f64> = result.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [peak_bytes, hook_ms] = numbers.as_slice() else { panic!("two numbers were written") };
    let record = std::fs::read_to_string(bed.audit()).expect("the hook has kept a record");
    let record: serde_json::Value = serde_json::from_str(&record).expect("one record, in JSON");
    let searched = record.pointer("/coverage/bytes_searched").and_then(serde_json::Value::as_f64);
    Measured {
        peak_bytes: *peak_bytes,
        hook_ms: *hook_ms,
        push_ms,
        searched_bytes: searched.expect("the record says what was searched"),
    }
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("this program is a file")
}

/// How deep deltas are nested in the packs of `server`.
fn depth(bed: &Bed, server: &Path) -> usize {
    let folder = std::fs::read_dir(server.join("objects/pack"));
    let entries = folder.into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    let indices = paths.filter(|path| path.extension().is_some_and(|end| end == "idx"));
    let of_pack = |index: PathBuf| {
        let listing = bed.git(&["verify-pack", "-v", &index.display().to_string()]);
        // Of a delta: id, kind, size, size in the pack, offset, depth, base.
        let depth = |line: &str| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "blob", _, _, _, depth, _] => depth.parse().ok(),
            _ => None,
        };
        listing.lines().filter_map(depth).max().unwrap_or(0)
    };
    indices.map(of_pack).max().unwrap_or(0)
}

/// Runs a hook and writes down its memory at the peak and its time. What a process had in memory
/// before it became another program counts, so this one holds as little as it can.
fn watch_hook(hook: &str, result: &Path) -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "git started this to start the hook")]
    let mut hook = Command::new(hook);
    let start = Instant::now();
    let (code, usage) = ways::wait(hook.spawn().expect("the hook can be started"));
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    std::fs::write(result, format!("{} {milliseconds}", usage.maxrss))
        .expect("the result can be written");
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
