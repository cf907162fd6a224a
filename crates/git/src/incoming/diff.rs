//! What a tree has that its parents' trees have not, at the same path.
//!
//! Only folders that differ are read. Entries are compared by walking both lists in step, in
//! git's order; a hostile list in another order makes more entries differ, never fewer.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    rc::Rc,
};

use bstr::{BString, ByteSlice};
use gix::{ObjectId, hash};

use super::recent::RecentTrees;
use crate::{
    GitLimits, LimitExceeded, Objects, ReadError,
    limits::Budget,
    parse::{self, Entry, EntryKind},
};

/// A folder to be compared: the tree, and the trees at the same path in the commit's parents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Folder {
    pub(crate) tree: ObjectId,
    /// None of them is `tree`.
    pub(crate) parents: Rc<[ObjectId]>,
}

/// An entry that differs from that of every parent.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) kind: EntryKind,
    pub(crate) name: BString,
    pub(crate) id: ObjectId,
    /// What the parents have under that name: folders if it is one, else what is none.
    pub(crate) parents: Rc<[ObjectId]>,
}

/// What comparing one folder gave.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) changes: Vec<Change>,
    /// Folders of the parents that are gone or replaced.
    pub(crate) removed: Vec<ObjectId>,
    /// Whether the tree could be read to its end.
    pub(crate) complete: bool,
}

/// Compares folders, within a budget.
pub(crate) struct Differ<'o> {
    objects: &'o Objects,
    budget: Budget,
    trees: RecentTrees<'o>,
}

impl Folder {
    /// The folder of a whole commit; `None` when a parent has the same tree.
    pub(crate) fn root(tree: ObjectId, mut parents: Vec<ObjectId>) -> Option<Folder> {
        parents.sort_unstable();
        parents.dedup();
        (!parents.contains(&tree)).then(|| Folder { tree, parents: parents.into() })
    }
}

