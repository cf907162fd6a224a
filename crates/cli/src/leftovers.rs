//! What `install` and `uninstall` meet of earlier days: a hook of ours that somebody has edited, and
//! files of an install that was interrupted.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::hook_script;
use crate::repository::Repository;

/// How the names of files begin that are not written to their end yet.
pub(crate) const UNFINISHED: &str = ".pushgate-";

/// Copies of edited hooks that are kept.
const COPIES_MAX: usize = 100;

/// Keeps a copy of the hook at `hook` if it is ours and was edited; where.
///
/// The copy is not executable, and in no folder from which a forge runs what it finds.
pub(crate) fn keep_edited(repository: &Repository, hook: &Path) -> anyhow::Result<Option<PathBuf>> {
    let text = match fs::read(hook) {
        Ok(text) if hook_script::is_edited(&text) => text,
        _ => return Ok(None),
    };
    for number in 1..=COPIES_MAX {
        let end = if number == 1 { String::new() } else { format!(".{number}") };
        let copy = repository.hooks().join(format!("pre-receive.edited{end}"));
        let mut options = fs::OpenOptions::new();
        match options.write(true).create_new(true).open(&copy) {
            Ok(mut file) => {
                file.write_all(&text)
                    .and_then(|()| file.sync_all())
                    .with_context(|| format!("keeping {}", hook.display()))?;
                return Ok(Some(copy));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if fs::read(&copy).is_ok_and(|there| there == text) {
                    return Ok(Some(copy));
                }
            }
            Err(error) => {
                return Err(error).with_context(|| format!("keeping {}", hook.display()));
            }
        }
    }
    let copies = repository.hooks().join("pre-receive.edited*");
    bail!("{} was edited, and there are {COPIES_MAX} copies: {}", hook.display(), copies.display())
}

/// What is said of such a copy.
pub(crate) fn about(copy: &Path) -> String {
    format!("the hook of ours that was there had been edited; it is kept as {}", copy.display())
}

/// Removes what an interrupted install left.
pub(crate) fn remove_unfinished(repository: &Repository) -> anyhow::Result<()> {
    let parts = repository.hooks().join("pre-receive.d");
    for folder in [repository.own(), repository.hooks(), parts] {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            other => other.with_context(|| format!("reading {}", folder.display()))?,
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
            let is_ours = entry.file_name().as_bytes().starts_with(UNFINISHED.as_bytes());
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_ours && is_file {
                let path = entry.path();
                fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
            }
        }
    }
    Ok(())
}
