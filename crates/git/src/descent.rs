//! What stands behind a commit that must be written anew: the tips that reach it, and what later
//! commits of the push do with its files.
//!
//! A clean push never comes here. One pass over the new commits answers for all that is asked.

use std::{collections::HashMap, num::NonZero};

use bstr::{BString, ByteSlice};
use gix::ObjectId;

use crate::{
    Incoming, LimitExceeded, Objects, attribute::at_path, incoming::history::NewCommit,
    objects::Kind, pack::Forest,
};

/// Commits that are asked for at most: each has a bit of a word.
const WANTED_MAX: usize = 64;

/// Paths that are looked up in trees at most, over all commits.
const LOOKUPS_MAX: u32 = 10_000;

/// A commit that must be written anew, and its files that are to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The commit.
    pub commit: ObjectId,
    /// Paths in it.
    pub paths: Vec<BString>,
}

/// What is known of the commits that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Descent {
    /// What the new tips are.
    pub tips: Vec<TipSummary>,
    /// The commits that were asked for and are new, parents first.
    pub commits: Vec<CommitSummary>,
}

/// What a ref of the push shall point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TipSummary {
    /// The object that the ref names.
    pub id: ObjectId,
    /// How many annotated tags lie between the ref and what is at the end.
    pub tags: usize,
    /// The commit at the end, if it is one.
    pub commit: Option<ObjectId>,
}

/// A commit that must be written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSummary {
    /// The commit.
    pub id: ObjectId,
    /// How many parents it has.
    pub parents: usize,
    /// How many lines its header has; the message begins after one empty line more.
    pub header_lines: u64,
    /// The tips that reach it, as indices of [`Descent::tips`].
    pub tips: Vec<usize>,
    /// What becomes of the paths that were asked for, in their order.
    pub files: Vec<FileSummary>,
}

/// What becomes of a file after the commit that brings a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// The path.
    pub path: BString,
    /// Whether no parent of the commit has it.
    pub is_added: bool,
    /// Whether a later commit of the push has another version of it.
    pub is_changed: bool,
    /// At how many of the tips that reach the commit it is gone.
    pub gone_at: usize,
}

/// Finds out what stands behind the commits `wanted`; of too many, the first are answered for.
///
/// # Errors
///
/// When the new commits cannot be walked within the bounds.
pub fn descent(
    incoming: &Incoming,
    objects: &Objects,
    forests: &[Forest],
    wanted: &[Wanted],
    threads: NonZero<usize>,
) -> Result<Descent, LimitExceeded> {
    let commits = incoming.commits(objects, forests, threads)?;
    let wanted: HashMap<ObjectId, (u64, &Wanted)> = wanted
        .iter()
        .take(WANTED_MAX)
        .enumerate()
        .map(|(bit, wanted)| (wanted.commit, (1 << bit, wanted)))
        .collect();
    let mut walk = Walk { objects, lookups: 0, descends: HashMap::new(), entries: HashMap::new() };
    walk.mark(&commits, &wanted);
    let tips: Vec<TipSummary> = incoming
        .tips
        .iter()
        .filter_map(|tip| {
            let target = tip.target;
            let id = tip.tags.first().copied().or(target.map(|(id, _)| id))?;
            let commit = target.filter(|(_, kind)| *kind == Kind::Commit).map(|(id, _)| id);
            Some(TipSummary { id, tags: tip.tags.len(), commit })
        })
        .collect();
    let trees: HashMap<ObjectId, ObjectId> =
        commits.iter().map(|commit| (commit.id, commit.tree)).collect();
    let mut summaries = Vec::new();
    for commit in &commits {
        let Some((bit, wanted)) = wanted.get(&commit.id) else { continue };
        let reached_from = tips.iter().enumerate().filter(|(_, tip)| {
            tip.commit.is_some_and(|id| walk.descends.get(&id).is_some_and(|set| set & bit != 0))
        });
        let reached_from: Vec<usize> = reached_from.map(|(at, _)| at).collect();
        let ends: Vec<ObjectId> =
            reached_from.iter().filter_map(|at| tips.get(*at)?.commit).collect();
        let mut files = Vec::new();
        for path in &wanted.paths {
            let is_changed = walk.is_changed(path, *bit, &commits)?;
            let gone_at = ends
                .iter()
                .filter_map(|end| trees.get(end))
                .filter(|tree| walk.entry(**tree, path).is_none())
                .count();
            let is_added = !commit.parents.iter().any(|parent| {
                let tree = trees.get(parent).copied();
                let tree = tree.or_else(|| {
                    objects.commit(parent, &mut Vec::new()).ok().map(|commit| commit.tree)
                });
                tree.is_some_and(|tree| walk.entry(tree, path).is_some())
            });
            files.push(FileSummary { path: path.clone(), is_added, is_changed, gone_at });
        }
        summaries.push(CommitSummary {
            id: commit.id,
            parents: commit.parents.len(),
            header_lines: header_lines(&commit.id, objects),
            tips: reached_from,
            files,
        });
    }
    Ok(Descent { tips, commits: summaries })
}

struct Walk<'w> {
    objects: &'w Objects,
    lookups: u32,
    /// Which wanted commits each commit descends from, itself among them.
    descends: HashMap<ObjectId, u64>,
    /// What stood at a path of a tree.
    entries: HashMap<(ObjectId, BString), Option<ObjectId>>,
}

impl Walk<'_> {
    fn mark(&mut self, commits: &[NewCommit], wanted: &HashMap<ObjectId, (u64, &Wanted)>) {
        for commit in commits {
            let own = wanted.get(&commit.id).map_or(0, |(bit, _)| *bit);
            let of_parents = commit
                .parents
                .iter()
                .filter_map(|parent| self.descends.get(parent))
                .fold(0, |all, set| all | set);
            if own | of_parents != 0 {
                self.descends.insert(commit.id, own | of_parents);
            }
        }
    }

    /// Whether a commit that descends from the one with `bit` brings another version of `path`.
    fn is_changed(
        &mut self,
        path: &BString,
        bit: u64,
        commits: &[NewCommit],
    ) -> Result<bool, LimitExceeded> {
        let mut versions: HashMap<ObjectId, Option<ObjectId>> = HashMap::new();
        for commit in commits {
            self.objects.limits.check_time()?;
            if self.descends.get(&commit.id).is_none_or(|set| set & bit == 0) {
                continue;
            }
            let version = self.entry(commit.tree, path);
            let known: Vec<_> =
                commit.parents.iter().filter_map(|parent| versions.get(parent)).collect();
            // The first is the wanted commit itself: it has none before it.
            if version.is_some() && !known.is_empty() && !known.contains(&&version) {
                return Ok(true);
            }
            versions.insert(commit.id, version);
        }
        Ok(false)
    }

    fn entry(&mut self, tree: ObjectId, path: &BString) -> Option<ObjectId> {
        let key = (tree, path.clone());
        if let Some(known) = self.entries.get(&key) {
            return *known;
        }
        if self.lookups >= LOOKUPS_MAX {
            return None;
        }
        self.lookups += 1;
        let entry = at_path(tree, path.as_bstr(), self.objects);
        self.entries.insert(key, entry);
        entry
    }
}

/// How many lines stand before the empty line of a commit; none if it cannot be read.
fn header_lines(id: &ObjectId, objects: &Objects) -> u64 {
    let mut bytes = Vec::new();
    match objects.read(id, &mut bytes) {
        Ok(Kind::Commit) => bytes.lines().take_while(|line| !line.is_empty()).count() as u64,
        _ => 0,
    }
}
