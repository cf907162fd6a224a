//! Whether an existing ref reaches an object: slow, sure, and only for objects with findings.

use std::collections::{HashMap, HashSet, VecDeque};

use gix::{ObjectId, hashtable};

use crate::{
    Objects,
    limits::Budget,
    objects::Kind,
    parse::{self, EntryKind},
    refs::{self, RefsError},
};

/// Whether an existing ref reaches an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reachable {
    /// It does: the object is not new.
    Yes,
    /// None does.
    No,
    /// A bound was passed, or part of the history cannot be read.
    Unknown,
}

/// Says of each of `ids` whether a ref that exists before the push reaches it.
///
/// Walks all history if it must, but no more than `proof_objects_max` commits, tags and trees.
///
/// # Errors
///
/// When refs cannot be listed.
pub fn reachable_from_existing_refs(
    objects: &Objects,
    ids: &HashSet<ObjectId>,
) -> Result<HashMap<ObjectId, Reachable>, RefsError> {
    let mut proof = Proof {
        objects,
        wanted: ids.clone(),
        seen: hashtable::HashSet::default(),
        commits: VecDeque::new(),
        trees: Vec::new(),
        bytes: Vec::new(),
        complete: true,
    };
    if !ids.is_empty() {
        let tips = refs::list(&objects.repository, &objects.git, &objects.limits)?;
        let mut named: Vec<_> = tips.named.union(&tips.branches).copied().collect();
        named.sort_unstable();
        named.into_iter().for_each(|id| proof.reach(id));
        proof.walk();
    }
    let rest = if proof.complete { Reachable::No } else { Reachable::Unknown };
    let answer = |id: &ObjectId| if proof.wanted.contains(id) { rest } else { Reachable::Yes };
    Ok(ids.iter().map(|id| (*id, answer(id))).collect())
}

struct Proof<'o> {
    objects: &'o Objects,
    /// What was not reached yet.
    wanted: HashSet<ObjectId>,
    seen: hashtable::HashSet<ObjectId>,
    /// Commits, tags, and whatever a ref or tag points at.
    commits: VecDeque<ObjectId>,
    trees: Vec<ObjectId>,
    bytes: Vec<u8>,
    complete: bool,
}

impl Proof<'_> {
    fn reach(&mut self, id: ObjectId) {
        self.wanted.remove(&id);
        if self.seen.insert(id) {
            self.commits.push_back(id);
        }
    }

    fn reach_tree(&mut self, id: ObjectId) {
        self.wanted.remove(&id);
        if self.seen.insert(id) {
            self.trees.push(id);
        }
    }

    fn walk(&mut self) {
        let limits = &self.objects.limits;
        let mut budget = Budget::new("proof_objects_max", limits.proof_objects_max, limits);
        while !self.wanted.is_empty() {
            let Some(id) = self.trees.pop().or_else(|| self.commits.pop_front()) else { return };
            if budget.spend(1).is_err() {
                self.complete = false;
                return;
            }
            self.look_into(id);
        }
    }

    fn look_into(&mut self, id: ObjectId) {
        let kind = match self.objects.header(&id) {
            // A blob leads nowhere, and may be large.
            Ok(header) if header.kind == Kind::Blob => return,
            Ok(header) => header.kind,
            Err(_) => {
                self.complete = false;
                return;
            }
        };
        let mut bytes = std::mem::take(&mut self.bytes);
        let followed = if kind == Kind::Commit {
            self.follow_commit(&id, &mut bytes)
        } else {
            self.objects.read(&id, &mut bytes).is_ok()
                && match kind {
                    Kind::Blob | Kind::Commit => true,
                    Kind::Tree => self.follow_tree(&bytes),
                    Kind::Tag => {
                        let target = parse::tag(&bytes, self.objects.format());
                        target.map(|target| self.reach(target)).is_some()
                    }
                }
        };
        self.complete &= followed;
        self.bytes = bytes;
    }

    fn follow_tree(&mut self, bytes: &[u8]) -> bool {
        let mut entries = parse::tree(bytes, self.objects.format());
        for entry in entries.by_ref() {
            match entry.kind {
                EntryKind::Tree => self.reach_tree(entry.object_id()),
                EntryKind::Blob => {
                    self.wanted.remove(&entry.object_id());
                }
                EntryKind::Gitlink => {}
            }
        }
        entries.rest().is_empty()
    }

    fn follow_commit(&mut self, id: &ObjectId, bytes: &mut Vec<u8>) -> bool {
        let Ok(commit) = self.objects.commit(id, bytes) else { return false };
        self.reach_tree(commit.tree);
        commit.parents.into_iter().for_each(|parent| self.reach(parent));
        true
    }
}
