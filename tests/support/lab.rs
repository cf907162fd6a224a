//! The push laboratory: a server repository with the hook in it, and a client that pushes to it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::commands::{self, Ended, command, run};
use super::history::History;
use super::pushed::Pushed;

/// How git keeps the objects of a push while the hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Loose,
    Packed,
}

/// How objects are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Sha1,
    Sha256,
}

/// How the server keeps its refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefStorage {
    /// Whatever git takes by itself.
    Default,
    Reftable,
}

/// How the hook comes into the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Install {
    /// `pushgate install --repository DIR --config FILE`.
    Tool,
    /// The built hook, copied to `hooks/pre-receive`, with nothing beside it.
    Copy,
    /// No hook.
    Nothing,
}

/// What a laboratory is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    pub arrival: Arrival,
    pub format: Format,
    pub ref_storage: RefStorage,
    pub bare: bool,
    pub install: Install,
    /// The name of the server's folder, `.git` added to it.
    pub folder: String,
    /// Git itself is expected to complain on the way to the pusher, or a forge to speak.
    pub noisy: bool,
    /// The configuration without its `[audit]` table.
    pub config: String,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            arrival: Arrival::Loose,
            format: Format::Sha1,
            ref_storage: RefStorage::Default,
            bare: true,
            install: Install::Tool,
            folder: "server".to_owned(),
            noisy: false,
            config: String::new(),
        }
    }
}

/// A server, a client, and the hook between them.
#[derive(Debug)]
pub struct PushLab {
    root: TempDir,
    /// What git calls the repository: a bare one, or the `.git` folder.
    pub server: PathBuf,
    pub client: PathBuf,
    pub config: PathBuf,
    pub audit: PathBuf,
    pub setup: Setup,
}

/// Runs one case with objects that arrive loose, and once more with a pack.
#[track_caller]
pub fn both(case: impl Fn(&PushLab)) {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        case(&PushLab::of(Setup { arrival, ..Setup::default() }));
    }
}

impl PushLab {
    /// A bare server; objects arrive loose.
    #[track_caller]
    pub fn new() -> PushLab {
        PushLab::of(Setup::default())
    }

    /// A bare server; objects arrive in a pack.
    #[track_caller]
    pub fn packed() -> PushLab {
        PushLab::of(Setup { arrival: Arrival::Packed, ..Setup::default() })
    }

    /// A bare server with this configuration.
    #[track_caller]
    pub fn configured(config: &str) -> PushLab {
        PushLab::of(Setup { config: config.to_owned(), ..Setup::default() })
    }

    #[track_caller]
    pub fn of(setup: Setup) -> PushLab {
        let root = TempDir::with_prefix("pushgate-it-").expect("a temporary folder can be made");
        let at = |name: &str| root.path().join(name);
        let dot_git = if setup.bare { ".git" } else { "/.git" };
        let server = at(&format!("{}{dot_git}", setup.folder));
        let lab = PushLab {
            server,
            client: at("client.git"),
            config: at("pushgate.toml"),
            audit: at("audit.jsonl"),
            setup,
            root,
        };
        let format = match lab.setup.format {
            Format::Sha1 => "--object-format=sha1",
            Format::Sha256 => "--object-format=sha256",
        };
        let work_tree = lab.server.with_file_name("").display().to_string();
        let server = lab.server.display().to_string();
        let place: &[&str] = if lab.setup.bare { &["--bare", &server] } else { &[&work_tree] };
        let refs: &[&str] = match lab.setup.ref_storage {
            RefStorage::Default => &[],
            RefStorage::Reftable => &["--ref-format=reftable"],
        };
        let common = ["init", "-q", "-b", "main", "--template=", format];
        lab.git(&[&common, refs, place].concat());
        lab.git(&[&common[..], &["--bare", "client.git"]].concat());
        lab.write_server_config();
        lab.configure(&lab.setup.config);
        lab.install();
        lab
    }

