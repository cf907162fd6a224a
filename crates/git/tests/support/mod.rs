//! A server with a quarantine, made by real git, and what git says of it.
//!
//! No server runs: a push is replayed as `receive-pack` does it. The pack that a client would
//! send is unpacked, or indexed and completed, into a quarantine that is laid over the server's
//! objects. Then this crate and git are asked the same questions.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    io::Write,
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use pushgate_git::{
    GitEnvironment, GitLimits, Incoming, Kind, ObjectId, Objects, Part, Push, ReadError,
    pack::Forest,
};
use tempfile::TempDir;

mod surveyor;

/// How objects lie in the quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// As loose objects: a small push.
    Loose,
    /// As a pack, completed if it was thin.
    Packed,
}

/// Both ways to arrive, in both object formats.
pub(crate) const WAYS: [(&str, Arrival); 4] = [
    ("sha1", Arrival::Loose),
    ("sha1", Arrival::Packed),
    ("sha256", Arrival::Loose),
    ("sha256", Arrival::Packed),
];

/// A server repository, a client repository, and at most one quarantine.
pub(crate) struct Lab {
    directory: TempDir,
    pub(crate) server: PathBuf,
    pub(crate) client: PathBuf,
    pub(crate) arrival: Arrival,
    pub(crate) quarantine: Option<PathBuf>,
    /// What the alternates variable holds, if not only the server's objects.
    pub(crate) alternates: Option<OsString>,
    pub(crate) format: &'static str,
    pub(crate) limits: GitLimits,
    clock: AtomicU32,
}

