//! A folder for loose objects whose ids begin with the same byte, and whether one is there.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use gix::ObjectId;

/// How many there can be.
const FOLDERS: usize = 256;

/// How often the system is asked for one file; whoever asks more often has the folder listed.
///
/// A small push asks for few objects in all, and need not pay for a folder with thousands.
const ASKED_MAX: u32 = 16;

/// What is known of one folder.
#[derive(Debug, Default)]
pub(super) struct LooseFolder {
    pub(super) exists: bool,
    asked: AtomicU32,
    /// The ids in it, sorted; nothing if it cannot be listed.
    listed: OnceLock<Option<Vec<ObjectId>>>,
}

impl LooseFolder {
    /// All folders in a directory of objects; if that cannot be listed, each may be there.
    pub(super) fn all(objects: &Path) -> Vec<LooseFolder> {
        let existing = list_folders(objects).unwrap_or_else(|| vec![true; FOLDERS]);
        existing
            .into_iter()
            .map(|exists| LooseFolder { exists, ..LooseFolder::default() })
            .collect()
    }

    /// Whether the object `id` is in the folder, where its file would be `file`.
    pub(super) fn contains(&self, file: impl Fn() -> PathBuf, id: &ObjectId) -> bool {
        if !self.exists {
            return false;
        }
        if self.listed.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < ASKED_MAX {
            return file().is_file();
        }
        match self.listed.get_or_init(|| list(file().parent()?)) {
            Some(ids) => ids.binary_search(id).is_ok(),
            None => file().is_file(),
        }
    }
}

fn list_folders(objects: &Path) -> Option<Vec<bool>> {
    let mut folders = vec![false; FOLDERS];
    for entry in fs::read_dir(objects).ok()? {
        let name = entry.ok()?.file_name();
        let number = name.to_str().filter(|name| name.len() == 2);
        let number = number.and_then(|name| usize::from_str_radix(name, 16).ok());
        if let Some(folder) = number.and_then(|number| folders.get_mut(number)) {
            *folder = true;
        }
    }
    Some(folders)
}

/// The ids of a folder's files, sorted.
fn list(folder: &Path) -> Option<Vec<ObjectId>> {
    let begin = folder.file_name()?.to_str()?;
    let mut ids = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        let name = entry.ok()?.file_name();
        // Others are git's while it writes.
        let id = name.to_str().map(|rest| ObjectId::from_hex(format!("{begin}{rest}").as_bytes()));
        ids.extend(id.and_then(Result::ok));
    }
    ids.sort_unstable();
    Some(ids)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use gix::ObjectId;

    use super::{ASKED_MAX, LooseFolder};

    #[test]
    fn a_folder_that_is_listed_answers_as_the_system_does() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("ab");
        fs::create_dir(&folder).unwrap();
        let here = ["11", "77", "ff"].map(|byte| byte.repeat(19));
        for name in here.iter().map(String::as_str).chain(["tmp_obj_x1", "not-an-id"]) {
            fs::write(folder.join(name), "").unwrap();
        }
        // Nobody can say what is in it.
        fs::write(directory.path().join("cd"), "").unwrap();

        let folders = LooseFolder::all(directory.path());
        for round in 0..2 * ASKED_MAX {
            for byte in 0..=255_u8 {
                let rest = format!("{byte:02x}").repeat(19);
                let contains = |begin: u8| {
                    let id = format!("{begin:02x}{rest}");
                    let file = || directory.path().join(format!("{begin:02x}")).join(&rest);
                    let id = ObjectId::from_hex(id.as_bytes()).unwrap();
                    folders[usize::from(begin)].contains(file, &id)
                };
                assert_eq!(contains(0xab), here.contains(&rest), "{rest} in round {round}");
                assert!(!contains(0xcd) && !contains(0xef), "{rest} in round {round}");
            }
        }
    }

    #[test]
    fn where_folders_cannot_be_listed_each_is_asked() {
        let directory = tempfile::tempdir().unwrap();
        let folders = LooseFolder::all(&directory.path().join("missing"));
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let id = ObjectId::from_hex("ab".repeat(20).as_bytes()).unwrap();
        assert!(folders[0xab].contains(|| file.clone(), &id));
    }
}
