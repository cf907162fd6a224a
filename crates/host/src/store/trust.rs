//! Whose files are believed, and how they are read.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::{StoreError, read_error};

/// `O_NOFOLLOW`: opening a symbolic link fails.
#[cfg(target_arch = "x86_64")]
const O_NOFOLLOW: i32 = 0o400_000;
#[cfg(target_arch = "aarch64")]
const O_NOFOLLOW: i32 = 0o100_000;

/// `O_NONBLOCK`: opening a pipe does not wait for its other end. Regular files do not care.
const O_NONBLOCK: i32 = 0o4_000;

/// Write permission of group and others.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// Whose files may be executed: root's, and those of the user we run as.
///
/// The latter is no loss: whoever can act as that user can replace the hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owners {
    user: u32,
}

impl Owners {
    /// Root and the effective user of this process.
    ///
    /// Where `/proc` is missing, or says that the process belongs to root because it gave up
    /// privileges, only root's files are believed.
    pub(crate) fn current() -> Owners {
        Owners { user: fs::metadata("/proc/self").map_or(0, |process| process.uid()) }
    }

    /// Checks a folder: no symbolic link, a trusted owner, writable by nobody else.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn check_folder(self, path: &Path) -> Result<(), StoreError> {
        let metadata = fs::symlink_metadata(path).map_err(|source| read_error(path, source))?;
        if !metadata.is_dir() {
            return Err(StoreError::Kind { path: path.to_owned(), expected: "folder" });
        }
        self.check(path, &metadata)
    }

    /// Reads a file into memory, after looking at the very file that was opened.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not to be believed.
    pub(crate) fn read(self, path: &Path, bytes_max: u64) -> Result<Vec<u8>, StoreError> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(O_NOFOLLOW | O_NONBLOCK)
            .open(path)
            .map_err(|source| open_error(path, source))?;
        let metadata = file.metadata().map_err(|source| read_error(path, source))?;
        if !metadata.is_file() {
            return Err(StoreError::Kind { path: path.to_owned(), expected: "file" });
        }
        self.check(path, &metadata)?;
        read_at_most(&file, path, metadata.len(), bytes_max)
    }

    fn check(self, path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
        let owner = metadata.uid();
        if owner != 0 && owner != self.user {
            return Err(StoreError::Owner { path: path.to_owned(), owner });
        }
        let mode = metadata.mode() & 0o7777;
        if mode & WRITABLE_BY_OTHERS != 0 {
            return Err(StoreError::Writable { path: path.to_owned(), mode });
        }
        Ok(())
    }
}

/// A symbolic link says so in an error of its own.
fn open_error(path: &Path, source: std::io::Error) -> StoreError {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if is_link {
        return StoreError::Kind { path: path.to_owned(), expected: "file" };
    }
    read_error(path, source)
}

fn read_at_most(
    file: &File,
    path: &Path,
    bytes: u64,
    bytes_max: u64,
) -> Result<Vec<u8>, StoreError> {
    let too_large = || StoreError::TooLarge { path: path.to_owned(), bytes_max };
    if bytes > bytes_max {
        return Err(too_large());
    }
    let mut content = Vec::with_capacity(usize::try_from(bytes).map_err(|_| too_large())?);
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut content)
        .map_err(|source| read_error(path, source))?;
    if content.len() as u64 > bytes_max {
        return Err(too_large());
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Owners;
    use crate::store::StoreError;

    #[test]
    fn a_file_of_somebody_else_is_not_believed() {
        // This file belongs to whoever checked the sources out, who is nobody's root here.
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&path).unwrap());
        let stranger = Owners { user: owner + 1 };
        if owner == 0 {
            assert!(stranger.read(&path, 1 << 20).is_ok(), "root is always believed");
        } else {
            let error = stranger.read(&path, 1 << 20).unwrap_err();
            assert!(matches!(error, StoreError::Owner { owner: found, .. } if found == owner));
        }
    }

    #[test]
    fn a_file_above_the_bound_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(Owners::current().read(&path, 5).unwrap(), b"12345");
        let error = Owners::current().read(&path, 4).unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { bytes_max: 4, .. }));
    }
}
