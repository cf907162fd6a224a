//! The folders that lead to a configuration: who may write to one of them can put another file there.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Write permission of all others.
const WRITABLE: u32 = 0o002;

/// In such a folder nobody takes away what others have put there, as in `/tmp`.
const STICKY: u32 = 0o1000;

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

    use super::open_to_all;

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
