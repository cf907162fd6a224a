//! `Applied`: a file with a mutant in it, which becomes what it was in any case.
//!
//! A task that is killed cannot do that any more. What the file was is therefore kept in the
//! target folder first, and the next start of the task puts it back.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Failure};
use crate::places::Places;

/// A mutant at work, until this value goes.
#[derive(Debug)]
pub(super) struct Applied {
    file: PathBuf,
    original: String,
    kept: Kept,
}

impl Applied {
    /// Writes `mutated` to the file at `path` from the root; `original` is what stands there.
    pub(super) fn write(
        places: &Places,
        path: &str,
        original: String,
        mutated: &str,
    ) -> Result<Applied, Failure> {
        let (kept, file) = (Kept::of(places), places.root.join(path));
        fs::create_dir_all(&kept.folder)
            .doing(format_args!("creating {}", kept.folder.display()))?;
        fs::write(kept.text(), &original).doing("keeping what the file was")?;
        // The name comes last: with it, there is something to put back.
        fs::write(kept.name(), path).doing("keeping the name of the file")?;
        let applied = Applied { file, original, kept };
        fs::write(&applied.file, mutated).doing(format_args!("writing {path}"))?;
        Ok(applied)
    }
}

impl Drop for Applied {
    fn drop(&mut self) {
        // The time is a new one on purpose: cargo goes by it and builds the file again.
        let written = fs::write(&self.file, &self.original);
        match written.and_then(|()| fs::remove_file(self.kept.name())) {
            Ok(()) => (),
            Err(error) => eprintln!("xtask: {} has a mutant in it: {error}", self.file.display()),
        }
    }
}

/// The right to change files, which one process at a time has, until this value goes.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "closing it gives the lock back")] fs::File);

impl Turn {
    pub(super) fn take(places: &Places) -> Result<Turn, Failure> {
        let Kept { folder } = Kept::of(places);
        fs::create_dir_all(&folder).doing(format_args!("creating {}", folder.display()))?;
        let file = fs::File::create(folder.join("lock")).doing("making a lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Turn(file)),
            Err(error) => Err(Failure::new(format!("mutants are being tried already: {error}"))),
        }
    }
}

/// Puts back what a task that was killed left; says which file that was.
pub(super) fn put_back(places: &Places) -> Result<Option<String>, Failure> {
    let kept = Kept::of(places);
    let Ok(path) = fs::read_to_string(kept.name()) else { return Ok(None) };
    let text = fs::read(kept.text()).doing("reading what a file was")?;
    fs::write(places.root.join(&path), text).doing(format_args!("putting back {path}"))?;
    fs::remove_file(kept.name()).doing("forgetting what a file was")?;
    Ok(Some(path))
}

/// Where name and text of the changed file are kept.
#[derive(Debug)]
struct Kept {
    folder: PathBuf,
}

impl Kept {
    fn of(places: &Places) -> Kept {
        Kept { folder: folder(places) }
    }

    fn name(&self) -> PathBuf {
        self.folder.join("changed-file")
    }

    fn text(&self) -> PathBuf {
        self.folder.join("original-text")
    }
}

/// What the task leaves in the target folder.
pub(super) fn folder(places: &Places) -> PathBuf {
    Path::new(&places.handover()).join("mutants")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TemporaryFolder;

    fn places(folder: &TemporaryFolder) -> Places {
        Places { root: folder.path().to_path_buf(), target: "any".to_owned() }
    }

    fn text(places: &Places) -> String {
        fs::read_to_string(places.root.join("a.rs")).unwrap()
    }

    #[test]
    fn a_file_is_what_it_was_when_the_mutant_goes() {
        let folder = TemporaryFolder::new("mutant-goes").unwrap();
        let places = places(&folder);
        let applied = Applied::write(&places, "a.rs", "one".to_owned(), "two").unwrap();
        assert_eq!(text(&places), "two");
        drop(applied);
        assert_eq!(text(&places), "one");
        assert_eq!(put_back(&places).unwrap(), None);
    }

    #[test]
    fn two_tasks_do_not_change_files_at_once() {
        let folder = TemporaryFolder::new("mutant-turn").unwrap();
        let places = places(&folder);
        let turn = Turn::take(&places).unwrap();
        assert!(Turn::take(&places).is_err());
        drop(turn);
        assert!(Turn::take(&places).is_ok());
    }

    #[test]
    fn a_file_is_what_it_was_after_the_task_was_killed() {
        let folder = TemporaryFolder::new("mutant-killed").unwrap();
        let places = places(&folder);
        std::mem::forget(Applied::write(&places, "a.rs", "one".to_owned(), "two").unwrap());
        assert_eq!(put_back(&places).unwrap().as_deref(), Some("a.rs"));
        assert_eq!(text(&places), "one");
        assert_eq!(put_back(&places).unwrap(), None);
    }
}
