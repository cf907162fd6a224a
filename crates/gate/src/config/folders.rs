//! The folders that lead to a configuration: who may write to one of them can put another file there.
//!
//! What anybody may write to is refused. That a group may, or that it belongs to somebody else, is
//! what admins of some servers want, so it is told by those who are asked, and not by the hook.

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Write permission of all others.
const WRITABLE: u32 = 0o002;

/// In such a folder nobody takes away what others have put there, as in `/tmp`.
const STICKY: u32 = 0o1000;

/// Write permission of a group.
const WRITABLE_BY_GROUP: u32 = 0o020;

/// The number of root, and of its group.
const ROOT: u32 = 0;

/// Somebody who can change a configuration, or put another in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// The owner of this file or folder, by number.
    Owner(PathBuf, u32),
    /// The group that may write to it, by number.
    Group(PathBuf, u32),
}

/// Who can change the configuration at `path` besides root and the users `trusted`, from the file up.
///
/// # Errors
///
/// When the file or a folder that leads to it cannot be looked at.
pub fn writers(path: &Path, trusted: &[u32]) -> io::Result<Vec<Writer>> {
    let mut writers = Vec::new();
    let mut seen = BTreeSet::new();
    for path in [fs::canonicalize(path)?, std::path::absolute(path)?] {
        for (at, part) in path.ancestors().enumerate() {
            if !seen.insert(part.to_owned()) {
                continue;
            }
            let data = fs::metadata(part)?;
            let mode = data.permissions().mode();
            if data.uid() != ROOT && !trusted.contains(&data.uid()) {
                writers.push(Writer::Owner(part.to_owned(), data.uid()));
            }
            let is_kept = at > 0 && mode & STICKY != 0;
            if mode & WRITABLE_BY_GROUP != 0 && data.gid() != ROOT && !is_kept {
                writers.push(Writer::Group(part.to_owned(), data.gid()));
            }
        }
    }
    Ok(writers)
}

/// The first folder on the way to `path`, also through links, to which anybody may write.
pub(super) fn open_to_all(path: &Path) -> io::Result<Option<PathBuf>> {
    for path in [std::path::absolute(path)?, fs::canonicalize(path)?] {
        for folder in path.ancestors().skip(1) {
            let mode = fs::metadata(folder)?.permissions().mode();
            if mode & WRITABLE != 0 && mode & STICKY == 0 {
                return Ok(Some(folder.to_owned()));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::{Writer, open_to_all, writers};

    #[test]
    fn a_group_and_an_owner_who_can_change_a_file_or_a_folder_are_found() {
        use std::os::unix::fs::{MetadataExt as _, chown};

        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        let folder = root.join("a");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("file");
        fs::write(&file, "").unwrap();
        let own = file.metadata().unwrap().uid();
        for path in [&folder, &file] {
            // Who is not root can give it to nobody else.
            if chown(path, Some(12_345), Some(12_346)).is_err() {
                return;
            }
        }
        let set = |path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        let group = |path: &std::path::Path| Writer::Group(path.to_owned(), 12_346);
        for (folder_mode, file_mode, expected) in [
            (0o755, 0o640, vec![]),
            (0o755, 0o660, vec![group(&file)]),
            (0o2775, 0o644, vec![group(&folder)]),
            (0o1775, 0o644, vec![]),
        ] {
            set(&folder, folder_mode);
            set(&file, file_mode);
            assert_eq!(writers(&file, &[own, 12_345]).unwrap(), expected, "{folder_mode:o}");
        }
        let owner = |path: &std::path::Path| Writer::Owner(path.to_owned(), 12_345);
        assert_eq!(writers(&file, &[own]).unwrap(), [owner(&file), owner(&folder)]);
        assert!(writers(&root.join("none"), &[]).is_err());
    }

    #[test]
    fn a_folder_on_the_way_to_which_anybody_may_write_is_found() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        let (outer, inner) = (root.join("a"), root.join("a/b"));
        fs::create_dir_all(&inner).unwrap();
        let file = inner.join("file");
        fs::write(&file, "").unwrap();
        let link = root.join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for (mode, is_open) in [(0o755, false), (0o775, false), (0o777, true), (0o1777, false)] {
            fs::set_permissions(&outer, Permissions::from_mode(mode)).unwrap();
            let expected = is_open.then(|| outer.clone());
            assert_eq!(open_to_all(&file).unwrap(), expected, "{mode:o}");
            assert_eq!(open_to_all(&link).unwrap(), expected, "{mode:o}");
        }
        // Whoever may write where the link is can lead it elsewhere.
        let open = root.join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
        let link = open.join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        fs::set_permissions(&outer, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(open_to_all(&link).unwrap(), Some(open));
    }
}
