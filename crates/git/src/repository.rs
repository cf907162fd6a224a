//! Where a repository keeps its things, and in which formats.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use gix::{config::file::Metadata, hash};

/// How refs are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefStorage {
    /// Loose files and `packed-refs`, which gix reads.
    Files,
    /// Anything else; git must be asked.
    Other,
}

/// A repository, before any object or ref is read.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    pub(crate) git_dir: PathBuf,
    pub(crate) common_dir: PathBuf,
    pub(crate) format: hash::Kind,
    pub(crate) ref_storage: RefStorage,
    /// Objects may be missing because they are promised by another server.
    pub(crate) partial: bool,
}

/// The repository cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The configuration file is not one.
    #[error("cannot parse {path}")]
    Config {
        /// The file.
        path: PathBuf,
    },
    /// Objects have names that this program does not know.
    #[error("unknown object format \"{0}\"")]
    ObjectFormat(String),
}

impl Repository {
    pub(crate) fn open(git_dir: &Path) -> Result<Repository, RepositoryError> {
        let common_dir = common_dir(git_dir)?;
        let path = common_dir.join("config");
        let bytes = read_file(&path)?.unwrap_or_default();
        // Includes are not followed, as git does not follow them for extensions.
        let config = gix::config::File::from_bytes_no_includes(
            &bytes,
            Metadata::from(gix::config::Source::Local),
            Default::default(),
        )
        .map_err(|_| RepositoryError::Config { path })?;

        let text = |key: &str| config.string(key);
        let format = match text("extensions.objectFormat") {
            None => hash::Kind::Sha1,
            Some(name) if name.eq_ignore_ascii_case(b"sha1") => hash::Kind::Sha1,
            Some(name) if name.eq_ignore_ascii_case(b"sha256") => hash::Kind::Sha256,
            Some(name) => {
                return Err(RepositoryError::ObjectFormat(name.escape_ascii().to_string()));
            }
        };
        let ref_storage = match text("extensions.refStorage") {
            None => RefStorage::Files,
            Some(name) if name.eq_ignore_ascii_case(b"files") => RefStorage::Files,
            Some(_) => RefStorage::Other,
        };
        let partial = text("extensions.partialClone").is_some();
        Ok(Repository { git_dir: git_dir.to_owned(), common_dir, format, ref_storage, partial })
    }
}

/// The bytes of the file at `path`; nothing when there is no such file.
pub(crate) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, RepositoryError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RepositoryError::Io { path: path.to_owned(), source }),
    }
}

/// What linked worktrees of a repository share.
fn common_dir(git_dir: &Path) -> Result<PathBuf, RepositoryError> {
    let Some(line) = read_file(&git_dir.join("commondir"))? else {
        return Ok(git_dir.to_owned());
    };
    let path = line.trim_end_with(|c| c == '\n' || c == '\r');
    Ok(git_dir.join(OsStr::from_bytes(path)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use gix::hash::Kind;

    use super::{RefStorage, Repository, RepositoryError};

    fn open(config: &str) -> Result<Repository, RepositoryError> {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("config"), config).unwrap();
        Repository::open(directory.path())
    }

    #[test]
    fn formats_are_those_of_the_configuration() {
        let plain = open("[core]\n\tbare = true\n").unwrap();
        assert_eq!((plain.format, plain.ref_storage), (Kind::Sha1, RefStorage::Files));
        let new = open("[extensions]\nobjectformat = sha256\nrefstorage = reftable\n").unwrap();
        assert_eq!((new.format, new.ref_storage), (Kind::Sha256, RefStorage::Other));
        let unknown = open("[extensions]\nobjectformat = sha3\n");
        assert!(matches!(unknown, Err(RepositoryError::ObjectFormat(name)) if name == "sha3"));
        assert!(matches!(open("[core\n"), Err(RepositoryError::Config { .. })));
    }

    #[test]
    fn a_linked_worktree_shares_a_folder() {
        let directory = tempfile::tempdir().unwrap();
        let worktree = directory.path().join("worktrees/one");
        fs::create_dir_all(&worktree).unwrap();
        fs::write(directory.path().join("config"), "[extensions]\nobjectformat=sha256\n").unwrap();
        fs::write(worktree.join("commondir"), "../..\n").unwrap();
        let repository = Repository::open(&worktree).unwrap();
        assert_eq!(repository.format, Kind::Sha256);
        assert_eq!(repository.common_dir, worktree.join("../.."));
    }
}
