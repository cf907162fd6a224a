//! The account of a repository, as whom a server runs the hook, where an admin looks as root: root
//! may read everything, and so would never see that the hook may not.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pushgate_gate::config::Config;
use pushgate_gate::shell;

use crate::hook_script::Call;
use crate::repository::Repository;

/// Whom a repository belongs to, if that is not root, who looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    user: u32,
    group: u32,
}

/// What the hook does with a file.
#[derive(Clone, Copy, Debug)]
enum Access {
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

impl Account {
    pub(crate) fn of(repository: &Repository) -> Option<Account> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let owner = repository.git_dir.metadata().ok()?;
        (owner.uid() != 0).then(|| Account { user: owner.uid(), group: owner.gid() })
    }

    /// What the hook needs and its account may not use, and what to do.
    pub(crate) fn problems(
        self,
        repository: &Repository,
        call: &Call,
        config: &Config,
    ) -> Vec<String> {
        let mut needed = vec![(repository.hook(), Access::Run), (repository.hook(), Access::Read)];
        needed.push((repository.program(), Access::Run));
        needed.push((repository.fingerprint_key(), Access::Read));
        needed.extend(Config::path(call.config.as_deref()).map(|path| (path.into(), Access::Read)));
        needed.extend(config.fingerprint_key_path.clone().map(|path| (path, Access::Read)));
        if let Some(detectors) = &config.detectors {
            needed.push((detectors.store.clone(), Access::Read));
        }
        needed.extend(config.audit_path.as_deref().map(|path| (made_in(path), Access::Write)));
        let missed = needed.into_iter().filter(|(path, access)| self.misses(path, *access));
        missed.map(|(path, access)| self.problem(&path, access)).collect()
    }

    fn problem(self, path: &Path, access: Access) -> String {
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

    /// Whether the account may not use a file that is there, as far as that can be known.
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

    /// Whether a group that is not the account's first one may use the file or a folder above it: an
    /// account has more groups, and it may be in that one.
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

/// The file, or the folder in which it is made.
fn made_in(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !path.exists() => folder.to_owned(),
        _ => path.to_owned(),
    }
}
