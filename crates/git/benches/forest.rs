//! What the walk over a pack costs, beside inflating it and rebuilding its objects.
//!
//! ```sh
//! cargo bench -p pushgate-git --bench forest -- REPOSITORY [WAY [THREADS]]
//! ```
//!
//! `REPOSITORY` is any bare repository; its objects are taken for a push into an empty one. `WAY` is
//! one of those below, and all of them one after the other if it is missing. To learn what memory one
//! way takes, run it alone.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    time::Instant,
};

use pushgate_git::{
    GitEnvironment, GitLimits, Incoming, Kind, ObjectId, Objects, Push, ReadError,
    pack::{Derived, Entry, Forest, Step, Visitor},
};

/// What can be measured.
const WAYS: [&str; 6] = ["incoming", "headers", "inflate", "walk", "rebuild", "read"];

/// Ticks of the clock in `/proc/self/stat`.
const TICKS_PER_SECOND: f64 = 100.0;

/// Counts what it is shown.
#[derive(Default)]
struct Counter {
    objects: u64,
    bytes: u64,
    copied: u64,
    inserted: u64,
    steps: u64,
    pieces: u64,
    whole: u64,
    large: u64,
    unreadable: u64,
    /// Set if objects are to be rebuilt.
    buffer: Option<Vec<u8>>,
}

impl Visitor for Counter {
    type State = ();

    fn root(&mut self, _: &Entry<'_>, text: &[u8]) {
        self.objects += 1;
        self.bytes += text.len() as u64;
        self.inserted += text.len() as u64;
    }

    fn derived(&mut self, _: &Entry<'_>, _base: &(), object: &Derived<'_>) {
        self.objects += 1;
        self.bytes += object.text().size() as u64;
        self.pieces += object.text().piece_count() as u64;
        self.whole += u64::from(object.text().as_slice().is_some());
        for step in object.steps() {
            self.steps += 1;
            match step {
                Step::Copy { from, .. } => self.copied += from.len() as u64,
                Step::Insert { bytes, .. } => self.inserted += bytes.len() as u64,
            }
        }
        if let Some(buffer) = &mut self.buffer {
            buffer.clear();
            object.text().whole(buffer);
        }
    }

    fn large(&mut self, _: &Entry<'_>) {
        self.large += 1;
    }

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {
        self.unreadable += 1;
    }
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let mut arguments = arguments.iter();
    let Some(repository) = arguments.next() else {
        println!("name a bare repository to measure");
        return;
    };
    let way = arguments.next().map(String::as_str);
    let threads = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1);
    let threads = NonZero::new(threads).expect("at least one thread");
    let server = tempfile::tempdir().expect("a folder for an empty server");
    let objects = open(server.path(), Path::new(repository));
    for known in WAYS {
        if way.is_none_or(|way| way == known) {
            measure(known, threads, &objects);
        }
    }
    println!("peak of memory: {} MB", memory_peak() >> 20);
}

fn open(server: &Path, repository: &Path) -> Objects {
    fs::create_dir(server.join("objects")).expect("an empty store");
    let environment = GitEnvironment {
        git_dir: server.to_owned(),
        object_directory: Some(repository.join("objects").into()),
        alternate_object_directories: Some(server.join("objects").into()),
        ..Default::default()
    };
    Objects::open(&environment, &GitLimits::default()).expect("a repository")
}

fn measure(way: &str, threads: NonZero<usize>, objects: &Objects) {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let forests = Forest::all(objects, threads);
    let (wall_headers, cpu_headers) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    for forest in &forests {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let done = match way {
            "headers" => {
                println!("headers: {wall_headers:.2} s, {cpu_headers:.2} s of CPU");
                continue;
            }
            "incoming" => incoming(forest, objects),
            "inflate" => forest.inflate_all().expect("a sound pack"),
            "read" => read(forest, objects),
            _ => walk(forest, threads, way == "rebuild"),
        };
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let megabytes = done / 1_000_000;
        println!("{way}, {threads} threads: {wall:.2} s, {cpu:.2} s of CPU, {megabytes} MB");
    }
}

/// Finds what is incoming if the pack's first commit is pushed.
fn incoming(forest: &Forest, objects: &Objects) -> u64 {
    let commit = forest.entries().find(|(_, kind)| *kind == Some(Kind::Commit));
    let Some((id, _)) = commit else { return 0 };
    let line = format!("{} {id} refs/heads/main\n", ObjectId::null(id.kind()));
    let push = Push::read(line.as_bytes(), objects.limits()).expect("a push");
    let incoming = Incoming::find(&push, objects).expect("objects to be found");
    incoming.objects.iter().map(|object| object.size).sum()
}

fn walk(forest: &Forest, threads: NonZero<usize>, rebuilds: bool) -> u64 {
    let selection = forest.select(|_, _| true);
    let make = || Counter { buffer: rebuilds.then(Vec::new), ..Default::default() };
    let counters = selection.walk(threads, make);
    let sum = |of: fn(&Counter) -> u64| counters.iter().map(of).sum::<u64>();
    println!(
        "  {} objects, {} large, {} unreadable, {} whole; {} steps, {} pieces, {} MB new, {} MB copied",
        sum(|counter| counter.objects),
        sum(|counter| counter.large),
        sum(|counter| counter.unreadable),
        sum(|counter| counter.whole),
        sum(|counter| counter.steps),
        sum(|counter| counter.pieces),
        sum(|counter| counter.inserted) / 1_000_000,
        sum(|counter| counter.copied) / 1_000_000,
    );
    sum(|counter| counter.bytes)
}

fn read(forest: &Forest, objects: &Objects) -> u64 {
    let (mut bytes, mut sum) = (Vec::new(), 0);
    for (id, _) in forest.entries() {
        objects.read(&id, &mut bytes).expect("a sound object");
        sum += bytes.len() as u64;
    }
    sum
}

fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

fn memory_peak() -> u64 {
    let status = fs::read_to_string(PathBuf::from("/proc/self/status")).expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10
}
