//! Where objects with findings stand: commit, path, ref.
//!
//! One pass over the new commits finds the places of all objects asked for. A clean push never
//! comes here.
//!
//! ```text
//! field.rs     numbers to add up what trees hold
//! recipes.rs   what a tree of a pack holds of the wanted objects, told from its base
//! holdings.rs  the same as one number for each tree, so that most commits need no look at trees
//! ```

use std::{
    collections::{HashMap, HashSet},
    num::NonZero,
    rc::Rc,
};

use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;

use crate::{
    Incoming, LimitExceeded, Objects,
    incoming::{
        diff::{Change, Differ, Folder, Visits},
        history::NewCommit,
    },
    objects::Kind,
    pack::Forest,
    parse::{self, EntryKind},
};

mod field;
mod holdings;
mod recipes;

use field::Number;
use holdings::Holdings;

/// How many paths to one folder are looked into within one commit.
///
/// Trees can be nested so that there are more paths than atoms; a person needs a few.
const PATHS_PER_FOLDER_MAX: u8 = 16;

/// Where an object stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The commit that brings it there; `None` where a ref points at a blob, tree or tag itself.
    pub commit: Option<ObjectId>,
    /// The path, as bytes; empty for a commit, a tag, and the tree or blob a ref points at.
    pub path: BString,
    /// The first ref of the push that reaches it.
    pub ref_name: BString,
}

/// The places of all objects that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Places {
    places: HashMap<ObjectId, Vec<Place>>,
    cut: HashSet<ObjectId>,
    /// Whether something was not looked at, so that any object may have more places.
    incomplete: bool,
    /// Places that are still wanted, over all objects.
    missing: u64,
    exceeded: Option<LimitExceeded>,
}

impl Places {
    /// The places of the object `id`, that of the oldest commit first.
    ///
    /// None for an object that no new tip reaches.
    #[must_use]
    pub fn of(&self, id: &ObjectId) -> &[Place] {
        self.places.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the object `id` may have more places than were kept.
    #[must_use]
    pub fn is_cut(&self, id: &ObjectId) -> bool {
        self.incomplete || self.cut.contains(id)
    }

    /// The bound at which the search for places ended, if it did.
    #[must_use]
    pub fn exceeded(&self) -> Option<LimitExceeded> {
        self.exceeded
    }
}

/// Finds the places of the objects `wanted`.
///
/// A blob or tree stands where a new commit has it and none of the commit's parents has it at the
/// same path. Packs of the quarantine, `forests`, are looked through first, on `threads` threads;
/// without them the places are the same and take longer to find.
///
/// When a bound is passed, the places that were found by then are kept: see [`Places::exceeded`].
#[must_use]
pub fn attribute(
    incoming: &Incoming,
    objects: &Objects,
    forests: &[Forest],
    wanted: &HashSet<ObjectId>,
    threads: NonZero<usize>,
) -> Places {
    let max = objects.limits.sites_per_object_max;
    let holdings = match wanted.is_empty() {
        true => Holdings::default(),
        false => Holdings::find(forests, objects, wanted, threads),
    };
    let mut search = Search {
        objects,
        incoming,
        wanted,
        holdings,
        max,
        differ: Differ::new(objects),
        visits: Visits::new(&objects.limits),
        places: Places { missing: max.saturating_mul(wanted.len() as u64), ..Default::default() },
    };
    if wanted.is_empty() {
        return search.places;
    }
    let visits_max = incoming.objects.len().saturating_mul(PATHS_PER_FOLDER_MAX.into());
    search.visits.allow(visits_max);
    let commits = incoming.commits(objects, forests, threads);
    if let Err(limit) = commits.and_then(|commits| search.run(commits)) {
        search.places.incomplete = true;
        search.places.exceeded = Some(limit);
    }
    search.places
}

struct Search<'a> {
    objects: &'a Objects,
    incoming: &'a Incoming,
    wanted: &'a HashSet<ObjectId>,
    holdings: Holdings<'a>,
    max: u64,
    differ: Differ<'a>,
    visits: Visits,
    places: Places,
}