    fn write_server_config(&self) {
        let limit = match self.setup.arrival {
            Arrival::Loose => 1_000_000,
            Arrival::Packed => 1,
        };
        append(
            &self.server.join("config"),
            &format!(
                "[receive]\n\tunpackLimit = {limit}\n\tautogc = false\n\tdenyCurrentBranch = ignore\n\
                 \tdenyDeleteCurrent = ignore\n[gc]\n\tauto = 0\n[core]\n\tlogAllRefUpdates = false\n\
                 \tfsync = none\n"
            ),
        );
        append(
            &self.client.join("config"),
            &format!(
                "[gc]\n\tauto = 0\n[core]\n\tfsync = none\n[fastimport]\n\tunpackLimit = 1\n\
                 [remote \"origin\"]\n\turl = \"{}\"\n",
                self.server.display().to_string().replace('\\', "\\\\").replace('"', "\\\"")
            ),
        );
    }

    /// Puts the hook into the server, as the setup says.
    #[track_caller]
    fn install(&self) {
        match self.setup.install {
            Install::Tool => {
                let done = self.run_tool(&["install"], &["--config", &self.config_text()]);
                assert_eq!(done.code(), 0, "`pushgate install` failed: {}", done.all_text());
            }
            Install::Copy => {
                drop(std::fs::create_dir(self.server.join("hooks")));
                std::fs::copy(commands::hook(), self.hook()).expect("the hook can be copied");
            }
            Install::Nothing => {}
        }
    }

    /// `pushgate WORDS --repository SERVER MORE`.
    #[track_caller]
    pub fn run_tool(&self, words: &[&str], more: &[&str]) -> Ended {
        let mut command = self.command(commands::tool());
        command.args(words).arg("--repository").arg(&self.server).args(more);
        run(command, b"")
    }

    /// The configuration, with the audit file added.
    pub fn configure(&self, text: &str) {
        let text = format!("{text}\n[audit]\npath = \"{}\"\n", self.audit.display());
        std::fs::write(&self.config, text).expect("the configuration can be written");
    }

    /// The configuration exactly so.
    pub fn configure_raw(&self, text: impl AsRef<[u8]>) {
        std::fs::write(&self.config, text).expect("the configuration can be written");
    }

    pub fn config_text(&self) -> String {
        self.config.display().to_string()
    }

    /// The file that git runs.
    pub fn hook(&self) -> PathBuf {
        self.server.join("hooks/pre-receive")
    }

