//! Objects of the quarantine and of the base it is laid over, chained.
//!
//! gix does not know git's quarantine variables, and its all-round object store follows the
//! alternates of every directory, maps files into memory, and forgets index files that it cannot
//! read. So each object directory is a small store of its own here: gix reads pack indices, pack
//! entry headers and zlib streams, and this module chains them. Files are read in pieces, never
//! mapped whole, so that memory does not follow the size of a pack and a file that shrinks is an
//! error and not a signal.
//!
//! Nothing here follows replacement refs, and no process is started.

use std::{
    num::NonZero,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use gix::{ObjectId, hash};

use crate::{GitLimits, LimitExceeded, parse, repository::Repository, threads::each};

mod cache;
pub(crate) mod delta;
mod directory;
mod files;
pub(crate) mod inflate;
mod loose;
mod loose_folder;
mod open;
pub(crate) mod pack;
pub(crate) mod window;

pub use open::OpenError;

pub(crate) use directory::Directory;
use directory::Location;
pub(crate) use pack::Pack;
pub(crate) use pack::Scratch;

/// How often a base is listed again because an object was not found in it.
///
/// Another process may repack the base while we read; that happens once, not a thousand times.
const REFRESHES_MAX: u32 = 16;

/// Ids that one thread looks up before it asks for more.
const LOOKED_UP_TOGETHER: u32 = 1 << 12;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Bytes of a file, or the target of a symbolic link.
    Blob,
    /// A folder: names, modes and ids.
    Tree,
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
}

/// What is known of an object before its bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has.
    pub size: u64,
}

/// An object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No directory has it.
    #[error("the object is missing")]
    Missing,
    /// Its bytes are not what they should be.
    #[error("the object is corrupt: {0}")]
    Corrupt(String),
    /// It is larger than a bound allows.
    #[error("the object is too large: {size} bytes, allowed are {max}")]
    TooLarge {
        /// Its size, or that of an object it is a delta of.
        size: u64,
        /// The bound.
        max: u64,
    },
    /// Another bound is passed.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// The operating system could not read it.
    #[error("the object cannot be read: {0}")]
    Io(String),
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        ReadError::Io(error.to_string())
    }
}

/// All objects that the push can name.
///
/// It can be shared between threads.
#[derive(Debug)]
pub struct Objects {
    pub(crate) repository: Repository,
    pub(crate) limits: GitLimits,
    pub(crate) git: crate::refs::GitProgram,
    pub(crate) quarantine: Option<Directory>,
    pub(crate) base: Vec<Directory>,
    shallow: gix::hashtable::HashSet<ObjectId>,
    scratch: Mutex<Vec<Scratch>>,
    refreshes: AtomicU32,
}

impl Objects {
    /// Whether there is a quarantine; a push that only deletes has none.
    #[must_use]
    pub fn has_quarantine(&self) -> bool {
        self.quarantine.is_some()
    }

    /// The bounds this was opened with.
    #[must_use]
    pub fn limits(&self) -> &GitLimits {
        &self.limits
    }