impl Search<'_> {
    fn run(&mut self, commits: &[NewCommit]) -> Result<(), LimitExceeded> {
        let incoming = self.incoming;
        for (at, tip) in incoming.tips.iter().enumerate() {
            for tag in &tip.tags {
                self.add(tag, None, b"", at);
            }
        }
        self.commits(commits)?;
        for (at, tip) in incoming.tips.iter().enumerate() {
            match tip.target {
                Some((id, Kind::Tree)) => {
                    self.add(&id, None, b"", at);
                    self.folder(Folder { tree: id, parents: Rc::default() }, None, at)?;
                }
                Some((id, Kind::Blob)) => self.add(&id, None, b"", at),
                _ => {}
            }
        }
        Ok(())
    }

    fn commits(&mut self, commits: &[NewCommit]) -> Result<(), LimitExceeded> {
        let trees: HashMap<_, _> = commits.iter().map(|commit| (commit.id, commit.tree)).collect();
        for commit in commits {
            if self.places.missing == 0 {
                self.places.incomplete = true;
                break;
            }
            self.add(&commit.id, Some(commit.id), b"", commit.tip);
            let tree_of = |parent: &ObjectId| {
                trees.get(parent).copied().or_else(|| tree_of(parent, self.objects))
            };
            let parents = commit.parents.iter().filter_map(tree_of).collect();
            if let Some(root) = Folder::root(commit.tree, parents) {
                self.add(&root.tree, Some(commit.id), b"", commit.tip);
                self.folder(root, Some(commit.id), commit.tip)?;
            }
        }
        Ok(())
    }

    /// Looks for wanted objects in what `root` has and its parents have not.
    fn folder(
        &mut self,
        root: Folder,
        commit: Option<ObjectId>,
        tip: usize,
    ) -> Result<(), LimitExceeded> {
        self.visits.next_commit();
        let mut pending = vec![(root, BString::default())];
        while let Some((folder, path)) = pending.pop() {
            if self.brings_nothing(&folder) {
                continue;
            }
            if !self.visits.visit(&folder, PATHS_PER_FOLDER_MAX)? {
                self.places.incomplete = true;
                continue;
            }
            let Ok(changes) = self.differ.compare(&folder)? else {
                self.places.incomplete = true;
                continue;
            };
            self.places.incomplete |= !changes.complete;
            let first = pending.len();
            for Change { kind, name, id, parents } in changes.changes {
                if kind == EntryKind::Gitlink {
                    continue;
                }
                let path = join(path.as_ref(), name.as_ref());
                self.add(&id, commit, &path, tip);
                if kind == EntryKind::Tree {
                    pending.push((Folder { tree: id, parents }, path));
                }
            }
            // The first folder comes first.
            if let Some(fresh) = pending.get_mut(first..) {
                fresh.reverse();
            }
        }
        Ok(())
    }

    /// Whether what is wanted in the folder is nothing, or stands at the same paths in one of the
    /// parents.
    fn brings_nothing(&self, folder: &Folder) -> bool {
        let holding = self.holdings.of(&folder.tree);
        holding == Number::ZERO
            || folder.parents.iter().any(|parent| self.holdings.of(parent) == holding)
    }

    fn add(&mut self, id: &ObjectId, commit: Option<ObjectId>, path: &[u8], tip: usize) {
        if !self.wanted.contains(id) {
            return;
        }
        let places = self.places.places.entry(*id).or_default();
        if places.len() as u64 >= self.max {
            self.places.cut.insert(*id);
            return;
        }
        let ref_name = self.incoming.tips.get(tip).map(|tip| tip.ref_name.clone());
        let ref_name = ref_name.unwrap_or_default();
        places.push(Place { commit, path: path.into(), ref_name });
        self.places.missing = self.places.missing.saturating_sub(1);
    }
}

fn join(folder: &BStr, name: &BStr) -> BString {
    if folder.is_empty() {
        return name.to_owned();
    }
    let mut path = folder.to_owned();
    path.push(b'/');
    path.extend_from_slice(name);
    path
}

/// The tree of the commit `id`, if it can be read.
fn tree_of(id: &ObjectId, objects: &Objects) -> Option<ObjectId> {
    commit(id, objects).map(|commit| commit.tree)
}

fn commit(id: &ObjectId, objects: &Objects) -> Option<parse::Commit> {
    objects.commit(id, &mut Vec::new()).ok()
}

/// What the parents of the place's commit have at the same path.
///
/// Nothing where a parent does not have the path or cannot be read: then what stands at the place
/// counts as introduced.
#[must_use]
pub fn parent_versions(place: &Place, objects: &Objects) -> Vec<ObjectId> {
    let commit = place.commit.and_then(|id| commit(&id, objects));
    let parents = commit.map(|commit| commit.parents).unwrap_or_default();
    let roots = parents.iter().filter_map(|parent| tree_of(parent, objects));
    let mut versions: Vec<_> =
        roots.filter_map(|root| at_path(root, place.path.as_ref(), objects)).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

/// How many parents the commit `id` has, if it can be read.
#[must_use]
pub fn parent_count(id: &ObjectId, objects: &Objects) -> Option<usize> {
    commit(id, objects).map(|commit| commit.parents.len())
}

/// The object at `path` in the tree `root`.
pub(crate) fn at_path(root: ObjectId, path: &BStr, objects: &Objects) -> Option<ObjectId> {
    let mut id = root;
    if path.is_empty() {
        return Some(id);
    }
    let mut bytes = Vec::new();
    for name in path.split_str(b"/") {
        if objects.read(&id, &mut bytes) != Ok(Kind::Tree) {
            return None;
        }
        let mut entries = parse::tree(&bytes, objects.format());
        let entry = entries.find(|entry| entry.name == name && entry.kind != EntryKind::Gitlink)?;
        id = entry.object_id();
    }
    Some(id)
}
