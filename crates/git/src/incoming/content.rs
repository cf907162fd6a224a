//! What stands at the new tips: what a person who fetches sees first, and whoever else looks.

use std::time::{Duration, Instant};

use gix::{ObjectId, hashtable::HashSet};

use super::{Incoming, IncomingObject, Part, tips::Tip};
use crate::{
    Objects, Push, UpdateKind,
    objects::Kind,
    parse::{self, EntryKind},
};

/// Tips of which the content is listed although there is no time left to list all.
const LATE_TIPS_MAX: usize = 64;

/// How long that may take.
const LATE_MAX: Duration = Duration::from_millis(100);

impl Incoming {
    /// The places in [`objects`](Incoming::objects) of what the new tips hold: annotated tags and
    /// commits first, then the trees and the files under them, tip by tip.
    ///
    /// What cannot be read, or not before the deadline, is left out.
    #[must_use]
    pub fn at_tips(&self, objects: &Objects) -> Vec<usize> {
        let mut places = Vec::new();
        let mut content = Content::default();
        let mut trees = Vec::new();
        for tip in &self.tips {
            let ids = tip.tags.iter().copied().chain(tip.target.map(|(id, _)| id));
            places
                .extend(ids.filter_map(|id| content.once(id)).filter_map(|id| self.position(&id)));
            trees.extend(content.tree_of(tip, objects));
        }
        trees.reverse();
        while let Some(tree) = trees.pop() {
            // What is not incoming holds nothing that is.
            let Some(place) = self.position(&tree) else { continue };
            if objects.limits.check_time().is_err() {
                break;
            }
            places.push(place);
            content.read(&tree, objects, |kind, id| match kind {
                EntryKind::Tree => trees.push(id),
                _ => places.extend(self.position(&id)),
            });
        }
        places
    }
}

/// Lists what stands at the new tips, though there is no time to list all.
pub(super) fn list(push: &Push, objects: &Objects, incoming: &mut Incoming) {
    let mut content = Content::default();
    let mut trees = Vec::new();
    let updates = push.updates.iter().filter(|update| update.kind() != UpdateKind::Delete);
    for update in updates.take(LATE_TIPS_MAX) {
        let mut tip = Tip { ref_name: update.name.clone(), tags: Vec::new(), target: None };
        follow(update.new_id, objects, &mut tip);
        let ids = tip.tags.iter().copied().chain(tip.target.map(|(id, _)| id));
        ids.for_each(|id| add(id, objects, incoming));
        trees.extend(content.tree_of(&tip, objects));
        incoming.tips.push(tip);
    }
    trees.reverse();
    let started = Instant::now();
    while let Some(tree) = trees.pop().filter(|_| started.elapsed() < LATE_MAX) {
        if objects.contains_base(&tree) {
            continue;
        }
        add(tree, objects, incoming);
        content.read(&tree, objects, |kind, id| match kind {
            EntryKind::Tree => trees.push(id),
            _ => add(id, objects, incoming),
        });
    }
}

/// Follows tags from `id` on.
fn follow(mut id: ObjectId, objects: &Objects, tip: &mut Tip) {
    let mut bytes = Vec::new();
    for _ in 0..=objects.limits.tag_chain_max {
        let Ok(header) = objects.header(&id) else { return };
        if header.kind != Kind::Tag {
            tip.target = Some((id, header.kind));
            return;
        }
        tip.tags.push(id);
        let read = objects.read(&id, &mut bytes).ok();
        let Some(target) = read.and_then(|_| parse::tag(&bytes, objects.format())) else { return };
        id = target;
    }
}

/// Adds an object that was sent and is not in the list yet.
fn add(id: ObjectId, objects: &Objects, incoming: &mut Incoming) {
    if incoming.get(&id).is_some() || objects.contains_base(&id) {
        return;
    }
    let Ok(header) = objects.header(&id) else { return };
    let object =
        IncomingObject { id, kind: header.kind, size: header.size, part: Part::Quarantine };
    if incoming.add(object, objects) == Ok(true)
        && let Some(unlisted) = &mut incoming.unlisted
    {
        unlisted.objects = unlisted.objects.saturating_sub(1);
    }
}

/// A walk over trees, which goes to each object once.
#[derive(Default)]
struct Content {
    seen: HashSet<ObjectId>,
    bytes: Vec<u8>,
}

impl Content {
    /// The object, when it is met for the first time.
    fn once(&mut self, id: ObjectId) -> Option<ObjectId> {
        self.seen.insert(id).then_some(id)
    }

    /// The tree that a tip leads to.
    fn tree_of(&mut self, tip: &Tip, objects: &Objects) -> Option<ObjectId> {
        let tree = match tip.target? {
            (id, Kind::Commit) => objects.commit(&id, &mut self.bytes).ok()?.tree,
            (id, Kind::Tree) => return Some(id),
            _ => return None,
        };
        self.once(tree)
    }

    /// Hands over the entries of a tree that were not met before, except submodules.
    fn read(
        &mut self,
        id: &ObjectId,
        objects: &Objects,
        mut sink: impl FnMut(EntryKind, ObjectId),
    ) {
        if objects.read(id, &mut self.bytes) != Ok(Kind::Tree) {
            return;
        }
        for entry in parse::tree(&self.bytes, objects.format()) {
            let id = entry.object_id();
            if entry.kind != EntryKind::Gitlink && self.seen.insert(id) {
                sink(entry.kind, id);
            }
        }
    }
}
