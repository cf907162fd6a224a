//! What stands behind a commit that must be written anew: the tips that reach it, and what later
//! commits of the push do with its files.
//!
//! A clean push never comes here. One pass over the new commits answers for all that is asked.
//!
//! ```text
//! behind.rs    what the commits behind one do that whoever moves them must know
//! follow.rs    whether git follows a file that is gone to another name
//! message.rs   what a person may have to keep of a message that they change
//! ```

mod behind;
mod follow;
mod message;

pub use behind::Behind;
pub use follow::Follows;
pub use message::MessageSummary;

use std::{collections::HashMap, num::NonZero};

use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;

use crate::{
    Incoming, LimitExceeded, Objects,
    incoming::{history::NewCommit, recent::RecentTrees, tips::Tip},
    objects::Kind,
    pack::Forest,
    parse::{self, EntryKind},
};

/// Commits that are answered for: each has a bit of a word.
pub const WANTED_MAX: usize = 64;

/// Commits of which it is told what stands behind them: nobody moves more of them at once.
const MOVED_MAX: usize = 16;

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
    /// The annotated tags between the ref and what is at the end, the outermost first.
    pub tags: Vec<ObjectId>,
    /// What the outermost of them says.
    pub message: MessageSummary,
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
    /// What it says.
    pub message: MessageSummary,
    /// The tips that reach it, as indices of [`Descent::tips`].
    pub tips: Vec<usize>,
    /// Whether a merge descends from it.
    pub is_merged: bool,
    /// What the commits behind it do.
    pub behind: Behind,
    /// What becomes of the paths that were asked for, in their order.
    pub files: Vec<FileSummary>,
}

/// What becomes of a file after the commit that brings a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// The path.
    pub path: BString,
    /// Whether it is a symbolic link, which an editor follows.
    pub is_link: bool,
    /// Whether no parent of the commit has it.
    pub is_added: bool,
    /// Whether a later commit of the push has another version of it.
    pub is_changed: bool,
    /// The other version, if later commits bring a single one, and all tips have it.
    pub settled: Option<ObjectId>,
    /// At how many of the tips that reach the commit it is gone.
    pub gone_at: usize,
    /// Whether it has another name there.
    pub follows: Follows,
}

/// How often a file has another version later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    No,
    Once(ObjectId),
    /// More than once, or nobody knows.
    Often,
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
    let mut walk = Walk::new(objects, commits);
    walk.mark(&wanted);
    let tips = tips(incoming, objects);
    let mut summaries = Vec::new();
    let mut steps = behind::Steps::default();
    for commit in commits {
        let Some((bit, wanted)) = wanted.get(&commit.id) else { continue };
        let is_reached = |tip: &TipSummary| {
            tip.commit.is_some_and(|id| walk.descends.get(&id).is_some_and(|set| set & bit != 0))
        };
        let reached = tips.iter().enumerate().filter(|(_, tip)| is_reached(tip));
        let reached: Vec<usize> = reached.map(|(at, _)| at).collect();
        let ends = walk.ends(&tips, &reached);
        let mut files = Vec::new();
        for path in &wanted.paths {
            files.push(walk.file_summary(path, *bit, commit, &ends)?);
        }
        let (header_lines, message) = message::of(&commit.id, objects);
        summaries.push(CommitSummary {
            id: commit.id,
            parents: commit.parents.len(),
            header_lines,
            message,
            tips: reached,
            is_merged: walk.merged & bit != 0,
            behind: Behind::default(),
            files,
        });
    }
    // Last, since what becomes of the files themselves matters more than what stands beside them.
    let is_few = summaries.len() <= MOVED_MAX;
    for summary in &mut summaries {
        if !is_few {
            summary.behind = Behind::unknown();
            continue;
        }
        let bit = wanted.get(&summary.id).map_or(0, |(bit, _)| *bit);
        let ends = walk.ends(&tips, &summary.tips);
        summary.behind = walk.behind(&mut steps, bit, &ends);
    }
    Ok(Descent { tips, commits: summaries })
}

