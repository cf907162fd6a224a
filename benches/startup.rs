//! From the start of the hook's process to its verdict, which every push pays.
//!
//! The hook runs in a bare repository as git runs it: objects in a quarantine of their own, a line
//! on standard input. Ways: `--version` (the floor: a process that starts and ends), a clean file,
//! a file with one token (rules, one detector started, message and record written), the same through
//! the script that `pushgate install` writes, and the rival: a script that is `exit 0`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group};

mod support;

use support::bed::{Bed, COMMITS_BEFORE, dist, history, output_of, source_text};
use support::machine;
use support::ways::{self, Way, side_by_side};

/// Rounds of the table at the end.
const ROUNDS: usize = 301;

/// The built-in rival.
const RIVAL: &str = "exit 0, a script";

/// A server in which two pushes wait for their verdict.
struct Server {
    bed: Bed,
    repository: PathBuf,
    old: String,
    clean: Waiting,
    token: Waiting,
}

/// A push whose objects are in the quarantine.
struct Waiting {
    quarantine: PathBuf,
    new: String,
}

/// One way to start a hook.
struct Call<'s> {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    push: &'s Waiting,
    /// The exit code that shows that the work was done.
    code: i32,
}

impl Server {
    fn new() -> Server {
        let bed = Bed::new();
        let repository = bed.repository("server.git", 100);
        let ids = bed.import(&repository, &history(COMMITS_BEFORE), 0);
        let old = ids.last().expect("there are commits").clone();
        bed.install(&repository);
        bed.script(&repository.join("hooks/exit-0"), "#!/bin/sh\nexit 0\n");

        let clean = waiting(&bed, &repository, &old, &source_text(1, 30));
        let mut text = source_text(2, 30);
        text.extend(pushgate_cases::expand("JIRA_API_TOKEN={atlassian-cloud-api-token}\n", 1));
        let token = waiting(&bed, &repository, &old, &text);
        Server { bed, repository, old, clean, token }
    }

    /// All that is compared.
    fn calls(&self) -> Vec<Call<'_>> {
        let hook = dist().join("pushgate-pre-receive");
        let script = self.repository.join("hooks/pre-receive");
        let config = || vec!["--config".to_owned(), self.bed.config().display().to_string()];
        let call = |name, program: &Path, arguments, push, code| Call {
            name,
            program: program.to_owned(),
            arguments,
            push,
            code,
        };
        vec![
            call(RIVAL, &self.repository.join("hooks/exit-0"), vec![], &self.clean, 0),
            call("--version", &hook, vec!["--version".to_owned()], &self.clean, 0),
            call("clean file", &hook, config(), &self.clean, 0),
            call("one token", &hook, config(), &self.token, 1),
            call("installed, clean file", &script, vec![], &self.clean, 0),
            call("installed, one token", &script, vec![], &self.token, 1),
        ]
    }

    /// Runs a hook to its end, as git does. Gives its time on a processor.
    fn run(&self, call: &Call<'_>) -> Duration {
        let mut hook = self.command(call);
        hook.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = hook.spawn().expect("the hook can be started");
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        // A hook that ends without reading breaks the pipe, which is its right.
        let line = format!("{} {} refs/heads/main\n", self.old, call.push.new);
        drop(stdin.write_all(line.as_bytes()));
        drop(stdin);
        let (code, usage) = ways::wait(child);
        assert_eq!(code, Some(call.code), "{}", call.name);
        ways::processor_time(&usage)
    }

    fn command(&self, call: &Call<'_>) -> Command {
        let mut command = self.bed.command(&call.program);
        command.args(&call.arguments).current_dir(&self.repository).env("GIT_DIR", ".");
        command.env("GIT_QUARANTINE_PATH", &call.push.quarantine);
        command.env("GIT_OBJECT_DIRECTORY", &call.push.quarantine);
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.repository.join("objects"));
        command
    }
}

/// Makes a commit on top of `old` whose objects lie in a quarantine.
fn waiting(bed: &Bed, repository: &Path, old: &str, file: &[u8]) -> Waiting {
    let name = format!("objects/tmp_objdir-incoming-{}", file.len());
    let quarantine = repository.join(name);
    std::fs::create_dir(&quarantine).expect("a folder can be made");
    let git = |words: &[&str], input: &[u8]| {
        let mut git = bed.command("git");
        git.arg("--git-dir").arg(repository).args(words);
        git.env("GIT_OBJECT_DIRECTORY", &quarantine);
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", repository.join("objects"));
        output_of(git, input)
    };
    let blob = git(&["hash-object", "-w", "--stdin"], file);
    let tree = git(&["mktree"], format!("100644 blob {blob}\tsettings.env\n").as_bytes());
    let new = git(&["commit-tree", &tree, "-p", old, "-m", "settings"], b"");
    Waiting { quarantine, new }
}

fn bench(criterion: &mut Criterion) {
    let server = Server::new();
    let mut group = criterion.benchmark_group("startup");
    group.sample_size(50).measurement_time(Duration::from_secs(3));
    for call in server.calls() {
        group.bench_function(call.name, |bencher| {
            bencher.iter_custom(|times| {
                let start = Instant::now();
                for _ in 0..times {
                    server.run(&call);
                }
                start.elapsed()
            });
        });
    }
}

/// The same side by side: the numbers that ratios are taken from.
fn table() {
    let server = Server::new();
    machine::print(&server.bed);
    let calls = server.calls();
    let ways = calls.iter().map(|call| {
        let run = Box::new(|_| server.run(call));
        Way { name: call.name, run }
    });
    let series = side_by_side(ways.collect(), ROUNDS);
    machine::print_load("load after");
    ways::print("process start to verdict", &series, RIVAL);
}

criterion_group!(benches, bench);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    table();
}
