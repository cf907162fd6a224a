//! Whom a repository belongs to: files that are made in it are theirs, and a server runs the hook as
//! them. Root may read everything, and would never see that the hook may not.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use pushgate_gate::shell;

/// Whom a repository belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    user: u32,
    group: u32,
}

/// What the hook does with a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Access {
    Read,
    Write,
    Run,
}

impl Access {
    /// The option of `test` that asks for it, as POSIX has it.
    fn option(self) -> &'static str {
        match self {
            Access::Read => "-r",
            Access::Write => "-w",
            Access::Run => "-x",
        }
    }

    /// The letter with which `chmod` grants it, and its bit for a file's group.
    fn of_group(self) -> (char, u32) {
        match self {
            Access::Read => ('r', 0o040),
            Access::Write => ('w', 0o020),
            Access::Run => ('x', 0o010),
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write to",
            Access::Run => "run",
        }
    }
}

impl Owner {
    pub(crate) fn of(path: &Path) -> anyhow::Result<Owner> {
        let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
        Ok(Owner { user: metadata.uid(), group: metadata.gid() })
    }

    /// Makes a new file theirs, as root alone can.
    pub(crate) fn give(self, path: &Path) -> anyhow::Result<()> {
        let present = Owner::of(path)?;
        if (present.user, present.group) != (self.user, self.group)
            && rustix::process::geteuid().is_root()
        {
            chown(path, Some(self.user), Some(self.group))
                .with_context(|| format!("giving {} to its repository's owner", path.display()))?;
        }
        Ok(())
    }

    /// Whether root looks, and it is somebody else.
    pub(crate) fn is_another_for_root(self) -> bool {
        rustix::process::geteuid().is_root() && self.user != 0
    }

    /// What to do if they may not use a file that is there, as far as root can know that.
    pub(crate) fn problem(self, path: &Path, access: Access) -> Option<String> {
        self.misses(path, access).then(|| self.way(path, access))
    }

    fn way(self, path: &Path, access: Access) -> String {
        let (shown, word) = (path.display(), shell::word(&path.display().to_string()));
        let (letter, _) = access.of_group();
        format!(
            "user {}, whose repository this is and as whom a server runs the hook, may not {} \
             {shown}: every push is refused; if no folder above it is closed to them, run: chgrp {} \
             {word} && chmod g+{letter} {word}",
            self.user,
            access.verb(),
            self.group
        )
    }

    fn misses(self, path: &Path, access: Access) -> bool {
        if !path.exists() || self.may_by_other_group(path, access) {
            return false;
        }
        #[expect(clippy::disallowed_methods, reason = "an admin's command may ask a shell")]
        let outcome = Command::new("/bin/sh")
            .args(["-c", "test \"$1\" \"$2\"", "sh", access.option()])
            .arg(path)
            .uid(self.user)
            .gid(self.group)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .status();
        // One is the answer; anything else is none.
        outcome.is_ok_and(|status| status.code() == Some(1))
    }

    /// Whether a group that is not that of the repository may use the file or enter a folder above
    /// it: an account has more groups, and may be in that one.
    fn may_by_other_group(self, path: &Path, access: Access) -> bool {
        let decides = |file: &Metadata, bit: u32| {
            let mode = file.permissions().mode();
            file.gid() != self.group && mode & bit != 0 && mode & (bit >> 3) == 0
        };
        let (_, bit) = access.of_group();
        let (_, enter) = Access::Run.of_group();
        let above = path.ancestors().skip(1).map(|folder| (folder, enter));
        [(path, bit)].into_iter().chain(above).any(|(part, bit)| {
            part.metadata().is_ok_and(|file| file.uid() != self.user && decides(&file, bit))
        })
    }
}
