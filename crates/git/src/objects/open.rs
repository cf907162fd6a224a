//! Which directories are the quarantine and the base.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicU32},
};

use gix::ObjectId;

use super::{Directory, Objects, files::OpenFiles};
use crate::{
    GitEnvironment, GitLimits, alternates,
    refs::GitProgram,
    repository::{Repository, RepositoryError, read_file},
};

/// How deep alternates of alternates are followed; git's own bound.
const ALTERNATES_DEPTH_MAX: usize = 5;
/// How many object directories there may be.
const DIRECTORIES_MAX: usize = 1024;

/// The objects of a push cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The repository cannot be understood.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// The variable `GIT_OBJECT_DIRECTORY` names something that is no directory.
    #[error("GIT_OBJECT_DIRECTORY names {path}, which is not a directory")]
    ObjectDirectory {
        /// What it names.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There are more alternates than any server has.
    #[error("more than {DIRECTORIES_MAX} object directories")]
    Alternates,
}

impl Objects {
    /// Opens the repository's objects as git itself would see them in this environment.
    ///
    /// A quarantine is what `GIT_OBJECT_DIRECTORY` names, when alternates are named too and it is
    /// none of them. An alternate that does not exist is passed over, as git does: what is not in
    /// the base is searched.
    ///
    /// # Errors
    ///
    /// When the repository's configuration, a list of alternates or a list of shallow commits
    /// cannot be read, or when `GIT_OBJECT_DIRECTORY` names no directory.
    pub fn open(environment: &GitEnvironment, limits: &GitLimits) -> Result<Objects, OpenError> {
        let repository = Repository::open(&environment.git_dir)?;
        let own = match &environment.object_directory {
            None => repository.common_dir.join("objects"),
            Some(path) => PathBuf::from(path),
        };
        let canonical = match fs::canonicalize(&own) {
            Ok(path) if path.is_dir() => path,
            Ok(_) => return Err(no_directory(own, io::ErrorKind::NotADirectory.into())),
            Err(source) => return Err(no_directory(own, source)),
        };
        let listed = environment.alternate_object_directories.as_deref();
        let mut base = resolve(listed, None)?;
        let is_quarantine = environment.object_directory.is_some()
            && listed.is_some()
            && canonical != canonical_or_self(&repository.common_dir.join("objects"))
            && !base.contains(&canonical);
        if !is_quarantine {
            base = resolve(listed, Some(canonical.clone()))?;
        }
        let shallow = shallow(&repository, environment.shallow_file.as_deref())?;
        let format = repository.format;
        let files = Arc::new(OpenFiles::default());
        Ok(Objects {
            limits: *limits,
            git: GitProgram::new(environment),
            quarantine: is_quarantine.then(|| Directory::new(canonical, format, &files)),
            base: base.into_iter().map(|path| Directory::new(path, format, &files)).collect(),
            shallow,
            scratch: Mutex::default(),
            refreshes: AtomicU32::new(0),
            repository,
        })
    }
}

fn no_directory(path: PathBuf, source: io::Error) -> OpenError {
    OpenError::ObjectDirectory { path, source }
}

fn canonical_or_self(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// All directories of the base, each once: `own`, those that `listed` names, and their alternates.
fn resolve(listed: Option<&OsStr>, own: Option<PathBuf>) -> Result<Vec<PathBuf>, OpenError> {
    let mut found: Vec<PathBuf> = Vec::new();
    // The next to look at is the last. Git counts depth from the directory that it writes to.
    let named = listed.map(alternates::parse_variable).unwrap_or_default();
    let mut pending: Vec<(PathBuf, usize)> =
        named.into_iter().rev().map(|path| (path, 1)).collect();
    pending.extend(own.map(|path| (path, 0)));
    while let Some((path, depth)) = pending.pop() {
        let Ok(path) = fs::canonicalize(&path) else { continue };
        if !path.is_dir() || found.contains(&path) {
            continue;
        }
        if found.len() >= DIRECTORIES_MAX || pending.len() >= DIRECTORIES_MAX {
            return Err(OpenError::Alternates);
        }
        if depth <= ALTERNATES_DEPTH_MAX {
            let file = read_file(&path.join("info/alternates"))?.unwrap_or_default();
            let entries = alternates::parse_file(&file).into_iter().rev();
            pending.extend(entries.map(|entry| (path.join(entry), depth.saturating_add(1))));
        }
        found.push(path);
    }
    Ok(found)
}

/// The commits whose parents may be missing.
fn shallow(
    repository: &Repository,
    file: Option<&OsStr>,
) -> Result<gix::hashtable::HashSet<ObjectId>, RepositoryError> {
    // Git names another one while a push brings boundaries of its own. An empty name is that of no
    // file.
    let path = file.map_or_else(|| repository.common_dir.join("shallow"), PathBuf::from);
    let bytes = read_file(&path)?.unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| ObjectId::from_hex(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::resolve;

    fn directory(root: &Path, name: &str, alternates: &str) {
        let info = root.join(name).join("info");
        fs::create_dir_all(&info).unwrap();
        if !alternates.is_empty() {
            fs::write(info.join("alternates"), alternates).unwrap();
        }
    }

    fn check(root: &Path, listed: &str, expected: &[&str]) {
        let root = fs::canonicalize(root).unwrap();
        let own = Some(root.join("own"));
        let found = resolve(Some(listed.as_ref()), own).unwrap();
        let expected: Vec<_> = expected.iter().map(|name| root.join(name)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn alternates_are_followed_once_even_in_a_circle() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        directory(root, "own", "# pool\n../a\n../gone\n");
        directory(root, "a", &format!("{}\n", root.join("b").display()));
        directory(root, "b", "../own\n../a\n\"../c\\040d\"\n");
        directory(root, "c d", "");
        directory(root, "e:f", "");
        let listed = format!("\"{}\":/nowhere", root.join("e:f").display());
        check(root, &listed, &["own", "a", "b", "c d", "e:f"]);
    }

    #[test]
    fn alternates_are_followed_as_deep_as_git_does() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        directory(root, "own", "../0\n");
        for depth in 0..9 {
            directory(root, &depth.to_string(), &format!("../{}\n", depth + 1));
        }
        check(root, "", &["own", "0", "1", "2", "3", "4", "5"]);
    }
}
