//! What the trees of the packs name that was not sent.
//!
//! In a large push nearly all of it stands in the trees of the commits that the push builds on, in
//! folders of the same names. When all of it does, nothing was lying in the store that the push
//! makes available, and no commit needs to be compared with its parents.

use std::{collections::HashSet as PlainSet, num::NonZero};

use gix::{ObjectId, hashtable::HashSet};

use super::{Incoming, Part};
use crate::{
    Kind, ReadError,
    pack::{Derived, Entries, Entry, Forest, TreeReader, Visitor},
    parse::{self, EntryKind},
};

/// How much that was not sent a thread remembers.
const NAMED_MAX: usize = 1 << 20;

/// What was not sent, and where it may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) trees: HashSet<ObjectId>,
    pub(super) blobs: HashSet<ObjectId>,
    /// Names of folders that were sent.
    folders: PlainSet<Vec<u8>>,
    /// Sent trees that were read.
    read: usize,
    /// Whether there are others, or more names than are remembered.
    missed: bool,
    /// How many entries they have that no base has.
    pub(super) entries: u64,
}

impl Named {
    /// Reads all trees of `forests`, on `threads` threads. `None` if a tree that was sent is not
    /// among them or cannot be read to its end.
    pub(super) fn read(
        forests: &[Forest],
        incoming: &Incoming,
        threads: NonZero<usize>,
    ) -> Option<Named> {
        let mut named = Named::default();
        for forest in forests {
            let is_sent = |id: &ObjectId| incoming.get(id).is_some();
            let trees = forest.select(|id, kind| kind == Some(Kind::Tree) && is_sent(id));
            let readers = trees.walk(threads, || Reader::new(incoming));
            readers.into_iter().for_each(|reader| named.add(reader.seen.named));
        }
        named.of_all(incoming)
    }

    /// The same, if all trees that were sent were read to their ends.
    pub(super) fn of_all(self, incoming: &Incoming) -> Option<Named> {
        let sent = incoming.objects.iter();
        let sent =
            sent.filter(|object| (object.kind, object.part) == (Kind::Tree, Part::Quarantine));
        (!self.missed && self.read == sent.count()).then_some(self)
    }

    /// Adds what another thread has seen.
    pub(super) fn add(&mut self, other: Named) {
        self.trees.extend(other.trees);
        self.blobs.extend(other.blobs);
        self.folders.extend(other.folders);
        self.read += other.read;
        self.missed |= other.missed;
        self.entries += other.entries;
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.trees.is_empty() && self.blobs.is_empty()
    }

    /// Takes away what `entry` leads to, which refs reach; says whether it is to be looked into.
    pub(super) fn take(&mut self, entry: &parse::Entry<'_>) -> bool {
        let id = entry.object_id();
        match entry.kind {
            EntryKind::Tree => {
                self.trees.remove(&id);
                self.folders.contains(entry.name)
            }
            EntryKind::Blob => {
                self.blobs.remove(&id);
                false
            }
            EntryKind::Gitlink => false,
        }
    }
}

/// What a thread has seen.
#[derive(Debug)]
pub(super) struct Seen<'n> {
    incoming: &'n Incoming,
    named: Named,
}

impl<'n> Seen<'n> {
    /// Nothing yet; what is `incoming` was sent.
    pub(super) fn new(incoming: &'n Incoming) -> Seen<'n> {
        Seen { incoming, named: Named::default() }
    }

    /// An entry of a tree that its base has not.
    pub(super) fn name(&mut self, entry: &parse::Entry<'_>) {
        let Named { trees, blobs, folders, .. } = &self.named;
        if trees.len() + blobs.len() + folders.len() > NAMED_MAX {
            self.named.missed = true;
            return;
        }
        self.named.entries += 1;
        let id = entry.object_id();
        let is_sent = self.incoming.get(&id).is_some();
        match entry.kind {
            EntryKind::Gitlink => {}
            EntryKind::Tree if is_sent => {
                if !self.named.folders.contains(entry.name) {
                    self.named.folders.insert(entry.name.to_vec());
                }
            }
            EntryKind::Tree => _ = self.named.trees.insert(id),
            EntryKind::Blob if is_sent => {}
            EntryKind::Blob => _ = self.named.blobs.insert(id),
        }
    }

    /// A tree of which all entries were told that its base has not.
    pub(super) fn tree(&mut self, entry: &Entry<'_>) {
        self.named.read += usize::from(entry.is_wanted);
    }

    /// A tree that was not read to its end.
    pub(super) fn missed(&mut self) {
        self.named.missed = true;
    }

    pub(super) fn into_named(self) -> Named {
        self.named
    }
}

struct Reader<'n> {
    seen: Seen<'n>,
    trees: TreeReader,
    text: Vec<u8>,
}

impl<'n> Reader<'n> {
    fn new(incoming: &'n Incoming) -> Reader<'n> {
        Reader { seen: Seen::new(incoming), trees: TreeReader::default(), text: Vec::new() }
    }

    fn whole(&mut self, entry: &Entry<'_>, text: &[u8]) -> Option<Entries> {
        let seen = &mut self.seen;
        let entries = self.trees.read(entry.ids(), text, &mut |entry| seen.name(&entry));
        match &entries {
            Some(_) => seen.tree(entry),
            None => seen.missed(),
        }
        entries
    }
}

impl Visitor for Reader<'_> {
    type State = Option<Entries>;

    fn weight(entries: &Option<Entries>) -> usize {
        entries.as_ref().map_or(0, Entries::weight)
    }

    fn lighten(&mut self, entries: &mut Option<Entries>) {
        entries.take().into_iter().for_each(|entries| self.trees.done(entries));
    }

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> Option<Entries> {
        self.whole(entry, text)
    }

    fn derived(
        &mut self,
        entry: &Entry<'_>,
        base: &Option<Entries>,
        object: &Derived<'_>,
    ) -> Option<Entries> {
        let seen = &mut self.seen;
        let followed = base.as_ref().and_then(|base| {
            self.trees.derived(base, entry.ids(), object, &mut |entry| seen.name(&entry))
        });
        if followed.is_some() {
            seen.tree(entry);
            return followed;
        }
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        object.text().whole(&mut text);
        let entries = self.whole(entry, &text);
        self.text = text;
        entries
    }

    fn large(&mut self, _: &Entry<'_>) {
        self.seen.missed();
    }

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {
        self.seen.missed();
    }
}
