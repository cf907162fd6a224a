//! `Bed`: a folder for what is measured, with git in it that sees nobody's settings.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure};
use crate::places::Places;
use crate::process::{command, environment};

/// What every repository of a bench is told: nothing happens behind our back, what is imported stays
/// in one pack, and large objects may be deltas.
const SETTINGS: &str = "[receive]\n\tautogc = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
                        [fastimport]\n\tunpackLimit = 1\n[core]\n\tcompression = 1\n";

/// Making a repository is never silent for longer than this.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A folder in `target`, gone at the end: what is measured may be large.
#[derive(Debug)]
pub(crate) struct Bed {
    folder: PathBuf,
    hook: PathBuf,
    tool: PathBuf,
}

/// A bare repository whose objects all stand in one pack, and its refs.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    pub(crate) repository: PathBuf,
    pub(crate) pack: PathBuf,
    /// Ids and names.
    pub(crate) refs: Vec<(String, String)>,
}

impl Bed {
    pub(crate) fn new(places: &Places, purpose: &str) -> Result<Bed, Failure> {
        let folder = places.target_folder().join("bench").join(purpose);
        remove(&folder)?;
        fs::create_dir_all(&folder).doing(format_args!("creating {}", folder.display()))?;
        let program = |name: &str| places.dist().join(name);
        Ok(Bed { folder, hook: program("pushgate-pre-receive"), tool: program("pushgate") })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The built hook.
    pub(crate) fn hook(&self) -> &Path {
        &self.hook
    }

    /// The built tool.
    pub(crate) fn tool(&self) -> Command {
        self.program(&self.tool)
    }

    /// A program that sees none of the settings of who runs the bench.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = command(program);
        command.current_dir(&self.folder).env_clear();
        command.env("PATH", environment("PATH").unwrap_or_default()).env("HOME", &self.folder);
        command.env("LC_ALL", "C").env("TZ", "UTC");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada Example");
            command.env(format!("GIT_{role}_EMAIL"), "ada@example.test");
            command.env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        command
    }

    /// Git in the repository `name` of this folder.
    pub(crate) fn git_in(&self, repository: &Path) -> Command {
        let mut git = self.program("git");
        git.arg("--git-dir").arg(repository);
        git
    }

    /// Runs git in a repository and gives what it prints.
    pub(crate) fn git(&self, repository: &Path, words: &[&str]) -> Result<String, Failure> {
        let mut git = self.git_in(repository);
        git.args(words);
        printed(&mut git, b"")
    }

    /// An empty bare repository.
    pub(crate) fn repository(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        let mut git = self.program("git");
        git.args(["init", "--quiet", "--bare", "--template="]).arg(&path);
        printed(&mut git, b"")?;
        fs::write(path.join("HEAD"), "ref: refs/heads/main\n").doing("writing HEAD")?;
        let config = path.join("config");
        let text = fs::read_to_string(&config).doing("reading the configuration")?;
        fs::write(&config, text + SETTINGS).doing("writing the configuration")?;
        fs::create_dir_all(path.join("hooks")).doing("creating the folder of hooks")?;
        Ok(path)
    }

    /// Puts a hook that is this text into a repository.
    pub(crate) fn script(&self, repository: &Path, text: &str) -> Result<(), Failure> {
        let hook = repository.join("hooks").join("pre-receive");
        fs::write(&hook, text).doing("writing a hook")?;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).doing("writing a hook")
    }

    /// Makes a repository of what `write` sends to `git fast-import`, where a blob may be a delta of
    /// the one before it, `depth` deep.
    pub(crate) fn import(
        &self,
        name: &str,
        depth: usize,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Packed, Failure> {
        let repository = self.repository(name)?;
        let mut import = self.git_in(&repository);
        import.args(["fast-import", "--quiet", "--force", "--big-file-threshold=2g"]);
        import.arg(format!("--depth={depth}")).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = import.spawn().doing("starting git fast-import")?;
        let stdin = child.stdin.take().expect("standard input is a pipe");
        let telling = Telling { to: stdin, bytes: 0, said: Instant::now() };
        let mut stream = BufWriter::with_capacity(1 << 20, telling);
        let written = write(&mut stream).and_then(|()| stream.flush());
        drop(stream);
        let status = child.wait().doing("waiting for git fast-import")?;
        written.doing("writing to git fast-import")?;
        if !status.success() {
            return Err(Failure::new(format!("git fast-import failed: {status}")));
        }
        self.packed(&repository)
    }

    /// A repository that has one pack.
    pub(crate) fn packed(&self, repository: &Path) -> Result<Packed, Failure> {
        let listed =
            self.git(repository, &["for-each-ref", "--format=%(objectname) %(refname)"])?;
        let refs = listed.lines().filter_map(|line| line.split_once(' '));
        let refs = refs.map(|(id, name)| (id.to_owned(), name.to_owned())).collect();
        let folder = repository.join("objects").join("pack");
        let entries = fs::read_dir(&folder).doing(format_args!("reading {}", folder.display()))?;
        let mut packs = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let pack = packs.find(|path| path.extension().is_some_and(|end| end == "pack"));
        let pack = pack.ok_or_else(|| Failure::new("git has made no pack"))?;
        Ok(Packed { repository: repository.to_owned(), pack, refs })
    }

    /// Removes what is not needed any more.
    pub(crate) fn remove(&self, name: &str) -> Result<(), Failure> {
        remove(&self.path(name))
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if let Err(failure) = remove(&self.folder) {
            eprintln!("xtask: {failure}");
        }
    }
}

impl Packed {
    /// The index of the pack.
    pub(crate) fn index(&self) -> PathBuf {
        self.pack.with_extension("idx")
    }

    pub(crate) fn pack_bytes(&self) -> f64 {
        fs::metadata(&self.pack).map_or(0.0, |metadata| metadata.len() as f64)
    }

    /// The id of a ref.
    pub(crate) fn id_of(&self, name: &str) -> Result<&str, Failure> {
        let found = self.refs.iter().find(|(_, known)| known == name);
        found.map(|(id, _)| id.as_str()).ok_or_else(|| Failure::new(format!("{name} is not there")))
    }

    /// What git tells a hook when all refs are new.
    pub(crate) fn lines(&self) -> String {
        let line =
            |(id, name): &(String, String)| format!("{} {id} {name}\n", "0".repeat(id.len()));
        self.refs.iter().map(line).collect()
    }
}

/// What is written to `to`, with a sign of life now and then.
struct Telling<W> {
    to: W,
    bytes: usize,
    said: Instant,
}

impl<W: Write> Write for Telling<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.said.elapsed() > HEARTBEAT {
            println!("    {} MB are made", self.bytes / 1_000_000);
            self.said = Instant::now();
        }
        let written = self.to.write(bytes)?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Runs a command that must succeed, and gives what it prints.
pub(crate) fn printed(command: &mut Command, input: &[u8]) -> Result<String, Failure> {
    let name = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let name: Vec<String> = name.collect();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().doing("starting a program")?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // Programs here read everything before they print more than a pipe holds.
    let written = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().doing("waiting for a program")?;
    if written.is_err() || !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{} failed: {}", name.join(" "), said.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

pub(crate) fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::new(format!("removing {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}
