//! A pack of the quarantine as a forest of deltas: bases before what is made of them.
//!
//! A pack stores most objects as deltas, and a delta says which bytes are new and which are copied.
//! So nothing is rebuilt here. A derived object is a list of *pieces*: ranges of bytes that were
//! inflated for it or for an object on the way to its root. To copy from a base is to slice its
//! list. Where a list would be longer than what it saves, the object is made whole.
//!
//! ```text
//! Objects ─▶ Forest::all ─▶ Forest ─▶ select ─▶ Selection ─▶ walk ─▶ Visitor::root
//!            (headers only)           (which)               (bytes)  Visitor::derived ─▶ Derived
//!                                                                    Visitor::large, ::unreadable
//! ```
//!
//! ```text
//! forest.rs     which object is a delta of which
//! heads.rs      what all entries say of themselves, read in one pass
//! selection.rs  which objects are wanted, and what must be read for them
//! walk.rs       depth first over each tree, on one or more threads
//! held.rs       what is held along the path from the root: bytes and pieces
//! text.rs       an object's bytes, in pieces
//! entries.rs    where the entries of a tree begin, told from its base
//! derived.rs    a derived object: its text, its base's text, and the steps from one to the other
//! source.rs     entries of the pack, inflated
//! ```
//!
//! Every object that is wanted is delivered once: to [`Visitor::root`], [`Visitor::derived`],
//! [`Visitor::large`] or [`Visitor::unreadable`]. Memory is that of one path from a root to a leaf,
//! and at most `forest_bytes_max`, whatever the pack claims of its sizes.

use gix::ObjectId;

use crate::{Kind, ReadError};

mod derived;
mod entries;
mod forest;
mod heads;
mod held;
mod selection;
mod source;
mod text;
mod walk;

pub use derived::{Derived, Step, Steps};
pub use entries::{Entries, Told, TreeReader};
pub use forest::Forest;
pub(crate) use forest::Numbers;
pub use selection::Selection;
pub use text::{Slices, Text};

/// An object, as a walk delivers it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'f> {
    forest: &'f Forest,
    number: u32,
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has.
    pub size: u64,
    /// Whether it was selected; if not, something derived from it was.
    pub is_wanted: bool,
}

impl Entry<'_> {
    /// Its id, which is looked up in the index.
    #[must_use]
    pub fn id(&self) -> ObjectId {
        self.forest.id(self.number)
    }

    /// Of what kind its id is, and those of all in its pack.
    #[must_use]
    pub fn ids(&self) -> gix::hash::Kind {
        self.forest.ids()
    }

    /// Its number: the place that it has among [`Forest::entries`].
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

/// Sees the objects of a pack, each after its base.
pub trait Visitor {
    /// What is remembered of an object until the last that is derived from it was seen.
    type State;

    /// How many bytes a state takes besides itself.
    fn weight(_: &Self::State) -> usize {
        0
    }

    /// Makes a state weigh nothing, because it is not needed any more, or because there is no room
    /// for what is remembered of a whole chain of deltas: then what is derived from the object is
    /// looked at without it.
    fn lighten(&mut self, _: &mut Self::State) {}

    /// An object that is stored whole.
    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> Self::State;

    /// An object that is stored as a delta of another one.
    fn derived(
        &mut self,
        entry: &Entry<'_>,
        base: &Self::State,
        object: &Derived<'_>,
    ) -> Self::State;

    /// A selected object that cannot be held, or is derived from one that cannot.
    ///
    /// It can be had by [`Objects::stream`](crate::Objects::stream).
    fn large(&mut self, entry: &Entry<'_>);

    /// A selected object that cannot be read, or is derived from one that cannot.
    fn unreadable(&mut self, id: &ObjectId, cause: ReadError);
}