/// One ref update in words.
pub(crate) struct Update<'a> {
    pub(crate) name: &'a str,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Lab {
    /// An empty server and an empty client.
    pub(crate) fn new((format, arrival): (&'static str, Arrival)) -> Lab {
        Lab::at("server.git", format, arrival)
    }

    /// The same, with the server in a folder of that name.
    pub(crate) fn at(server: &str, format: &'static str, arrival: Arrival) -> Lab {
        let directory = tempfile::tempdir().unwrap();
        let lab = Lab {
            server: directory.path().join(server),
            client: directory.path().join("client"),
            directory,
            arrival,
            quarantine: None,
            alternates: None,
            format,
            limits: GitLimits::default(),
            clock: AtomicU32::new(0),
        };
        let object_format = format!("--object-format={format}");
        let init = |path: &Path, kind: &[&str]| {
            let mut command = lab.command();
            command.args(["init", "--quiet", "--initial-branch=main", &object_format]);
            run(command.args(kind).arg(path), b"");
        };
        init(&lab.server, &["--bare"]);
        init(&lab.client, &[]);
        lab
    }

    /// Git without a repository, in an environment of its own.
    pub(crate) fn command(&self) -> Command {
        #[expect(clippy::disallowed_methods, reason = "tests ask git itself")]
        let mut command = Command::new("git");
        command.env_clear().env("PATH", search_path()).env("HOME", self.directory.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
        let date = format!("{} +0000", 1_700_000_000 + self.clock.fetch_add(1, Ordering::Relaxed));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@b");
            command.env(format!("GIT_{who}_DATE"), &date);
        }
        command.current_dir(self.directory.path());
        command
    }

    /// What git prints in the client, without the last line feed.
    pub(crate) fn client(&self, args: &[&str]) -> String {
        text(&run(self.command().arg("-C").arg(&self.client).args(args), b""))
    }

    /// What git prints in the server, which does not see the quarantine.
    pub(crate) fn server(&self, args: &[&str]) -> String {
        text(&run(self.command().arg("-C").arg(&self.server).args(args), b""))
    }

    /// What git prints in the server's hook, where it sees the quarantine.
    pub(crate) fn hook(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        let mut command = self.command();
        command.arg("-C").arg(&self.server).args(args);
        command.env("GIT_NO_REPLACE_OBJECTS", "1");
        if let Some(quarantine) = &self.quarantine {
            command.env("GIT_OBJECT_DIRECTORY", quarantine);
            command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.alternates());
        }
        run(&mut command, input).stdout
    }

    fn alternates(&self) -> OsString {
        self.alternates.clone().unwrap_or_else(|| self.server.join("objects").into())
    }

    /// Writes files in the client and commits them; returns the commit.
    pub(crate) fn commit(&self, files: &[(&str, &[u8])]) -> String {
        for (name, bytes) in files {
            let path = self.client.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        self.client(&["add", "--all"]);
        self.client(&["commit", "--quiet", "--allow-empty", "--message=change"]);
        self.client(&["rev-parse", "HEAD"])
    }

    /// A null id of the right length.
    pub(crate) fn null(&self) -> String {
        "0".repeat(if self.format == "sha1" { 40 } else { 64 })
    }

    /// Brings commits to the server without any quarantine, as an accepted push.
    pub(crate) fn accept(&self, name: &str, id: &str) {
        self.receive(&[id], &self.server.join("objects"), None);
        self.server(&["update-ref", name, id]);
    }

    /// Replays a push of `ids` up to the moment when the hook runs.
    pub(crate) fn push(&mut self, ids: &[&str]) {
        let objects = self.client_pack(ids);
        self.receive_pack(&objects);
    }

    /// Replays a push of exactly the objects `ids`, whatever they lead to.
    pub(crate) fn smuggle(&mut self, ids: &[&str]) {
        let mut command = self.command();
        command.arg("-C").arg(&self.client).args(["pack-objects", "--quiet", "--stdout"]);
        let pack = run(&mut command, ids.join("\n").as_bytes()).stdout;
        self.receive_pack(&pack);
    }

    /// Receives `pack` in a quarantine.
    pub(crate) fn receive_pack(&mut self, pack: &[u8]) {
        let quarantine = self.make_quarantine();
        self.unpack(pack, &quarantine, Some(self.alternates()));
    }

    /// An empty quarantine, in place of the one before.
    pub(crate) fn make_quarantine(&mut self) -> PathBuf {
        let quarantine = self.server.join("objects/tmp_objdir-incoming-a1b2c3");
        if quarantine.exists() {
            fs::remove_dir_all(&quarantine).unwrap();
        }
        fs::create_dir(&quarantine).unwrap();
        self.quarantine = Some(quarantine.clone());
        quarantine
    }

    fn receive(&self, ids: &[&str], into: &Path, alternates: Option<OsString>) {
        let pack = self.client_pack(ids);
        self.unpack(&pack, into, alternates);
    }

    /// The thin pack that a client sends for `ids`.
    fn client_pack(&self, ids: &[&str]) -> Vec<u8> {
        let mut wanted: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let has = |id: &str| {
            let mut command = self.command();
            command.arg("-C").arg(&self.client).args(["cat-file", "-e", id]);
            command.stderr(Stdio::null()).status().unwrap().success()
        };
        let tips = self.server(&["for-each-ref", "--format=%(objectname)"]);
        wanted.extend(tips.lines().filter(|id| has(id)).map(|id| format!("^{id}")));
        let mut command = self.command();
        command.arg("-C").arg(&self.client).args(["pack-objects", "--quiet", "--stdout"]);
        command.args(["--revs", "--thin", "--delta-base-offset"]);
        run(&mut command, wanted.join("\n").as_bytes()).stdout
    }

    fn unpack(&self, pack: &[u8], into: &Path, alternates: Option<OsString>) {
        let mut command = self.command();
        command.arg("-C").arg(&self.server).env("GIT_OBJECT_DIRECTORY", into);
        if let Some(alternates) = alternates {
            command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", alternates);
        }
        match self.arrival {
            Arrival::Loose => command.args(["unpack-objects", "-q"]),
            Arrival::Packed => command.args(["index-pack", "--stdin", "--fix-thin", "--keep"]),
        };
        run(&mut command, pack);
    }

    /// The environment that git gives the hook.
    pub(crate) fn environment(&self) -> GitEnvironment {
        GitEnvironment {
            git_dir: self.server.clone(),
            object_directory: self.quarantine.clone().map(Into::into),
            alternate_object_directories: self.quarantine.as_ref().map(|_| self.alternates()),
            path: Some(search_path()),
            ..Default::default()
        }
    }

    pub(crate) fn objects(&self) -> Objects {
        Objects::open(&self.environment(), &self.limits).unwrap()
    }

    /// An update, as git would announce it.
    pub(crate) fn update<'a>(&self, name: &'a str, new: &str) -> Update<'a> {
        let mut command = self.command();
        command.arg("-C").arg(&self.server).args(["rev-parse", "--verify", "--quiet", name]);
        let output = command.output().unwrap();
        let old = if output.status.success() { text(&output) } else { self.null() };
        Update { name, old, new: new.to_owned() }
    }

    pub(crate) fn incoming(&self, updates: &[Update<'_>]) -> (Push, Objects, Incoming) {
        let lines: String = updates
            .iter()
            .map(|Update { name, old, new }| format!("{old} {new} {name}\n"))
            .collect();
        let push = Push::read(lines.as_bytes(), &self.limits).unwrap();
        let objects = self.objects();
        let incoming = Incoming::find(&push, &objects).unwrap();
        let at_once = at_once(&push, &objects);
        let sent = |incoming: &Incoming| {
            let objects = incoming.objects.iter();
            objects.filter(|object| object.part == Part::Quarantine).copied().collect::<Vec<_>>()
        };
        assert_eq!(sent(&at_once), sent(&incoming), "read in one pass");
        assert_eq!(at_once.unreadable, incoming.unreadable, "read in one pass");
        // It knows all old trees at once, and so may know more of the store to be old.
        for object in &at_once.objects {
            assert!(incoming.get(&object.id).is_some(), "{} in one pass alone", object.id);
        }
        (push, objects, incoming)
    }

    /// Finds what is incoming and compares it with git's own answers:
    ///
    /// - all that was sent and the base had not is there, with git's kind, size and bytes;
    /// - all that new tips reach and no ref reaches is there;
    /// - nothing is there but what was sent or what new tips reach.
    ///
    /// Returns what was taken from the store.
    pub(crate) fn check(&self, updates: &[Update<'_>]) -> Checked {
        let (push, objects, incoming) = self.incoming(updates);
        assert_eq!(incoming.unreadable, [], "nothing may be unreadable");
        let sent = self.sent();
        let news: Vec<&str> = updates
            .iter()
            .map(|update| update.new.as_str())
            .filter(|id| id.bytes().any(|digit| digit != b'0'))
            .collect();
        let reached = self.reachable(&news);
        let old = self.reachable(&["--all"]);
        let ours: BTreeMap<String, Part> =
            incoming.objects.iter().map(|object| (object.id.to_string(), object.part)).collect();
        assert_eq!(ours.len(), incoming.objects.len(), "each object once");
        for (id, part) in &ours {
            assert_eq!(*part == Part::Quarantine, sent.contains(id), "{id}");
            assert!(sent.contains(id) || reached.contains(id), "{id} is not of this push");
        }
        let at_once = at_once(&push, &objects);
        for hex in sent.iter().chain(reached.difference(&old)) {
            assert!(ours.contains_key(hex), "{hex} is incoming");
            assert!(at_once.get(&id(hex)).is_some(), "{hex} is incoming, read in one pass");
        }
        self.check_bytes(&objects, &incoming);
        let stored = |(id, part): (String, Part)| (part == Part::Store).then_some(id);
        let stored: BTreeSet<_> = ours.into_iter().filter_map(stored).collect();
        let exact = reached.difference(&old).filter(|id| !sent.contains(*id)).cloned().collect();
        Checked { push, objects, incoming, stored, exact, sent }
    }

    /// Counts what is incoming, of which all must have been sent.
    pub(crate) fn check_sent(&self, updates: &[Update<'_>]) -> usize {
        let (_, _, incoming) = self.incoming(updates);
        let ours: BTreeSet<_> =
            incoming.objects.iter().map(|object| object.id.to_string()).collect();
        assert_eq!(ours, self.sent());
        ours.len()
    }

    /// What was sent and was not in the base, says git.
    pub(crate) fn sent(&self) -> BTreeSet<String> {
        let Some(quarantine) = &self.quarantine else { return BTreeSet::new() };
        let list = |objects: &Path, alternates: Option<OsString>| -> BTreeSet<String> {
            let mut command = self.command();
            command.arg("-C").arg(&self.server).env("GIT_OBJECT_DIRECTORY", objects);
            if let Some(alternates) = alternates {
                command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", alternates);
            }
            command.args(["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
            text(&run(&mut command, b"")).lines().map(str::to_owned).collect()
        };
        let quarantined = list(quarantine, None);
        let base = list(&self.server.join("objects"), self.alternates.clone());
        quarantined.difference(&base).cloned().collect()
    }

    /// All that `revisions` reach, says git in the hook.
    pub(crate) fn reachable(&self, revisions: &[&str]) -> BTreeSet<String> {
        if revisions.is_empty() {
            return BTreeSet::new();
        }
        let input = revisions.join("\n");
        let args = ["rev-list", "--objects", "--no-object-names", "--stdin"];
        let output = match revisions {
            // Input cannot say `--all` in every version of git.
            ["--all"] => self.hook(&["rev-list", "--objects", "--no-object-names", "--all"], b""),
            _ => self.hook(&args, input.as_bytes()),
        };
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    fn check_bytes(&self, objects: &Objects, incoming: &Incoming) {
        let ids: String =
            incoming.objects.iter().map(|object| format!("{}\n", object.id)).collect();
        let answer = self.hook(&["cat-file", "--batch", "--buffer"], ids.as_bytes());
        let mut answer = answer.as_slice();
        let mut bytes = Vec::new();
        for object in &incoming.objects {
            let end = answer.iter().position(|byte| *byte == b'\n').unwrap();
            let line = format!("{} {} {}", object.id, kind_name(object.kind), object.size);
            assert_eq!(std::str::from_utf8(&answer[..end]).unwrap(), line);
            let size = object.size as usize;
            let expected = &answer[end + 1..end + 1 + size];
            answer = &answer[end + 1 + size + 1..];
            assert_eq!(objects.read(&object.id, &mut bytes), Ok(object.kind));
            assert_eq!(bytes, expected, "{}", object.id);
            let mut streamed = Vec::new();
            let sink = &mut |piece: &[u8]| streamed.extend_from_slice(piece);
            assert_eq!(objects.stream(&object.id, sink), Ok(object.kind));
            assert_eq!(streamed, expected, "{}", object.id);
            let header = objects.header(&object.id).unwrap();
            assert_eq!((header.kind, header.size), (object.kind, object.size));
        }
        assert!(answer.is_empty());
    }
}

/// What [`Lab::check`] found.
pub(crate) struct Checked {
    pub(crate) push: Push,
    pub(crate) objects: Objects,
    pub(crate) incoming: Incoming,
    /// What was taken from the store.
    pub(crate) stored: BTreeSet<String>,
    /// What must be taken from the store.
    pub(crate) exact: BTreeSet<String>,
    /// What was sent.
    pub(crate) sent: BTreeSet<String>,
}

/// Where git is found.
#[expect(clippy::disallowed_methods, reason = "only the gate reads the environment, and tests")]
fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
    output
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap().trim_end_matches('\n').to_owned()
}

pub(crate) fn id(hex: &str) -> ObjectId {
    ObjectId::from_hex(hex.as_bytes()).unwrap()
}

pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Blob => "blob",
        Kind::Tree => "tree",
        Kind::Commit => "commit",
        Kind::Tag => "tag",
    }
}

/// Whether an error says that bytes are not what they should be.
pub(crate) fn is_corrupt(error: &ReadError) -> bool {
    matches!(error, ReadError::Corrupt(_))
}

/// What a push makes available, with its packs read in one pass, be it for this alone or not.
fn at_once(push: &Push, objects: &Objects) -> Incoming {
    let forests = Forest::all(objects, NonZero::<usize>::MIN);
    let incoming = Incoming::find_in(push, objects, &forests, NonZero::<usize>::MIN).unwrap();
    let surveyed = surveyor::incoming(push, objects, &forests);
    assert_eq!(surveyed.objects, incoming.objects, "surveyed on the way");
    assert_eq!(surveyed.unreadable, incoming.unreadable, "surveyed on the way");
    incoming
}
