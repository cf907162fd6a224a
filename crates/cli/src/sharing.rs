//! With whom a repository is shared: those who push under accounts of their own, over a file path
//! or ssh, run the hook themselves, and it has to read its key and write its record as them.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use pushgate_gate::audit;

use crate::repository::{Repository, git};

/// Who pushes, as `core.sharedRepository` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// The repository's owner alone, or a server in this account.
    Owner,
    /// The group of the repository.
    Group,
    /// Whoever has an account.
    All,
}

impl Sharing {
    /// What the repository's configuration says.
    pub(crate) fn of(repository: &Repository) -> anyhow::Result<Sharing> {
        let output = git()
            .arg("--git-dir")
            .arg(&repository.git_dir)
            .args(["config", "--get", "core.sharedRepository"])
            .output()
            .context("starting git")?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_lowercase();
        Ok(match text.as_str() {
            "" if !output.status.success() => Sharing::Owner,
            "umask" | "false" | "no" | "off" | "0" => Sharing::Owner,
            "group" | "true" | "yes" | "on" | "1" | "" => Sharing::Group,
            "all" | "world" | "everybody" | "2" => Sharing::All,
            octal => match u32::from_str_radix(octal, 8) {
                Ok(mode) if mode & 0o004 != 0 => Sharing::All,
                Ok(mode) if mode & 0o040 != 0 => Sharing::Group,
                Ok(_) => Sharing::Owner,
                Err(_) => bail!("core.sharedRepository is {octal:?}, which git does not know"),
            },
        })
    }

    /// How git calls it.
    fn name(self) -> &'static str {
        match self {
            Sharing::Owner => "umask",
            Sharing::Group => "group",
            Sharing::All => "all",
        }
    }

    /// The mode of the key file.
    pub(crate) fn key_mode(self) -> u32 {
        match self {
            Sharing::Owner => 0o600,
            Sharing::Group => 0o640,
            Sharing::All => 0o644,
        }
    }

    /// The mode of the folder that is pushgate's own: what is made in a shared one has its group.
    pub(crate) fn folder_mode(self) -> u32 {
        if self == Sharing::Owner { 0o755 } else { 0o2755 }
    }

    /// The mode of the audit file, if others than the owner write to it.
    pub(crate) fn audit_mode(self) -> Option<u32> {
        match self {
            Sharing::Owner => None,
            Sharing::Group => Some(0o660),
            Sharing::All => Some(0o666),
        }
    }

    /// What those who push cannot use as they have to, and what to do.
    pub(crate) fn problems(self, repository: &Repository, record: Option<&Path>) -> Vec<String> {
        let Some(audit_mode) = self.audit_mode() else { return Vec::new() };
        let name = self.name();
        let group = repository.git_dir.metadata().map(|it| it.gid()).unwrap_or_default();
        let may = |file: &Metadata, mode: u32| {
            let others = file.permissions().mode() & mode & 0o066;
            others == mode & 0o066 && (self == Sharing::All || file.gid() == group)
        };
        let mut problems = Vec::new();
        let key = repository.fingerprint_key();
        if key.metadata().is_ok_and(|file| !may(&file, self.key_mode())) {
            problems.push(format!(
                "core.sharedRepository is {name}, but not all who push may read {}: their pushes \
                 are refused; run: pushgate install --repository {}",
                key.display(),
                repository.git_dir.display()
            ));
        }
        let Some(record) = record else { return problems };
        let shown = record.display();
        match record.metadata() {
            Ok(file) if !may(&file, audit_mode) => problems.push(format!(
                "core.sharedRepository is {name}, but not all who push may write to {shown}: their \
                 pushes are refused; run: chgrp {group} {shown} && chmod {audit_mode:o} {shown}"
            )),
            Ok(_) => (),
            // What is made there is for its group.
            Err(_)
                if self == Sharing::Group
                    && record.parent().and_then(audit::made_for) == Some(group) => {}
            Err(_) => problems.push(format!(
                "core.sharedRepository is {name}, and {shown} is not there: who pushes first would \
                 make it for themselves; run: pushgate install --repository {}",
                repository.git_dir.display()
            )),
        }
        problems
    }
}
