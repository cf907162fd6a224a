//! The refs that the repository has before the push.
//!
//! gix reads loose refs and `packed-refs`. For any other ref storage git is asked, once; that is
//! the only process this crate starts. Namespaces do not matter here: an object that any ref
//! reaches is not new.

use std::{
    ffi::OsString,
    fs,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

use bstr::BStr;
use gix::{ObjectId, error::MetadataValue, hash, hashtable::HashSet, refs};

use crate::{
    GitEnvironment, GitLimits, LimitExceeded,
    limits::Budget,
    repository::{RefStorage, Repository},
};

/// Bytes that git may say on standard output for one ref: a hex id and a line feed.
const LINE_BYTES_MAX: u64 = 65;

/// What git needs to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct GitProgram {
    path: Option<OsString>,
    exec_path: Option<OsString>,
}

impl GitProgram {
    pub(crate) fn new(environment: &GitEnvironment) -> GitProgram {
        GitProgram { path: environment.path.clone(), exec_path: environment.exec_path.clone() }
    }
}

/// Where refs point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RefTips {
    /// What refs name that may be annotated tags.
    pub(crate) named: HashSet<ObjectId>,
    /// What branches name: git lets them point at commits alone.
    pub(crate) branches: HashSet<ObjectId>,
    /// What `packed-refs` says that tags come to in the end.
    pub(crate) peeled: HashSet<ObjectId>,
}

/// Refs cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum RefsError {
    /// A ref, or the file `packed-refs`, cannot be read.
    #[error("refs cannot be read: {0}")]
    Unreadable(String),
    /// Git could not be started, or did not answer.
    #[error("git cannot be asked for refs")]
    Git(#[from] io::Error),
    /// Git answered, but not with refs.
    #[error("git for-each-ref failed: {0}")]
    Failed(String),
    /// There are more refs than allowed.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
}

/// Lists all refs.
pub(crate) fn list(
    repository: &Repository,
    git: &GitProgram,
    limits: &GitLimits,
) -> Result<RefTips, RefsError> {
    match repository.ref_storage {
        RefStorage::Files => list_files(repository, limits),
        RefStorage::Other => ask_git(repository, git, limits),
    }
}

/// Whether the ref `name` stands at `id`. "No" may also mean that it could not be told.
pub(crate) fn stands_at(repository: &Repository, name: &BStr, id: &ObjectId) -> bool {
    // Only whole names: gix would else try `refs/heads/` and more before them.
    let Ok(full_name) = refs::FullName::try_from(name) else { return false };
    if repository.ref_storage != RefStorage::Files || !name.starts_with(b"refs/") {
        return false;
    }
    match store(repository).try_find(full_name.as_ref()) {
        Ok(Some(found)) => found.name == full_name && found.target.try_id() == Some(id),
        Ok(None) | Err(_) => false,
    }
}

/// Where the branch stands that `HEAD` names, if both can be read.
pub(crate) fn main_branch(repository: &Repository) -> Option<ObjectId> {
    if repository.ref_storage != RefStorage::Files {
        return None;
    }
    let store = store(repository);
    let head = store.try_find("HEAD").ok()??;
    let refs::Target::Symbolic(name) = head.target else { return None };
    let branch = store.try_find(name.as_ref()).ok()??;
    branch.target.try_id().map(ToOwned::to_owned)
}

fn store(repository: &Repository) -> refs::file::Store {
    let (git_dir, common_dir) = (repository.git_dir.clone(), repository.common_dir.clone());
    if git_dir == common_dir {
        return refs::file::Store::at(git_dir, repository.format);
    }
    refs::file::Store::for_linked_worktree(git_dir, common_dir, repository.format)
}

fn list_files(repository: &Repository, limits: &GitLimits) -> Result<RefTips, RefsError> {
    // A ref can vanish between two looks, because it is packed or deleted: then look again.
    let mut last = None;
    for _ in 0..3 {
        match try_list_files(repository, limits)? {
            Ok(tips) => return Ok(tips),
            Err(why) => last = Some(why),
        }
    }
    Err(RefsError::Unreadable(last.unwrap_or_default()))
}

