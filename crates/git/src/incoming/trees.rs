//! What new commits name that was not sent and may be under no ref.
//!
//! A new commit's tree is compared with those of its parents, which are either old, and then all
//! in them is under a ref, or new, and then looked at themselves. An entry that was not sent, and
//! that none of the parents' folders looked at has, is taken for incoming. Folders that a parent
//! has under another name, or that the commit removes, count as looked at, so a rename brings
//! nothing.

use std::rc::Rc;

use gix::{
    ObjectId,
    hashtable::{HashMap, HashSet},
};

use super::{
    Incoming, Unreadable,
    diff::{Changes, Differ, Folder, Visits},
    history::NewCommit,
};
use crate::{
    LimitExceeded, Objects, ReadError,
    objects::{Header, Kind},
    parse::{self, EntryKind},
};

/// Adds to `incoming` what `commits`, parents first, and tips that are trees name.
pub(super) fn collect(
    objects: &Objects,
    commits: &[NewCommit],
    incoming: &mut Incoming,
) -> Result<(), LimitExceeded> {
    let mut trees = Trees {
        objects,
        differ: Differ::new(objects),
        new: commits.iter().map(|commit| (commit.id, commit.tree)).collect(),
        old: HashMap::default(),
        bytes: Vec::new(),
        incoming,
    };
    for commit in commits {
        let parents = commit.parents.iter().filter_map(|parent| trees.tree_of(parent)).collect();
        if let Some(root) = Folder::root(commit.tree, parents) {
            trees.commit(root)?;
        }
    }
    let tips: Vec<_> = trees.incoming.tips.iter().filter_map(|tip| tip.target).collect();
    for (id, kind) in tips {
        if kind == Kind::Tree {
            // The tree itself is incoming already, whether it was sent or not.
            let folder = Folder { tree: id, parents: Rc::default() };
            Commit::new(&mut trees).run(vec![(folder, 0)])?;
        }
    }
    Ok(())
}

struct Trees<'o> {
    objects: &'o Objects,
    differ: Differ<'o>,
    /// Trees of new commits.
    new: HashMap<ObjectId, ObjectId>,
    /// Trees of commits that they build on.
    old: HashMap<ObjectId, Option<ObjectId>>,
    bytes: Vec<u8>,
    incoming: &'o mut Incoming,
}

impl Trees<'_> {
    /// The tree of a commit, if it can be read; a missing parent hides nothing.
    fn tree_of(&mut self, commit: &ObjectId) -> Option<ObjectId> {
        if let Some(tree) = self.new.get(commit) {
            return Some(*tree);
        }
        if let Some(tree) = self.old.get(commit) {
            return *tree;
        }
        let tree = match self.objects.read(commit, &mut self.bytes) {
            Ok(Kind::Commit) => {
                parse::commit(&self.bytes, self.objects.format()).map(|commit| commit.tree)
            }
            _ => None,
        };
        self.old.insert(*commit, tree);
        tree
    }

    fn commit(&mut self, root: Folder) -> Result<(), LimitExceeded> {
        match self.incoming.get(&root.tree).map(|object| object.kind) {
            Some(_) => Commit::new(self).run(vec![(root, 0)]),
            None => {
                let mut commit = Commit::new(self);
                commit.candidates.push((root, EntryKind::Tree, 0));
                commit.run(Vec::new())
            }
        }
    }
}

/// The work for one commit.
struct Commit<'t, 'o> {
    trees: &'t mut Trees<'o>,
    visits: Visits,
    /// Parents' folders that were compared, and those that the commit removes.
    compared: Vec<ObjectId>,
    removed: Vec<ObjectId>,
    /// What is in them, as folders and as files. A submodule's id says nothing of an object here.
    known_trees: HashSet<ObjectId>,
    known_blobs: HashSet<ObjectId>,
    /// Entries that differ and were not sent, with their depth.
    candidates: Vec<(Folder, EntryKind, u64)>,
}

