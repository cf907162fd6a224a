//! `Lab`: a server's bare repository and a developer's clone, in one folder, with settings of
//! their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure};
use crate::process::{command, environment};

/// Git in a folder where no setting of the user or of the machine counts.
#[derive(Debug)]
pub(crate) struct Lab {
    folder: PathBuf,
}

/// A push, as its developer saw it.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) accepted: bool,
    /// What the server said, without git's own lines.
    pub(crate) told: Vec<String>,
    /// All that git printed.
    pub(crate) printed: String,
    pub(crate) took: Duration,
}

impl Lab {
    /// Makes an empty clone named `client` in `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Lab, Failure> {
        let lab = Lab { folder: folder.to_path_buf() };
        lab.git(".", &["init", "--quiet", "client"])?;
        lab.git("client", &["symbolic-ref", "HEAD", "refs/heads/main"])?;
        Ok(lab)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes a bare repository that does nothing behind our back while pushes are timed.
    pub(crate) fn bare_repository(&self, name: &str) -> Result<PathBuf, Failure> {
        self.git(".", &["init", "--quiet", "--bare", name])?;
        self.git(name, &["symbolic-ref", "HEAD", "refs/heads/main"])?;
        self.git(name, &["config", "receive.autogc", "false"])?;
        Ok(self.path(name))
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> Result<(), Failure> {
        let file = self.path("client").join(name);
        let what = format!("writing {}", file.display());
        fs::create_dir_all(file.parent().expect("it is inside the client")).doing(&what)?;
        fs::write(&file, content).doing(&what)
    }

    pub(crate) fn commit(&self, message: &str) -> Result<(), Failure> {
        self.git("client", &["add", "--all"])?;
        self.git("client", &["commit", "--quiet", "--allow-empty", "--message", message])
    }

    /// Runs git in a folder of the lab; what it prints matters only if it fails.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> Result<(), Failure> {
        let output = self.git_command(folder).args(arguments).output().doing("starting git")?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("git {} failed: {}", arguments.join(" "), said.trim())))
    }

    pub(crate) fn push(&self, server: &str, refspec: &str) -> Result<Push, Failure> {
        let mut push = self.git_command("client");
        push.arg("push").arg(self.path(server)).arg(refspec);
        let start = Instant::now();
        let output = push.output().doing("starting git")?;
        let took = start.elapsed();
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        let remote = printed.lines().filter_map(|line| line.strip_prefix("remote:"));
        // Git clears the rest of each line with blanks, or with an escape on a terminal.
        let told = remote.map(|line| line.trim_end().to_owned()).collect();
        Ok(Push { accepted: output.status.success(), told, printed, took })
    }

    fn git_command(&self, folder: &str) -> Command {
        let mut git = command("git");
        git.current_dir(self.folder.join(folder)).env_clear();
        git.env("PATH", environment("PATH").unwrap_or_default());
        git.env("HOME", &self.folder).env("LC_ALL", "C");
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "protocol.version=2"]);
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        git
    }
}
