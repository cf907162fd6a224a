//! What a push makes available.
//!
//! ```text
//! incoming = (objects in the quarantine − objects the base has)                        part Quarantine
//!          ∪ (objects reachable from a new tip, from no existing ref, and not of those)  part Store
//! ```
//!
//! The first part is all that was sent, also what no ref reaches. The second part is what was
//! lying in the store already: a deleted branch pushed again, an object of a fork pool. It is
//! usually empty, and then costs nothing: when all that new commits build on stands under a ref,
//! there is no walk. It may be taken too large, never too small: what a new tree names, that was
//! not sent and is not in the same folders of the commit's parents, is taken in.
//!
//! ```text
//! positions.rs   where objects stand in a list
//! quarantine.rs  what was sent
//! sent.rs        the same as a stage, before the rest is known
//! survey.rs      what a walk made for something else sees of commits and trees
//! tips.rs        what the refs shall point at, and what existing refs point at
//! links.rs       what commits say, read in one pass over the packs
//! history.rs     which commits are new
//! named.rs       what trees name that was not sent, read in one pass likewise
//! diff.rs        what a tree has that its parents' trees have not
//! recent.rs      trees that were read lately
//! trees.rs       what new commits name that was not sent
//! content.rs     what stands at the new tips
//! ```

use std::{num::NonZero, path::PathBuf, sync::OnceLock};

use gix::ObjectId;

use crate::{
    LimitExceeded, Objects, Push, ReadError, objects::Kind, pack::Forest, refs::RefsError,
};

mod content;
pub(crate) mod diff;
pub(crate) mod history;
pub(crate) mod links;
mod named;
mod positions;
mod quarantine;
pub(crate) mod recent;
mod sent;
mod survey;
pub(crate) mod tips;
mod trees;

use history::NewCommit;
use links::Links;
use positions::{Listed, Positions};
pub use sent::Sent;
pub use survey::{Survey, Surveyed};
use tips::Tip;

/// Where an incoming object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// It was sent.
    Quarantine,
    /// It was in the store already, and no ref is known to reach it.
    Store,
}

/// An object that the push makes available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncomingObject {
    /// Its id.
    pub id: ObjectId,
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has.
    pub size: u64,
    /// Where it comes from.
    pub part: Part,
}

impl Listed for IncomingObject {
    fn id(&self) -> &ObjectId {
        &self.id
    }
}

/// Something that could not be looked at, so that the push cannot be called clean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// An object that is incoming, or that may lead to incoming ones.
    #[error("object {id}: {cause}")]
    Object {
        /// Its id.
        id: ObjectId,
        /// Why it could not be read.
        cause: ReadError,
    },
    /// An object whose bytes do not say what it leads to.
    #[error("object {id} is malformed: what it leads to is unknown")]
    Malformed {
        /// Its id.
        id: ObjectId,
    },
    /// A file of the quarantine that is not understood.
    #[error("{path} in the quarantine: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
}

/// What is incoming cannot be found out.
#[derive(Debug, thiserror::Error)]
pub enum IncomingError {
    /// The ids on standard input are not of the repository's object format.
    #[error("standard input has another object format than the repository")]
    Format,
    /// A bound is passed.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// A bound is passed before all was found out.
    #[error("{limit}")]
    TooMuch {
        /// Which.
        limit: LimitExceeded,
        /// What was known by then.
        listed: Vec<IncomingObject>,
    },
    /// Existing refs cannot be listed.
    #[error(transparent)]
    Refs(#[from] RefsError),
}

/// All that a push makes available.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The objects: first those that were sent, in the order in which they are stored, so that
    /// reading them in this order is fast; then those of the store.
    pub objects: Vec<IncomingObject>,
    /// What could not be looked at.
    pub unreadable: Vec<Unreadable>,
    /// Where each object stands in `objects`.
    positions: Positions,
    /// What the updates point at, in their order.
    pub(crate) tips: Vec<Tip>,
    /// What the commits that were sent say, if it was seen on the way and not needed yet.
    links: Option<Links>,
    /// New commits, parents first; not there until someone needs them.
    commits: OnceLock<Vec<NewCommit>>,
    /// What is missing here because the deadline came first.
    pub unlisted: Option<Unlisted>,
}