impl<'t, 'o> Commit<'t, 'o> {
    fn new(trees: &'t mut Trees<'o>) -> Commit<'t, 'o> {
        Commit {
            trees,
            visits: Visits::default(),
            compared: Vec::new(),
            removed: Vec::new(),
            known_trees: HashSet::default(),
            known_blobs: HashSet::default(),
            candidates: Vec::new(),
        }
    }

    /// Compares `folders` and what is in them, until nothing new comes up.
    fn run(&mut self, mut folders: Vec<(Folder, u64)>) -> Result<(), LimitExceeded> {
        loop {
            while let Some((folder, depth)) = folders.pop() {
                self.compare(&folder, depth, &mut folders)?;
            }
            if self.candidates.is_empty() {
                return Ok(());
            }
            self.learn()?;
            for (folder, kind, depth) in std::mem::take(&mut self.candidates) {
                if self.take(&folder, kind)? {
                    folders.push((folder, depth));
                }
            }
        }
    }

    /// Compares one folder: sent folders in it go to `folders`, what was not sent to candidates.
    fn compare(
        &mut self,
        folder: &Folder,
        depth: u64,
        folders: &mut Vec<(Folder, u64)>,
    ) -> Result<(), LimitExceeded> {
        let max = self.trees.objects.limits.tree_depth_max;
        if depth > max {
            return Err(LimitExceeded::Count { name: "tree_depth_max", max });
        }
        if !self.visits.visit(folder, 1) {
            return Ok(());
        }
        let Changes { changes, removed, complete } = match self.trees.differ.compare(folder)? {
            Ok(changes) => changes,
            Err(cause) => {
                self.trees.incoming.note(folder.tree, cause);
                return Ok(());
            }
        };
        if !complete {
            self.trees.incoming.unreadable.push(Unreadable::Malformed { id: folder.tree });
        }
        self.compared.extend(folder.parents.iter());
        self.removed.extend(removed);
        for change in changes {
            if change.kind == EntryKind::Gitlink {
                continue;
            }
            let inner = Folder { tree: change.id, parents: change.parents };
            match self.trees.incoming.get(&change.id) {
                // Its kind is what it is, not what the mode says.
                Some(object) if object.kind != Kind::Tree => {}
                Some(_) => folders.push((inner, depth.saturating_add(1))),
                None => self.candidates.push((inner, change.kind, depth.saturating_add(1))),
            }
        }
        Ok(())
    }

    /// Reads what the parents' folders have that were compared or removed since the last time.
    fn learn(&mut self) -> Result<(), LimitExceeded> {
        let Commit { trees, compared, removed, known_trees, known_blobs, .. } = self;
        known_trees.extend(compared.iter().chain(removed.iter()));
        for tree in compared.drain(..) {
            trees.differ.entries(&tree, |kind, id| match kind {
                EntryKind::Tree => known_trees.extend([id]),
                EntryKind::Blob => known_blobs.extend([id]),
                EntryKind::Gitlink => {}
            })?;
        }
        while let Some(tree) = removed.pop() {
            trees.differ.entries(&tree, |kind, id| match kind {
                EntryKind::Tree if known_trees.insert(id) => removed.push(id),
                EntryKind::Blob => known_blobs.extend([id]),
                EntryKind::Tree | EntryKind::Gitlink => {}
            })?;
        }
        Ok(())
    }

    /// Takes a candidate in, unless it is known; says whether it is a folder to look into.
    fn take(&mut self, folder: &Folder, kind: EntryKind) -> Result<bool, LimitExceeded> {
        let id = folder.tree;
        let known = if kind == EntryKind::Tree { &self.known_trees } else { &self.known_blobs };
        if known.contains(&id) {
            return Ok(false);
        }
        let objects = self.trees.objects;
        match objects.header(&id) {
            Ok(Header { kind, size }) => {
                let added = self.trees.incoming.add_stored(id, Header { kind, size }, objects)?;
                Ok(added && kind == Kind::Tree)
            }
            // It is not here, so the push does not make it available.
            Err(ReadError::Missing) if kind == EntryKind::Blob && objects.is_partial() => Ok(false),
            Err(cause) => {
                self.trees.incoming.note(id, cause);
                Ok(false)
            }
        }
    }
}
