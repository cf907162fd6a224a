//! Files replaced whole, and only when their content changed: cargo and people go by their times.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Failure};

/// Names that are tried for a temporary folder.
const TEMPORARY_NAMES_MAX: usize = 20;

/// Copies `from` over `to`, atomically. Leaves `to` alone, with its time, if nothing changed.
pub(crate) fn replace_if_changed(from: &Path, to: &Path) -> Result<(), Failure> {
    let new = fs::read(from).doing(format_args!("reading {}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).doing(format_args!("creating {}", folder.display()))?;
    }
    // A process may be running the old file, so it is never written to: `fs::copy` also keeps the
    // mode, and the rename is what makes the change.
    let unfinished = unfinished(to);
    fs::copy(from, &unfinished).doing(format_args!("writing {}", unfinished.display()))?;
    fs::rename(&unfinished, to).doing(format_args!("replacing {}", to.display()))
}

/// Makes the files of the folder `to` those of `from`, one by one as `replace_if_changed` does.
pub(crate) fn mirror_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    for file in files_in(from)? {
        replace_if_changed(&file, &to.join(name_of(&file)))?;
    }
    for file in files_in(to)? {
        if !from.join(name_of(&file)).exists() {
            fs::remove_file(&file).doing(format_args!("removing {}", file.display()))?;
        }
    }
    Ok(())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let what = || format!("reading {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).doing(what())? {
        let entry = entry.doing(what())?;
        if entry.file_type().doing(what())?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn name_of(file: &Path) -> &Path {
    Path::new(file.file_name().expect("a folder's entry has a name"))
}

fn unfinished(to: &Path) -> PathBuf {
    let name = name_of(to).display();
    to.with_file_name(format!(".{name}.{}", std::process::id()))
}

/// A folder under the system's folder for such, removed when this value goes.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(crate) fn new(purpose: &str) -> Result<TemporaryFolder, Failure> {
        // One name is enough, unless an earlier process of this id was cut off.
        for attempt in 0..TEMPORARY_NAMES_MAX {
            let name = format!("pushgate-{purpose}-{}-{attempt}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(TemporaryFolder(folder)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => (),
                Err(error) => {
                    return Err(Failure::new(format!("creating {}: {error}", folder.display())));
                }
            }
        }
        let folder = std::env::temp_dir();
        Err(Failure::new(format!("too many old folders of pushgate in {}", folder.display())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("xtask: {} could not be removed: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_unchanged_file_keeps_its_time() {
        let folder = TemporaryFolder::new("files-unchanged").unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("deep/to"));
        fs::write(&from, "one").unwrap();
        replace_if_changed(&from, &to).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&to).unwrap().set_modified(long_ago).unwrap();

        replace_if_changed(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), long_ago);

        fs::write(&from, "two").unwrap();
        replace_if_changed(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "two");
        assert_ne!(fs::metadata(&to).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn a_copy_keeps_its_mode_and_leaves_nothing_beside_it() {
        let folder = TemporaryFolder::new("files-mode").unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("out/to"));
        fs::write(&from, "#!/bin/sh").unwrap();
        fs::set_permissions(&from, fs::Permissions::from_mode(0o755)).unwrap();
        replace_if_changed(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(files_in(&folder.path().join("out")).unwrap(), [to]);
    }

    #[test]
    fn a_mirrored_folder_loses_what_its_source_lost() {
        let folder = TemporaryFolder::new("files-mirror").unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir(&from).unwrap();
        fs::create_dir(&to).unwrap();
        fs::write(from.join("new"), "new").unwrap();
        fs::write(to.join("stale"), "stale").unwrap();
        mirror_folder(&from, &to).unwrap();
        assert_eq!(files_in(&to).unwrap(), [to.join("new")]);
    }
}
