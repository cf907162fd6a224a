//! The repository that the hook goes into, as the admin sees it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// Where the hook and what belongs to it lie in a repository.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// The bare repository, or the `.git` folder.
    pub(crate) git_dir: PathBuf,
}

impl Repository {
    /// The repository at `path`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Repository> {
        let git_dir = std::fs::canonicalize(path).with_context(|| format!("{}", path.display()))?;
        let is_repository = |dir: &Path| dir.join("HEAD").exists() && dir.join("objects").is_dir();
        if !is_repository(&git_dir) {
            if is_repository(&git_dir.join(".git")) {
                let inner = path.join(".git");
                bail!("{} is a working tree; name its {}", path.display(), inner.display());
            }
            bail!("{} is not a bare repository or a .git folder", path.display());
        }
        Ok(Repository { git_dir })
    }

    pub(crate) fn hooks(&self) -> PathBuf {
        self.git_dir.join("hooks")
    }

    /// What git runs.
    pub(crate) fn hook(&self) -> PathBuf {
        self.hooks().join("pre-receive")
    }

    /// The hook that was there before.
    pub(crate) fn previous(&self) -> PathBuf {
        self.hooks().join("pre-receive.before-pushgate")
    }

    /// The folder from which the previous hook is run, under the name it always had.
    ///
    /// It holds links alone: one to the previous hook, and one to everything that stood beside it,
    /// because a dispatcher looks for its parts by its own name and folder.
    pub(crate) fn previous_hooks(&self) -> PathBuf {
        self.git_dir.join("hooks.before-pushgate")
    }

    /// The folder that is pushgate's own.
    pub(crate) fn own(&self) -> PathBuf {
        self.git_dir.join("pushgate")
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.own().join("pushgate-pre-receive")
    }

    pub(crate) fn fingerprint_key(&self) -> PathBuf {
        self.own().join("fingerprint.key")
    }

    /// A mark that the folder for hooks was made by us.
    pub(crate) fn made_hooks_mark(&self) -> PathBuf {
        self.own().join("made-hooks-folder")
    }

    /// The value of `core.hooksPath` and the file it stands in, if git looks for hooks elsewhere.
    pub(crate) fn hooks_elsewhere(&self) -> anyhow::Result<Option<String>> {
        let output = git()
            .arg("--git-dir")
            .arg(&self.git_dir)
            .args(["config", "--show-origin", "--type=path", "--get", "core.hooksPath"])
            .output()
            .context("starting git")?;
        if !output.status.success() {
            return Ok(None);
        }
        let line = output.stdout.trim_ascii_end();
        let (origin, path) = line
            .iter()
            .position(|&byte| byte == b'\t')
            .and_then(|tab| line.split_at_checked(tab))
            .unwrap_or((b"", line));
        let path = Path::new(OsStr::from_bytes(path.trim_ascii()));
        // Git takes a relative path from where it runs a hook: the repository.
        let there = std::fs::canonicalize(self.git_dir.join(path)).ok();
        if there.is_some() && there == std::fs::canonicalize(self.hooks()).ok() {
            return Ok(None);
        }
        Ok(Some(format!("{} ({})", path.display(), String::from_utf8_lossy(origin))))
    }
}

/// A git that reads no more than it must.
pub(crate) fn git() -> Command {
    #[expect(clippy::disallowed_methods, reason = "an admin's command may ask git")]
    let mut command = Command::new("git");
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_QUARANTINE_PATH",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
    ] {
        command.env_remove(variable);
    }
    command
}