/// What the refs of the push shall point at.
fn tips(incoming: &Incoming, objects: &Objects) -> Vec<TipSummary> {
    let summary = |tip: &Tip| {
        let target = tip.target;
        let outermost = tip.tags.first();
        let id = outermost.copied().or(target.map(|(id, _)| id))?;
        let commit = target.filter(|(_, kind)| *kind == Kind::Commit).map(|(id, _)| id);
        let (_, message) = outermost.map(|tag| message::of(tag, objects)).unwrap_or_default();
        Some(TipSummary { id, tags: tip.tags.clone(), message, commit })
    };
    incoming.tips.iter().filter_map(summary).collect()
}

struct Walk<'w> {
    objects: &'w Objects,
    /// The new commits, parents first, and their trees.
    commits: &'w [NewCommit],
    trees: HashMap<ObjectId, ObjectId>,
    steps: u64,
    lookups: u64,
    /// Which wanted commits each commit descends from, itself among them.
    descends: HashMap<ObjectId, u64>,
    /// Of which of them merges descend.
    merged: u64,
    /// What stands at a path of a tree, if it is a file.
    files: HashMap<(ObjectId, BString), Option<File>>,
    trees_read: RecentTrees<'w>,
}

impl<'w> Walk<'w> {
    fn new(objects: &'w Objects, commits: &'w [NewCommit]) -> Walk<'w> {
        Walk {
            objects,
            commits,
            trees: commits.iter().map(|commit| (commit.id, commit.tree)).collect(),
            steps: 0,
            lookups: 0,
            descends: HashMap::new(),
            merged: 0,
            files: HashMap::new(),
            trees_read: RecentTrees::new(objects),
        }
    }

    fn mark(&mut self, wanted: &HashMap<ObjectId, (u64, &Wanted)>) {
        for commit in self.commits {
            let own = wanted.get(&commit.id).map_or(0, |(bit, _)| *bit);
            let of_parents = commit
                .parents
                .iter()
                .filter_map(|parent| self.descends.get(parent))
                .fold(0, |all, set| all | set);
            if commit.parents.len() > 1 {
                self.merged |= of_parents;
            }
            if own | of_parents != 0 {
                self.descends.insert(commit.id, own | of_parents);
            }
        }
    }

    /// What becomes of the file at `path` behind `commit`, which has `bit`; `ends` are the trees of the
    /// tips.
    fn file_summary(
        &mut self,
        path: &BString,
        bit: u64,
        commit: &NewCommit,
        ends: &[ObjectId],
    ) -> Result<FileSummary, LimitExceeded> {
        let change = self.change(path, bit)?;
        let settled = match change {
            Change::Once(version) if !ends.is_empty() => Some(version),
            _ => None,
        };
        let settled = settled
            .filter(|version| ends.iter().all(|end| self.entry(*end, path) == Some(*version)));
        let gone_at = ends.iter().filter(|end| self.entry(**end, path).is_none()).count();
        let before: Vec<ObjectId> =
            commit.parents.iter().filter_map(|parent| self.tree_of(parent)).collect();
        let follows = match gone_at {
            0 => Follows::No,
            _ => self.is_followed(path, bit, ends)?,
        };
        Ok(FileSummary {
            path: path.clone(),
            is_link: self.file(commit.tree, path).is_some_and(|file| file.is_link),
            is_added: !before.into_iter().any(|tree| self.entry(tree, path).is_some()),
            is_changed: change != Change::No,
            settled,
            gone_at,
            follows,
        })
    }

    /// The trees of those tips that are new commits.
    fn ends(&self, tips: &[TipSummary], numbers: &[usize]) -> Vec<ObjectId> {
        let commits = numbers.iter().filter_map(|number| tips.get(*number)?.commit);
        commits.filter_map(|commit| self.trees.get(&commit).copied()).collect()
    }

    /// The tree of the commit `id`, a new one or not.
    fn tree_of(&self, id: &ObjectId) -> Option<ObjectId> {
        let known = self.trees.get(id).copied();
        known.or_else(|| self.objects.commit(id, &mut Vec::new()).ok().map(|commit| commit.tree))
    }

    /// Whether commits that descend from the one with `bit` bring another version of `path`, or may
    /// do so.
    fn change(&mut self, path: &BString, bit: u64) -> Result<Change, LimitExceeded> {
        let mut change = Change::No;
        let mut is_removed = false;
        let mut versions: HashMap<ObjectId, Option<ObjectId>> = HashMap::new();
        for commit in self.commits {
            self.objects.limits.check_time()?;
            self.steps += 1;
            let limits = &self.objects.limits;
            if self.steps > limits.descent_steps_max || self.lookups > limits.descent_lookups_max {
                return Ok(Change::Often);
            }
            if self.descends.get(&commit.id).is_none_or(|set| set & bit == 0) {
                continue;
            }
            let version = self.entry(commit.tree, path);
            let known: Vec<_> =
                commit.parents.iter().filter_map(|parent| versions.get(parent)).collect();
            // The first is the wanted commit itself: it has none before it.
            let is_new = !known.is_empty() && !known.contains(&&version);
            is_removed |= is_new && version.is_none();
            if let Some(version) = version.filter(|_| is_new) {
                if change != Change::No {
                    return Ok(Change::Often);
                }
                change = Change::Once(version);
            }
            versions.insert(commit.id, version);
        }
        // Where it is gone in between, no version follows upon the other.
        Ok(if is_removed && change != Change::No { Change::Often } else { change })
    }

    /// Whether a commit that descends from the one with `bit` and takes `path` away gives what stood
    /// there another name, one that all of `ends` have; a merge may do so by either side.
    fn is_followed(
        &mut self,
        path: &BString,
        bit: u64,
        ends: &[ObjectId],
    ) -> Result<Follows, LimitExceeded> {
        let mut trees: HashMap<ObjectId, ObjectId> = HashMap::new();
        let mut follows = Follows::No;
        for commit in self.commits {
            self.objects.limits.check_time()?;
            self.steps += 1;
            let limits = &self.objects.limits;
            if self.steps > limits.descent_steps_max || self.lookups > limits.descent_lookups_max {
                return Ok(Follows::Perhaps);
            }
            if self.descends.get(&commit.id).is_none_or(|set| set & bit == 0) {
                continue;
            }
            trees.insert(commit.id, commit.tree);
            if self.entry(commit.tree, path).is_some() {
                continue;
            }
            let before: Vec<ObjectId> =
                commit.parents.iter().filter_map(|parent| trees.get(parent)).copied().collect();
            for tree in before {
                let Some(file) = self.entry(tree, path) else { continue };
                match self.follows(file, [tree, commit.tree], ends) {
                    Follows::No => {}
                    Follows::Yes => follows = Follows::Yes,
                    Follows::Perhaps => return Ok(Follows::Perhaps),
                }
            }
        }
        Ok(follows)
    }

    fn entry(&mut self, tree: ObjectId, path: &BString) -> Option<ObjectId> {
        self.file(tree, path).map(|file| file.id)
    }

    fn file(&mut self, tree: ObjectId, path: &BString) -> Option<File> {
        let key = (tree, path.clone());
        if let Some(known) = self.files.get(&key) {
            return *known;
        }
        self.lookups += 1;
        let file = file_at(tree, path.as_bstr(), self.objects);
        self.files.insert(key, file);
        file
    }
}

/// A file or a symbolic link of a tree.
#[derive(Clone, Copy)]
struct File {
    id: ObjectId,
    is_link: bool,
}

/// The file at `path` in the tree `root`. A folder there is none.
fn file_at(root: ObjectId, path: &BStr, objects: &Objects) -> Option<File> {
    let mut found = (File { id: root, is_link: false }, EntryKind::Tree);
    let mut bytes = Vec::new();
    for name in path.split_str(b"/") {
        if objects.read(&found.0.id, &mut bytes) != Ok(Kind::Tree) {
            return None;
        }
        let mut entries = parse::tree(&bytes, objects.format());
        let entry = entries.find(|entry| entry.name == name && entry.kind != EntryKind::Gitlink)?;
        found = (File { id: entry.object_id(), is_link: entry.is_link }, entry.kind);
    }
    let (file, kind) = found;
    (kind == EntryKind::Blob).then_some(file)
}