fn try_list_files(
    repository: &Repository,
    limits: &GitLimits,
) -> Result<Result<RefTips, String>, LimitExceeded> {
    let store = store(repository);
    let mut tips = RefTips::default();
    let mut budget = Budget::new("refs_max", limits.refs_max, limits);
    let platform = match store.iter() {
        Ok(platform) => platform,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let references = match platform.all() {
        Ok(references) => references,
        Err(error) => return Ok(Err(error.to_string())),
    };
    for reference in references {
        budget.spend(1)?;
        let reference = match reference {
            Ok(reference) => reference,
            Err(error) if is_symbolic(&error) => continue,
            Err(error) => return Ok(Err(error.to_string())),
        };
        // What a symbolic ref names is a ref itself, or does not exist.
        if let Some(id) = reference.target.try_id() {
            let is_branch = reference.name.as_bstr().starts_with(b"refs/heads/");
            let named = if is_branch { &mut tips.branches } else { &mut tips.named };
            named.insert(id.to_owned());
            tips.peeled.extend(reference.peeled);
        }
    }
    add_heads(repository, &mut tips, &mut budget)?;
    Ok(Ok(tips))
}

/// Adds where the repository's `HEAD`s stand that are no symbolic refs, of linked worktrees, too.
///
/// Git reads them as refs. One that cannot be read hides nothing.
fn add_heads(
    repository: &Repository,
    tips: &mut RefTips,
    budget: &mut Budget,
) -> Result<(), LimitExceeded> {
    let mut folders = vec![repository.git_dir.clone(), repository.common_dir.clone()];
    for entry in fs::read_dir(repository.common_dir.join("worktrees")).into_iter().flatten() {
        budget.spend(1)?;
        folders.extend(entry.map(|entry| entry.path()));
    }
    for folder in folders {
        let mut bytes = Vec::new();
        let file = fs::File::open(folder.join("HEAD"));
        let read = file.and_then(|file| file.take(LINE_BYTES_MAX).read_to_end(&mut bytes));
        let length = repository.format.len_in_hex();
        let Some((hex, rest)) = bytes.split_at_checked(length).filter(|_| read.is_ok()) else {
            continue;
        };
        if rest.first().is_none_or(u8::is_ascii_whitespace) {
            tips.named.extend(ObjectId::from_hex(hex));
        }
    }
    Ok(())
}

/// Whether gix could not read a ref because no space follows `ref:`, which git does not need.
fn is_symbolic(error: &gix::Error) -> bool {
    let mut inputs = error.metadata().filter_map(|values| values.get("input"));
    inputs.any(|input| matches!(input, MetadataValue::Bytes(bytes) if bytes.starts_with(b"ref:")))
}

#[expect(clippy::disallowed_methods, reason = "gix reads no ref storage but files; git does")]
fn ask_git(
    repository: &Repository,
    git: &GitProgram,
    limits: &GitLimits,
) -> Result<RefTips, RefsError> {
    let mut command = Command::new("git");
    // Variables that git uses to find the quarantine must not come along, so none does.
    command.env_clear();
    command.envs(git.path.iter().map(|path| ("PATH", path)));
    command.envs(git.exec_path.iter().map(|path| ("GIT_EXEC_PATH", path)));
    command.envs([("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_NO_LAZY_FETCH", "1"), ("LC_ALL", "C")]);
    command.arg("--git-dir").arg(absolute(&repository.git_dir)?);
    command.args(["for-each-ref", "--format=%(objectname)"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let read = match child.stdout.take() {
        Some(output) => read_ids(BufReader::new(output), repository.format, limits),
        None => Err(RefsError::Failed("no output".to_owned())),
    };
    if read.is_err() {
        // It may have more to say than we want to hear. If it is gone already, all the better.
        child.kill().ok();
    }
    let status = child.wait()?;
    let tips = read?;
    if !status.success() {
        return Err(RefsError::Failed(status.to_string()));
    }
    Ok(tips)
}

fn absolute(path: &Path) -> io::Result<std::path::PathBuf> {
    std::fs::canonicalize(path)
}

fn read_ids(
    mut output: impl BufRead,
    format: hash::Kind,
    limits: &GitLimits,
) -> Result<RefTips, RefsError> {
    let mut tips = RefTips::default();
    let mut budget = Budget::new("refs_max", limits.refs_max, limits);
    let mut line = Vec::new();
    loop {
        line.clear();
        output.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(tips);
        }
        budget.spend(1)?;
        let id = line.strip_suffix(b"\n").and_then(|hex| ObjectId::from_hex(hex).ok());
        let Some(id) = id.filter(|id| id.kind() == format) else {
            return Err(RefsError::Failed(format!("it said \"{}\"", line.escape_ascii())));
        };
        tips.named.insert(id);
    }
}

#[cfg(test)]
mod tests {
    use gix::hash::Kind;

    use super::{RefsError, read_ids};
    use crate::GitLimits;

    fn read(text: &str) -> Result<usize, RefsError> {
        let limits = GitLimits { refs_max: 2, ..Default::default() };
        read_ids(text.as_bytes(), Kind::Sha1, &limits).map(|tips| tips.named.len())
    }

    #[test]
    fn only_ids_are_taken_from_git() {
        let line = |digit: &str| digit.repeat(40) + "\n";
        assert_eq!(read("").unwrap(), 0);
        assert_eq!(read(&(line("1") + &line("2"))).unwrap(), 2);
        assert!(matches!(read(&(line("1") + &line("2") + &line("3"))), Err(RefsError::Limit(_))));
        for bad in ["1", "\n", &"1".repeat(40), &line("x"), &"1".repeat(1000)] {
            assert!(matches!(read(bad), Err(RefsError::Failed(_))), "{bad}");
        }
        let long = "1".repeat(64) + "\n";
        assert!(matches!(read(&long), Err(RefsError::Failed(_))));
    }
}