/// What was not found out of a push because the deadline came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// How many objects that were sent are missing in the list; git may have added some of them to
    /// complete a pack, which are not new.
    ///
    /// If there are none, what the store had already may be missing.
    pub objects: u64,
}

impl Incoming {
    /// Finds out what `push` makes available, object by object.
    ///
    /// # Errors
    ///
    /// As [`Incoming::find_in`].
    pub fn find(push: &Push, objects: &Objects) -> Result<Incoming, IncomingError> {
        Incoming::find_in(push, objects, &[], NonZero::<usize>::MIN)
    }

    /// Finds out what `push` makes available. Packs of the quarantine, `forests`, are read in one
    /// pass, on `threads` threads, which is faster for a large push, and takes nothing in that would
    /// not be taken in without; it may know more of the store to be old.
    ///
    /// # Errors
    ///
    /// When existing refs must be known and cannot be listed, or when a bound is passed. What
    /// concerns single objects is in [`unreadable`](Incoming::unreadable) instead, and what the
    /// deadline cuts off in [`unlisted`](Incoming::unlisted).
    pub fn find_in(
        push: &Push,
        objects: &Objects,
        forests: &[Forest],
        threads: NonZero<usize>,
    ) -> Result<Incoming, IncomingError> {
        let sent = Sent::list(push, objects, forests, threads)?;
        sent.complete(push, objects, forests, threads)
    }

    /// The object `id`, if it is incoming.
    #[must_use]
    pub fn get(&self, id: &ObjectId) -> Option<&IncomingObject> {
        self.position(id).and_then(|at| self.objects.get(at))
    }

    /// Where the object `id` stands in [`objects`](Incoming::objects), if it is incoming.
    #[must_use]
    pub fn position(&self, id: &ObjectId) -> Option<usize> {
        self.positions.of(id, &self.objects)
    }

    /// The new commits, parents first. They are read once.
    pub(crate) fn commits(
        &self,
        objects: &Objects,
        forests: &[Forest],
        threads: NonZero<usize>,
    ) -> Result<&[NewCommit], LimitExceeded> {
        if let Some(commits) = self.commits.get() {
            return Ok(commits);
        }
        let commits = match &self.links {
            Some(links) => history::sent(objects, links, self)?,
            None => history::sent(objects, &Links::read(forests, objects, threads), self)?,
        };
        Ok(self.commits.get_or_init(|| commits))
    }

    /// Makes room for so many objects more.
    fn reserve(&mut self, count: u64, objects: &Objects) {
        let count = count.min(objects.limits.objects_max);
        let count = usize::try_from(count).unwrap_or_default();
        self.objects.reserve(count);
        self.positions.reserve(count, &self.objects);
    }

    /// Adds an object, if it is not there yet; says whether it was added.
    fn add(&mut self, object: IncomingObject, objects: &Objects) -> Result<bool, LimitExceeded> {
        if self.position(&object.id).is_some() {
            return Ok(false);
        }
        let max = objects.limits.objects_max.min(u32::MAX.into());
        if self.objects.len() as u64 >= max {
            return Err(LimitExceeded::Count { name: "objects_max", max });
        }
        self.objects.push(object);
        self.positions.add_last(&self.objects);
        Ok(true)
    }

    /// Adds an object of the store.
    fn add_stored(
        &mut self,
        id: ObjectId,
        header: crate::Header,
        objects: &Objects,
    ) -> Result<bool, LimitExceeded> {
        let crate::Header { kind, size } = header;
        self.add(IncomingObject { id, kind, size, part: Part::Store }, objects)
    }

    fn note(&mut self, id: ObjectId, cause: ReadError) {
        self.unreadable.push(Unreadable::Object { id, cause });
    }
}