    /// Sets when reading stops from now on: each stage of a push may have a moment of its own.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.limits.deadline = deadline;
    }

    /// Kind and size of the object `id`.
    ///
    /// # Errors
    ///
    /// When it is missing or corrupt.
    pub fn header(&self, id: &ObjectId) -> Result<Header, ReadError> {
        self.at_location(id, |location, scratch| location.header(scratch, &self.limits))
    }

    /// Reads the object `id` into `out`, which is cleared first.
    ///
    /// # Errors
    ///
    /// When it is missing, corrupt, or larger than `object_bytes_max`; `out` is then unspecified.
    pub fn read(&self, id: &ObjectId, out: &mut Vec<u8>) -> Result<Kind, ReadError> {
        self.at_location(id, |location, scratch| location.read(scratch, &self.limits, out))
    }

    /// Hands the bytes of the object `id` to `sink`, in order, in pieces of at most 1 MiB.
    ///
    /// Memory is constant, unless the object is stored as a delta: then what it is a delta of is
    /// held whole, or, if it is larger than `object_bytes_max`, passes by as often as it must. Pieces
    /// may have been handed over when an error is returned.
    ///
    /// # Errors
    ///
    /// When it is missing, corrupt, larger than `stream_bytes_max`, or stored as deltas that take more
    /// than `held_bytes_max`.
    pub fn stream(&self, id: &ObjectId, sink: &mut dyn FnMut(&[u8])) -> Result<Kind, ReadError> {
        self.at_location(id, |location, scratch| location.stream(scratch, &self.limits, sink))
    }

    /// Whether the base has the object `id`, read as the base stood when it was first looked at.
    #[must_use]
    pub fn contains_base(&self, id: &ObjectId) -> bool {
        self.base.iter().any(|directory| directory.contains(id))
    }

    /// Which objects of `pack` the base has, by their positions in its index, looked up on `threads`
    /// threads: in the order of ids, so that what lies together is needed together. What there is no
    /// time for is not looked up, and whoever goes on must look at the clock.
    pub(crate) fn base_has(&self, pack: &Pack, threads: NonZero<usize>) -> Vec<bool> {
        let count = pack.count().try_into().unwrap_or(u32::MAX);
        if self.base_is_empty() {
            return vec![false; count as usize];
        }
        let share = |first: u32| first..count.min(first.saturating_add(LOOKED_UP_TOGETHER));
        let shares = (0..count).step_by(LOOKED_UP_TOGETHER as usize).map(share).collect();
        let base: Vec<_> = self.base.iter().map(|base| (base, base.packs())).collect();
        let has = |id: &ObjectId| base.iter().any(|(base, packs)| base.contains_in(packs, id));
        let known = each(&mut vec![(); threads.get()], shares, |(), share: Range<u32>| {
            if self.limits.check_time().is_err() {
                return vec![false; share.len()];
            }
            share.map(|position| has(&pack.id(position))).collect()
        });
        known.concat()
    }

    /// Hands id and header of every object of `pack` to `sink`, in the order of the pack, until it
    /// fails.
    pub(crate) fn pack_headers(
        &self,
        pack: &Pack,
        sink: impl FnMut(ObjectId, Result<Header, ReadError>) -> Result<(), LimitExceeded>,
    ) -> Result<(), LimitExceeded> {
        self.with_scratch(|scratch| pack.headers(scratch, &self.limits, sink))
    }

    /// Whether the base has nothing at all, as before the first push.
    pub(crate) fn base_is_empty(&self) -> bool {
        self.base.iter().all(Directory::is_empty)
    }

    pub(crate) fn format(&self) -> hash::Kind {
        self.repository.format
    }

    /// Reads the links of the commit `id`; `bytes` is a buffer.
    ///
    /// A commit at the boundary of shallow history has no parents: even when they are in the
    /// store, git does not go there, so no ref reaches them through it.
    pub(crate) fn commit(
        &self,
        id: &ObjectId,
        bytes: &mut Vec<u8>,
    ) -> Result<parse::Commit, ReadError> {
        if self.read(id, bytes)? != Kind::Commit {
            return Err(ReadError::Corrupt("not a commit".to_owned()));
        }
        let malformed = || ReadError::Corrupt("not a well-formed commit".to_owned());
        let mut commit = parse::commit(bytes, self.format()).ok_or_else(malformed)?;
        self.cut_at_shallow(id, &mut commit);
        Ok(commit)
    }

    /// Takes away the parents of a commit at the boundary of shallow history.
    pub(crate) fn cut_at_shallow(&self, id: &ObjectId, commit: &mut parse::Commit) {
        if self.shallow.contains(id) {
            commit.parents.clear();
        }
    }

    /// Whether an object may be missing because another server has promised it.
    pub(crate) fn is_partial(&self) -> bool {
        self.repository.partial || self.base.iter().any(Directory::has_promisor_pack)
    }

    fn locate(&self, id: &ObjectId) -> Result<Location, ReadError> {
        let find =
            || self.quarantine.iter().chain(&self.base).find_map(|directory| directory.find(id));
        if let Some(location) = find() {
            return location;
        }
        if self.refreshes.fetch_add(1, Ordering::Relaxed) < REFRESHES_MAX {
            for directory in &self.base {
                directory.refresh();
            }
            if let Some(location) = find() {
                return location;
            }
        }
        match self.quarantine.iter().chain(&self.base).find_map(Directory::broken) {
            Some(path) => {
                let path = path.display();
                Err(ReadError::Corrupt(format!("not found, but {path} cannot be read")))
            }
            None => Err(ReadError::Missing),
        }
    }

    /// Reads the object `id` where it is, or where else it is when that pack has just vanished.
    ///
    /// A pack is opened before the first of its bytes is handed on.
    fn at_location<T>(
        &self,
        id: &ObjectId,
        mut read: impl FnMut(&Location, &mut Scratch) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        loop {
            let location = self.locate(id)?;
            let result = self.with_scratch(|scratch| read(&location, scratch));
            // Each time round, a pack is passed over from then on, and packs are listed seldom.
            if result.is_ok() || !location.is_gone() {
                return result;
            }
        }
    }

    /// Lends buffers to `read`, so that reading many objects allocates little.
    pub(crate) fn with_scratch<T>(&self, read: impl FnOnce(&mut Scratch) -> T) -> T {
        let spare = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = spare.unwrap_or_default();
        let result = read(&mut scratch);
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}
