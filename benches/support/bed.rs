//! A folder with repositories in it, and processes that see nothing else.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Commits that a server has before anything is measured.
pub(crate) const COMMITS_BEFORE: usize = 20;

/// Files that each commit of the history changes, and their lines: a push of everyday size.
pub(crate) const FILES: usize = 3;
const LINES: usize = 30;

/// A temporary folder, gone at the end.
#[derive(Debug)]
pub(crate) struct Bed(TempDir);

/// A file of a commit.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

impl Bed {
    pub(crate) fn new() -> Bed {
        Bed(TempDir::with_prefix("pushgate-bench-").expect("a temporary folder can be made"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A program that sees none of the settings of who runs the benches.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        #[expect(clippy::disallowed_methods, reason = "a bench of processes starts processes")]
        let mut command = Command::new(program);
        #[expect(clippy::disallowed_methods, reason = "git is found where the caller finds it")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.current_dir(self.0.path()).env_clear().env("PATH", path).envs([
            ("HOME", "/nonexistent"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ]);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada Example");
            command.env(format!("GIT_{role}_EMAIL"), "ada@example.test");
            command.env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        command
    }

    /// Runs `git`, which must succeed, and gives what it prints.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let mut git = self.command("git");
        git.args(words);
        output_of(git, b"")
    }

    /// An empty bare repository. Its server keeps up to `unpack_limit` objects of a push loose.
    pub(crate) fn repository(&self, name: &str, unpack_limit: u32) -> PathBuf {
        self.git(&["init", "-q", "--bare", "-b", "main", "--template=", name]);
        let path = self.path(name);
        let config = path.join("config");
        let mut text = std::fs::read_to_string(&config).expect("git has written it");
        text.push_str(&format!(
            "[receive]\n\tunpackLimit = {unpack_limit}\n\tautogc = false\n[gc]\n\tauto = 0\n\
             [fastimport]\n\tunpackLimit = 1\n[core]\n\tcompression = 1\n"
        ));
        std::fs::write(config, text).expect("the configuration can be written");
        std::fs::create_dir_all(path.join("hooks")).expect("a folder can be made");
        path
    }

    /// Adds one commit after the other to the branch `main`, where each blob may be a delta of the
    /// one before it, `depth` deep. Gives the commits' ids.
    pub(crate) fn import(
        &self,
        repository: &Path,
        commits: &[Vec<File>],
        depth: usize,
    ) -> Vec<String> {
        let marks = self.path("marks");
        let mut import = self.command("git");
        import.arg("--git-dir").arg(repository).args(["fast-import", "--quiet", "--force"]);
        import.arg(format!("--depth={depth}"));
        import.arg(format!("--export-marks={}", marks.display()));
        output_of(import, &stream(commits));
        let text = std::fs::read_to_string(marks).expect("fast-import has written its marks");
        let mut ids: Vec<(usize, String)> = text
            .lines()
            .filter_map(|line| line.strip_prefix(':')?.split_once(' '))
            .map(|(mark, id)| (mark.parse().expect("a mark is a number"), id.to_owned()))
            .collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    /// A file that can be run.
    pub(crate) fn script(&self, path: &Path, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(path, text).expect("a file can be written");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("it is ours");
    }

    /// Installs the hook in `repository`, as an admin does, with a record of each push.
    pub(crate) fn install(&self, repository: &Path) {
        let mut install = self.command(dist().join("pushgate"));
        install.arg("install").arg("--repository").arg(repository);
        install.arg("--config").arg(self.config());
        output_of(install, b"");
    }

    /// A configuration with an audit record and nothing else.
    pub(crate) fn config(&self) -> PathBuf {
        let path = self.path("pushgate.toml");
        let text = format!("[audit]\npath = \"{}\"\n", self.audit().display());
        std::fs::write(&path, text).expect("the configuration can be written");
        path
    }

    pub(crate) fn audit(&self) -> PathBuf {
        self.path("audit.jsonl")
    }
}

/// The folder of the built files.
pub(crate) fn dist() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "`cargo xtask bench` says where they are")]
    let named = std::env::var_os("PUSHGATE_DIST").map(PathBuf::from);
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/bin");
    let folder = named.unwrap_or(built);
    folder.canonicalize().expect("`cargo xtask build` has made dist/bin")
}

/// The ordinary history: each commit changes the same few files.
pub(crate) fn history(commits: usize) -> Vec<Vec<File>> {
    let file = |commit: usize, number: usize| File {
        path: format!("src/module_{number}.rs"),
        content: source_text((commit * FILES + number) as u64, LINES),
    };
    (0..commits).map(|commit| (0..FILES).map(|number| file(commit, number)).collect()).collect()
}

/// Text that looks like source code, the same for the same seed.
pub(crate) fn source_text(seed: u64, lines: usize) -> Vec<u8> {
    const WORDS: [&str; 24] = [
        "let",
        "value",
        "index",
        "return",
        "fn",
        "match",
        "self",
        "count",
        "=",
        "==",
        "+",
        "(",
        ")",
        "{",
        "}",
        "buffer",
        "// a note",
        "result",
        "Some",
        "None",
        "42",
        "\"text\"",
        "for",
        "in",
    ];
    let mut random = Random::new(seed);
    let mut text = Vec::with_capacity(lines * 40);
    for line in 0..lines {
        text.extend(format!("    /* {line} */").bytes());
        for _ in 0..4 + random.below(6) {
            let word = WORDS.get(random.below(WORDS.len())).copied().unwrap_or("let");
            text.push(b' ');
            text.extend(word.bytes());
        }
        text.push(b'\n');
    }
    text
}

/// A generator of numbers (xorshift), the same for the same seed.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}

/// What `git fast-import` reads.
fn stream(commits: &[Vec<File>]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (number, files) in (1_u64..).zip(commits) {
        let seconds = 1_700_000_000 + number;
        stream.extend(
            format!(
                "commit refs/heads/main\nmark :{number}\n\
                 committer Ada Example <ada@example.test> {seconds} +0000\n\
                 data 9\na change\n\n"
            )
            .bytes(),
        );
        for file in files {
            let head = format!("M 100644 inline {}\ndata {}\n", file.path, file.content.len());
            stream.extend(head.bytes());
            stream.extend_from_slice(&file.content);
            stream.push(b'\n');
        }
    }
    stream
}

/// Runs to the end; anything but success stops the bench.
pub(crate) fn output_of(mut command: Command, input: &[u8]) -> String {
    let Output { status, stdout, stderr } = output(&mut command, input);
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{:?}: {status}: {stderr}", command.get_program());
    String::from_utf8_lossy(&stdout).trim_end().to_owned()
}

fn output(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // Programs here read everything before they print more than a pipe holds.
    let written = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().expect("our own child can be waited for");
    assert!(written.is_ok() || !output.status.success(), "the program did not read its input");
    output
}
