//! What the commits behind one do that whoever moves them must know.
//!
//! To move commits, git writes what each of them has, one after the other. A file that one of them has
//! and a later one takes away is written and taken away again, over a file of that name that git
//! ignores. So is what a merge brings in that does not stand behind the commit. A rebase may melt
//! commits into others that it was not told to touch, and where it stops, git takes lines of a message
//! for comments.

use std::collections::{BTreeSet, HashMap, HashSet};

use bstr::{BString, ByteSlice};
use gix::ObjectId;

use super::{Walk, message};
use crate::objects::Kind;

/// Files that are told.
const FILES_MAX: usize = 8;

/// Beginnings of the first line of a commit that a rebase melts into another.
const MELTED: [&[u8]; 3] = [b"fixup! ", b"squash! ", b"amend! "];

/// What the commits behind one do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// Files that a commit has and one behind it takes away, and that a tip has not.
    pub passing: BTreeSet<BString>,
    /// Whether there are, or may be, more of them than are told.
    pub passing_more: bool,
    /// Whether one may be made to be melted into another.
    pub melts: bool,
    /// What lines of their messages begin with, as in a [`MessageSummary`].
    pub begins: Vec<u8>,
}

impl Behind {
    pub(super) fn unknown() -> Behind {
        Behind { passing_more: true, melts: true, ..Behind::default() }
    }
}

/// What was found out of single commits, each looked at once.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Files of the first tree that the second has not; nothing if nobody can say.
    taken_away: HashMap<(ObjectId, ObjectId), Option<Vec<BString>>>,
    said: HashMap<ObjectId, Said>,
}

/// What the message of a commit says.
#[derive(Debug)]
struct Said {
    melts: bool,
    begins: Vec<u8>,
}

impl Walk<'_> {
    /// What the commits behind the one with `bit` do; `ends` are the trees of the tips.
    pub(super) fn behind(&mut self, steps: &mut Steps, bit: u64, ends: &[ObjectId]) -> Behind {
        let mut trees: HashMap<ObjectId, ObjectId> = HashMap::new();
        let mut behind = Behind::default();
        let mut older: Option<HashSet<ObjectId>> = None;
        let lookups_before = self.lookups;
        for commit in self.commits {
            if self.descends.get(&commit.id).is_none_or(|set| set & bit == 0) {
                continue;
            }
            let before: Vec<ObjectId> =
                commit.parents.iter().filter_map(|parent| trees.get(parent)).copied().collect();
            if !before.is_empty() && before.len() < commit.parents.len() {
                // What a merge brings in beside is moved, too, and may have been there before.
                let known = older.get_or_insert_with(|| self.older(bit));
                let is_known = |it: &ObjectId| trees.contains_key(it) || known.contains(it);
                behind.passing_more |= !commit.parents.iter().all(is_known);
            }
            trees.insert(commit.id, commit.tree);
            self.steps += 1;
            if self.is_spent(lookups_before) {
                return Behind::unknown();
            }
            // The first is the commit itself, which is not moved but made anew.
            if !before.is_empty() {
                let said = steps.said.entry(commit.id).or_insert_with(|| self.said(&commit.id));
                behind.melts |= said.melts;
                let new = said.begins.iter().filter(|begin| !behind.begins.contains(begin));
                let new: Vec<u8> = new.copied().collect();
                behind.begins.extend(new);
            }
            for before in before {
                let pair = (before, commit.tree);
                let files = steps.taken_away.entry(pair).or_insert_with(|| self.taken_away(pair));
                let Some(files) = files else { return Behind::unknown() };
                for path in files {
                    self.steps += ends.len() as u64;
                    if self.is_spent(lookups_before) {
                        return Behind::unknown();
                    }
                    self.add_passing(&mut behind, path, ends);
                }
            }
        }
        behind
    }

    /// What the commit with `bit` is built on, as far as it is part of the push or right before it.
    fn older(&self, bit: u64) -> HashSet<ObjectId> {
        let descends = |id: &ObjectId| self.descends.get(id).is_some_and(|set| set & bit != 0);
        let mut older = HashSet::new();
        let own = self.commits.iter().position(|commit| descends(&commit.id)).unwrap_or(0);
        for (at, commit) in self.commits.iter().enumerate().take(own + 1).rev() {
            if at == own || older.contains(&commit.id) {
                older.extend(&commit.parents);
            }
        }
        older
    }

    /// Lookups for what becomes of the files themselves do not count.
    fn is_spent(&self, lookups_before: u64) -> bool {
        let limits = &self.objects.limits;
        self.steps > limits.descent_steps_max
            || self.lookups - lookups_before > limits.descent_lookups_max
            || limits.check_time().is_err()
    }

    fn add_passing(&mut self, behind: &mut Behind, path: &BString, ends: &[ObjectId]) {
        if ends.iter().all(|end| self.entry(*end, path).is_some()) {
            return;
        }
        if behind.passing.len() >= FILES_MAX && !behind.passing.contains(path) {
            behind.passing_more = true;
        } else {
            behind.passing.insert(path.clone());
        }
    }

    fn taken_away(&mut self, (before, after): (ObjectId, ObjectId)) -> Option<Vec<BString>> {
        let files = self.added(after, before)?;
        Some(files.into_iter().map(|(path, _)| path).collect())
    }

    fn said(&self, commit: &ObjectId) -> Said {
        let mut bytes = Vec::new();
        let is_read = self.objects.read(commit, &mut bytes) == Ok(Kind::Commit);
        let (_, text) = is_read.then(|| bytes.split_once_str("\n\n")).flatten().unwrap_or_default();
        let melts = MELTED.iter().any(|begin| text.starts_with(begin));
        let begins = if is_read { message::summary(&bytes).1.begins } else { Vec::new() };
        Said { melts, begins }
    }
}
