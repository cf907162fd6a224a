//! The developer's repository, as git itself tells of it. It is read, and never written.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, anyhow, bail};

use super::path_of;

/// Where objects lie, and how they are named.
#[derive(Clone, Debug)]
pub(crate) struct Developer {
    /// The store, and what the environment lays under it; absolute.
    pub(crate) object_folders: Vec<PathBuf>,
    /// `sha1` or `sha256`.
    pub(crate) format: String,
    /// The file of boundaries, if history is shallow.
    pub(crate) shallow: Option<PathBuf>,
    /// Objects may be missing, because a server has promised them.
    pub(crate) partial: bool,
}

impl Developer {
    /// The repository that git finds here.
    pub(crate) fn find() -> anyhow::Result<Developer> {
        let output = asked(git().args(["rev-parse", "--git-dir"]))?;
        if !output.status.success() {
            bail!(
                "there is no git repository here that git would use ({}); go into one, or check \
                 files by themselves: pushgate check -- FILE",
                last_line(&output.stderr)
            );
        }
        let format =
            String::from_utf8_lossy(&ask(git().args(["rev-parse", "--show-object-format"]))?)
                .into_owned();
        let mut object_folders = vec![git_path("objects")?];
        #[expect(clippy::disallowed_methods, reason = "git hands it to its hooks")]
        let more = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        object_folders.extend(listed(&more)?);
        let shallow = Some(git_path("shallow")?).filter(|path| path.is_file());
        let partial =
            asked(git().args(["config", "--get", "extensions.partialClone"]))?.status.success();
        Ok(Developer { object_folders, format, shallow, partial })
    }
}

/// The folders in the value of the variable.
///
/// Git quotes what has a colon or a quote in it; that is rare enough to be refused.
fn listed(value: &OsString) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in value.as_bytes().split(|&byte| byte == b':').filter(|entry| !entry.is_empty()) {
        if entry.contains(&b'"') {
            bail!("GIT_ALTERNATE_OBJECT_DIRECTORIES has a quoted entry, which is not understood");
        }
        folders.push(std::path::absolute(path_of(entry)).context("finding an alternate store")?);
    }
    Ok(folders)
}

/// Where git keeps this part of the repository; absolute.
pub(crate) fn git_path(part: &str) -> anyhow::Result<PathBuf> {
    let path = ask(git().args(["rev-parse", "--git-path", part]))?;
    std::path::absolute(path_of(&path)).with_context(|| format!("finding git's {part}"))
}

/// A git that sees what the developer's git sees, and reaches no network.
pub(crate) fn git() -> Command {
    #[expect(clippy::disallowed_methods, reason = "a developer's command may ask git")]
    let mut command = Command::new("git");
    command
        // No protocol but a path on this machine, whatever the configuration says.
        .env("GIT_ALLOW_PROTOCOL", "file")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["-c", "core.fsmonitor=false", "-c", "protocol.file.allow=always"]);
    command
}

/// What git answers, whatever its exit code.
pub(crate) fn asked(command: &mut Command) -> anyhow::Result<Output> {
    command.stdin(std::process::Stdio::null()).output().context("starting git")
}

/// What git prints, without the last line feed; an error if it fails.
pub(crate) fn ask(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = asked(command)?;
    if !output.status.success() {
        return Err(git_failed(&output.stderr));
    }
    let mut answer = output.stdout;
    if answer.ends_with(b"\n") {
        answer.pop();
    }
    Ok(answer)
}

/// Git's own words, as an error.
pub(crate) fn git_failed(stderr: &[u8]) -> anyhow::Error {
    // The address that a dry run failed to push to is not the developer's.
    let words = describe(stderr);
    let lines = words.lines().filter(|line| !line.contains("failed to push some refs to"));
    anyhow!("git says: {}", lines.collect::<Vec<_>>().join("\n"))
}

/// Bytes as people read them.
pub(crate) fn describe(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn last_line(stderr: &[u8]) -> String {
    describe(stderr).lines().last().unwrap_or("no answer").to_owned()
}