impl<'o> Differ<'o> {
    pub(crate) fn new(objects: &'o Objects) -> Differ<'o> {
        let budget =
            Budget::new("tree_entries_max", objects.limits.tree_entries_max, &objects.limits);
        Differ { objects, budget, trees: RecentTrees::new(objects) }
    }

    /// Compares one folder, not those in it.
    pub(crate) fn compare(
        &mut self,
        folder: &Folder,
    ) -> Result<Result<Changes, ReadError>, LimitExceeded> {
        let format = self.objects.format();
        let tree = match self.trees.read(&folder.tree) {
            Ok(tree) => tree,
            Err(cause) => return Ok(Err(cause)),
        };
        let mut entries = parse::tree(&tree, format);
        let mut compared: Vec<_> = entries.by_ref().map(Compared::new).collect();
        self.budget.spend((compared.len() as u64).saturating_add(1))?;
        let mut changes = Changes { complete: entries.rest().is_empty(), ..Default::default() };
        for parent in folder.parents.iter() {
            self.budget.spend(1)?;
            // A parent that cannot be read hides nothing.
            if let Ok(parent) = self.trees.read(parent) {
                let spent = in_step(&mut compared, &parent, format, &mut changes.removed);
                self.budget.spend(spent)?;
            }
        }
        let differing = compared.into_iter().filter(|compared| !compared.is_known);
        changes.changes = differing.map(Compared::into_change).collect();
        Ok(Ok(changes))
    }

    /// All entries of the tree `id`; none if it cannot be read.
    pub(crate) fn entries(
        &mut self,
        id: &ObjectId,
        mut sink: impl FnMut(&Entry<'_>),
    ) -> Result<(), LimitExceeded> {
        let Ok(tree) = self.trees.read(id) else {
            return self.budget.spend(1);
        };
        let mut count = 1_u64;
        for entry in parse::tree(&tree, self.objects.format()) {
            count = count.saturating_add(1);
            sink(&entry);
        }
        self.budget.spend(count)
    }
}

/// An entry, and what the parents seen so far have under its name.
struct Compared<'b> {
    entry: Entry<'b>,
    is_known: bool,
    parents: Vec<ObjectId>,
}

impl<'b> Compared<'b> {
    fn new(entry: Entry<'b>) -> Compared<'b> {
        Compared { entry, is_known: false, parents: Vec::new() }
    }

    fn into_change(mut self) -> Change {
        self.parents.sort_unstable();
        self.parents.dedup();
        Change {
            kind: self.entry.kind,
            name: self.entry.name.into(),
            id: self.entry.object_id(),
            parents: self.parents.into(),
        }
    }
}

/// Walks `entries` and those of `parent` in step; returns how many the parent has.
fn in_step(
    entries: &mut [Compared<'_>],
    parent: &[u8],
    format: hash::Kind,
    removed: &mut Vec<ObjectId>,
) -> u64 {
    let mut entries = entries.iter_mut().peekable();
    let mut count = 0_u64;
    for theirs in parse::tree(parent, format) {
        count = count.saturating_add(1);
        // Nearly all entries are those of the parent, which is seen by their names alone.
        let is_before =
            |ours: &Entry<'_>| !same_place(ours, &theirs) && order(ours).lt(order(&theirs));
        while entries.next_if(|ours| is_before(&ours.entry)).is_some() {}
        let is_tree = theirs.kind == EntryKind::Tree;
        match entries.next_if(|ours| same_place(&ours.entry, &theirs)) {
            Some(ours) => {
                // A submodule's id may be that of any object here, which it does not reach.
                let is_same = ours.entry.kind == theirs.kind && ours.entry.id == theirs.id;
                ours.is_known |= is_same;
                if !is_same && theirs.kind != EntryKind::Gitlink {
                    ours.parents.push(theirs.object_id());
                }
            }
            None if is_tree => removed.push(theirs.object_id()),
            None => {}
        }
    }
    count
}

/// Whether two entries have the same name, and both or neither is a folder.
fn same_place(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    one.name == other.name && (one.kind == EntryKind::Tree) == (other.kind == EntryKind::Tree)
}

/// Git's order: by name, where the name of a folder ends in a slash.
fn order<'b>(entry: &Entry<'b>) -> impl Iterator<Item = u8> + use<'b> {
    let slash = (entry.kind == EntryKind::Tree).then_some(b'/');
    entry.name.bytes().chain(slash)
}

/// How often a folder may be compared for each incoming object.
const VISITS_PER_OBJECT: u64 = 8;

/// How often a folder was compared with the same parents, because many paths lead to it.
///
/// The product of a commit's folders and those of its parents can be far larger than what was
/// sent, so that comparisons are bounded, within one commit and over the whole push.
#[derive(Debug)]
pub(crate) struct Visits {
    /// How often each folder of the commit was compared. Folders are remembered by a fingerprint
    /// of 128 bits with random keys, which the pusher cannot foresee and so not make collide.
    counts: HashMap<(u64, u64), u8>,
    keys: (RandomState, RandomState),
    commit_max: u64,
    push: Budget,
    objects: u64,
}

impl Visits {
    pub(crate) fn new(limits: &GitLimits) -> Visits {
        Visits {
            counts: HashMap::new(),
            keys: (RandomState::new(), RandomState::new()),
            commit_max: limits.folder_visits_per_commit_max,
            push: Budget::new("folder_visits_max", limits.folder_visits_max, limits),
            objects: 0,
        }
    }

    /// Allows as many comparisons as `objects` incoming objects ask for.
    pub(crate) fn allow(&mut self, objects: usize) {
        let fresh = (objects as u64).saturating_sub(self.objects);
        self.objects = self.objects.saturating_add(fresh);
        self.push.grant(fresh.saturating_mul(VISITS_PER_OBJECT));
    }

    /// Forgets what was compared, because another commit begins.
    pub(crate) fn next_commit(&mut self) {
        self.counts.clear();
        // A large table would be cleared again and again.
        self.counts.shrink_to(1 << 10);
    }

    /// Counts a visit; says whether there were fewer than `max` before.
    pub(crate) fn visit(&mut self, folder: &Folder, max: u8) -> Result<bool, LimitExceeded> {
        let fingerprint = (self.keys.0.hash_one(folder), self.keys.1.hash_one(folder));
        let count = self.counts.entry(fingerprint).or_default();
        if *count >= max {
            return Ok(false);
        }
        *count = count.saturating_add(1);
        self.push.spend(1)?;
        if self.counts.len() as u64 > self.commit_max {
            let name = "folder_visits_per_commit_max";
            return Err(LimitExceeded::Count { name, max: self.commit_max });
        }
        Ok(true)
    }
}
