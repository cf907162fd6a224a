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
    let ids = bed.import(&client, &history(COMMITS_BEFORE + ROUNDS + 1));
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
    pushed: Vec<File>,
    /// Whether an object must reach the server as a delta.
    delta: bool,
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
fn large_pushes() {
    println!("\nmemory of the hook at its peak");
    println!("{:<34} {:>10} {:>12} {:>12} {:>12}", "", "MB", "hook, ms", "push, ms", "MB searched");
    for make in [three_files, one_large_file, many_files, one_delta, one_delta_loose] {
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
    Large { name: "3 files", unpack_limit: UNPACK_LIMIT, before, pushed, delta: false }
}

fn one_large_file() -> Large {
    let pushed = vec![File { path: "dump.sql".to_owned(), content: text_of(1, 100_000_000) }];
    Large {
        name: "a file of 100 MB",
        unpack_limit: UNPACK_LIMIT,
        before: small(),
        pushed,
        delta: false,
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
        pushed: (0..2000).map(file).collect(),
        delta: false,
    }
}

fn one_delta() -> Large {
    let name = "a file of 50 MB, kept as a delta";
    Large { name, unpack_limit: ALWAYS_PACKED, delta: true, ..one_delta_loose() }
}

/// Two versions of one file. Its lines differ here and there.
fn one_delta_loose() -> Large {
    let old = text_of(7, 50_000_000);
    let mut new = old.clone();
    for at in (1_000_000..old.len()).step_by(5_000_000) {
        new.splice(at..at, source_text(at as u64, 3));
    }
    let file = |content| vec![File { path: "data.csv".to_owned(), content }];
    Large {
        name: "a file of 50 MB, new version",
        unpack_limit: UNPACK_LIMIT,
        before: file(old),
        pushed: file(new),
        delta: false,
    }
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
    let ids = bed.import(&client, &[large.before.clone(), large.pushed.clone()]);
    let [before, pushed] = ids.as_slice() else { panic!("two commits were imported") };
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
    if large.delta {
        assert!(newest_pack_has_delta(&bed, &server), "the new version is no delta in the server");
    }

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

/// Whether one of the packs of `server` holds a delta of a large object.
fn newest_pack_has_delta(bed: &Bed, server: &Path) -> bool {
    let folder = std::fs::read_dir(server.join("objects/pack")).expect("the server has packs");
    let mut indices = folder.map(|entry| entry.expect("it can be read").path());
    indices.any(|path| {
        path.extension().is_some_and(|extension| extension == "idx")
            && bed.git(&["verify-pack", "-v", &path.display().to_string()]).lines().any(|line| {
                // id, kind, size, size in the pack, offset; and of a delta: depth, base.
                let words: Vec<&str> = line.split_whitespace().collect();
                matches!(words.as_slice(), [_, "blob", _, _, _, _, _])
            })
    })
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
