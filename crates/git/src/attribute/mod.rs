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

use bstr::{BStr, BString};
use gix::ObjectId;

use crate::{
    Incoming, LimitExceeded, Objects,
    incoming::{
        diff::{Change, Differ, Folder, Visits},
        history::NewCommit,
    },
    objects::Kind,
    pack::Forest,
    parse::EntryKind,
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
    /// How many parents the commit has.
    pub commit_parents: Option<usize>,
    /// What the commit's parents have at the same path. Nothing where a parent does not have the
    /// path or cannot be read: then what stands at the place counts as introduced.
    pub before: Vec<ObjectId>,
}

/// The places of all objects that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Places {
    places: HashMap<ObjectId, Vec<Place>>,
    /// How many places were found before the first of each object.
    order: HashMap<ObjectId, u64>,
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

    /// The order in which objects come to stand anywhere, as history goes: what a parent has comes
    /// before what its children have in place of it. Objects that stand nowhere come last.
    #[must_use]
    pub fn order(&self, id: &ObjectId) -> u64 {
        self.order.get(id).copied().unwrap_or(u64::MAX)
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
                self.add(tag, &Stand::at_tip(at));
            }
        }
        self.commits(commits)?;
        for (at, tip) in incoming.tips.iter().enumerate() {
            match tip.target {
                Some((id, Kind::Tree)) => {
                    let root = Folder { tree: id, parents: Rc::default() };
                    self.folder(root, &Stand::at_tip(at))?;
                }
                Some((id, Kind::Blob)) => self.add(&id, &Stand::at_tip(at)),
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
            let stand = Stand { commit: Some(commit), ..Stand::at_tip(commit.tip) };
            self.add(&commit.id, &stand);
            let tree_of = |parent: &ObjectId| {
                trees.get(parent).copied().or_else(|| tree_of(parent, self.objects))
            };
            let parents = commit.parents.iter().filter_map(tree_of).collect();
            if let Some(root) = Folder::root(commit.tree, parents) {
                self.folder(root, &stand)?;
            }
        }
        Ok(())
    }

    /// Looks for wanted objects in `root`, and in what it has and its parents have not.
    fn folder(&mut self, root: Folder, stand: &Stand<'_>) -> Result<(), LimitExceeded> {
        self.add(&root.tree, &Stand { before: &root.parents, ..*stand });
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
                self.add(&id, &Stand { path: &path, before: &parents, ..*stand });
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

    fn add(&mut self, id: &ObjectId, stand: &Stand<'_>) {
        if !self.wanted.contains(id) {
            return;
        }
        let order = self.places.order.len() as u64;
        self.places.order.entry(*id).or_insert(order);
        let places = self.places.places.entry(*id).or_default();
        if places.len() as u64 >= self.max {
            self.places.cut.insert(*id);
            return;
        }
        let Stand { commit, path, before, tip } = *stand;
        let ref_name = self.incoming.tips.get(tip).map(|tip| tip.ref_name.clone());
        places.push(Place {
            commit: commit.map(|commit| commit.id),
            path: path.into(),
            ref_name: ref_name.unwrap_or_default(),
            commit_parents: commit.map(|commit| commit.parents.len()),
            before: before.to_vec(),
        });
        self.places.missing = self.places.missing.saturating_sub(1);
    }
}

/// Where something stands.
#[derive(Clone, Copy)]
struct Stand<'s> {
    commit: Option<&'s NewCommit>,
    path: &'s [u8],
    /// What the commit's parents have there.
    before: &'s [ObjectId],
    /// The number of the tip that reaches it.
    tip: usize,
}

impl Stand<'_> {
    /// What a tip points at itself.
    fn at_tip(tip: usize) -> Stand<'static> {
        Stand { commit: None, path: b"", before: &[], tip }
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
    objects.commit(id, &mut Vec::new()).ok().map(|commit| commit.tree)
}
