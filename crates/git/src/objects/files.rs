//! Packs' files: some of them stay open.

use std::{
    collections::VecDeque,
    fs::File,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// How many packs' files stay open.
///
/// A repository that nobody repacks can have more packs than a process can have files open.
const OPEN_FILES_MAX: usize = 128;

/// The files that were read last, each with the number of its pack; the newest is the last.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(Mutex<VecDeque<(u32, Arc<File>)>>);

impl OpenFiles {
    /// The file of the pack `number`, which is at `path`.
    pub(super) fn open(&self, number: u32, path: &Path) -> io::Result<Arc<File>> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one is mostly the one that is wanted.
        let known = files.iter().rposition(|(other, _)| *other == number);
        if let Some(known) = known.and_then(|at| files.remove(at)) {
            let file = Arc::clone(&known.1);
            files.push_back(known);
            return Ok(file);
        }
        let file = Arc::new(File::open(path)?);
        while files.len() >= OPEN_FILES_MAX {
            files.pop_front();
        }
        files.push_back((number, Arc::clone(&file)));
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use super::{OPEN_FILES_MAX, OpenFiles};

    #[test]
    fn those_that_were_read_last_stay_open() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pack");
        fs::write(&path, "").unwrap();
        let files = OpenFiles::default();
        let first = files.open(0, &path).unwrap();
        for number in 1..1000 {
            files.open(number, &path).unwrap();
            assert!(Arc::ptr_eq(&files.open(0, &path).unwrap(), &first));
            assert!(files.0.lock().unwrap().len() <= OPEN_FILES_MAX);
        }
        fs::remove_file(&path).unwrap();
        assert!(files.open(999, &path).is_ok() && files.open(0, &path).is_ok());
        assert!(files.open(1, &path).is_err());
    }
}
