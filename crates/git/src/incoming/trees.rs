//! What new commits name that was not sent and may be under no ref.
//!
//! Where all new trees lie in packs, what they name is known from one pass over them. What of it was
//! not sent is looked for in the trees of the commits that the push builds on, and the rest is taken
//! for incoming.
//!
//! Else a new commit's tree is compared with those of its parents, which are either old, and then all
//! in them is under a ref, or new, and then looked at themselves. An entry that was not sent, and
//! that none of the parents' folders looked at has, is taken for incoming. Folders that a parent
//! has under another name, or that the commit removes, count as looked at, so a rename brings
//! nothing. When something is left, the whole trees of the old parents are looked at, as git does,
//! so that a copy brings nothing either.
//!
//! In a partial clone, what is left may be missing, because another server has promised it. Whoever
//! reads the new ref can have it from there, so it counts as incoming like anything else, and
//! cannot be looked at, unless an existing ref reaches it already. Nothing is ever fetched.

use std::{collections::HashSet as PlainSet, rc::Rc};

use gix::{
    ObjectId,
    hashtable::{HashMap, HashSet},
};

use super::{
    Incoming, IncomingError, Unreadable,
    diff::{Changes, Differ, Folder, Visits},
    history::NewCommit,
    named::Named,
    tips::Tip,
};
use crate::{
    LimitExceeded, Objects, Reachable, ReadError,
    objects::{Header, Kind},
    parse::EntryKind,
    reachable_from_existing_refs,
};

/// How many entries of old commits' whole trees are looked at and remembered.
///
/// What is not known then is searched in vain; that does no harm.
const BOUNDARY_ENTRIES_MAX: u64 = 7 << 17;

/// Adds to `incoming` what `commits`, parents first, and tips that are trees name.
pub(super) fn collect(
    objects: &Objects,
    commits: &[NewCommit],
    named: Option<Named>,
    incoming: &mut Incoming,
) -> Result<(), IncomingError> {
    let mut trees = Trees {
        objects,
        differ: Differ::new(objects),
        visits: Visits::new(&objects.limits),
        new: commits.iter().map(|commit| (commit.id, commit.tree)).collect(),
        old: HashMap::default(),
        boundary: Once::default(),
        boundary_blobs: HashSet::default(),
        boundary_entries: 0,
        promised: PlainSet::new(),
        bytes: Vec::new(),
        incoming,
    };
    let rest = match named {
        Some(named) => trees.beyond_old_folders(commits, named)?,
        None => None,
    };
    match rest {
        Some(rest) => trees.take_rest(commits, &rest)?,
        None => trees.compare_all(commits)?,
    }
    let promised = std::mem::take(&mut trees.promised);
    settle_promised(objects, &promised, incoming)
}

/// Notes what is `promised` and missing, unless an existing ref reaches it: then it is not new.
fn settle_promised(
    objects: &Objects,
    promised: &PlainSet<ObjectId>,
    incoming: &mut Incoming,
) -> Result<(), IncomingError> {
    let reached = reachable_from_existing_refs(objects, promised)?;
    let is_old = |id: &ObjectId| reached.get(id) == Some(&Reachable::Yes);
    let mut new: Vec<_> = promised.iter().filter(|id| !is_old(id)).copied().collect();
    new.sort_unstable();
    new.into_iter().for_each(|id| incoming.note(id, ReadError::Missing));
    Ok(())
}