    /// The folder that everything lies in.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// A program that runs in the laboratory and sees nothing else.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = command(program, self.root.path());
        command.current_dir(self.root.path());
        command
    }

    /// `git` in the laboratory's folder; it must succeed.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        self.git_with(words, b"")
    }

    #[track_caller]
    pub fn git_with(&self, words: &[&str], input: &[u8]) -> String {
        let mut command = self.command("git");
        command.args(words);
        let ended = run(command, input);
        assert_eq!(ended.code(), 0, "git {words:?}: {}", ended.all_text());
        ended.text()
    }

    /// `git` in the client; it must succeed.
    #[track_caller]
    pub fn in_client(&self, words: &[&str]) -> String {
        self.git(&[&["--git-dir=client.git"], words].concat())
    }

    /// `git` in the server; it must succeed.
    #[track_caller]
    pub fn in_server(&self, words: &[&str]) -> String {
        let folder = format!("--git-dir={}", self.server.display());
        self.git(&[&[folder.as_str()], words].concat())
    }

    /// An object made in the client from these bytes, however odd. Gives its id.
    #[track_caller]
    pub fn object(&self, kind: &str, content: impl AsRef<[u8]>) -> String {
        self.git_with(
            &["--git-dir=client.git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"],
            content.as_ref(),
        )
    }

    /// A tree made in the client: mode, name, id.
    #[track_caller]
    pub fn tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        self.object("tree", super::pack::tree(entries))
    }

    /// A commit made in the client from its parts.
    #[track_caller]
    pub fn commit(&self, tree: &str, parents: &[&str], message: impl AsRef<[u8]>) -> String {
        self.object("commit", super::pack::commit(tree, parents, message))
    }

    /// Sets a ref of the client.
    #[track_caller]
    pub fn set(&self, reference: &str, id: &str) {
        self.in_client(&["update-ref", "--no-deref", reference, id]);
    }

    /// Adds a history to the client. Gives the id of each mark.
    #[track_caller]
    pub fn import(&self, history: &History) -> HashMap<String, String> {
        let marks = self.root.path().join("marks");
        let marks_option = format!("--export-marks={}", marks.display());
        self.git_with(
            &["--git-dir=client.git", "fast-import", "--quiet", "--force", &marks_option],
            history.stream(),
        );
        let text = std::fs::read_to_string(marks).expect("fast-import has written its marks");
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(mark, id)| (mark.to_owned(), id.to_owned()))
            .collect()
    }

    /// Pushes from the client: options, then refspecs.
    #[track_caller]
    pub fn push(&self, words: &[&str]) -> Pushed {
        self.push_with(words, |_| ())
    }

    /// Pushes with something else about the process: its environment, for instance.
    #[track_caller]
    pub fn push_with(&self, words: &[&str], prepare: impl FnOnce(&mut Command)) -> Pushed {
        self.push_from(&self.client, words, prepare)
    }

    /// Pushes from another repository.
    #[track_caller]
    pub fn push_from(
        &self,
        client: &Path,
        words: &[&str],
        prepare: impl FnOnce(&mut Command),
    ) -> Pushed {
        let (options, refspecs): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| word.starts_with("--"));
        let mut command = self.command("git");
        command.arg("-C").arg(client).arg("push").args(options).arg("origin").args(refspecs);
        prepare(&mut command);
        Pushed::observe(self, |trace| {
            command.env("GIT_TRACE2_EVENT", trace);
            run(command, b"")
        })
    }

    /// Pushes without any check of what comes back: for gates that cannot speak for themselves.
    ///
    /// Only this still holds: no secret and no panic reaches the pusher.
    #[track_caller]
    pub fn push_raw(&self, refspec: &str) -> Ended {
        let mut command = self.command("git");
        command.arg("-C").arg(&self.client).args(["push", "origin", refspec]);
        let ended = run(command, b"");
        super::tokens::assert_not_in(&ended.stderr, "what the pusher read");
        assert!(!ended.all_text().contains("panicked"), "{}", ended.all_text());
        ended
    }

    /// Pushes what the server is to know before the test begins, past the hook.
    #[track_caller]
    pub fn seed(&self, refspecs: &[&str]) {
        let hook = self.hook();
        let aside = self.root.path().join("hook-aside");
        let hooked = std::fs::rename(&hook, &aside).is_ok();
        self.in_client(&[&["push", "-q", "origin"], refspecs].concat());
        if hooked {
            std::fs::rename(aside, hook).expect("the hook goes back where it was");
        }
    }

    /// The audit file as it is now: a record is whole when its line has ended.
    pub fn audit_text(&self) -> String {
        std::fs::read_to_string(&self.audit).unwrap_or_default()
    }

    /// The lines of the audit file.
    pub fn audit_lines(&self) -> Vec<String> {
        self.audit_text().lines().map(str::to_owned).collect()
    }

    /// The last audit record.
    #[track_caller]
    pub fn last_record(&self) -> Value {
        let lines = self.audit_lines();
        serde_json::from_str(lines.last().expect("the audit file has a line")).expect("JSON")
    }

    /// Puts a shell script in place of the hook; `$HOOK` in it is the hook that was there.
    #[track_caller]
    pub fn wrap_hook(&self, script: &str) {
        let inner = self.server.join("hooks/wrapped-pre-receive");
        if !inner.exists() {
            std::fs::rename(self.hook(), &inner).expect("there is a hook to wrap");
        }
        let text = format!("#!/bin/sh\nHOOK='{}'\n{script}\n", inner.display());
        write_executable(&self.hook(), text);
    }

    /// Whether the server has this ref.
    #[track_caller]
    pub fn server_has(&self, reference: &str) -> bool {
        let mut command = self.command("git");
        command.arg("--git-dir").arg(&self.server);
        command.args(["rev-parse", "-q", "--verify", reference]);
        run(command, b"").code() == 0
    }
}

/// Writes a file that can be run.
#[track_caller]
pub fn write_executable(path: &Path, text: impl AsRef<[u8]>) {
    use std::os::unix::fs::PermissionsExt;
    drop(std::fs::remove_file(path));
    std::fs::write(path, text).expect("the script can be written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// Adds to the end of a file.
#[track_caller]
pub fn append(path: &Path, text: &str) {
    let before = std::fs::read_to_string(path).expect("the file is there");
    std::fs::write(path, before + text).expect("the file can be written");
}