struct Trees<'o> {
    objects: &'o Objects,
    differ: Differ<'o>,
    visits: Visits,
    /// Trees of new commits.
    new: HashMap<ObjectId, ObjectId>,
    /// Trees of commits that they build on.
    old: HashMap<ObjectId, Option<ObjectId>>,
    /// Those trees and, as far as was looked, the trees in them: refs reach them all.
    boundary: Once,
    /// The files in them.
    boundary_blobs: HashSet<ObjectId>,
    boundary_entries: u64,
    /// What is missing, and may be had from another server.
    promised: PlainSet<ObjectId>,
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
        let tree = self.objects.commit(commit, &mut self.bytes).ok().map(|commit| commit.tree);
        self.old.insert(*commit, tree);
        tree
    }

    /// Notes the trees of old commits that `commit` builds on.
    fn reach_boundary(&mut self, commit: &NewCommit) {
        for parent in &commit.parents {
            if !self.new.contains_key(parent)
                && let Some(tree) = self.tree_of(parent)
            {
                self.boundary.add(tree);
            }
        }
    }

    /// What of all that trees name and that was not sent does not stand in the trees of old commits
    /// that `commits` build on, in folders with the names of such as were sent; `None` if that would
    /// take too long to tell.
    fn beyond_old_folders(
        &mut self,
        commits: &[NewCommit],
        mut named: Named,
    ) -> Result<Option<Named>, LimitExceeded> {
        let is_tree = |tip: &Tip| tip.target.is_some_and(|(_, kind)| kind == Kind::Tree);
        if self.incoming.tips.iter().any(is_tree) {
            return Ok(None);
        }
        let mut looked = Once::default();
        for commit in commits {
            match self.incoming.get(&commit.tree).map(|object| object.kind) {
                Some(Kind::Tree) => {}
                Some(_) => return Ok(None),
                None => _ = named.trees.insert(commit.tree),
            }
            for parent in &commit.parents {
                if !self.new.contains_key(parent)
                    && let Some(tree) = self.tree_of(parent)
                {
                    looked.add(tree);
                }
            }
        }
        for tree in &looked.pending {
            named.trees.remove(tree);
        }
        // No more than it would take to compare what was sent.
        let mut left = BOUNDARY_ENTRIES_MAX.min(named.entries.saturating_mul(4).max(1 << 12));
        while !named.is_empty() {
            let Some(tree) = looked.pending.pop() else { break };
            let mut spent = 1;
            self.differ.entries(&tree, |entry| {
                spent += 1;
                if named.take(entry) {
                    looked.add(entry.object_id());
                }
            })?;
            match left.checked_sub(spent) {
                Some(rest) => left = rest,
                None => return Ok(None),
            }
        }
        Ok(Some(named))
    }

    /// Takes in what stands in no folder that was looked at, unless it is elsewhere in the trees of
    /// old commits: a file that was set back to how it was long ago, say.
    fn take_rest(&mut self, commits: &[NewCommit], rest: &Named) -> Result<(), LimitExceeded> {
        if rest.is_empty() {
            return Ok(());
        }
        commits.iter().for_each(|commit| self.reach_boundary(commit));
        let trees = rest.trees.iter().map(|id| (*id, EntryKind::Tree));
        let blobs = rest.blobs.iter().map(|id| (*id, EntryKind::Blob));
        let mut rest: Vec<_> = trees.chain(blobs).collect();
        rest.sort_unstable_by_key(|(id, _)| *id);
        let alone = |(tree, kind)| (Folder { tree, parents: Rc::default() }, kind, 0);
        let mut commit = Commit::new(self);
        commit.candidates.extend(rest.into_iter().map(alone));
        commit.run(Vec::new())
    }

    /// Compares each commit with its parents, and looks through tips that are trees.
    fn compare_all(&mut self, commits: &[NewCommit]) -> Result<(), LimitExceeded> {
        for commit in commits {
            self.reach_boundary(commit);
            let parents = commit.parents.iter().filter_map(|parent| self.tree_of(parent)).collect();
            if let Some(root) = Folder::root(commit.tree, parents) {
                self.commit(root)?;
            }
        }
        let tips: Vec<_> = self.incoming.tips.iter().filter_map(|tip| tip.target).collect();
        for (id, kind) in tips {
            if kind == Kind::Tree {
                // The tree itself is incoming already, whether it was sent or not.
                let folder = Folder { tree: id, parents: Rc::default() };
                Commit::new(self).run(vec![(folder, 0)])?;
            }
        }
        Ok(())
    }

    /// Reads what is in the trees of old commits that were reached since the last time.
    fn learn_boundary(&mut self) -> Result<(), LimitExceeded> {
        let Trees { differ, boundary, boundary_blobs, boundary_entries, .. } = self;
        while *boundary_entries < BOUNDARY_ENTRIES_MAX {
            let Some(tree) = boundary.pending.pop() else { break };
            *boundary_entries = boundary_entries.saturating_add(1);
            differ.entries(&tree, |entry| {
                *boundary_entries = boundary_entries.saturating_add(1);
                match entry.kind {
                    EntryKind::Tree => boundary.add(entry.object_id()),
                    EntryKind::Blob => boundary_blobs.extend([entry.object_id()]),
                    EntryKind::Gitlink => {}
                }
            })?;
        }
        Ok(())
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

/// Trees that are looked at once.
#[derive(Debug, Default)]
struct Once {
    pending: Vec<ObjectId>,
    seen: HashSet<ObjectId>,
}

impl Once {
    fn add(&mut self, id: ObjectId) {
        if self.seen.insert(id) {
            self.pending.push(id);
        }
    }
}

/// The work for one commit.
struct Commit<'t, 'o> {
    trees: &'t mut Trees<'o>,
    /// Parents' folders that were compared, and those that the commit removes.
    compared: Once,
    removed: Once,
    /// What is in them, as folders and as files. A submodule's id says nothing of an object here.
    known_trees: HashSet<ObjectId>,
    known_blobs: HashSet<ObjectId>,
    /// Entries that differ and were not sent, with their depth.
    candidates: Vec<(Folder, EntryKind, u64)>,
}

impl<'t, 'o> Commit<'t, 'o> {
    fn new(trees: &'t mut Trees<'o>) -> Commit<'t, 'o> {
        trees.visits.next_commit();
        Commit {
            trees,
            compared: Once::default(),
            removed: Once::default(),
            known_trees: HashSet::default(),
            known_blobs: HashSet::default(),
            candidates: Vec::new(),
        }
    }

    /// Compares `folders` and what is in them, until nothing new comes up.
    fn run(&mut self, mut folders: Vec<(Folder, u64)>) -> Result<(), LimitExceeded> {
        loop {
            while let Some((folder, depth)) = folders.pop() {
                self.trees.visits.allow(self.trees.incoming.objects.len());
                self.compare(&folder, depth, &mut folders)?;
            }
            if self.candidates.is_empty() {
                return Ok(());
            }
            self.learn()?;
            let candidates = std::mem::take(&mut self.candidates);
            if candidates.iter().any(|(folder, kind, _)| !self.is_known(&folder.tree, *kind)) {
                self.trees.learn_boundary()?;
            }
            for (folder, kind, depth) in candidates {
                if self.take(&folder, kind)? && self.trees.visits.visit(&folder, 1)? {
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
        folder.parents.iter().for_each(|parent| self.compared.add(*parent));
        removed.into_iter().for_each(|parent| self.removed.add(parent));
        for change in changes {
            if change.kind == EntryKind::Gitlink {
                continue;
            }
            let inner = Folder { tree: change.id, parents: change.parents };
            match self.trees.incoming.get(&change.id) {
                // Its kind is what it is, not what the mode says.
                Some(object) if object.kind != Kind::Tree => {}
                Some(_) if self.trees.visits.visit(&inner, 1)? => {
                    folders.push((inner, depth.saturating_add(1)));
                }
                Some(_) => {}
                None => self.candidates.push((inner, change.kind, depth.saturating_add(1))),
            }
        }
        Ok(())
    }

    /// Reads what the parents' folders have that were compared or removed since the last time.
    fn learn(&mut self) -> Result<(), LimitExceeded> {
        let Commit { trees, compared, removed, known_trees, known_blobs, .. } = self;
        known_trees.extend(compared.pending.iter().chain(removed.pending.iter()));
        for tree in compared.pending.drain(..) {
            trees.differ.entries(&tree, |entry| match entry.kind {
                EntryKind::Tree => known_trees.extend([entry.object_id()]),
                EntryKind::Blob => known_blobs.extend([entry.object_id()]),
                EntryKind::Gitlink => {}
            })?;
        }
        while let Some(tree) = removed.pending.pop() {
            trees.differ.entries(&tree, |entry| match entry.kind {
                EntryKind::Tree => {
                    known_trees.extend([entry.object_id()]);
                    removed.add(entry.object_id());
                }
                EntryKind::Blob => known_blobs.extend([entry.object_id()]),
                EntryKind::Gitlink => {}
            })?;
        }
        Ok(())
    }

    /// Whether something is in what was looked at of the parents.
    fn is_known(&self, id: &ObjectId, kind: EntryKind) -> bool {
        if kind == EntryKind::Tree {
            return self.known_trees.contains(id) || self.trees.boundary.seen.contains(id);
        }
        self.known_blobs.contains(id) || self.trees.boundary_blobs.contains(id)
    }

    /// Takes a candidate in, unless it is known; says whether it is a folder to look into.
    fn take(&mut self, folder: &Folder, kind: EntryKind) -> Result<bool, LimitExceeded> {
        let id = folder.tree;
        if self.is_known(&id, kind) {
            return Ok(false);
        }
        let objects = self.trees.objects;
        match objects.header(&id) {
            Ok(Header { kind, size }) => {
                let added = self.trees.incoming.add_stored(id, Header { kind, size }, objects)?;
                Ok(added && kind == Kind::Tree)
            }
            Err(ReadError::Missing) if objects.is_partial() => {
                self.trees.promised.insert(id);
                Ok(false)
            }
            Err(cause) => {
                self.trees.incoming.note(id, cause);
                Ok(false)
            }
        }
    }
}
